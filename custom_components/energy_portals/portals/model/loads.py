"""Flexible loads: what is to run each day, and how its plan lives through the day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from .agenda import Agenda, Occasion
from .demand import Demand
from .horizon import Horizon, HorizonSlot
from .periods import local_time
from .planner import NoPlan, Plan, Runs, added, by_hand, plan
from .series import Outlook, Series, Slot

_DAY: Final = timedelta(days=1)
# A calendar shows a little of what was; statistics are the recorder's.
_REMEMBERED: Final = timedelta(days=7)


class Status(StrEnum):
    """What a load is doing."""

    OFF = "off"
    WAITING = "waiting"
    IMPOSSIBLE = "impossible"
    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"


class Order(StrEnum):
    """What the user has ordered by hand."""

    START = "start"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is to run within a window of the day, on some days.

    The window begins at `begin` of a day in `days` (0 is Monday) and ends when clocks
    next show `end`; it is a whole day where they are the same.
    """

    demand: Demand
    begin: time = time()
    end: time = time()
    days: frozenset[int] = frozenset(range(7))
    takes_part: bool = True

    def windows(self, now: datetime, zone: ZoneInfo) -> Iterator[Window]:
        """Yield the windows that have not ended, the next first, of a week."""
        today = now.astimezone(zone).date()
        for day in (today + _DAY * n for n in range(-1, 8)):
            if day.weekday() in self.days:
                last = day if self.begin < self.end else day + _DAY
                window = Window(
                    day,
                    local_time(day, self.begin, zone),
                    local_time(last, self.end, zone),
                )
                if window.deadline > now:
                    yield window


@dataclass(frozen=True, slots=True)
class Window:
    """One window of a load; `day` is the local day on which it begins."""

    day: date
    earliest: datetime
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPlan(Outlook):
    """When a load runs next, and what became of it.

    `window` is what `plan` is for; where there is no plan, `status` says why.
    `done` is the day of the last window that is over. `promised` are the green shares
    that the plan was made on: they count even if the portal no longer tells them.
    `order` is what the user has asked for at `ordered`; `obeyed` is the last that was
    done. `past` are runs that have ended.
    """

    status: Status = Status.WAITING
    window: Window | None = None
    plan: Plan | None = None
    is_by_hand: bool = False
    done: date | None = None
    promised: Runs = field(default_factory=Series)
    past: Runs = field(default_factory=Series)
    currency: str | None = None
    order: Order | None = None
    ordered: datetime | None = None
    obeyed: datetime | None = None

    @property
    def runs(self) -> Runs:
        """Return the runs of the plan."""
        return Series() if self.plan is None else self.plan.runs

    def doing(self, now: datetime) -> Status:
        """Return what the load is doing."""
        if self.plan is None:
            return self.status
        if self.runs.at(now) is not None:
            return Status.RUNNING
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
        slots = (*self.past, *self.stretches())
        return Agenda.of(Occasion(start=each.start, end=each.end) for each in slots)

    def ordered_to(self, order: Order, now: datetime) -> LoadPlan:
        """Return it with what the user asks for, to be done with the next look."""
        return replace(self, order=order, ordered=now)


def all_renewed(
    loads: Mapping[str, Load],
    held: Mapping[str, LoadPlan],
    known: Mapping[str, Horizon | None],
    now: datetime,
    zone: ZoneInfo,
    limit: float | None = None,
) -> dict[str, LoadPlan]:
    """Return the plans of loads, which may draw no more than `limit` kW together.

    One after the other has the best of what those before it leave: each plan is exact,
    the whole is not. First comes what has begun, then what has to be done first, then
    what runs longest. What has no power counts as nothing.
    """

    def urgency(key: str) -> tuple[bool, datetime, timedelta, str]:
        window = next(loads[key].windows(now, zone), None)
        deadline = now + 2 * _REMEMBERED if window is None else window.deadline
        longest = -loads[key].demand.shortest
        is_first = held[key].is_begun(now) or held[key].order is Order.START
        return not is_first, deadline, longest, key

    drawn: Series[float] = Series()
    plans: dict[str, LoadPlan] = {}
    for key in sorted(loads, key=urgency):
        room = known[key]
        if room is not None and limit is not None:
            room = room.less(drawn, limit)
        plans[key] = renewed(loads[key], held[key], room, now, zone)
        drawn = added(drawn, plans[key].runs)
    return {key: plans[key] for key in loads}


def renewed(
    load: Load, held: LoadPlan, known: Horizon | None, now: datetime, zone: ZoneInfo
) -> LoadPlan:
    """Return the plan of a load in the light of what is known now.

    A plan that has started does not move. One that has not is made anew, and stays
    when nothing is known any more. `known` is None where there is no source at all.
    """
    held = _obeyed(load, _told_over(held, now), known, now, zone)
    if held.is_begun(now) and (load.takes_part or held.is_by_hand):
        return held
    window = _next_window(load, held, now, zone)
    if not load.takes_part or window is None:
        return _without_plan(held, Status.OFF, None)
    if held.window is not None and held.window.day != window.day:
        held = replace(held, promised=Series(), plan=None)
    if known is None:
        return replace(held, window=window) if held.plan else _waiting(held, window)
    try:
        planned = plan(
            known.greener(held.promised),
            load.demand,
            max(now, window.earliest),
            window.deadline,
        )
    except NoPlan as none:
        if none.reason == "not_known":
            return replace(held, window=window) if held.plan else _waiting(held, window)
        return _without_plan(held, Status.IMPOSSIBLE, window)
    return replace(
        held,
        status=Status.PLANNED,
        window=window,
        plan=planned,
        is_by_hand=False,
        promised=_green_of(known.greener(held.promised), planned),
    )


def _next_window(
    load: Load, held: LoadPlan, now: datetime, zone: ZoneInfo
) -> Window | None:
    """Return the next window that is not done and that has time enough left."""
    length = load.demand.shortest
    for window in load.windows(now, zone):
        has_time = window.deadline - max(now, window.earliest) >= length
        if has_time and (held.done is None or window.day > held.done):
            return window
    return None


def _waiting(held: LoadPlan, window: Window) -> LoadPlan:
    """Return it waiting for what is not known yet."""
    return _without_plan(held, Status.WAITING, window)


def _without_plan(held: LoadPlan, status: Status, window: Window | None) -> LoadPlan:
    """Return it without a plan."""
    return replace(
        held,
        status=status,
        window=window,
        plan=None,
        is_by_hand=False,
        promised=Series(),
    )


def _told_over(held: LoadPlan, now: datetime) -> LoadPlan:
    """Return it with a plan that is over counted among what was."""
    if held.plan is None or held.plan.end > now:
        return held
    return _over(held, held.plan.end, now)


def _over(held: LoadPlan, end: datetime, now: datetime) -> LoadPlan:
    """Return it with its window done, what ran until then remembered."""
    ran = tuple(
        Slot(run.start, min(run.end, end), run.value)
        for run in held.runs
        if run.start < end
    )
    past = [run for run in held.past if run.end > now - _REMEMBERED]
    return replace(
        _without_plan(held, Status.WAITING, None),
        done=held.done if held.window is None else held.window.day,
        past=Series((*past, *ran)),
    )


def _obeyed(
    load: Load, held: LoadPlan, known: Horizon | None, now: datetime, zone: ZoneInfo
) -> LoadPlan:
    """Return it with what the user has asked for done."""
    order, ordered = held.order, held.ordered
    if order is None or ordered is None:
        return held
    held = replace(held, order=None, ordered=None, obeyed=ordered)
    window = _next_window(load, held, now, zone)
    today = now.astimezone(zone).date()
    if order is Order.DONE:
        if held.plan is not None and held.plan.start <= now:
            return _over(held, now, now)
        if window is None or window.day > today:
            return held
        return replace(_without_plan(held, Status.WAITING, None), done=window.day)
    if held.is_begun(now):
        if held.is_running(now):
            return held
        # Between two pieces the rest is not waited for.
        held = replace(_over(held, now, now), done=held.done)
    known = known or Horizon((Slot(now, now + _DAY, HorizonSlot()),))
    return replace(
        held,
        status=Status.PLANNED,
        # Run by hand today is run for today; tomorrow's window comes all the same.
        window=window if window is not None and window.day <= today else None,
        plan=by_hand(known, load.demand, now),
        is_by_hand=True,
        promised=Series(),
    )


def _green_of(known: Horizon, planned: Plan) -> Runs:
    """Return the green shares within a plan."""
    return Series(
        tuple(
            Slot(part.start, part.end, part.value.share)
            for run in planned.runs
            for part in known.between(run.start, run.end)
            if part.value.is_green
        )
    )
