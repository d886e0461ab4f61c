"""eSmart's feeds about the customer, the contracts and the home."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
import math
from typing import Final

from ..contract import Feed, FeedRequest, Fetched, gather_sites
from ..http.errors import Forbidden, NotFound
from ..model.agenda import Agenda, Occasion
from ..model.dues import Due, Dues, DueSort
from ..model.periods import next_midnight
from ..rhythms import Every
from .client import EsmartClient
from .models import Building, Contract, Customer, Invoice, Message, MeterReading
from .reads import ZONE
from .sites import ContractSite, CustomerSite

# More than come between two looks.
_MESSAGES_SHOWN: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoices:
    """The customer's invoices, as far as they could be read."""

    invoices: tuple[Invoice, ...]
    currency: str
    is_whole: bool = True

    @property
    def unpaid(self) -> tuple[Invoice, ...]:
        """Return those on which something is still to be paid."""
        return tuple(each for each in self.invoices if (each.unpaid or 0) > 0)

    @property
    def is_told(self) -> bool:
        """Say whether of every invoice it is known what is still to be paid."""
        return self.is_whole and all(each.unpaid is not None for each in self.invoices)

    def unpaid_sum(self) -> float | None:
        """Return what is still to be paid, in the currency of the invoices.

        None where one of them does not say.
        """
        if not self.is_told:
            return None
        return math.fsum(each.unpaid or 0 for each in self.invoices)

    def next_due(self, now: datetime) -> date | None:
        """Return the first day, from today on, by which something is to be paid."""
        if not self._is_dated:
            return None
        today = now.astimezone(ZONE).date()
        return min((day for day in self._due_days() if day >= today), default=None)

    def is_overdue(self, now: datetime) -> bool | None:
        """Say whether something should have been paid by now, None if unknown."""
        today = now.astimezone(ZONE).date()
        if any(day < today for day in self._due_days()):
            return True
        return False if self._is_dated else None

    @property
    def _is_dated(self) -> bool:
        """Say whether it is known what is to be paid, and when."""
        return self.is_told and all(each.due is not None for each in self.unpaid)

    def _due_days(self) -> list[date]:
        """Return the days by which something is to be paid."""
        return [due_day(each.due) for each in self.unpaid if each.due is not None]

    def agenda(self) -> Agenda:
        """Return the due dates of all invoices."""
        return Agenda.of(
            Occasion.on(
                due_day(each.due),
                ZONE,
                title=None
                if each.total is None
                else f"{each.total:.2f} {self.currency}",
                detail=each.number,
            )
            for each in self.invoices
            if each.due is not None
        )

    def dues(self) -> Dues:
        """Return what is still to be paid."""
        return Dues.of(
            (
                Due(
                    day=due_day(each.due),
                    sort=DueSort.INVOICE,
                    amount=each.unpaid,
                    currency=self.currency,
                )
                for each in self.unpaid
                if each.due is not None
            ),
            is_whole=self._is_dated,
        )

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next midnight, at which an invoice may become overdue."""
        return next_midnight(now, ZONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """How many messages are unread, and the newest ones."""

    unread: int
    newest: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Which of the utility's terms are accepted, None where it does not say."""

    licence: bool | None
    general: bool | None
    additional: bool | None

    def is_complete(self) -> bool | None:
        """Say whether all that is known of is accepted."""
        known = [
            each
            for each in (self.licence, self.general, self.additional)
            if each is not None
        ]
        return all(known) if known else None


def due_day(due: datetime) -> date:
    """Return the portal's day of a due date."""
    return due.astimezone(ZONE).date()


async def _contract(
    client: EsmartClient, request: FeedRequest[Contract, ContractSite]
) -> Fetched[Contract]:
    return await gather_sites(request, lambda site: client.contract(site.contract_no))


async def _meter_reading(
    client: EsmartClient, request: FeedRequest[MeterReading, ContractSite]
) -> Fetched[MeterReading]:
    """Return the newest reading of each meter that has one."""

    async def one(site: ContractSite) -> MeterReading:
        if site.delivery_point_id is None:
            raise NotFound("contractdeliverypoints", "no delivery point")
        readings = await client.meter_readings(site.delivery_point_id)
        dated = [each for each in readings if each.date is not None]
        none_yet = MeterReading(value=None)
        return max(dated, key=lambda each: each.date or request.now, default=none_yet)

    return await gather_sites(request, one)


async def _building(
    client: EsmartClient, request: FeedRequest[Building, ContractSite]
) -> Fetched[Building]:
    async def one(site: ContractSite) -> Building:
        if site.meter_id is None:
            raise NotFound("contractdeliverypoints", "no meter")
        return await client.building(site.contract_no, site.meter_id)

    return await gather_sites(request, one)


async def _customer(
    client: EsmartClient, request: FeedRequest[Customer, CustomerSite]
) -> Fetched[Customer]:
    return await gather_sites(request, lambda site: client.customer())


async def _invoices(
    client: EsmartClient, request: FeedRequest[Invoices, CustomerSite]
) -> Fetched[Invoices]:
    async def one(site: CustomerSite) -> Invoices:
        invoices = await client.invoices()
        return Invoices(
            invoices=invoices, currency=client.currency, is_whole=invoices.is_whole
        )

    return await gather_sites(request, one)


async def _messages(
    client: EsmartClient, request: FeedRequest[Messages, CustomerSite]
) -> Fetched[Messages]:
    async def one(site: CustomerSite) -> Messages:
        return Messages(
            unread=await client.unread_messages(),
            newest=await client.messages(page_size=_MESSAGES_SHOWN),
        )

    return await gather_sites(request, one)


async def _terms(
    client: EsmartClient, request: FeedRequest[Acceptance, CustomerSite]
) -> Fetched[Acceptance]:
    """Return what is accepted; a utility may have the licence, the terms or both."""

    async def one(site: CustomerSite) -> Acceptance:
        licence = general = additional = None
        missing: list[NotFound | Forbidden] = []
        try:
            licence = await client.eula_accepted()
        except (Forbidden, NotFound) as err:
            missing.append(err)
        try:
            terms = await client.terms()
            general, additional = terms.general, terms.additional
        except (Forbidden, NotFound) as err:
            missing.append(err)
        if len(missing) > 1:
            raise missing[0]
        return Acceptance(licence=licence, general=general, additional=additional)

    return await gather_sites(request, one)


_FACTS: Final = Every(interval=timedelta(hours=6), jitter=timedelta(minutes=30))
_DAILY: Final = Every(interval=timedelta(days=1), jitter=timedelta(hours=1))

CONTRACT: Final = Feed(key="contract", fetch=_contract, at=ContractSite, rhythm=_DAILY)
METER_READING: Final = Feed(
    key="meter_reading", fetch=_meter_reading, at=ContractSite, rhythm=_FACTS
)
BUILDING: Final = Feed(key="building", fetch=_building, at=ContractSite, rhythm=_DAILY)
CUSTOMER: Final = Feed(key="customer", fetch=_customer, at=CustomerSite, rhythm=_DAILY)
INVOICES: Final = Feed(
    key="invoices",
    fetch=_invoices,
    at=CustomerSite,
    rhythm=_FACTS,
    kinds={Dues: Invoices.dues},
)
MESSAGES: Final = Feed(
    key="messages",
    fetch=_messages,
    at=CustomerSite,
    rhythm=Every(interval=timedelta(hours=2), jitter=timedelta(minutes=10)),
)
TERMS: Final = Feed(key="terms", fetch=_terms, at=CustomerSite, rhythm=_DAILY)

FEEDS: Final = (
    CONTRACT,
    METER_READING,
    BUILDING,
    CUSTOMER,
    INVOICES,
    MESSAGES,
    TERMS,
)
