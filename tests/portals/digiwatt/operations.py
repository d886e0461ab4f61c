"""Digiwatt's operations, each with something to ask or to send."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.digiwatt.client import DigiwattClient
from custom_components.energy_portals.portals.digiwatt.models import (
    Appliance,
    ApplianceCount,
    House,
    Household,
    HouseType,
    Residents,
    SupplyPoint,
)
from custom_components.energy_portals.portals.http.errors import PortalError
from custom_components.energy_portals.portals.model.periods import Period
from tests.portals.server import Server, json_answer

type Call = Callable[[DigiwattClient], Awaitable[Any]]

SUPPLY_POINT = SupplyPoint("IT001E1234567890AB", "99", "company")
HOUSEHOLD = Household(
    House(HouseType.APARTMENT, 100, "MI"),
    Residents(2, 1, 0),
    (ApplianceCount(Appliance.FRIDGE, 1),),
)
READS: dict[str, Call] = {
    "consumption": lambda client: client.consumption(Period.YESTERDAY),
    "consumption_totals": lambda client: client.totals(Period.LAST_WEEK),
    "consumption_realtime": lambda client: client.realtime(),
    "consumption_latest": lambda client: client.latest(),
    "consumption_performance": lambda client: client.performance(Period.THIS_MONTH),
    "consumption_habits": lambda client: client.habits(Period.LAST_SEVEN_DAYS),
    "analytics_trend": lambda client: client.trend(),
    "analytics_distribution": lambda client: client.distribution(),
    "analytics_compound": lambda client: client.compound(),
    "saving": lambda client: client.saving(),
    "greenness": lambda client: client.greenness(),
}
WRITES: dict[str, Call] = {
    "user_create": lambda client: client.create_user(SUPPLY_POINT),
    "user_onboarding": lambda client: client.set_household(HOUSEHOLD),
    "user_delete": lambda client: client.delete_user(),
}
CALLS = {**READS, **WRITES}


async def error_of(call: Awaitable[Any]) -> PortalError:
    with pytest.raises(PortalError) as caught:
        await call
    return caught.value


def client_of(session: ClientSession, server: Server, **options: Any) -> DigiwattClient:
    """Return the client of a server, which gives it a token whatever else it says."""
    server.paths.setdefault("/auth/token", json_answer({"access_token": "t"}))
    return DigiwattClient(
        session,
        api_url=server.address,
        client_id="id",
        client_secret="secret",
        **{"account_number": "1234", **options},
    )
