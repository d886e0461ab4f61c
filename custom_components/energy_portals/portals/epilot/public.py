"""What a portal tells everybody, and the table of all operations.

Source of the facts: the portal's OpenAPI documents (MIT) and its developer pages.
"""

from collections import Counter as Tally
from collections.abc import Iterable, Mapping
from typing import Final

from aiohttp import ClientSession

from ..http.client import HttpClient, Operation, Query, RateLimit
from ..http.errors import PendingActivation, PortalError
from ..http.exchange import Answer
from . import reads_hooks, reads_portal
from .bodies import Decode, whole
from .hooks import Hooks
from .models import EntryPoint, PortalConfig

API_URL: Final = "https://customer-portal-api.sls.epilot.io"
METERING_URL: Final = "https://metering.sls.epilot.io"

ROUTES: Final[Mapping[str, str]] = {
    "getPortalConfigByDomain": "GET /v2/portal/public/config",
    "getUserEntryPoint": "GET /v2/portal/public/user/entry-point",
    "getPublicPortalExtensionDetailsV3": "GET /v3/portal/public/extensions",
    "validateToken": "POST /v2/portal/token/validate",
    "revokeToken": "POST /v2/portal/token/revoke",
    "getPortalUser": "GET /v2/portal/user",
    "getContact": "GET /v2/portal/contact",
    "getPortalConfigV3": "GET /v3/portal/config/{portal_id}",
    "getExternalLinksV3": "GET /v3/portal/external-links",
    "searchPortalUserEntities": "POST /v2/portal/entity:search",
    "getVisualizationMetadata": "GET /v2/portal/visualization/metadata",
    "getConsumption": "GET /v2/portal/consumption",
    "getCosts": "GET /v2/portal/costs",
    "getPrices": "GET /v2/portal/prices",
    "prepareVisualizationExport": "POST /v2/portal/visualization:export",
    "getMeterReadings": "POST /v2/portal/metering/readings",
    "createMeterReading": "POST /v2/portal/metering/reading",
    "getAllowedMeterReadingRange": (
        "GET /v2/portal/metering/reading/allowed-range/{meter_id}"
    ),
    "getBillingEvents": "GET /v2/portal/billing/events",
    "getCustomerBalance": "GET /v2/portal/billing/customers/balance",
    "getBillingAccount": "GET /v2/portal/billing/accounts/{id}",
    "getFilePreview": "GET /v2/portal/user/file/{id}/preview",
    "listPortalNotifications": "GET /v2/portal/notifications",
    "markPortalNotificationRead": "PUT /v2/portal/notifications/{id}/read",
    "markAllPortalNotificationsRead": "PUT /v2/portal/notifications/read-all",
    "getOutstandingTasks": "GET /v2/portal/engagement/tasks",
    "listMeters": "GET /v1/metering/meter",
    "listCounters": "GET /v1/metering/counter",
}
METERING: Final = frozenset({"listMeters", "listCounters"})
# Reads that are sent as POST.
_READS: Final = frozenset(
    {
        *("validateToken", "searchPortalUserEntities", "getMeterReadings"),
        *("markPortalNotificationRead", "markAllPortalNotificationsRead"),
    }
)
REASONS: Final[Mapping[str, type[PortalError]]] = {
    "PORTAL_USER_PENDING_ACTIVATION": PendingActivation
}
# Without a word from the portal about how long.
PAUSE: Final = 60.0


def _operation(key: str) -> Operation:
    """Return an operation of the table."""
    return Operation.of(key, ROUTES[key], repeatable=True if key in _READS else None)


_OPERATIONS: Final = {key: _operation(key) for key in ROUTES}


class PublicPortal:
    """What a portal tells everybody; `domain` is its host name."""

    def __init__(
        self,
        session: ClientSession,
        *,
        domain: str,
        api_url: str = API_URL,
        secrets: Iterable[str] = (),
        rate_limit: RateLimit | None = None,
    ) -> None:
        """Take the portal's host name."""
        self.domain = domain
        self._refused: Tally[str] = Tally()
        self._portal = HttpClient(
            session,
            api_url,
            secrets=(domain, *secrets),
            rate_limit=rate_limit or RateLimit(unnamed=PAUSE),
            reasons=REASONS,
        )

    async def config(self) -> PortalConfig:
        """Return the portal's configuration; NotFound: there is no such portal."""
        return await self._send(
            "getPortalConfigByDomain",
            whole(reads_portal.config),
            query={"domain": self.domain},
            authorized=False,
        )

    async def entry_point(self, email: str) -> EntryPoint:
        """Return how a user signs in."""
        return await self._send(
            "getUserEntryPoint",
            whole(reads_portal.entry_point),
            query={"email": email, "domain": self.domain},
            authorized=False,
        )

    async def hooks(self) -> Hooks:
        """Return what the utility's extensions can be asked for."""
        return await self._send(
            "getPublicPortalExtensionDetailsV3",
            whole(reads_hooks.hooks),
            query={"domain": self.domain},
            authorized=False,
        )

    def refuse(self, name: str, count: int = 1) -> None:
        """Count values that are left out, by operation and key."""
        if count:
            self._refused[name] += count

    async def _send[ResultT](
        self,
        key: str,
        decode: Decode[ResultT],
        *,
        authorized: bool = True,
        path: Mapping[str, str] | None = None,
        query: Query | None = None,
        json: object = None,
    ) -> ResultT:
        """Call an operation."""
        return await self._http(key).ask(
            _OPERATIONS[key],
            lambda answer: decode(key, answer, self._refused),
            path=path,
            query=query,
            json=json,
            authorized=authorized,
        )

    def _http(self, key: str) -> HttpClient:
        """Return the way to an operation."""
        del key
        return self._portal


def nothing(key: str, answer: Answer, refused: Tally[str]) -> None:
    """Read nothing."""
    del key, answer, refused
