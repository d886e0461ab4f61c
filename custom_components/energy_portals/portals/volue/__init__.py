"""Volue Energy Coordination: incentives and caps for what is flexible."""

from typing import Final

from aiohttp import ClientSession

from ..contract import AccountData, TokenStore
from ..portal import Parts, Portal, SignOut
from .automatic_actions import AUTOMATIC_ACTIONS
from .client import VolueClient
from .feeds import FEEDS, remove_webhook
from .messages import (
    CapAnswer,
    CapPoint,
    CapTargetId,
    EnergyPoint,
    EnergyUsage,
    Event,
    LocationEnergyUsage,
    LocationPlan,
    PriceCurve,
    PriceCurveTarget,
    PricePoint,
    Report,
    SimulatedCap,
)
from .models import (
    Compensation,
    CompensationPeriod,
    Coordinate,
    Eligibility,
    Enrollment,
    EventType,
    LegacyMeter,
    LegacyResource,
    LegacyVehicle,
    Location,
    LocationChanges,
    LocationCompensation,
    LocationToSend,
    LocationType,
    MeterEligibility,
    NotificationLog,
    NotificationLogWithContent,
    NotificationType,
    PriceArea,
    Problem,
    ReportType,
    Resource,
    ResourceToSend,
    ResourceType,
    User,
    Webhook,
    WebhookStatus,
    WebhookToSend,
)
from .push import PUSH
from .questions import QUESTIONS
from .sites import SITES, UserSite, arranged

__all__ = [
    "VOLUE",
    "CapAnswer",
    "CapPoint",
    "CapTargetId",
    "Compensation",
    "CompensationPeriod",
    "Coordinate",
    "Eligibility",
    "EnergyPoint",
    "EnergyUsage",
    "Enrollment",
    "Event",
    "EventType",
    "LegacyMeter",
    "LegacyResource",
    "LegacyVehicle",
    "Location",
    "LocationChanges",
    "LocationCompensation",
    "LocationEnergyUsage",
    "LocationPlan",
    "LocationToSend",
    "LocationType",
    "MeterEligibility",
    "NotificationLog",
    "NotificationLogWithContent",
    "NotificationType",
    "PriceArea",
    "PriceCurve",
    "PriceCurveTarget",
    "PricePoint",
    "Problem",
    "Report",
    "ReportType",
    "Resource",
    "ResourceToSend",
    "ResourceType",
    "SimulatedCap",
    "User",
    "VolueClient",
    "Webhook",
    "WebhookStatus",
    "WebhookToSend",
]


def _connect(
    session: ClientSession,
    account: AccountData,
    options: AccountData,
    token_store: TokenStore,
) -> VolueClient:
    """Return the client of an account; there is nothing to choose."""
    hidden = (account.get("webhook_id", ""), account.get("webhook_secret", ""))
    return VolueClient(
        session,
        api_url=account["api_url"],
        token_url=account["token_url"],
        client_id=account["client_id"],
        client_secret=account["client_secret"],
        user_id=account.get("user_id", ""),
        is_sandbox=account["environment"] == "sandbox",
        secrets=hidden,
    )


async def _leave(client: VolueClient, account: AccountData) -> None:
    """Let the portal push no longer; users and their records stay."""
    await remove_webhook(client, account["webhook_id"])


VOLUE: Final = Portal(
    key="volue",
    name="Volue",
    connect=_connect,
    sites=SITES,
    feeds=FEEDS,
    secrets=frozenset(
        {"client_id", "client_secret", "user_id", "webhook_id", "webhook_secret"}
    ),
    account=UserSite,
    capabilities=(
        AUTOMATIC_ACTIONS,
        Parts(arrange=arranged, statistics=("energy",)),
        PUSH,
        *QUESTIONS,
        SignOut(leave=_leave),
    ),
)
