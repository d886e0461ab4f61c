"""autarc: heat-pump projects and customers of an installer's company."""

from typing import Final

from aiohttp import ClientSession

from ..contract import AccountData, TokenStore
from ..portal import LoginServer, Parts, Portal
from .client import AUTH_URL, AutarcClient, Scheme
from .feeds import FEEDS
from .models import (
    BuildingAge,
    BuildingType,
    Customer,
    DrinkingWaterHeating,
    Feasibility,
    HeatingCircuit,
    HeatingSystem,
    HeatingSystemYear,
    HeatPumpSizing,
    PipeSystem,
    Project,
    ProjectStatus,
    Room,
    RoomHeating,
    WindowGlazing,
)
from .questions import QUESTIONS
from .sites import SITES, CompanySite, arranged

__all__ = [
    "AUTARC",
    "AutarcClient",
    "BuildingAge",
    "BuildingType",
    "Customer",
    "DrinkingWaterHeating",
    "Feasibility",
    "HeatPumpSizing",
    "HeatingCircuit",
    "HeatingSystem",
    "HeatingSystemYear",
    "PipeSystem",
    "Project",
    "ProjectStatus",
    "Room",
    "RoomHeating",
    "Scheme",
    "WindowGlazing",
]


def _connect(
    session: ClientSession,
    account: AccountData,
    options: AccountData,
    token_store: TokenStore,
) -> AutarcClient:
    """Return the client of an account; there is nothing to choose."""
    return AutarcClient(
        session,
        api_url=account["api_url"],
        auth=token_store.login,
        api_key=account.get("api_key", ""),
        scheme=Scheme(account.get("scheme", Scheme.BEARER)),
        company_id=account.get("company_id"),
        token_store=token_store,
    )


AUTARC: Final = Portal(
    key="autarc",
    name="autarc",
    connect=_connect,
    sites=SITES,
    feeds=FEEDS,
    secrets=frozenset({"api_key", "token", "company_id", "auth_implementation"}),
    account=CompanySite,
    capabilities=(
        LoginServer(AUTH_URL, "/oauth2/auth", "/oauth2/token"),
        Parts(arrange=arranged),
        *QUESTIONS,
    ),
)
