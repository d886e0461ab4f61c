"""How the portal is asked: routes, tokens and bodies as they go over the wire."""

import json
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.contract import TokenStore
from custom_components.energy_portals.portals.digiwatt import DIGIWATT
from custom_components.energy_portals.portals.digiwatt.client import (
    ROUTES,
    DigiwattClient,
)
from custom_components.energy_portals.portals.digiwatt.models import (
    House,
    Household,
    Residents,
)
from custom_components.energy_portals.portals.model.periods import Period
from tests.portals.digiwatt.operations import CALLS, HOUSEHOLD, client_of, error_of
from tests.portals.server import Server, answer, json_answer
from tests.sandbox.digiwatt import DigiwattSandbox


@pytest.mark.parametrize("key", CALLS)
async def test_routes(session: ClientSession, server: Server, key: str) -> None:
    server.otherwise = answer(b"null", 418)
    await error_of(CALLS[key](client_of(session, server, account_number="a/b")))
    method, path = ROUTES[key].split(" ")
    path = path.replace("{account_number}", "a%2Fb")
    asked = server.asked[-1]
    assert asked.method == method
    assert asked.path.rpartition("/")[0] == path.rpartition("/")[0]
    assert "{period}" in path or asked.path == path
    assert asked.headers["Authorization"] == "Bearer t"


@pytest.mark.parametrize("period", Period)
async def test_periods_are_spelt_as_the_portal_does(
    client: DigiwattClient, digiwatt: DigiwattSandbox, period: Period
) -> None:
    await client.consumption(period)
    assert digiwatt.calls[-1].path == f"/consumption/1234567890/{period.value}"


async def test_a_route_can_be_replaced(session: ClientSession, server: Server) -> None:
    routes = {
        "greenness": "GET /v2/green",
        "user_onboarding": "PUT /u/{account_number}",
    }
    server.otherwise = json_answer({"data": {"percentage": 4}})
    client = client_of(session, server, routes=routes)
    assert (await client.greenness()).share == 4
    await client.set_household(HOUSEHOLD)
    assert [(asked.method, asked.path) for asked in server.asked] == [
        ("POST", "/auth/token"),
        ("GET", "/v2/green"),
        ("PUT", "/u/1234"),
    ]


async def test_a_token_without_a_lifetime(
    session: ClientSession, server: Server
) -> None:
    server.paths["/auth/token"] = json_answer({"access_token": "t"})
    server.otherwise = json_answer({"data": {}})
    client = client_of(session, server)
    await client.check_account()
    await client.check_account()
    assert server.count("/auth/token") == 1


async def test_the_registry_makes_the_client(
    session: ClientSession, account: dict[str, Any], digiwatt: DigiwattSandbox
) -> None:
    client = DIGIWATT.connect(session, account, {}, TokenStore())
    await client.check_account()
    assert digiwatt.calls[-1].operation == "consumption_realtime"
    assert {"client_id", "client_secret", "account_number"} <= DIGIWATT.secrets


@pytest.mark.parametrize(
    ("household", "body"),
    [
        (
            HOUSEHOLD,
            {
                "house": {"type": "apartment", "dimesion": 100, "province": "MI"},
                "residents": {"adults": 2, "children": 1, "elderlies": 0},
                "appliances": [{"appliance": "fridge", "quantity": 1}],
            },
        ),
        (
            Household(House(), Residents(0, 0, 1)),
            {"house": {}, "residents": {"adults": 0, "children": 0, "elderlies": 1}},
        ),
    ],
    ids=["all", "least"],
)
async def test_a_household_on_the_wire(
    session: ClientSession, server: Server, household: Household, body: Any
) -> None:
    """The portal spells `dimesion`; all three residents go, and no empty list."""
    server.otherwise = json_answer({"status": 200, "data": None})
    await client_of(session, server).set_household(household)
    assert json.loads(server.asked[-1].body) == body
    assert server.asked[-1].path == "/user/1234/onboarding"
