"""epilot's feeds: what the model has no kind for, beside prices and history."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ..contract import Feed, FeedRequest, Fetched, gather_partly, gather_sites
from ..http.errors import AuthError, Forbidden, NotFound, PendingActivation, PortalError
from ..model.agenda import Agenda, Occasion
from ..model.dues import Due, Dues, DueSort
from ..model.periods import next_midnight
from ..rhythms import Every
from .client import EpilotClient
from .feeds_load import HOURLY, LOAD
from .feeds_prices import PRICES
from .models import (
    ZONE,
    BillingAccount,
    BillingEvent,
    BillingKind,
    Contact,
    Contract,
    Counter,
    Document,
    Meter,
    Money,
    Notification,
    PortalUser,
    Reading,
    Tasks,
)
from .sites import ContractSite, MeterSite, PortalSite
from .units import unit_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalFacts:
    """How the portal and the user in it are doing."""

    is_enabled: bool | None
    user: PortalUser
    contact: Contact | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A counter of a meter and what it showed last."""

    counter: Counter
    reading: Reading | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterState:
    """A meter and its counters."""

    meter: Meter
    registers: tuple[Register, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Billing:
    """The customer's balance and billing events.

    `is_whole` says that no event is missing, of which what is next or last is one.
    """

    balance: Money | None
    events: tuple[BillingEvent, ...]
    is_whole: bool = True

    def coming(self, now: datetime) -> BillingEvent | None:
        """Return the next instalment, from today on, that is not paid."""
        today = now.astimezone(ZONE).date()
        # What is of no kind may be one, and so may one without a day be the next.
        open_ = [
            each
            for each in self.events
            if each.kind in {BillingKind.INSTALLMENT, None}
            and each.is_open is not False
            and (each.due is None or each.due >= today)
        ]
        if not open_ or not self.is_whole or any(each.due is None for each in open_):
            return None
        coming = min(open_, key=lambda each: each.due or today)
        return coming if coming.kind and coming.is_open else None

    @property
    def last_paid(self) -> BillingEvent | None:
        """Return what was paid last."""
        if not self.is_whole:
            return None
        paid = [(each.paid, each) for each in self.events if each.paid is not None]
        return max(paid, key=lambda pair: pair[0])[1] if paid else None

    @property
    def currency(self) -> str | None:
        """Return the one currency of all amounts, None where there are several."""
        amounts = (self.balance, *(each.amount for each in self.events))
        named = {each.currency for each in amounts if each is not None} - {None}
        return named.pop() if len(named) == 1 else None

    def agenda(self) -> Agenda:
        """Return the days on which something is due, or was paid."""
        return Agenda.of(
            Occasion.on(day, ZONE, title=_title(each), detail=each.note)
            for each in self.events
            if (day := each.due or each.paid) is not None
        )

    def dues(self) -> Dues:
        """Return what is still to be paid; what is of no kind may be a repayment."""
        asked = [
            each
            for each in self.events
            if each.kind != BillingKind.REIMBURSEMENT and each.is_open is not False
        ]
        return Dues.of(
            (
                Due(
                    day=each.due,
                    sort=DueSort.INSTALLMENT,
                    amount=None if each.amount is None else each.amount.amount,
                    currency=None if each.amount is None else each.amount.currency,
                )
                for each in asked
                if each.kind == BillingKind.INSTALLMENT
                and each.is_open
                and each.due is not None
            ),
            is_whole=self.is_whole
            and all(
                each.kind == BillingKind.INSTALLMENT and each.is_open and each.due
                for each in asked
            ),
        )

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next midnight, at which another instalment may be the next."""
        return next_midnight(now, ZONE)


def _title(event: BillingEvent) -> str | None:
    """Return what a billing event is about."""
    amount = event.amount
    told = None if amount is None else f"{amount.amount:.2f} {amount.currency or ''}"
    return " ".join(filter(None, (event.kind, told))).strip() or None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationInbox:
    """How many notifications are unread, and the newest ones; None is not known."""

    unread: int | None
    newest: tuple[Notification, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """How many documents there are, and the newest ones, newest first.

    None stands for a number that is not told.
    """

    count: int | None
    newest: tuple[Document, ...]


async def _portal(
    client: EpilotClient, request: FeedRequest[PortalFacts, PortalSite]
) -> Fetched[PortalFacts]:
    async def one(site: PortalSite) -> tuple[PortalFacts, tuple[PortalError, ...]]:
        config = await client.config()
        user = await client.user()
        problems: list[PortalError] = []
        contact = await _beside(client.contact(), problems)
        facts = PortalFacts(is_enabled=config.enabled, user=user, contact=contact)
        return facts, tuple(problems)

    return await gather_partly(request, one)


async def _contracts(
    client: EpilotClient, request: FeedRequest[Contract, ContractSite]
) -> Fetched[Contract]:
    """Return all contracts by one question."""
    by_id = {each.id: each for each in await client.contracts()}
    return Fetched(
        {
            site.key: by_id[site.contract_id]
            for site in request.sites
            if site.contract_id in by_id
        }
    )


async def _billing_accounts(
    client: EpilotClient, request: FeedRequest[BillingAccount, ContractSite]
) -> Fetched[BillingAccount]:
    async def one(site: ContractSite) -> BillingAccount:
        if site.billing_account is None:
            raise NotFound("getBillingAccount", "no billing account")
        return await client.billing_account(site.billing_account)

    return await gather_sites(request, one)


async def _meters(
    client: EpilotClient, request: FeedRequest[MeterState, MeterSite]
) -> Fetched[MeterState]:
    """Return meters by one question, and their counters one by one."""
    by_id = {each.id: each for each in await client.meters()}

    async def one(site: MeterSite) -> tuple[MeterState, tuple[PortalError, ...]]:
        if (meter := by_id.get(site.meter_id)) is None:
            raise NotFound("listMeters", "no such meter")
        problems: list[PortalError] = []
        registers = [
            register_of(
                client,
                counter,
                await _newest(client, meter.id, counter.id, problems),
            )
            for counter in await client.counters(meter.id)
        ]
        return MeterState(meter=meter, registers=tuple(registers)), tuple(problems)

    return await gather_partly(request, one)


async def _newest(
    client: EpilotClient, meter_id: str, counter_id: str, problems: list[PortalError]
) -> Reading | None:
    """Return a counter's newest reading; without it, there is still the counter."""
    try:
        return await client.newest_reading(meter_id, counter_id)
    except AuthError, PendingActivation:
        raise
    except PortalError as err:
        problems.append(err)
        return None


def register_of(
    client: EpilotClient, counter: Counter, reading: Reading | None
) -> Register:
    """Return a counter with its reading, unless that is of something else."""
    if reading is not None and not _is_of(reading, counter):
        client.refuse("getMeterReadings.value")
        reading = None
    return Register(counter=counter, reading=reading)


def _is_of(reading: Reading, counter: Counter) -> bool:
    """Say whether a reading is in the unit and of the way of its counter."""
    is_one_unit = reading.unit is None or unit_of(reading.unit) == unit_of(counter.unit)
    ways = {reading.direction, counter.direction} - {None}
    return counter.is_direct and is_one_unit and len(ways) < 2


async def _billing(
    client: EpilotClient, request: FeedRequest[Billing, PortalSite]
) -> Fetched[Billing]:
    async def one(site: PortalSite) -> tuple[Billing, tuple[PortalError, ...]]:
        if not site.has_billing:
            raise NotFound("getBillingEvents", "no billing")
        problems: list[PortalError] = []
        balance = await _beside(client.balance(), problems)
        events = await client.billing_events()
        billing = Billing(
            balance=balance, events=tuple(events), is_whole=events.is_whole
        )
        return billing, tuple(problems)

    return await gather_partly(request, one)


async def _beside[PartT](
    part: Awaitable[PartT], problems: list[PortalError]
) -> PartT | None:
    """Return a part that some utilities do not show; its failure costs it alone."""
    try:
        return await part
    except AuthError, PendingActivation:
        raise
    except Forbidden, NotFound:
        return None
    except PortalError as err:
        problems.append(err)
        return None


async def _notifications(
    client: EpilotClient, request: FeedRequest[NotificationInbox, PortalSite]
) -> Fetched[NotificationInbox]:
    async def one(site: PortalSite) -> NotificationInbox:
        if not site.has_notifications:
            raise NotFound("listPortalNotifications", "no notifications")
        inbox = await client.notifications()
        return NotificationInbox(unread=inbox.total_unread, newest=tuple(inbox.results))

    return await gather_sites(request, one)


async def _documents(
    client: EpilotClient, request: FeedRequest[Documents, PortalSite]
) -> Fetched[Documents]:
    async def one(site: PortalSite) -> Documents:
        newest, count = await client.documents()
        dated = sorted(newest, key=_dated, reverse=True)
        return Documents(count=count, newest=tuple(dated))

    return await gather_sites(request, one)


def _dated(document: Document) -> datetime:
    """Return when a document was made; one without a date is old."""
    return document.on or datetime.min.replace(tzinfo=UTC)


async def _tasks(
    client: EpilotClient, request: FeedRequest[Tasks, PortalSite]
) -> Fetched[Tasks]:
    return await gather_sites(request, lambda site: client.tasks())


# A part that is refused for a moment is missing until the next fetch.
_FACTS: Final = Every(interval=timedelta(hours=6), jitter=timedelta(minutes=30))

CONTRACT: Final = Feed(key="contract", fetch=_contracts, at=ContractSite, rhythm=_FACTS)
BILLING_ACCOUNT: Final = Feed(
    key="billing_account", fetch=_billing_accounts, at=ContractSite, rhythm=_FACTS
)
METER: Final = Feed(key="meter", fetch=_meters, at=MeterSite, rhythm=_FACTS)
BILLING: Final = Feed(
    key="billing",
    fetch=_billing,
    at=PortalSite,
    rhythm=_FACTS,
    kinds={Dues: Billing.dues},
)
NOTIFICATIONS: Final = Feed(
    key="notifications", fetch=_notifications, at=PortalSite, rhythm=HOURLY
)
DOCUMENTS: Final = Feed(key="documents", fetch=_documents, at=PortalSite, rhythm=_FACTS)
TASKS: Final = Feed(key="tasks", fetch=_tasks, at=PortalSite, rhythm=_FACTS)
PORTAL: Final = Feed(key="portal", fetch=_portal, at=PortalSite, rhythm=_FACTS)

FEEDS: Final = (
    PRICES,
    CONTRACT,
    BILLING_ACCOUNT,
    METER,
    LOAD,
    BILLING,
    NOTIFICATIONS,
    DOCUMENTS,
    TASKS,
    PORTAL,
)
