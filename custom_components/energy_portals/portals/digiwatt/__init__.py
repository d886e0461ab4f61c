"""Digiwatt: consumption insight for Italian households."""

from typing import Final

from aiohttp import ClientSession

from ..contract import AccountData, Site, TokenStore
from ..portal import Portal
from ..reading.said import Position
from .client import DigiwattClient
from .feeds import FEEDS, SITES
from .fields import ASSUMED, Assumed
from .history import HISTORY
from .models import (
    Appliance,
    ApplianceCount,
    House,
    Household,
    HouseType,
    MonthlySplit,
    Performance,
    PowerRow,
    Residents,
    Saving,
    SupplyPoint,
    Totals,
)

__all__ = [
    "DIGIWATT",
    "Appliance",
    "ApplianceCount",
    "Assumed",
    "DigiwattClient",
    "House",
    "HouseType",
    "Household",
    "MonthlySplit",
    "Performance",
    "PowerRow",
    "Residents",
    "Saving",
    "SupplyPoint",
    "Totals",
]


def _connect(
    session: ClientSession,
    account: AccountData,
    options: AccountData,
    token_store: TokenStore,
) -> DigiwattClient:
    """Return the client of an account."""
    return DigiwattClient(
        session,
        api_url=account["api_url"],
        client_id=account["client_id"],
        client_secret=account["client_secret"],
        account_number=account["account_number"],
        routes=account.get("routes"),
        assumed=_assumed(options.get("units", {})),
    )


def _assumed(units: AccountData) -> Assumed:
    """Return what the user says of numbers; what is not said is as assumed."""
    share = units.get("share")
    assumed = Assumed(
        position=Position(units.get("interval", ASSUMED.position.value)),
        power=units.get("power_unit", ASSUMED.power),
        energy=units.get("energy_unit", ASSUMED.energy),
        share=None if share == "shown" else share,
    )
    # There is one of each field, by which what is known of names is remembered.
    return _ASSUMED.setdefault(assumed, assumed)


_ASSUMED: Final[dict[Assumed, Assumed]] = {ASSUMED: ASSUMED}


DIGIWATT: Final = Portal(
    key="digiwatt",
    name="Digiwatt",
    connect=_connect,
    sites=SITES,
    feeds=FEEDS,
    secrets=frozenset({"client_id", "client_secret", "account_number", "api_url"}),
    account=Site,
    capabilities=(HISTORY,),
)
