"""Flexible loads together: what each is to do, under one limit and with one sun."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from .effort import drawn_by, too_dear, weighed
from .horizon import Horizon
from .living import renewed
from .load_plan import Load, LoadPlan, Order, Reason, Shortfall, Status, Window
from .planner import Runs, added
from .prices import HOUR
from .seen import Seen
from .series import Series

__all__ = [
    "Load",
    "LoadPlan",
    "Order",
    "Reason",
    "Shortfall",
    "Status",
    "Window",
    "all_renewed",
    "renewed",
]

# Where a load has no window, it has time.
_FAR: Final = timedelta(days=14)
# Yesterday's window may last until today, and today's be done.
_DAYS: Final = 3
# Of more loads today's order alone is tried: what each of the others takes adds up.
_FEW: Final = 12

type _Urgency = Callable[[str], tuple[object, ...]]


def all_renewed(
    loads: Mapping[str, Load],
    held: Mapping[str, LoadPlan],
    known: Mapping[str, Horizon | None],
    now: datetime,
    zone: ZoneInfo,
    limit: float | None = None,
    *,
    seen: Mapping[str, Seen] | None = None,
    is_restart: bool = False,
) -> dict[str, LoadPlan]:
    """Return the plans of loads, which may draw no more than `limit` kW together.

    One after the other has the best of what those before it leave, of the limit and of
    the sun: each plan is exact, the whole is not. What has begun or was ordered comes
    first. Then several orders are tried, and the best bill counts: what has to be done
    first and of that what runs longest; the largest power; the nearest deadline; the
    least slack. Where priorities differ, each of them also with the highest first. The
    first of all is tried as if there were no sun, too: what is best for one load in the
    sun need not be for all. What has no power counts as nothing.
    """
    by_device = seen or {}
    known = {
        key: None if room is None else _as_far(room, _end_of(loads[key], now, zone))
        for key, room in known.items()
    }

    def in_order(
        urgency: _Urgency, known: Mapping[str, Horizon | None] = known
    ) -> dict[str, LoadPlan]:
        drawn: Series[float] = Series()
        plans: dict[str, LoadPlan] = {}
        for key in sorted(loads, key=urgency):
            room = known[key]
            if room is not None and is_shared:
                room = room.beside(drawn)
                room = room if limit is None else room.less(drawn, limit)
            plans[key] = renewed(
                loads[key],
                held[key],
                room,
                now,
                zone,
                by_device.get(key),
                is_restart=is_restart,
            )
            drawn = added(drawn, plans[key].runs)
        return plans

    is_shared = limit is not None or any(
        each is not None and each.is_shared for each in known.values()
    )
    first, *others = _urgencies(loads, held, now, zone)
    candidates = [in_order(first)]
    if is_shared and 1 < len(loads) <= _FEW:
        candidates += map(in_order, others)
    if any(each is not None and each.has_sun for each in known.values()):
        dark = {key: each and each.in_the_dark() for key, each in known.items()}
        candidates.append(in_order(first, dark))
    plans = candidates[0]
    if len(candidates) > 1:
        plans = min(candidates, key=lambda each: _bill(loads, each, known))
    return {key: plans[key] for key in loads}


def _end_of(load: Load, now: datetime, zone: ZoneInfo) -> datetime:
    """Return how far a load may be planned: what is done goes on with the next days."""
    end, days = now, set[date]()
    for window in load.windows(now, zone):
        days.add(window.day)
        if len(days) > _DAYS:
            break
        end = window.deadline
    return end


def _as_far(room: Horizon, end: datetime) -> Horizon:
    """Return what is known until then: beyond it nothing is looked for."""
    slots = room.between(room.start, end) if end < room.end else ()
    return Horizon(slots) if slots else room


def _urgencies(
    loads: Mapping[str, Load],
    held: Mapping[str, LoadPlan],
    now: datetime,
    zone: ZoneInfo,
) -> list[_Urgency]:
    """Return the orders that are tried, the one first that is tried alone for many."""
    windows = {key: next(load.windows(now, zone), None) for key, load in loads.items()}
    deadlines = {
        key: now + _FAR if window is None else window.deadline
        for key, window in windows.items()
    }
    waits = {
        key: not (held[key].is_begun(now) or held[key].order is Order.START)
        for key in loads
    }
    lasts = {key: load.demand.shortest for key, load in loads.items()}
    slack = {
        key: deadlines[key]
        - max(now, now if window is None else window.earliest)
        - lasts[key]
        for key, window in windows.items()
    }
    orders: list[_Urgency] = [
        lambda key: (deadlines[key], -lasts[key], key),
        lambda key: (-loads[key].demand.high, deadlines[key], key),
        lambda key: (deadlines[key], -loads[key].demand.high, key),
        lambda key: (slack[key], key),
    ]
    if len({load.priority for load in loads.values()}) > 1:
        orders = [*(_by_priority(loads, order) for order in orders), *orders]
    return [_begun_first(waits, order) for order in orders]


def _by_priority(loads: Mapping[str, Load], order: _Urgency) -> _Urgency:
    """Return an order in which what has the highest priority goes first."""
    return lambda key: (-loads[key].priority, *order(key))


def _begun_first(waits: Mapping[str, bool], order: _Urgency) -> _Urgency:
    """Return an order in which what waits comes after what has begun."""
    return lambda key: (waits[key], *order(key))


def _bill(
    loads: Mapping[str, Load],
    plans: Mapping[str, LoadPlan],
    known: Mapping[str, Horizon | None],
) -> tuple[float, ...]:
    """Return what all of them lack by priority, kWh, and what they cost together.

    Between the two comes what of it is dearer than it should be, kWh.
    """
    lacks = dict.fromkeys(
        sorted({load.priority for load in loads.values()}, reverse=True), 0.0
    )
    dear = money = 0.0
    drawn: Series[float] = Series()
    for key, planned in plans.items():
        demand, ground = loads[key].demand, known[key]
        if (short := planned.shortfall) is not None:
            lacks[loads[key].priority] += demand.high * (short.duration / HOUR)
        if ground is None:
            continue
        runs: Runs = planned.runs
        ground = ground.beside(drawn)
        money += paid(ground, runs)
        money -= weighed(ground, demand, runs)[1] * demand.worth
        # What is needed is had by all orders that lack as much: the rest is more.
        money -= (demand.more_below or 0.0) * drawn_by(runs, demand)
        dear += too_dear(ground, demand, runs)
        drawn = added(drawn, runs)
    return (
        *(round(each, 6) for each in lacks.values()),
        round(dear, 6),
        round(money, 9),
    )


def paid(ground: Horizon, runs: Runs) -> float:
    """Return what runs cost, in the currency; the sun's part as if it were fed in."""
    money = 0.0
    for run in runs:
        power = 1.0 if run.value is None else run.value
        for part in ground.between(run.start, run.end):
            sun = min(part.value.sun, power)
            price = part.value.price or 0.0
            hours = (part.end - part.start) / HOUR
            money += hours * (sun * part.value.fed_in + (power - sun) * price)
    return money
