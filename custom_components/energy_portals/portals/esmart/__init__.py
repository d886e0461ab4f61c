"""eSmart Systems: the customer API of Nordic utilities and grid operators."""

from typing import Final

from aiohttp import ClientSession

from ..contract import AccountData, TokenStore
from ..portal import HealthCheck, Portal
from . import feeds, feeds_control, feeds_customer, feeds_restrictions
from .client import EsmartClient
from .history import HISTORY
from .models import (
    Area,
    Building,
    Car,
    CarChange,
    ChargerInfo,
    ChargerMonth,
    ChargingRequest,
    Check,
    Comparison,
    Contract,
    ControlPlan,
    ControlSettings,
    ControlSite,
    Customer,
    DeliveryPoint,
    Device,
    DeviceValue,
    Expenses,
    Gateway,
    Invoice,
    Message,
    MeterReading,
    Peak,
    Ping,
    Reading,
    Readings,
    RequestType,
    RequestZone,
    Resolution,
    RestrictedMeter,
    Subscribed,
    Terms,
    WattMeter,
)
from .questions import QUESTIONS
from .sites import SITES, CustomerSite

__all__ = [
    "ESMART",
    "Area",
    "Building",
    "Car",
    "CarChange",
    "ChargerInfo",
    "ChargerMonth",
    "ChargingRequest",
    "Check",
    "Comparison",
    "Contract",
    "ControlPlan",
    "ControlSettings",
    "ControlSite",
    "Customer",
    "DeliveryPoint",
    "Device",
    "DeviceValue",
    "EsmartClient",
    "Expenses",
    "Gateway",
    "Invoice",
    "Message",
    "MeterReading",
    "Peak",
    "Ping",
    "Reading",
    "Readings",
    "RequestType",
    "RequestZone",
    "Resolution",
    "RestrictedMeter",
    "Subscribed",
    "Terms",
    "WattMeter",
]


def _connect(
    session: ClientSession,
    account: AccountData,
    options: AccountData,
    token_store: TokenStore,
) -> EsmartClient:
    """Return the client of an account."""
    units: AccountData = options.get("units", {})
    return EsmartClient(
        session,
        api_url=account["api_url"],
        user_name=account["user_name"],
        password=account["password"],
        area=Area[account["area"].upper()],
        customer_id=account.get("customer_id", ""),
        app_name=account["app_name"],
        meters=account.get("meters", {}),
        price_area=account.get("price_area"),
        **units,
    )


async def _check(client: EsmartClient) -> str:
    """Return the API's version, and what it says of its systems."""
    ping = await client.ping()
    failing = [check.name for check in await client.checks() if check.ok is False]
    state = f"failing: {', '.join(failing)}" if failing else "ok"
    return f"{ping.version or 'no version'}, {state}"


ESMART: Final = Portal(
    key="esmart",
    name="eSmart Systems",
    connect=_connect,
    sites=SITES,
    feeds=(
        *feeds.FEEDS,
        *feeds_customer.FEEDS,
        *feeds_control.FEEDS,
        *feeds_restrictions.FEEDS,
    ),
    secrets=frozenset(
        {
            *("api_url", "user_name", "password", "customer_id"),
            *("meters", "price_area"),
        }
    ),
    account=CustomerSite,
    capabilities=(
        HISTORY,
        HealthCheck(check=_check),
        *QUESTIONS,
    ),
)
