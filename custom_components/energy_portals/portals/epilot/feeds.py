"""epilot's feeds: what the model has no kind for, beside prices and history."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ..contract import Feed, FeedRequest, Fetched, gather_partly, gather_sites
from ..http.errors import AuthError, Forbidden, NotFound, PendingActivation, PortalError
from ..model.agenda import Agenda, Occasion
from ..model.periods import midnight, next_midnight
from ..rhythms import Every
from .client import EpilotClient
from .feeds_prices import PRICES
from .history import told_unit
from .hooks import Consumption, Metadata
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
    in_words,
)
from .series import FOR_PRICES, end_of, gathered, interval_of, within_range
from .sites import ContractSite, MeterSite, PortalSite


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalFacts:
    """How the portal and the user in it are doing."""

    is_enabled: bool
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
class ReportedPower:
    """The newest power that an app tells of, by type; W."""

    values: Mapping[str, PowerValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerValue:
    """A power in W, of an interval that is over since `end`."""

    label: str
    watts: float
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Billing:
    """The customer's balance and billing events."""

    balance: Money | None
    events: tuple[BillingEvent, ...]

    def coming(self, now: datetime) -> BillingEvent | None:
        """Return the next instalment, from today on, that is not paid."""
        today = now.astimezone(ZONE).date()
        open_ = [
            (each.due, each)
            for each in self.events
            if each.kind == BillingKind.INSTALLMENT
            and each.paid is None
            and each.due is not None
            and each.due >= today
        ]
        return min(open_, key=lambda pair: pair[0])[1] if open_ else None

    @property
    def last_paid(self) -> BillingEvent | None:
        """Return what was paid last."""
        paid = [(each.paid, each) for each in self.events if each.paid is not None]
        return max(paid, key=lambda pair: pair[0])[1] if paid else None

    @property
    def currency(self) -> str | None:
        """Return the currency of the balance, else of an event."""
        amounts = (self.balance, *(each.amount for each in self.events))
        named = (each.currency for each in amounts if each is not None)
        return next(filter(None, named), None)

    def agenda(self) -> Agenda:
        """Return the days on which something is due, or was paid."""
        return Agenda.of(
            Occasion.on(day, ZONE, title=_title(each), detail=each.note)
            for each in self.events
            if (day := each.due or each.paid) is not None
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
    """How many notifications are unread, and the newest ones."""

    unread: int
    newest: tuple[Notification, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """How many documents there are, and the newest ones, newest first."""

    count: int
    newest: tuple[Document, ...]


async def _portal(
    client: EpilotClient, request: FeedRequest[PortalFacts, PortalSite]
) -> Fetched[PortalFacts]:
    async def one(site: PortalSite) -> PortalFacts:
        config = await client.config()
        user = await client.user()
        contact: Contact | None = None
        with suppress(Forbidden, NotFound):
            contact = await client.contact()
        is_enabled = config.enabled is not False
        return PortalFacts(is_enabled=is_enabled, user=user, contact=contact)

    return await gather_sites(request, one)


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
            Register(
                counter=counter,
                reading=await _newest(client, meter.id, counter.id, problems),
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


async def _load(
    client: EpilotClient, request: FeedRequest[ReportedPower, MeterSite]
) -> Fetched[ReportedPower]:
    """Return the newest power of meters whose app says that it has one."""

    async def one(site: MeterSite) -> ReportedPower:
        refusal: PortalError = NotFound("getConsumption", "no power")
        for hook in site.consumption:
            try:
                metadata = await client.metadata(hook, site.context)
                interval = interval_of(hook, metadata, FOR_PRICES)
                if interval is None or not _has_power(metadata):
                    continue
                today = request.now.astimezone(ZONE).date()
                span = midnight(today - timedelta(days=1), ZONE), request.now
                asked = within_range(span, metadata)
                records = await gathered(
                    client.consumption, hook, site.context, asked, interval
                )
            except (Forbidden, NotFound) as err:
                refusal = err
                continue
            return ReportedPower(
                values={
                    kind or "": value
                    for (start, kind), record in records.items()
                    if (value := _watts(site, record, metadata, start, interval))
                }
            )
        raise refusal

    return await gather_sites(request, one)


def _has_power(metadata: Metadata | None) -> bool:
    """Say whether an app tells of power, or of a value that is no sum."""
    if metadata is None:
        return False
    options = metadata.type_options or ()
    return any((each.unit or "").strip().casefold() in _POWERS for each in options)


_POWERS: Final = frozenset({"w", "kw", "mw"})


def _watts(
    site: MeterSite,
    record: Consumption,
    metadata: Metadata | None,
    start: datetime,
    interval: str,
) -> PowerValue | None:
    """Return a record that is a power."""
    unit = told_unit(site, record, metadata)
    if unit is None or not unit.is_power or record.value is None:
        return None
    option = None if metadata is None else metadata.option(record.type)
    label = in_words(option.label if option else None) or record.type or ""
    return PowerValue(
        label=label,
        watts=record.value * unit.factor,
        end=end_of(start, interval),
    )


async def _billing(
    client: EpilotClient, request: FeedRequest[Billing, PortalSite]
) -> Fetched[Billing]:
    async def one(site: PortalSite) -> Billing:
        if not site.has_billing:
            raise NotFound("getBillingEvents", "no billing")
        balance: Money | None = None
        # Some utilities show events alone.
        with suppress(Forbidden, NotFound):
            balance = await client.balance()
        return Billing(balance=balance, events=tuple(await client.billing_events()))

    return await gather_sites(request, one)


async def _notifications(
    client: EpilotClient, request: FeedRequest[NotificationInbox, PortalSite]
) -> Fetched[NotificationInbox]:
    async def one(site: PortalSite) -> NotificationInbox:
        if not site.has_notifications:
            raise NotFound("listPortalNotifications", "no notifications")
        inbox = await client.notifications()
        unread = inbox.total_unread
        if unread is None:
            unread = sum(not each.read for each in inbox.results)
        return NotificationInbox(unread=unread, newest=tuple(inbox.results))

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


_FACTS: Final = Every(interval=timedelta(hours=6), jitter=timedelta(minutes=30))
_HOURLY: Final = Every(interval=timedelta(hours=1), jitter=timedelta(minutes=10))
_DAILY: Final = Every(interval=timedelta(days=1), jitter=timedelta(hours=1))

CONTRACT: Final = Feed(key="contract", fetch=_contracts, at=ContractSite, rhythm=_FACTS)
BILLING_ACCOUNT: Final = Feed(
    key="billing_account", fetch=_billing_accounts, at=ContractSite, rhythm=_FACTS
)
METER: Final = Feed(key="meter", fetch=_meters, at=MeterSite, rhythm=_FACTS)
LOAD: Final = Feed(key="load", fetch=_load, at=MeterSite, rhythm=_HOURLY)
BILLING: Final = Feed(key="billing", fetch=_billing, at=PortalSite, rhythm=_FACTS)
NOTIFICATIONS: Final = Feed(
    key="notifications", fetch=_notifications, at=PortalSite, rhythm=_HOURLY
)
DOCUMENTS: Final = Feed(key="documents", fetch=_documents, at=PortalSite, rhythm=_FACTS)
TASKS: Final = Feed(key="tasks", fetch=_tasks, at=PortalSite, rhythm=_FACTS)
PORTAL: Final = Feed(key="portal", fetch=_portal, at=PortalSite, rhythm=_DAILY)

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
