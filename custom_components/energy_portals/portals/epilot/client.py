"""epilot's portal and metering APIs, one method an operation.

Every method raises PortalError only.

Source: the portal's OpenAPI documents "Portal API" and "Metering API", and
its developer pages.
"""

from collections import Counter as Tally
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final, override

from aiohttp import ClientSession

from ..contract import TokenStore
from ..http.client import HttpClient, RateLimit
from ..http.errors import PortalError
from ..http.exchange import Answer
from ..reading.body import Body
from . import reads, reads_hooks, reads_portal
from .bodies import Read, Rows, body_of, listed, page_of, single, whole
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
    Link,
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
        # The sites of which costs came.
        self.reckoned: set[str] = set()
        rate_limit = RateLimit(unnamed=PAUSE)
        super().__init__(
            session,
            domain=domain,
            api_url=api_url,
            secrets=secrets,
            rate_limit=rate_limit,
        )
        self.login = PortalLogin(
            Cognito(session, pool_id, client_id, identity_url, secrets, rate_limit),
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
        return await self._send("getPortalUser", single(reads.user, "data"))

    async def contact(self) -> Contact:
        """Return the customer that the user stands for."""
        return await self._send("getContact", single(reads.contact, "entity"))

    async def hook_choices(self, portal_id: str) -> HookChoices:
        """Return which hooks the utility has chosen for its portal."""
        return await self._send(
            "getPortalConfigV3",
            whole(reads_hooks.choices),
            path={"portal_id": portal_id},
        )

    async def links(self, portal_id: str) -> Rows[Link]:
        """Return where the utility's portal leads its customers."""
        return await self._send(
            "getExternalLinksV3", reads_portal.links, query={"portal_id": portal_id}
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

    async def contracts(self) -> Rows[Contract]:
        """Return all contracts, ended ones included."""
        return await self._search("contract", reads.contract)

    async def meters(self) -> Rows[Meter]:
        """Return all meters, by the metering API where it lets the customer in."""
        try:
            meters = await self._send("listMeters", listed(reads.meter, "data"))
        except PortalError as err:
            if not _is_closed(err):
                raise
            self._is_metering_closed = True
            return await self._search("meter", reads.meter)
        self._is_metering_closed = False
        return meters

    async def counters(self, meter_id: str) -> Rows[Counter]:
        """Return the registers of a meter."""
        if self._is_metering_closed:
            counters = await self._search("meter_counter", _of_meter)
            own = [counter for owners, counter in counters if meter_id in owners]
            return Rows(own, lost=counters.lost, has_more=counters.has_more)
        return await self._send(
            "listCounters",
            listed(reads.counter, "data"),
            query={"meter_id": meter_id},
        )

    async def documents(self) -> tuple[list[Document], int | None]:
        """Return the newest documents, newest first, and how many there are.

        None stands for a number that is not told.
        """
        page = await self._page("file", reads.document, 0, sort="file_date:desc")
        if page.total is None:
            return page, None if page.has_more else page.came - page.repeated
        return page, None if page.total < len(page) else page.total

    async def _search[ValueT](self, slug: str, read: Read[ValueT]) -> Rows[ValueT]:
        """Return all entities of a sort, page by page."""
        return await _all(lambda start: self._page(slug, read, start))

    async def _page[ValueT](
        self, slug: str, read: Read[ValueT], start: int, sort: str = ""
    ) -> Rows[ValueT]:
        """Return a page of entities."""
        body: dict[str, object] = {"slug": slug, "from": start, "size": PAGE}
        if sort:
            body["sort"] = sort

        def decode(key: str, answer: Answer, refused: Tally[str]) -> Rows[ValueT]:
            top = body_of(key, answer, refused)
            return page_of(top, "results", read, start, PAGE)

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
            "getMeterReadings", listed(reads.reading, "results"), json=body
        )
        newest = reads.newest(readings, counter_id)
        if newest is None and readings:
            self.refuse("getMeterReadings.results")
        return newest

    async def readings(self, meter_id: str, counter_id: str) -> Rows[Reading]:
        """Return what a register has shown, the newest first, page by page."""

        async def ask(start: int) -> Rows[Reading]:
            def decode(key: str, answer: Answer, refused: Tally[str]) -> Rows[Reading]:
                top = body_of(key, answer, refused)
                return page_of(top, "results", reads.reading, start, PAGE, "hits")

            body = {
                "meter_id": meter_id,
                "counter_id": counter_id,
                "sort": "desc",
                "from": start,
                "size": PAGE,
            }
            return await self._send("getMeterReadings", decode, json=body)

        return await _all(ask)

    async def allowed_readings(
        self, meter_id: str, at: datetime
    ) -> list[AllowedReading]:
        """Return what readings are expected; NotFound: the utility does not say."""
        return await self._send(
            "getAllowedMeterReadingRange",
            listed(reads.allowed, "data"),
            path={"meter_id": meter_id},
            query={"timestamp": reads.sent(at), "origin": "END_CUSTOMER_PORTAL"},
        )

    async def submit_reading(self, reading: Mapping[str, object]) -> Reading:
        """Hand in a reading, as the customer's own; Rejected says why it is not taken.

        The utility reviews each, so that this is never done on a schedule.
        """
        return await self._send(
            "createMeterReading",
            single(reads.reading, "data"),
            json={**reading, "source": "ECP"},
        )

    # --- billing

    async def billing_events(
        self, *, kind: str | None = None, paid: bool | None = None
    ) -> Rows[BillingEvent]:
        """Return billing events, page by page."""
        query = {"size": str(PAGE)}
        if kind is not None:
            query["event_type"] = kind
        if paid is not None:
            query["paid"] = "true" if paid else "false"

        async def ask(start: int) -> Rows[BillingEvent]:
            def decode(
                key: str, answer: Answer, refused: Tally[str]
            ) -> Rows[BillingEvent]:
                top = body_of(key, answer, refused)
                return page_of(top, "results", reads.billing_event, start, PAGE, "hits")

            return await self._send(
                "getBillingEvents", decode, query={**query, "from": str(start)}
            )

        return await _all(ask)

    async def balance(self) -> Money | None:
        """Return the customer's balance; what its sign means is not said."""
        return await self._send("getCustomerBalance", whole(reads.balance))

    async def billing_account(self, account_id: str) -> BillingAccount:
        """Return an account of the utility's books."""
        return await self._send(
            "getBillingAccount",
            single(reads.billing_account, "entity"),
            path={"id": account_id},
        )

    # --- documents, notifications, tasks

    async def preview(self, document_id: str) -> Preview:
        """Return short-lived links to a document."""
        return await self._send(
            "getFilePreview", whole(reads_portal.preview), path={"id": document_id}
        )

    async def notifications(self) -> Notifications:
        """Return the newest notifications."""
        return await self._send(
            "listPortalNotifications",
            whole(reads_portal.notifications),
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
        return await self._send("getOutstandingTasks", whole(reads_portal.tasks))

    @override
    def _http(self, key: str) -> HttpClient:
        """Return the way to an operation."""
        return self._metering if key in METERING else self._portal


async def _all[RowT](ask: Callable[[int], Awaitable[Rows[RowT]]]) -> Rows[RowT]:
    """Return the rows of all pages, up to a bound."""
    rows: Rows[RowT] = Rows()
    before: list[RowT] | None = None
    for _ in range(MOST_PAGES):
        page = await ask(rows.came)
        rows.has_more = page.has_more
        # A portal that does not turn the page shows the same one again.
        if not page.came or page == before:
            break
        rows += page
        rows.lost += page.lost
        rows.repeated += page.repeated
        before = page
        if not page.has_more:
            break
    return rows


def _is_closed(err: PortalError) -> bool:
    """Say whether a host does not let customers in, whatever the way it says so."""
    return err.key in {"invalid_auth", "forbidden", "not_found"}


def _of_meter(entity: Body) -> tuple[tuple[str, ...], Counter]:
    """Read a register, and whose it is."""
    return reads.related(entity, "meter"), reads.counter(entity)
