"""epilot: the customer portals of German utilities."""

from typing import Final

from aiohttp import ClientSession

from ..contract import AccountData, TokenStore
from ..portal import HealthCheck, Portal, SignOut
from .client import EpilotClient
from .cognito import Challenge, Cognito, Tokens
from .feeds import FEEDS
from .history import HISTORY
from .hooks import (
    Consumption,
    DataRange,
    Hook,
    HookChoice,
    HookChoices,
    Hooks,
    Metadata,
    MoneyRecord,
    Period,
    TypeOption,
)
from .models import (
    AllowedReading,
    AuthSettings,
    BillingAccount,
    BillingEvent,
    CognitoDetails,
    Contact,
    Contract,
    Counter,
    Document,
    EntryPoint,
    Export,
    FeatureSettings,
    Link,
    Meter,
    Money,
    Notification,
    Notifications,
    Passwordless,
    PortalConfig,
    PortalUser,
    Preview,
    Reading,
    Task,
    Tasks,
    Term,
)
from .public import PublicPortal
from .sites import SITES, PortalSite

__all__ = [
    "EPILOT",
    "AllowedReading",
    "AuthSettings",
    "BillingAccount",
    "BillingEvent",
    "Challenge",
    "Cognito",
    "CognitoDetails",
    "Consumption",
    "Contact",
    "Contract",
    "Counter",
    "DataRange",
    "Document",
    "EntryPoint",
    "EpilotClient",
    "Export",
    "FeatureSettings",
    "Hook",
    "HookChoice",
    "HookChoices",
    "Hooks",
    "Link",
    "Metadata",
    "Meter",
    "Money",
    "MoneyRecord",
    "Notification",
    "Notifications",
    "Passwordless",
    "Period",
    "PortalConfig",
    "PortalUser",
    "Preview",
    "PublicPortal",
    "Reading",
    "Task",
    "Tasks",
    "Term",
    "Tokens",
    "TypeOption",
]

ACCOUNT: Final = (
    *("domain", "pool_id", "client_id", "refresh_token", "device_key", "email"),
    *("api_url", "metering_url", "identity_url"),
)


def _connect(
    session: ClientSession,
    account: AccountData,
    options: AccountData,
    token_store: TokenStore,
) -> EpilotClient:
    """Return the client of an account; no option changes what it reads."""
    del options
    given = {key: account[key] for key in ACCOUNT}
    return EpilotClient(session, token_store=token_store, **given)


async def _check(client: EpilotClient) -> str:
    """Return whether the portal is there and the login holds."""
    config = await client.config()
    await client.validate()
    return "disabled" if config.enabled is False else "ok"


async def _leave(client: EpilotClient, account: AccountData) -> None:
    """End the login."""
    await client.revoke()


EPILOT: Final = Portal(
    key="epilot",
    name="epilot",
    connect=_connect,
    sites=SITES,
    feeds=FEEDS,
    secrets=frozenset({*ACCOUNT, "portal_id"}),
    account=PortalSite,
    capabilities=(HISTORY, HealthCheck(check=_check), SignOut(leave=_leave)),
)
