"""The search for the best time to run, loaded when somebody asks for it."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ..portals.demands import demand_of
from ..portals.http.errors import InvalidInput
from ..portals.model.agenda import Occasion, joined
from ..portals.model.horizon import Horizon, horizon
from ..portals.model.periods import midnight
from ..portals.model.planner import Forgone, NoPlan, Plan, forgone, plan
from ..portals.model.series import Series
from .call import Given
from .windows import Ground

_DAY: Final = timedelta(days=1)
_LONGEST: Final = timedelta(days=400)


def best_window(ground: Ground, fields: Given, zone: ZoneInfo) -> JsonObjectType:
    """Return when something runs best, and what that means."""
    lengths = {
        key: value / timedelta(minutes=1)
        for key, value in fields.items()
        if isinstance(value, timedelta)
    }
    demand = demand_of({**fields, **lengths})
    earliest, deadline = _span(fields, zone)
    avoided = fields.get("avoid", [])
    if any(each["end"] <= each["start"] for each in avoided):
        raise InvalidInput("span_is_empty")
    busy = joined(Occasion(start=each["start"], end=each["end"]) for each in avoided)
    known = _known(ground, earliest, deadline).without(busy)
    try:
        best = plan(known, demand, earliest, deadline)
        left = forgone(known, demand, earliest, deadline, best)
    except NoPlan as none:
        if none.reason == "not_known":
            raise InvalidInput("too_little_known") from None
        if none.reason == "too_much":
            raise InvalidInput("span_too_long_for_pieces") from None
        raise InvalidInput("no_room_for_it") from None
    currency = None if ground.prices is None else ground.prices.shown.currency
    answer = _answer(best, left, currency)
    # In its unit, which get_forecast tells.
    return answer if ground.carbon is None else {**answer, "co2": best.co2}


def _span(fields: Given, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the span that is meant: from now to the end of tomorrow by default."""
    now = dt_util.utcnow()
    after_tomorrow = now.astimezone(zone).date() + 2 * _DAY
    earliest = fields.get("earliest") or now
    deadline = fields.get("deadline") or midnight(after_tomorrow, zone)
    if deadline <= earliest:
        raise InvalidInput("span_is_empty")
    if deadline - earliest > _LONGEST:
        raise InvalidInput("span_is_too_long")
    return earliest, deadline


def _known(ground: Ground, earliest: datetime, deadline: datetime) -> Horizon:
    """Return what is known of a span."""
    known = horizon(
        Series() if ground.prices is None else ground.prices.shown.slots,
        Series() if ground.green is None else ground.green.windows,
        # From a whole hour, so that all of it lies on a coarse grid.
        earliest.replace(minute=0, second=0, microsecond=0),
        deadline,
        Series() if ground.green is None else ground.green.shares,
        Series() if ground.carbon is None else ground.carbon.slots,
    )
    if (caps := ground.caps) is None:
        return known
    return known.within(caps.slots, 0.0 if caps.is_flexible else ground.base_load)


def _answer(best: Plan, left: Forgone, currency: str | None) -> JsonObjectType:
    """Return a plan as response data."""
    return {
        "start": best.start.isoformat(),
        "end": best.end.isoformat(),
        "runs": [
            {
                "start": run.start.isoformat(),
                "end": run.end.isoformat(),
                "power": run.value,
            }
            for run in best.runs
        ],
        "currency": currency,
        "energy": best.energy,
        "cost": best.cost,
        "cost_now": best.cost_now,
        "saving": best.saving,
        "share": best.share,
        "forgone": {"cost": left.cost, "share": left.share},
        "complete": best.is_complete,
    }
