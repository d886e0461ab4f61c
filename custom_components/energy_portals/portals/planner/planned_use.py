"""What a planner has planned for the place by whose caps it goes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ..model.ledger import hour_of
from ..model.load_plan import LoadPlan, Status
from ..model.loads import Load
from ..model.periods import midnight
from ..model.planned_use import PlannedHour, PlannedUse
from ..model.planner import Runs
from ..model.prices import HOUR
from ..model.series import Slot
from ..optimum.bill import exchanged
from ..optimum.grid import Grid
from .client import PlannerClient
from .stores import StorePlan
from .together import Whole

_DAY: Final = timedelta(days=1)
# What nothing is planned of draws nothing until that changes.
_IDLE: Final = frozenset({Status.OFF, Status.NOT_READY, Status.SHORTFALL})


def planned_use(
    client: PlannerClient,
    loads: Mapping[str, Load],
    plans: Mapping[str, LoadPlan | StorePlan],
    whole: Whole | None,
    now: datetime,
    zone: ZoneInfo,
    *,
    is_base_known: bool,
) -> PlannedUse | None:
    """Return what is planned until the end of tomorrow, as far as all of it is known.

    `whole` is the home that was planned as one. None where there is no place, or it is
    only assumed what the home draws by itself.
    """
    if not client.caps or not is_base_known:
        return None
    start = hour_of(now) + HOUR
    end = midnight(now.astimezone(zone).date() + 2 * _DAY, zone)
    for key, load in loads.items():
        plan = plans.get(key)
        if isinstance(plan, LoadPlan):
            end = min(end, _known_until(load, plan, now, zone))
    movable: defaultdict[datetime, float] = defaultdict(float)
    drawn: defaultdict[datetime, float] = defaultdict(float)
    unknown: set[datetime] = set()
    for each in plans.values():
        runs = each.powers if isinstance(each, StorePlan) else each.runs
        unknown |= _add(drawn, runs)
        # What has begun goes on to its end.
        if isinstance(each, StorePlan) or not each.is_begun(now):
            _add(movable, runs)
    if whole is not None:
        drawn, end = _of_whole(whole), min(end, whole.home.end)
    base = client.base_load if whole is None else 0.0
    return PlannedUse(
        place=client.caps,
        hours=tuple(
            PlannedHour(
                start=hour,
                energy=round(base + drawn[hour], 3),
                movable=round(min(movable[hour], base + drawn[hour]), 3),
            )
            for hour in _hours(start, end)
            if hour not in unknown and hour + HOUR <= end
        ),
    )


def _known_until(load: Load, plan: LoadPlan, now: datetime, zone: ZoneInfo) -> datetime:
    """Return when the first window begins that nothing is planned for yet."""
    never = now + 9 * _DAY
    if not load.takes_part:
        return never
    planned = None if plan.plan is None or plan.window is None else plan.window.which
    done = None if plan.done is None else (plan.done, plan.done_place)
    for window in load.windows(now, zone):
        if done is not None and window.which <= done:
            continue
        if window.which == planned:
            continue
        if planned is None and plan.status in _IDLE and window.earliest <= now:
            continue
        return max(window.earliest, now)
    return never


def _of_whole(whole: Whole) -> defaultdict[datetime, float]:
    """Return what a home that is planned as one draws from the grid by the hour."""
    grid = Grid.of(whole.home)
    net = exchanged(whole.home, whole.schedule, grid)
    drawn: defaultdict[datetime, float] = defaultdict(float)
    slots = zip(grid.slots, net, strict=True)
    _add(drawn, (Slot(slot.start, slot.end, power) for slot, power in slots))
    return drawn


def _add(
    amounts: defaultdict[datetime, float],
    runs: Runs | Iterable[Slot[float]],
) -> set[datetime]:
    """Add what is drawn to its hours, kWh; return those of which that is not known."""
    unknown: set[datetime] = set()
    for run in runs:
        for hour in _hours(hour_of(run.start), run.end):
            if run.value is None:
                unknown.add(hour)
                continue
            within = min(run.end, hour + HOUR) - max(run.start, hour)
            amounts[hour] += max(run.value, 0.0) * (within / HOUR)
    return unknown


def _hours(start: datetime, end: datetime) -> Iterable[datetime]:
    """Yield the whole hours that begin in a span."""
    while start < end:
        yield start
        start += HOUR
