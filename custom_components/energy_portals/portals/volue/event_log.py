"""The book of a site: every event that concerned it, and what became of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from ..contract import Site
from ..model.agenda import Agenda, Occasion
from ..model.caps import PowerCaps
from ..model.incentives import IncentiveOutlook
from ..model.periods import midnight
from ..model.prices import Price, PriceSeries
from ..model.series import Series, Slot
from .events import Notice, Part, concerns, parts_for, zone_of
from .models import EventType
from .sites import USER, Flexible

# Longer than any report can be late: they are due before the month ends.
KEPT: Final = timedelta(days=45)
# Incentives and caps are worked out from here before the latest arrival on: all the
# others are over, and doing it again with each arrival would take its time.
_SHOWN: Final = timedelta(days=2)
_DAY: Final = timedelta(days=1)
_NOTED: Final = timedelta(hours=1)
_CAPS: Final = frozenset({EventType.LOCATION_CAP, EventType.RESOURCE_CAP})


class Answer(StrEnum):
    """What the vendor was told of a cap."""

    ACKNOWLEDGED = "acknowledged"
    DECLINED = "declined"


type RecordKey = tuple[str, str | None, str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one event says to one target of a site, and what became of it.

    `number` counts arrivals at the site, `pushed` says that it came by webhook.
    `reported` are the starts of the hours whose energy the vendor has taken, `closed`
    says that nothing is to be done about it any more.
    """

    number: int
    event_id: str
    kind: str
    created: datetime
    received: datetime
    pushed: bool = False
    part: Part
    answer: Answer | None = None
    reported: frozenset[datetime] = frozenset()
    closed: bool = False

    @property
    def key(self) -> RecordKey:
        """Return what tells this record from others of the site."""
        part = self.part
        return (
            *(self.event_id, part.location_id),
            *(part.meter_point_id, part.resource_id),
        )

    @property
    def is_cap(self) -> bool:
        """Say whether it caps power."""
        return self.kind in _CAPS

    @property
    def end(self) -> datetime:
        """Return when it is over."""
        return max((slot.end for slot in self.part.slots), default=self.received)


@dataclass(frozen=True, slots=True)
class Book:
    """All records of a site by arrival, and what they amount to.

    `polled` is when the vendor's list was last read to where it was known. A user's
    book has neither incentives nor caps, and a site's incentives begin with its first.
    """

    records: tuple[Record, ...] = ()
    polled: datetime | None = None
    is_user: bool = False
    incentives: IncentiveOutlook | None = field(init=False, compare=False)
    caps: PowerCaps | None = field(init=False, compare=False)
    agenda: Agenda = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Work out once what is only looked up later."""
        incentives = caps = None
        if not self.is_user:
            since = self.records[-1].received - _SHOWN if self.records else None
            recent = [each for each in self.records if since and each.end > since]
            incentives = _incentives(recent)
            caps = PowerCaps.of(_binding(recent))
        object.__setattr__(self, "incentives", incentives)
        object.__setattr__(self, "caps", caps)
        object.__setattr__(self, "agenda", Agenda.of(_occasions(self.records)))

    @property
    def is_pushed_to(self) -> bool:
        """Say whether the latest event came by webhook, and not by asking."""
        return self.latest is not None and self.latest.pushed

    @property
    def latest(self) -> Record | None:
        """Return the latest arrival."""
        return self.records[-1] if self.records else None

    def to_answer(self, now: datetime) -> tuple[Record, ...]:
        """Return the caps that have no answer and are not over."""
        return tuple(
            each
            for each in self.records
            if each.is_cap and each.answer is None and each.end > now
        )

    def next_change(self, now: datetime) -> datetime | None:
        """Return when an incentive, a cap or an occasion next begins or ends."""
        known = (self.incentives, self.caps, self.agenda)
        changes = [each.next_change(now) for each in known if each is not None]
        return min(filter(None, changes), default=None)

    def holds(self, now: datetime) -> bool:
        """Say yes: what was received stays so."""
        return True

    def with_records(self, records: Iterable[Record]) -> Book:
        """Return the same book with these records."""
        return Book(tuple(records), self.polled, self.is_user)


def _incentives(records: Iterable[Record]) -> IncentiveOutlook | None:
    """Return the changes on top of the price; later created ones replace earlier.

    The vendor lists only the hours that matter: in the rest of a day that it sent a
    curve for, nothing is added.
    """
    curves = [each for each in records if each.kind == EventType.PRICE_CURVE]
    curves = [each for each in curves if each.part.slots]
    if not curves:
        return None
    curves.sort(key=lambda each: (each.created, each.number))
    zone = zone_of(curves[-1].part.area)
    series = PriceSeries(curves[-1].part.currency)
    for curve in curves:
        slots = (Slot(s.start, s.end, Price(s.value)) for s in curve.part.slots)
        newer = PriceSeries(curve.part.currency, slots=Series.of(slots))
        series = series.merged(newer)
    nothing = PriceSeries(series.currency, slots=Series.of(_whole_days(series, zone)))
    return IncentiveOutlook.of(nothing.merged(series), zone)


def _whole_days(series: PriceSeries, zone: ZoneInfo) -> Iterator[Slot[Price]]:
    """Yield zero for every hour of the local days that a series is about."""
    length = series.resolution or timedelta(hours=1)
    days = {slot.start.astimezone(zone).date() for slot in series.slots}
    for day in sorted(days):
        start, end = midnight(day, zone), midnight(day + _DAY, zone)
        while start < end:
            yield Slot(start, min(start + length, end), Price(0.0))
            start += length


def _binding(records: Iterable[Record]) -> Iterator[Slot[float]]:
    """Yield the caps that the site keeps to, or may have to."""
    for record in records:
        if record.is_cap and record.answer is not Answer.DECLINED:
            yield from record.part.slots


def _occasions(records: tuple[Record, ...]) -> Iterator[Occasion]:
    """Yield what events say, equal neighbours as one."""
    for record in records:
        held: Slot[float] | None = None
        for slot in record.part.slots:
            if held and held.end == slot.start and held.value == slot.value:
                held = Slot(held.start, slot.end, held.value)
                continue
            if held:
                yield _occasion(record, held)
            held = slot
        if held:
            yield _occasion(record, held)


def _occasion(record: Record, slot: Slot[float]) -> Occasion:
    """Return one span of an event; its id is what actions ask for."""
    if record.kind == EventType.PRICE_CURVE:
        title = f"{slot.value:+g} {record.part.currency}/kWh"
    elif record.kind == EventType.RESERVATION:
        title = f"({slot.value:g} kW)"
    else:
        title = f"≤ {slot.value:g} kW"
    return Occasion(
        start=slot.start, end=slot.end, title=title, detail=f"ID: {record.event_id}"
    )


# --- booking --------------------------------------------------------------------------


def booked(
    books: Mapping[str, Book],
    notices: Iterable[Notice],
    sites: Iterable[Site],
    *,
    user_id: str,
    now: datetime,
    pushed: bool = False,
) -> dict[str, Book]:
    """Return the books with what these events say to the sites, each once."""
    sites = tuple(sites)
    new = {
        site.key: books.get(site.key, Book(is_user=site.key == USER)) for site in sites
    }
    # What comes at once is told in the order in which it was made.
    for notice in sorted(notices, key=lambda each: each.created or now):
        created = notice.created or now
        if created < now - KEPT:
            continue
        told: list[Part] = []
        for site in sites:
            if isinstance(site, Flexible):
                parts = parts_for(notice, site)
                told += parts
                _enter(new, site.key, notice, parts, now=now, pushed=pushed)
        if (part := concerns(notice, user_id, told)) is not None:
            _enter(new, USER, notice, (part,), now=now, pushed=pushed)
    return new


def _enter(
    books: dict[str, Book],
    key: str,
    notice: Notice,
    parts: Iterable[Part],
    *,
    now: datetime,
    pushed: bool,
) -> None:
    """Enter an event into a site's book, unless it is there."""
    book = books[key]
    known = {record.key for record in book.records}
    number = book.records[-1].number if book.records else 0
    fresh = []
    for part in parts:
        number += 1
        record = Record(
            number=number,
            event_id=notice.id,
            kind=notice.kind,
            created=notice.created or now,
            received=now,
            pushed=pushed,
            part=part,
        )
        if record.key not in known:
            known.add(record.key)
            fresh.append(record)
    if fresh:
        kept = (each for each in book.records if each.end > now - KEPT)
        books[key] = book.with_records((*kept, *fresh))


def polled(books: Mapping[str, Book], now: datetime) -> dict[str, Book]:
    """Return the books, and that the vendor's list was read, to the hour.

    Noting each time would write a file each time, and more is read than is needed.
    """
    return {
        key: replace(book, polled=now)
        if book.polled is None or now - book.polled >= _NOTED
        else book
        for key, book in books.items()
    }


def joined(current: Book, found: Book) -> Book:
    """Return what was found beside what came or was done meanwhile."""
    if found == current:
        return current
    known = {record.key for record in current.records}
    number = current.records[-1].number if current.records else 0
    fresh = [each for each in found.records if each.key not in known]
    numbered = [replace(each, number=number + n) for n, each in enumerate(fresh, 1)]
    held = list(current.records)
    if found.polled is not None:
        # The latest stays: the next arrival is counted from it.
        last = [] if numbered else held[-1:]
        since = found.polled - KEPT
        held = [each for each in held if each.end > since or each in last]
    return Book((*held, *numbered), found.polled, current.is_user)


def changed(
    books: Mapping[str, Book], keys: Iterable[tuple[str, RecordKey]], **changes: Any
) -> dict[str, Book]:
    """Return the books with some records changed, each named by site and key."""
    wanted = set(keys)
    return {
        site: book.with_records(
            replace(each, **changes) if (site, each.key) in wanted else each
            for each in book.records
        )
        if any(site == named for named, _ in wanted)
        else book
        for site, book in books.items()
    }


# --- kept -----------------------------------------------------------------------------


class _KeptBook(msgspec.Struct):
    """A book as JSON."""

    records: tuple[Record, ...]
    polled: datetime | None
    is_user: bool


# What it is made of is looked up here, and not in the event loop.
msgspec.json.Decoder(_KeptBook)


def dump(book: Book) -> Any:
    """Return a book as JSON."""
    kept = _KeptBook(book.records, book.polled, book.is_user)
    # A clock may have a class of its own for times.
    return msgspec.to_builtins(kept, enc_hook=datetime.isoformat)


def load(data: Any, options: Mapping[str, Any]) -> Book:
    """Return what was dumped; ValueError for anything else."""
    kept = msgspec.convert(data, _KeptBook)
    return Book(kept.records, kept.polled, kept.is_user)
