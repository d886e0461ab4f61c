"""How the plan of a load lives: what ran stays, what has not run may move."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from .asking import Ask, Choose, effort_for
from .demand import Demand, Shape, time_for
from .effort import Effort, going_on
from .horizon import Horizon, HorizonSlot
from .load_plan import Load, LoadPlan, Order, Reason, Shortfall, Status, Window
from .moves import next_window, pinned, unmoved_when_over
from .planner import Plan, Runs, by_hand, green_of, is_known, merged, priced, told
from .ran import lived, running_since, since, starts, until
from .seen import Need, Seen
from .series import Series, Slot

_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
# Plans are looked at again no later than this.
_LOOK: Final = timedelta(minutes=15)
# A calendar shows a little of what was; statistics are the recorder's.
_REMEMBERED: Final = timedelta(days=7)
_NO_NEED: Final = Need()


def renewed(
    load: Load,
    held: LoadPlan,
    known: Horizon | None,
    now: datetime,
    zone: ZoneInfo,
    seen: Seen | None = None,
    *,
    is_restart: bool = False,
    choose: Choose | None = None,
) -> LoadPlan:
    """Return the plan of a load in the light of what is known now.

    What ran stays; what has not run is planned anew, and moves only if that gains
    something. Without a break, what has begun goes on to its end. `known` is None where
    there may be something that nobody tells of: then nothing begins. `seen` is what the
    device says; without it, what was planned counts as run, except for the time before
    a restart in which nobody saw to it. `choose` chooses instead of the search.
    """
    need = _NO_NEED if seen is None else seen.need
    held = replace(held, device_runs=None if seen is None else seen.is_running)
    held = lived(held, now, seen, is_restart=is_restart)
    held = _ended(load, held, need, now, zone)
    held = _obeyed(load, held, known, now, zone)
    held = unmoved_when_over(load, held, now, zone)
    if held.is_begun(now):
        held = replace(held, looked=now)
        if held.is_by_hand:
            return held
    window = next_window(load, held, need.ready_by, now, zone)
    if not load.takes_part or (window is None and not held.is_begun(now)):
        return _switched_off(held)
    if window is None or (
        held.window is not None
        and held.window.which != window.which
        and held.window.deadline != window.deadline
    ):
        if _is_fixed(load.demand, held, now) or window is None:
            return held
        held = _over(held, now, now, is_done=bool(held.ran.slots))
    if known is None:
        return _unknown(load, held, window, now)
    if need.is_ready is False:
        return _not_ready(load.demand, held, window, need, now)
    return _planned(load, held, known, window, need, now, choose)


def _planned(
    load: Load,
    held: LoadPlan,
    known: Horizon,
    window: Window,
    need: Need,
    now: datetime,
    choose: Choose | None,
) -> LoadPlan:
    """Return the plan of what is left to do in a window."""
    demand = load.demand
    # Nobody switches by the second; what has begun goes on from the minute it is.
    at = now.replace(second=0, microsecond=0)
    begin, deadline = max(at, window.earliest), window.deadline
    is_running = held.runs.at(now) is not None
    ran = until(held.ran, at if is_running else now)
    left = _left(demand, ran, need, is_running=is_running)
    if left is None:
        return _satisfied(held, window, need, now)
    ground = known.greener(held.promised)
    span = ground.span(begin, deadline)
    if span is None:
        return _unknown_of(held, window, now)
    span = span.drawing(demand.power)
    before = since(held.runs, at if is_running else now)
    if is_running and demand.shape is Shape.CONTIGUOUS:
        effort = going_on(span, left, before, begin, deadline)
        if effort.runs == before and held.plan is not None:
            plan = priced(held.plan, ground, demand, now, deadline)
            return _with_shortfall(
                replace(held, status=Status.PLANNED, window=window, plan=plan),
                effort,
                now,
            )
    else:
        running = None
        if is_running:
            running = max(at - running_since(held.ran, now), timedelta())
        elif ran.slots and demand.shape is Shape.PIECES:
            begin = max(begin, ran.slots[-1].end + demand.least_pause)
        elif load.pause and held.past.slots and not ran.slots:
            begin = max(begin, held.past.slots[-1].end + load.pause)
        begin, deadline, pinned_now = pinned(held, window, left, begin, deadline)
        at_once = max(need.at_once, pinned_now)
        ask = Ask(span, left, begin, deadline, running, at_once)
        stays = Series() if held.is_moved_anew or pinned_now else before
        effort = effort_for(ask, stays, choose)
    runs = effort.runs if is_running else since(effort.runs, now)
    if not runs.slots:
        return _nothing_fits(held, window, effort, now)
    plan = _told(held, ground, demand, (ran, before, runs), max(now, window.earliest))
    plan = replace(
        plan, is_complete=is_known(ground, demand, max(now, window.earliest), deadline)
    )
    return _with_shortfall(
        replace(
            held,
            status=Status.PLANNED,
            window=window,
            plan=plan,
            is_by_hand=False,
            is_moved_anew=False,
            promised=green_of(ground, plan),
        ),
        effort,
        now,
    )


def _told(
    held: LoadPlan,
    ground: Horizon,
    demand: Demand,
    parts: tuple[Runs, Runs, Runs],
    earliest: datetime,
) -> Plan:
    """Return the plan of what ran, and of what is to run instead of what was."""
    ran, before, runs = parts
    new = told(ground, demand, runs, earliest, is_complete=True)
    if not ran.slots or held.plan is None:
        whole = told(ground, demand, merged((*ran, *runs)), earliest, is_complete=True)
        return replace(new, runs=whole.runs, energy=whole.energy)
    whole = told(ground, demand, merged((*ran, *runs)), earliest, is_complete=True)
    cost = held.plan.cost
    if runs != before and cost is not None:
        # What ran costs what it did; nobody tells prices of what is past.
        was: float | None = 0.0
        if before.slots:
            was = told(ground, demand, before, earliest, is_complete=True).cost
        is_told = new.cost is not None and was is not None
        cost = cost - (was or 0.0) + (new.cost or 0.0) if is_told else None
    return replace(
        new,
        runs=whole.runs,
        energy=whole.energy,
        cost=cost,
        cost_now=held.plan.cost_now,
        share=held.plan.share if runs == before else new.share,
        co2=held.plan.co2 if runs == before else new.co2,
    )


def _left(demand: Demand, ran: Runs, need: Need, *, is_running: bool) -> Demand | None:
    """Return what is left to do in a window in which this ran."""
    asked = _asked(demand, need)
    if asked is None:
        return None
    ran_for = sum((run.end - run.start for run in ran), timedelta())
    drawn = sum(
        (demand.high if run.value is None else run.value)
        * ((run.end - run.start) / timedelta(hours=1))
        for run in ran
    )
    if need.energy is not None and demand.power is not None:
        # The device knows what it has got.
        ran_for, drawn = timedelta(), 0.0
    used = sum(1 for _ in starts(ran))
    if is_running and not ran.slots:
        used = 1
    return asked.left(ran_for, drawn, used, is_running=is_running)


def _asked(demand: Demand, need: Need) -> Demand | None:
    """Return what is to run where a device may say it, None where it needs nothing.

    A time is an energy at the most power, and the other way round.
    """
    energy, lasts, power = need.energy, need.duration, demand.power
    if energy is not None and power is not None:
        if demand.energy is None:
            return replace(demand, duration=time_for(energy, power)) if energy else None
        more = demand.more if need.more is None else need.more
        return replace(demand, energy=energy, more=more) if energy or more else None
    if lasts is None:
        return demand
    if demand.energy is None:
        return replace(demand, duration=lasts) if lasts else None
    energy = demand.high * (lasts / timedelta(hours=1))
    return replace(demand, energy=round(energy, 9)) if energy else None


def _satisfied(held: LoadPlan, window: Window, need: Need, now: datetime) -> LoadPlan:
    """Return it with nothing left to do in a window.

    A device that tells what it needs may need something again before the window ends;
    one that tells a time has had it once it ran.
    """
    is_told = need.energy is not None
    if is_told or (need.duration is not None and not held.ran.slots):
        return replace(_over(held, now, now, is_done=False), window=window)
    return _over(held, now, now)


def _is_fixed(demand: Demand, held: LoadPlan, now: datetime) -> bool:
    """Say whether it runs, and runs to its end."""
    is_running = held.runs.at(now) is not None
    return is_running and demand.shape is Shape.CONTIGUOUS


# --- what became of it ---------------------------------------------------------------


def _ended(
    load: Load, held: LoadPlan, need: Need, now: datetime, zone: ZoneInfo
) -> LoadPlan:
    """Return it with a window, or what was to be done in it, that is over.

    What had to be ready sooner than its window ends may need more until then.
    """
    demand = load.demand
    if held.is_by_hand:
        if held.plan is None or held.plan.end <= now:
            return replace(_over(held, now, now), before=None)
        return held
    if held.window is None:
        return held
    if held.window.deadline <= now and not _is_fixed(demand, held, now):
        goes_on = held.window.which in {e.which for e in load.windows(now, zone)}
        return _over(held, now, now, is_done=not goes_on)
    if not held.ran.slots or held.runs.at(now) is not None:
        return held
    if _left(demand, held.ran, need, is_running=False) is None:
        return _satisfied(held, held.window, need, now)
    is_cut = held.plan is None or held.plan.end > now or held.ran.slots[-1].end < now
    if demand.shape is Shape.CONTIGUOUS and held.shortfall is not None and not is_cut:
        return _over(held, now, now)
    return held


def _unknown(load: Load, held: LoadPlan, window: Window, now: datetime) -> LoadPlan:
    """Return it where there may be something of which nobody tells."""
    held = _unknown_of(held, window, now)
    if held.plan is not None or window.deadline - now >= load.demand.shortest:
        return held
    missing = load.demand.shortest
    effort = Effort(Series(), missing, load.demand, Reason.NOT_READABLE)
    return _with_shortfall(held, effort, now)


def _unknown_of(held: LoadPlan, window: Window, now: datetime) -> LoadPlan:
    """Return it without anything to plan by: a plan stays, but does not begin."""
    if held.is_begun(now):
        return held
    if held.plan is not None and held.plan.start > now + _LOOK:
        return replace(held, window=window)
    waiting = _without_plan(held, Status.WAITING, window)
    return replace(waiting, promised=held.promised)


def _not_ready(
    demand: Demand, held: LoadPlan, window: Window, need: Need, now: datetime
) -> LoadPlan:
    """Return it where the device cannot run."""
    left = _left(demand, held.ran, need, is_running=False) or demand
    waiting = _without_plan(held, Status.NOT_READY, window)
    missing = left.shortest - (window.deadline - max(now, window.earliest))
    effort = Effort(Series(), max(missing, timedelta()), left, Reason.NOT_READY)
    return _with_shortfall(waiting, effort, now)


def _nothing_fits(
    held: LoadPlan, window: Window, effort: Effort, now: datetime
) -> LoadPlan:
    """Return it where there is no room at all, or no need; there may be some later."""
    status = Status.SHORTFALL if effort.missing >= _MINUTE else Status.WAITING
    return _with_shortfall(_without_plan(held, status, window), effort, now)


def _with_shortfall(held: LoadPlan, effort: Effort, now: datetime) -> LoadPlan:
    """Return it with what the window does not give, told since the first time."""
    window = held.window
    if effort.missing < _MINUTE or window is None:
        return replace(held, shortfall=None)
    told_before = held.shortfall
    since = now
    if told_before is not None and told_before.deadline == window.deadline:
        since = told_before.since
    return replace(
        held,
        shortfall=Shortfall(
            effort.reason,
            effort.missing,
            effort.missing_energy,
            window.deadline,
            since,
        ),
    )


def _switched_off(held: LoadPlan) -> LoadPlan:
    """Return it without a plan; what ran in a window that is not over stays."""
    window = held.window if held.ran.slots else None
    return replace(_without_plan(held, Status.OFF, window), shortfall=None)


def _without_plan(held: LoadPlan, status: Status, window: Window | None) -> LoadPlan:
    """Return it without a plan."""
    return replace(
        held,
        status=status,
        window=window,
        plan=None,
        is_by_hand=False,
        promised=Series(),
        looked=None,
    )


def _over(
    held: LoadPlan, end: datetime, now: datetime, *, is_done: bool = True
) -> LoadPlan:
    """Return it with its window done, what ran until then remembered."""
    past = [run for run in held.past if run.end > now - _REMEMBERED]
    ran = held.ran if held.plan is None else until(held.runs, end)
    done, place = held.done, held.done_place
    if is_done and held.window is not None:
        done, place = held.window.which
    return replace(
        _without_plan(held, Status.WAITING, None),
        done=done,
        done_place=place,
        past=Series((*past, *ran)),
        ran=Series(),
        shortfall=None,
    )


def _obeyed(
    load: Load, held: LoadPlan, known: Horizon | None, now: datetime, zone: ZoneInfo
) -> LoadPlan:
    """Return it with what the user has asked for done."""
    order, ordered = held.order, held.ordered
    if order is None or ordered is None:
        return held
    if order is Order.BACK:
        is_one = load.demand.shape is Shape.CONTIGUOUS
        return held.taken_back(now, is_one=is_one)
    held = replace(held, order=None, ordered=None, obeyed=ordered)
    window = next_window(load, held, None, now, zone)
    today = now.astimezone(zone).date()
    if order is Order.DONE:
        if held.ran.slots or (held.plan is not None and held.plan.start <= now):
            return replace(_over(held, now, now), done_place=len(load.others))
        if window is None or window.day > today:
            return held
        waiting = _without_plan(held, Status.WAITING, None)
        return replace(waiting, done=window.day, done_place=len(load.others))
    if held.runs.at(now) is not None:
        return held
    if held.ran.slots:
        # Between two pieces the rest is not waited for.
        held = _over(held, now, now, is_done=False)
    known = known or Horizon((Slot(now, now + _DAY, HorizonSlot()),))
    return replace(
        held,
        status=Status.PLANNED,
        # Run by hand today is run for today; tomorrow's window comes all the same.
        window=window if window is not None and window.day <= today else None,
        plan=by_hand(known, load.demand, now),
        is_by_hand=True,
        promised=Series(),
        shortfall=None,
    )
