"""epilot's portal and metering APIs, one method an operation.

Every method raises PortalError only.

Source: the portal's OpenAPI documents "Portal API" and "Metering API", and
its developer pages.
"""

from collections import Counter as Tally
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, override

from aiohttp import ClientSession

from ..contract import TokenStore
from ..http.client import HttpClient, RateLimit
from ..http.errors import PortalError
from ..reading.body import Body, number
from . import reads
from .client_series import SeriesCalls
from .cognito import Cognito
from .hooks import HookChoices
from .login import PortalLogin
from .models import (
    AllowedReading,
    BillingAccount,
    BillingEvent,
    Contact,
    Contract,
    Counter,
    Document,
    Meter,
    Money,
    Notifications,
    PortalUser,
    Preview,
    Reading,
    Tasks,
)
from .public import API_URL, METERING, METERING_URL, PAUSE, REASONS, nothing

PAGE: Final = 100
# Beyond these, older ones are left out.
MOST_PAGES: Final = 20


class EpilotClient(SeriesCalls):
    """One customer of one portal."""

    def __init__(
        self,
        session: ClientSession,
        *,
        domain: str,
        pool_id: str,
        client_id: str,
        refresh_token: str,
        token_store: TokenStore,
        device_key: str | None = None,
        email: str = "",
        api_url: str = API_URL,
        metering_url: str = METERING_URL,
        identity_url: str = "",
    ) -> None:
        """Take the account and where to keep a refresh token that rotates."""
        secrets = (email, refresh_token, device_key or "")
        rate_limit = RateLimit(unnamed=PAUSE)
        super().__init__(
            session,
            domain=domain,
            api_url=api_url,
            secrets=secrets,
            rate_limit=rate_limit,
        )
        self.login = PortalLogin(
            Cognito(session, pool_id, client_id, identity_url, secrets),
            token_store,
            refresh_token=refresh_token,
            device_key=device_key,
        )
        self._portal.auth = self.login
        self._metering = HttpClient(
            session,
            metering_url,
            secrets=(domain, *secrets),
            auth=self.login,
            rate_limit=rate_limit,
            reasons=REASONS,
        )
        self._is_metering_closed = False

    def skeletons(self) -> dict[str, object]:
        """Return keys and types of the last answers."""
        return {**self._portal.skeletons(), **self._metering.skeletons()}

    def refused(self) -> dict[str, int]:
        """Return how many values were refused."""
        return dict(self._refused)

    # --- the account

    async def user(self) -> PortalUser:
        """Return the user; PendingActivation: the utility has not let it in yet."""
        return await self._send("getPortalUser", reads.single(reads.user, "data"))

    async def contact(self) -> Contact:
        """Return the customer that the user stands for."""
        return await self._send("getContact", reads.single(reads.contact, "entity"))

    async def hook_choices(self, portal_id: str) -> HookChoices:
        """Return which hooks the utility has chosen for its portal."""
        return await self._send(
            "getPortalConfigV3",
            reads.typed(HookChoices),
            path={"portal_id": portal_id},
        )

    async def validate(self) -> None:
        """Do nothing if the login holds."""
        await self._send("validateToken", nothing)

    async def revoke(self) -> None:
        """End the login at the portal."""
        await self.login.authorization()
        json = {"refresh_token": self.login.refresh_token}
        await self._send("revokeToken", nothing, json=json)

    # --- entities

    async def contracts(self) -> list[Contract]:
        """Return all contracts, ended ones included."""
        return await self._search("contract", reads.contract)

    async def meters(self) -> list[Meter]:
        """Return all meters, by the metering API where it lets the customer in."""
        try:
            listed = await self._send("listMeters", reads.listed(reads.meter, "data"))
        except PortalError as err:
            if not _is_closed(err):
                raise
            self._is_metering_closed = True
            return await self._search("meter", reads.meter)
        self._is_metering_closed = False
        return listed

    async def counters(self, meter_id: str) -> list[Counter]:
        """Return the registers of a meter."""
        if self._is_metering_closed:
            counters = await self._search("meter_counter", _of_meter)
            return [counter for owners, counter in counters if meter_id in owners]
        return await self._send(
            "listCounters",
            reads.listed(reads.counter, "data"),
            query={"meter_id": meter_id},
        )

    async def documents(self) -> tuple[list[Document], int]:
        """Return the newest documents, newest first, and how many there are."""
        return await self._page("file", reads.document, 0, sort="file_date:desc")

    async def _search[ValueT](
        self, slug: str, read: Callable[[Body], ValueT]
    ) -> list[ValueT]:
        """Return all entities of a sort, page by page."""
        entities: list[ValueT] = []
        for _ in range(MOST_PAGES):
            page, total = await self._page(slug, read, len(entities))
            entities += page
            if not page or len(entities) >= total:
                break
        return entities

    async def _page[ValueT](
        self, slug: str, read: Callable[[Body], ValueT], start: int, sort: str = ""
    ) -> tuple[list[ValueT], int]:
        """Return a page of entities, and how many there are, as far as told."""
        body: dict[str, object] = {"slug": slug, "from": start, "size": PAGE}

        def decode(
            key: str, answer: bytes, refused: Tally[str]
        ) -> tuple[list[ValueT], int]:
            top = Body.of_json(key, answer, refused)
            shapes = reads.members(top, "results")
            pages = top.child(top.member("pagination"))
            reached = start + len(shapes)
            total = pages.read(_count, "total", required=False)
            if total is None:
                # Older portals do not tell; a page that is full may not be the last.
                total = reached + (len(shapes) == PAGE)
            return [read(each) for each in shapes], total

        if sort:
            body["sort"] = sort
        return await self._send("searchPortalUserEntities", decode, json=body)

    # --- readings

    async def newest_reading(self, meter_id: str, counter_id: str) -> Reading | None:
        """Return what a register showed last."""
        body = {
            "meter_id": meter_id,
            "counter_id": counter_id,
            "sort": "desc",
            "from": 0,
            "size": 1,
        }
        readings = await self._send(
            "getMeterReadings", reads.listed(reads.reading, "results"), json=body
        )
        return readings[0] if readings else None

    async def allowed_readings(
        self, meter_id: str, at: datetime
    ) -> list[AllowedReading]:
        """Return what readings are expected; NotFound: the utility does not say."""
        return await self._send(
            "getAllowedMeterReadingRange",
            reads.listed(reads.allowed, "data"),
            path={"meter_id": meter_id},
            query={"timestamp": reads.sent(at), "origin": "END_CUSTOMER_PORTAL"},
        )

    async def submit_reading(self, reading: Mapping[str, object]) -> Reading:
        """Hand in a reading, as the customer's own; Rejected says why it is not taken.

        The utility reviews each, so that this is never done on a schedule.
        """
        return await self._send(
            "createMeterReading",
            reads.single(reads.reading, "data"),
            json={**reading, "source": "ECP"},
        )

    # --- billing

    async def billing_events(
        self, *, kind: str | None = None, paid: bool | None = None
    ) -> list[BillingEvent]:
        """Return billing events, page by page."""
        query = {"size": str(PAGE)}
        if kind is not None:
            query["event_type"] = kind
        if paid is not None:
            query["paid"] = "true" if paid else "false"

        def decode(
            key: str, body: bytes, refused: Tally[str]
        ) -> tuple[list[BillingEvent], int]:
            top = Body.of_json(key, body, refused)
            page = [reads.billing_event(each) for each in reads.members(top, "results")]
            return page, top.read(_count, "hits", required=False) or 0

        events: list[BillingEvent] = []
        for _ in range(MOST_PAGES):
            page, total = await self._send(
                "getBillingEvents", decode, query={**query, "from": str(len(events))}
            )
            events += page
            if not page or len(events) >= total:
                break
        return events

    async def balance(self) -> Money | None:
        """Return the customer's balance; what its sign means is not said."""
        return await self._send("getCustomerBalance", reads.balance)

    async def billing_account(self, account_id: str) -> BillingAccount:
        """Return an account of the utility's books."""
        return await self._send(
            "getBillingAccount",
            reads.single(reads.billing_account, "entity"),
            path={"id": account_id},
        )

    # --- documents, notifications, tasks

    async def preview(self, document_id: str) -> Preview:
        """Return short-lived links to a document."""
        return await self._send(
            "getFilePreview", reads.typed(Preview), path={"id": document_id}
        )

    async def notifications(self) -> Notifications:
        """Return the newest notifications."""
        return await self._send(
            "listPortalNotifications",
            reads.typed(Notifications),
            query={"limit": str(PAGE)},
        )

    async def mark_read(self, notification: str | None) -> None:
        """Mark a notification as read, by its number; None stands for all."""
        if notification is None:
            await self._send("markAllPortalNotificationsRead", nothing)
        else:
            path = {"id": notification}
            await self._send("markPortalNotificationRead", nothing, path=path)

    async def tasks(self) -> Tasks:
        """Return what the customer is asked to do."""
        return await self._send("getOutstandingTasks", reads.typed(Tasks))

    @override
    def _http(self, key: str) -> HttpClient:
        """Return the way to an operation."""
        return self._metering if key in METERING else self._portal


def _count(value: object) -> int:
    """Read a count."""
    return int(number(value))


def _is_closed(err: PortalError) -> bool:
    """Say whether a host does not let customers in, whatever the way it says so."""
    return err.key in {"invalid_auth", "forbidden", "not_found"}


def _of_meter(entity: Body) -> tuple[tuple[str, ...], Counter]:
    """Read a register, and whose it is."""
    return reads.related(entity, "meter"), reads.counter(entity)
