"""What holds the probe to reading, whatever calls it."""

from collections.abc import Iterable, Mapping
import inspect
from typing import Any, Final

import pytest
from yarl import URL

from custom_components.energy_portals.portals import (
    PORTALS as LIBRARY,
    Client,
    HttpClient,
    Operation,
)
from custom_components.energy_portals.portals.autarc import AutarcClient
from custom_components.energy_portals.portals.autarc.client import ROUTES as AUTARC
from custom_components.energy_portals.portals.digiwatt import DigiwattClient
from custom_components.energy_portals.portals.digiwatt.client import ROUTES as DIGIWATT
from custom_components.energy_portals.portals.epilot import EpilotClient
from custom_components.energy_portals.portals.epilot.public import ROUTES as EPILOT
from custom_components.energy_portals.portals.esmart import EsmartClient
from custom_components.energy_portals.portals.esmart.client import ROUTES as ESMART
from custom_components.energy_portals.portals.volue import VolueClient
from custom_components.energy_portals.portals.volue.client import ROUTES as VOLUE
from scripts.probing.noting import NotedClient
from scripts.probing.portals import PORTALS, probe_of
from scripts.probing.reading import Post, WouldWrite, may_be_sent, reading_session
from tests.sandbox import Sandbox

CLIENTS: Final[Mapping[str, type[Client]]] = {
    "digiwatt": DigiwattClient,
    "esmart": EsmartClient,
    "epilot": EpilotClient,
    "volue": VolueClient,
    "autarc": AutarcClient,
}
# All that a client can do beside reading.
WRITING: Final[Mapping[str, frozenset[str]]] = {
    "digiwatt": frozenset({"create_user", "delete_user", "set_household"}),
    "esmart": frozenset(
        {
            *("accept_eula", "accept_terms", "cancel_charging_request"),
            *("create_charging_request", "decline_control_plan", "mark_message"),
            *("set_building", "submit_meter_reading", "update_charging_request"),
            *("update_contact", "add_car", "update_car", "remove_car", "mark_messages"),
            *("change_control_settings", "delete_control_settings"),
            # A file is fetched for the user, and has no fields.
            *("request_control_plan", "document"),
        }
    ),
    "epilot": frozenset({"export", "mark_read", "revoke", "submit_reading"}),
    "volue": frozenset(
        {
            *("change_location", "create_legacy_meter", "create_legacy_resource"),
            *("create_legacy_vehicle", "create_location", "create_resource"),
            *("create_user", "create_vehicle", "create_webhook", "delete_location"),
            *("delete_resource", "delete_user", "delete_webhook", "enroll", "leave"),
            *("replace_location", "replace_webhook", "report"),
            *("simulate_eligibility", "simulate_location_cap"),
            *("simulate_price_curve", "simulate_resource_cap"),
        }
    ),
    "autarc": frozenset(
        {
            *("create_customer", "create_project", "delete_customer"),
            *("delete_project", "update_customer", "update_project"),
        }
    ),
}
TABLES: Final = {
    "digiwatt": DIGIWATT,
    "esmart": ESMART,
    "epilot": EPILOT,
    "volue": VOLUE,
    "autarc": AUTARC,
}
# POSTs that do no more than read; signing in stands in no table but Digiwatt's.
READING: Final = {
    *("token", "authenticate", "consumption", "costs", "comparedwithothers"),
    *("expenseoverview", "temperatures", "validateToken", "searchPortalUserEntities"),
    *("getMeterReadings", "asset_consumption"),
}
ADDRESS: Final = "https://api.example/v1"


def _posts(portal: str) -> tuple[Post, ...]:
    """Return what may be posted to a portal whose every address is the same."""
    fields = probe_of(portal).fields
    given = {each.name: ADDRESS if each.is_address else "" for each in fields}
    return tuple(probe_of(portal).posts(given))


def test_every_portal_can_be_probed() -> None:
    """All but those whose API is the house, which ask nobody outside."""
    assert {*PORTALS} == LIBRARY.keys() - {"home_assistant", "planner"}


@pytest.mark.parametrize("portal", PORTALS)
def test_every_method_of_a_client_reads_or_writes(portal: str) -> None:
    """What is new in a client has to be put on one side."""
    client: type[Any] = CLIENTS[portal]
    operations = {
        name
        for name, member in inspect.getmembers(client)
        if not name.startswith("_")
        and (inspect.iscoroutinefunction(member) or inspect.isasyncgenfunction(member))
    }

    assert operations == WRITING[portal] | probe_of(portal).operations.keys()
    assert not WRITING[portal] & probe_of(portal).operations.keys()


@pytest.mark.parametrize("portal", PORTALS)
def test_what_writes_cannot_be_called(portal: str) -> None:
    """A feed that meant to write would not get as far as a request."""
    client = CLIENTS[portal]
    noted = NotedClient(client.__new__(client), probe_of(portal).operations, {})

    for name in WRITING[portal]:
        with pytest.raises(WouldWrite):
            getattr(noted, name)


@pytest.mark.parametrize("portal", PORTALS)
def test_only_what_reads_may_be_sent(portal: str) -> None:
    """Every route of a portal is told apart by method and path."""
    operations = [Operation.of(*row) for row in TABLES[portal].items()]
    sent = {
        each.key: may_be_sent(each.method, _url(each.path), "", _posts(portal))
        for each in operations
    }

    assert sent == {
        each.key: each.method == "GET" or each.key in READING for each in operations
    }
    assert not all(sent.values())


def _url(path: str) -> URL:
    """Return the address of an operation, with any parameters."""
    filled = path.replace("{", "a%2Fb-").replace("}", "")
    return URL(f"{ADDRESS}{filled}?a=b", encoded=True)


@pytest.mark.parametrize(
    ("call", "may"),
    [
        ("InitiateAuth", True),
        ("RespondToAuthChallenge", True),
        ("GetTokensFromRefreshToken", True),
        ("ForgotPassword", False),
        ("DeleteUser", False),
        ("", False),
    ],
)
def test_the_identity_pool_is_asked_to_sign_in_and_no_more(
    call: str, may: bool
) -> None:
    """All its calls go to one path."""
    target = f"AWSCognitoIdentityProviderService.{call}"
    given = {each.name: "" for each in probe_of("epilot").fields}
    posts = tuple(probe_of("epilot").posts({**given, "api_url": ADDRESS}))
    pool = "https://cognito-idp.eu-central-1.amazonaws.com"

    assert may_be_sent("POST", URL(f"{pool}/"), target, posts) is may
    assert not may_be_sent("POST", URL(f"{pool}.example/"), target, posts)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_the_session_sends_nothing_that_writes(
    sandbox: Sandbox, method: str
) -> None:
    """It is refused below the client, before a byte has left."""
    facts: Any = sandbox.facts()["autarc"]
    allowed: Iterable[Post] = (Post(facts["api_url"], "/api/v1/{any}/search"),)
    operation = Operation.of("project_create", f"{method} /api/v1/projects")
    async with reading_session(allowed) as session:
        with pytest.raises(WouldWrite):
            await HttpClient(session, facts["api_url"]).send(operation, bytes)

    assert sandbox.portals["autarc"].calls == []
