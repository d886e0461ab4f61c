"""Flexible loads: what is to run each day, and what is planned of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from operator import gt
from typing import Final
from zoneinfo import ZoneInfo

from .agenda import Agenda, Occasion
from .demand import Demand
from .periods import local_time
from .planner import Plan, Runs, merged
from .series import Outlook, Series, Slot
from .why import Explanation

_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
_A_DAY: Final = 24 * 60
# The priority of what nobody puts before or behind others.
USUAL: Final = 5.0


class Status(StrEnum):
    """What a load is doing."""

    OFF = "off"
    WAITING = "waiting"
    NOT_READY = "not_ready"
    SHORTFALL = "shortfall"
    PLANNED = "planned"
    DUE = "due"
    RUNNING = "running"
    PAUSED = "paused"


class Reason(StrEnum):
    """Why a load gets less than it needs."""

    TIME = "time"
    CALENDAR = "calendar"
    CAP = "cap"
    LIMIT = "limit"
    PIECES = "pieces"
    NOT_READABLE = "not_readable"
    NOT_READY = "not_ready"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a load lacks by its deadline, told at `since`, and the reason that binds.

    `duration` is how long it would have to run beyond what is planned, at its most
    power; `energy`, kWh, is None where the power is not known.
    """

    reason: Reason
    duration: timedelta
    energy: float | None
    deadline: datetime
    since: datetime


class Order(StrEnum):
    """What the user has ordered by hand."""

    START = "start"
    DONE = "done"
    BACK = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is to run within each window of the day, on some days.

    A window begins at `begin` of a day in `days` (0 is Monday) and ends when clocks
    next show `end`; it is a whole day where they are the same. `others` are more of
    them. Between what runs in two windows lies a `pause`. Where not all loads have what
    they need, the higher `priority` goes first, which has no unit. `takes_more` says
    that more may be taken than is needed, once it is said below which price.
    """

    demand: Demand
    begin: time = time()
    end: time = time()
    days: frozenset[int] = frozenset(range(7))
    takes_part: bool = True
    others: tuple[tuple[time, time], ...] = ()
    pause: timedelta = timedelta()
    priority: float = USUAL
    takes_more: bool = False

    @property
    def hours(self) -> tuple[tuple[time, time], ...]:
        """Return the beginnings and ends of a day's windows, the first first."""
        return tuple(sorted(((self.begin, self.end), *self.others)))

    @property
    def is_open(self) -> bool:
        """Say whether the next window begins when one ends."""
        return self.begin == self.end and not self.others

    @property
    def overlaps(self) -> bool:
        """Say whether a window begins before another one ends."""
        begins = [_minutes(begin) for begin, _ in self.hours]
        ends = [
            begin + ((_minutes(end) - begin) % _A_DAY or _A_DAY)
            for begin, (_, end) in zip(begins, self.hours, strict=True)
        ]
        afters = [*begins[1:], begins[0] + _A_DAY]
        return any(map(gt, ends, afters, strict=True))

    def windows(self, now: datetime, zone: ZoneInfo) -> Iterator[Window]:
        """Yield the windows that have not ended, the next first, of a week."""
        today = now.astimezone(zone).date()
        for day in (today + _DAY * n for n in range(-1, 8)):
            if day.weekday() not in self.days:
                continue
            for place, (begin, end) in enumerate(self.hours):
                last = day if begin < end else day + _DAY
                window = Window(
                    day,
                    local_time(day, begin, zone),
                    local_time(last, end, zone),
                    place,
                )
                if window.deadline > now:
                    yield window


@dataclass(frozen=True, slots=True)
class Window:
    """One window of a load.

    `day` is the local day on which it begins, and `place` its place among those of it.
    """

    day: date
    earliest: datetime
    deadline: datetime
    place: int = 0

    @property
    def which(self) -> tuple[date, int]:
        """Return what tells it from others, wherever its bounds are moved to."""
        return self.day, self.place


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What the user has changed at `asked` for one window alone.

    `which` tells the window from others. It is to be `ready_by` another time, or to
    `start` at one.
    """

    which: tuple[date, int]
    asked: datetime
    ready_by: datetime | None = None
    start: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPlan(Outlook):
    """When a load runs next, and what became of it.

    `window` is what `plan` is for; where there is no plan, `status` says why.
    `done` is the day of the last window that is over, and `done_place` its place among
    those of the day. `promised` are the green shares
    that the plan was made on: they count even if the portal no longer tells them.
    `order` is what the user has asked for at `ordered`; `obeyed` is the last that was
    done, and `before` what it was until then, which is taken back to by the order to go
    back; after a restart nothing is. `ran` is what ran in the window, `past` what ran
    before. `looked` is when it was last seen to it that it runs. `shortfall` is what
    the window does not give. `moved` is what was changed of one window alone, last at
    `moved_at`; what was planned before counts no more once it `is_moved_anew`. `why` is
    the reason of the plan, once it is reckoned. `device_runs` is what the device says,
    None where none is bound or it says nothing.
    """

    status: Status = Status.WAITING
    window: Window | None = None
    plan: Plan | None = None
    is_by_hand: bool = False
    done: date | None = None
    done_place: int = 0
    promised: Runs = field(default_factory=Series)
    past: Runs = field(default_factory=Series)
    ran: Runs = field(default_factory=Series)
    looked: datetime | None = None
    shortfall: Shortfall | None = None
    currency: str | None = None
    order: Order | None = None
    ordered: datetime | None = None
    obeyed: datetime | None = None
    before: LoadPlan | None = None
    moved: Move | None = None
    moved_at: datetime | None = None
    is_moved_anew: bool = False
    why: Explanation | None = None
    device_runs: bool | None = None

    @property
    def runs(self) -> Runs:
        """Return the runs of the plan."""
        return Series() if self.plan is None else self.plan.runs

    def doing(self, now: datetime) -> Status:
        """Return what the load is doing."""
        if self.plan is None:
            return self.status
        if self.runs.at(now) is not None:
            # That it runs, a plan cannot know.
            return Status.RUNNING if self.device_runs else Status.DUE
        if now < self.plan.start:
            return Status.PLANNED
        # Over, it waits for the next look.
        return Status.PAUSED if now < self.plan.end else Status.WAITING

    def is_running(self, now: datetime) -> bool:
        """Say whether the load is to run now."""
        return self.runs.at(now) is not None

    def is_begun(self, now: datetime) -> bool:
        """Say whether the plan has started and is not over."""
        return self.plan is not None and self.plan.start <= now < self.plan.end

    def next_start(self, now: datetime) -> datetime | None:
        """Return when the load next starts to run."""
        following = self._stretch(now, is_current=False)
        return None if following is None else following.start

    def next_end(self, now: datetime) -> datetime | None:
        """Return when it next stops: now, or after its next start."""
        stretch = self._stretch(now, is_current=True) or self._stretch(
            now, is_current=False
        )
        return None if stretch is None else stretch.end

    def power(self, now: datetime) -> float | None:
        """Return the power to run at, kW; 0 while it does not run."""
        run = self.runs.at(now)
        return 0.0 if run is None else run.value

    def next_change(self, now: datetime) -> datetime | None:
        """Return when it next starts, stops or changes its power."""
        return self.runs.next_change(now)

    def stretches(self) -> Iterator[Slot[None]]:
        """Yield the time it runs without a break, whatever the power."""
        held: Slot[None] | None = None
        for run in self.runs:
            if held is not None and held.end == run.start:
                held = Slot(held.start, run.end, None)
                continue
            if held is not None:
                yield held
            held = Slot(run.start, run.end, None)
        if held is not None:
            yield held

    def _stretch(self, now: datetime, *, is_current: bool) -> Slot[None] | None:
        """Return the stretch of now, or the first after it."""
        for stretch in self.stretches():
            if stretch.start <= now < stretch.end:
                if is_current:
                    return stretch
            elif stretch.start > now and not is_current:
                return stretch
        return None

    def agenda(self) -> Agenda:
        """Return what has run and what is to run."""
        planned = self.stretches() if self.plan is not None else iter(self.ran)
        slots = (*self.past, *planned)
        return Agenda.of(Occasion(start=each.start, end=each.end) for each in slots)

    def ordered_to(self, order: Order, now: datetime) -> LoadPlan:
        """Return it with what the user asks for, to be done with the next look."""
        before = self.before
        # What is started twice is taken back at once.
        if order is Order.DONE or (order is Order.START and not self._is_started):
            before = replace(self, order=None, ordered=None, before=None)
        return replace(self, order=order, ordered=now, before=before)

    @property
    def _is_started(self) -> bool:
        """Say whether it was started by hand, or is about to be."""
        return self.is_by_hand or self.order is Order.START

    def can_go_back(self, now: datetime) -> bool:
        """Say whether what was ordered last lasts: a run by hand, a window left out."""
        was = self.before
        if was is None or self._is_started:
            return was is not None
        is_skipped = self.order is Order.DONE or self.done != was.done
        return is_skipped and was.window is not None and now < was.window.deadline

    def taken_back(self, now: datetime, *, is_one: bool) -> LoadPlan:
        """Return it as it was before it was started by hand or left out.

        What ran by hand ran, if it was for a minute; what `is_one` without a break has
        to run anew all the same. What was to begin meanwhile is planned anew.
        """
        was = self.before
        if was is None:
            return replace(self, order=None, ordered=None, obeyed=self.ordered)
        is_at_once = self.obeyed is not None and now - self.obeyed < _MINUTE
        by_hand = self.ran if self.is_by_hand and not is_at_once else ()
        ran, past = ((), by_hand) if is_one else (by_hand, ())
        again = replace(
            was,
            obeyed=self.ordered,
            moved_at=self.moved_at,
            device_runs=self.device_runs,
            past=merged((*was.past, *past)),
            ran=merged((*was.ran, *ran)),
        )
        start = next((run.start for run in was.runs if run not in was.ran), now)
        if start > now or is_at_once:
            return again
        return replace(again, status=Status.WAITING, plan=None, promised=Series())

    def moved_to(self, moved: Move | None, now: datetime) -> LoadPlan:
        """Return it with what the user changes of a window, done with the next look."""
        return replace(self, moved=moved, moved_at=now, is_moved_anew=True)


def _minutes(clock: time) -> float:
    """Return how long after midnight it is, min."""
    return clock.hour * 60 + clock.minute + clock.second / 60
