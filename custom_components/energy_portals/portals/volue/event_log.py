"""The event log of a site: every event that concerned it, and what became of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import isnan, nan
from typing import Final, TypedDict, Unpack
from zoneinfo import ZoneInfo

import msgspec

from ..contract import Site
from ..model.agenda import Agenda, Occasion
from ..model.caps import PowerCaps
from ..model.incentives import IncentiveOutlook
from ..model.periods import midnight
from ..model.plain import looked_up, plain
from ..model.planned_use import PlannedHour
from ..model.prices import Price, PriceSeries
from ..model.series import Series, Slot
from .event_state import Answer, EventState, EventStateKey, settled
from .events import AREAS, EventPart, Notice, concerns, parts_for, zone_of
from .models import EventType
from .sites import USER, Flexible

# Longer than any report can be late: they are due before the month ends.
KEPT: Final = timedelta(days=45)
# Incentives and caps are worked out from here before the latest arrival on: all the
# others are over, and doing it again with each arrival would take its time.
_SHOWN: Final = timedelta(days=2)
_DAY: Final = timedelta(days=1)
_NOTED: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedPlan:
    """The usage plan that the portal has taken, and when (UTC)."""

    at: datetime
    hours: tuple[PlannedHour, ...]


@dataclass(frozen=True, slots=True)
class EventLog:
    """All event states of a site by arrival, and what they amount to.

    `polled` is when the portal's list was last read to where it was known. A user's
    log has neither incentives nor caps, and a site's incentives begin with its first.
    `plan` is the last usage plan of a location that was reported.
    """

    records: tuple[EventState, ...] = ()
    polled: datetime | None = None
    is_user: bool = False
    plan: ReportedPlan | None = None
    incentives: IncentiveOutlook | None = field(init=False, compare=False)
    caps: PowerCaps | None = field(init=False, compare=False)
    agenda: Agenda = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Work out once what is only looked up later."""
        incentives = caps = None
        if not self.is_user:
            since = self.records[-1].received - _SHOWN if self.records else None
            recent = [each for each in self.records if since and each.until > since]
            incentives = _incentives(recent)
            caps = _caps(recent)
        object.__setattr__(self, "incentives", incentives)
        object.__setattr__(self, "caps", caps)
        object.__setattr__(self, "agenda", Agenda.of(_occasions(self.records)))

    @property
    def is_pushed_to(self) -> bool:
        """Say whether the latest event came by webhook, and not by asking."""
        return self.latest is not None and self.latest.pushed

    @property
    def latest(self) -> EventState | None:
        """Return the latest arrival."""
        return self.records[-1] if self.records else None

    def to_answer(self, now: datetime) -> tuple[EventState, ...]:
        """Return the caps that have no answer and are not over."""
        return tuple(
            each
            for each in self.records
            if each.is_cap and each.answer is None and each.until > now
        )

    def next_change(self, now: datetime) -> datetime | None:
        """Return when an incentive, a cap or an occasion next begins or ends."""
        known = (self.incentives, self.caps, self.agenda)
        changes = [each.next_change(now) for each in known if each is not None]
        return min(filter(None, changes), default=None)

    def holds(self, now: datetime) -> bool:
        """Say yes: what was received stays so."""
        return True

    def with_records(self, records: Iterable[EventState]) -> EventLog:
        """Return the same log with these event states."""
        return replace(self, records=tuple(records))


def _incentives(records: Iterable[EventState]) -> IncentiveOutlook | None:
    """Return the changes on top of the price; later created ones replace earlier.

    The portal lists only the hours that matter: in the rest of a day that it sent a
    curve for, nothing is added. What of a curve could not be read is not known.
    """
    curves = [each for each in records if each.kind == EventType.PRICE_CURVE]
    curves.sort(key=lambda each: (each.created, each.number))
    known = [each for each in curves if each.part.slots]
    if not known:
        return None
    zone = zone_of(known[-1].part.area)
    series = PriceSeries(known[0].part.currency)
    for curve in curves:
        currency = curve.part.currency or series.currency
        for start, end in curve.blank:
            series = series.merged(_series(currency, [Slot(start, end, nan)]))
        series = series.merged(_series(currency, curve.part.slots))
    if known[-1].part.area.upper() in AREAS:
        series = _series(series.currency, _zeroes(_told(series), zone)).merged(series)
    return IncentiveOutlook.of(_told(series), zone)


def _series(currency: str, slots: Iterable[Slot[float]]) -> PriceSeries:
    """Return changes as prices; NaN stands for what is not known."""
    priced = (Slot(each.start, each.end, Price(each.value)) for each in slots)
    return PriceSeries(currency, slots=Series.of(priced))


def _told(series: PriceSeries) -> PriceSeries:
    """Return what is known of a series."""
    told = (slot for slot in series.slots if not isnan(slot.value.value))
    return PriceSeries(series.currency, slots=Series.of(told))


def _zeroes(series: PriceSeries, zone: ZoneInfo) -> Iterator[Slot[float]]:
    """Yield zero for every hour of the local days that a series is about."""
    length = series.resolution or timedelta(hours=1)
    days = {slot.start.astimezone(zone).date() for slot in series.slots}
    for day in sorted(days):
        start, end = midnight(day, zone), midnight(day + _DAY, zone)
        while start < end:
            yield Slot(start, min(start + length, end), 0.0)
            start += length


def _caps(records: Iterable[EventState]) -> PowerCaps:
    """Return the caps that the site keeps to, or may have to."""
    binding = [
        each for each in records if each.is_cap and each.answer is not Answer.DECLINED
    ]
    return PowerCaps.of(
        (slot for state in binding for slot in state.part.slots),
        (span for state in binding for span in state.blank),
        # A thing's own caps are not the whole location's.
        is_flexible=bool(binding)
        and all(each.kind == EventType.RESOURCE_CAP for each in binding),
    )


def _occasions(records: tuple[EventState, ...]) -> Iterator[Occasion]:
    """Yield what events say, equal neighbours as one."""
    for state in records:
        held: Slot[float] | None = None
        for slot in state.part.slots:
            if held and held.end == slot.start and held.value == slot.value:
                held = Slot(held.start, slot.end, held.value)
                continue
            if held:
                yield _occasion(state, held)
            held = slot
        if held:
            yield _occasion(state, held)


def _occasion(state: EventState, slot: Slot[float]) -> Occasion:
    """Return one span of an event; its id is what actions ask for."""
    if state.kind == EventType.PRICE_CURVE:
        title = f"{slot.value:+g} {state.part.currency}/kWh"
    elif state.kind == EventType.RESERVATION:
        title = f"({slot.value:g} kW)"
    else:
        title = f"≤ {slot.value:g} kW"
    return Occasion(
        start=slot.start, end=slot.end, title=title, detail=f"ID: {state.event_id}"
    )


# --- entering -------------------------------------------------------------------------


def logged(
    logs: Mapping[str, EventLog],
    notices: Iterable[Notice],
    sites: Iterable[Site],
    *,
    user_id: str,
    now: datetime,
    pushed: bool = False,
    refused: Counter[str] | None = None,
) -> dict[str, EventLog]:
    """Return the logs with what these events say to the sites, each once.

    Events that are told again and otherwise are counted.
    """
    sites = tuple(sites)
    new = {
        site.key: logs.get(site.key, EventLog(is_user=site.key == USER))
        for site in sites
    }
    # What comes at once is told in the order in which it was made.
    for notice in sorted(notices, key=lambda each: each.created or now):
        created = notice.created or now
        if created < now - KEPT:
            continue
        told: list[EventPart] = []
        for site in sites:
            if isinstance(site, Flexible):
                parts = parts_for(notice, site)
                told += parts
                _enter(new, site.key, notice, parts, now=now, pushed=pushed)
        if (part := concerns(notice, user_id, told)) is not None:
            _enter(new, USER, notice, (part,), now=now, pushed=pushed)
    if refused is not None and (disputed := _disputed(new) - _disputed(logs)):
        refused["events.id"] += len(disputed)
    return new


def _disputed(logs: Mapping[str, EventLog]) -> set[str]:
    """Return the events that were told again and otherwise."""
    return {e.event_id for log in logs.values() for e in log.records if e.disputed}


def _enter(
    logs: dict[str, EventLog],
    key: str,
    notice: Notice,
    parts: Iterable[EventPart],
    *,
    now: datetime,
    pushed: bool,
) -> None:
    """Enter an event into a site's log, or settle it with what is there of it."""
    log = logs[key]
    known = {state.key: state for state in log.records}
    number = log.records[-1].number if log.records else 0
    for part in parts:
        number += 1
        state = EventState(
            number=number,
            event_id=notice.id,
            kind=notice.kind,
            created=notice.created or now,
            received=now,
            pushed=pushed,
            part=part,
        )
        held = known.get(state.key)
        if held is None:
            known[state.key] = state
        elif key != USER:
            known[state.key] = settled(held, part)
    states = tuple(known.values())
    if states != log.records:
        kept = states
        if len(states) > len(log.records):
            kept = tuple(each for each in states if each.end > now - KEPT)
        logs[key] = log.with_records(kept)


def polled(logs: Mapping[str, EventLog], now: datetime) -> dict[str, EventLog]:
    """Return the logs, and that the portal's list was read, to the hour.

    Noting each time would write a file each time, and more is read than is needed.
    """
    return {
        key: replace(log, polled=now)
        if log.polled is None or now - log.polled >= _NOTED
        else log
        for key, log in logs.items()
    }


def joined(current: EventLog, fetched: EventLog) -> EventLog:
    """Return what was found beside what came or was done meanwhile."""
    if fetched == current:
        return current
    known = {state.key for state in current.records}
    number = current.records[-1].number if current.records else 0
    fresh = [each for each in fetched.records if each.key not in known]
    numbered = [replace(each, number=number + n) for n, each in enumerate(fresh, 1)]
    held = list(current.records)
    if fetched.polled is not None:
        # The latest stays: the next arrival is counted from it.
        last = [] if numbered else held[-1:]
        since = fetched.polled - KEPT
        held = [each for each in held if each.end > since or each in last]
    return EventLog((*held, *numbered), fetched.polled, current.is_user, current.plan)


class EventChanges(TypedDict, total=False):
    """What becomes of event states once something was done about them."""

    closed: bool
    answer: Answer
    reported: frozenset[datetime]


def changed(
    logs: Mapping[str, EventLog],
    keys: Iterable[tuple[str, EventStateKey]],
    **changes: Unpack[EventChanges],
) -> dict[str, EventLog]:
    """Return the logs with some event states changed, each named by site and key."""
    wanted = set(keys)
    return {
        site: log.with_records(
            replace(each, **changes) if (site, each.key) in wanted else each
            for each in log.records
        )
        if any(site == named for named, _ in wanted)
        else log
        for site, log in logs.items()
    }


# --- kept -----------------------------------------------------------------------------


@looked_up
class _KeptLog(msgspec.Struct):
    """An event log as JSON."""

    records: tuple[EventState, ...]
    polled: datetime | None
    is_user: bool
    plan: ReportedPlan | None = None


def dump(log: EventLog) -> object:
    """Return an event log as JSON."""
    kept = plain(_KeptLog(log.records, log.polled, log.is_user, log.plan))
    if isinstance(kept, dict):
        # A log without a plan is kept as it was when there were none.
        if log.plan is None:
            del kept["plan"]
        for state, told in zip(log.records, kept["records"], strict=True):
            _leave_out_usual(state, told)
    return kept


def _leave_out_usual(state: EventState, told: dict[str, dict[str, object]]) -> None:
    """Keep a state as it was kept when nothing of an event could be unknown."""
    if not state.disputed:
        del told["disputed"]
    if not state.part.is_incomplete:
        del told["part"]["incomplete"]


def load(data: object, options: Mapping[str, object]) -> EventLog:
    """Return what was dumped; ValueError for anything else."""
    kept = msgspec.convert(data, _KeptLog)
    return EventLog(kept.records, kept.polled, kept.is_user, kept.plan)
