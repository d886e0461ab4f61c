"""Actions that ask the model what is to come: forecasts, and the best time to run."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant, ServiceResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..account.sources import HouseSources
from ..portals.demands import demand_of
from ..portals.http.errors import InvalidInput
from ..portals.model.agenda import Occasion, joined
from ..portals.model.caps import PowerCaps
from ..portals.model.demand import Demand, Shape
from ..portals.model.green import GreenOutlook
from ..portals.model.horizon import Horizon, Objective, horizon
from ..portals.model.incentives import IncentiveOutlook
from ..portals.model.periods import midnight
from ..portals.model.planner import Forgone, NoPlan, Plan, forgone, plan
from ..portals.model.price_days import PriceOutlook
from ..portals.model.series import Series, Slot
from .fields import moment, number, whole
from .kinds import Held, KindAction

_DAY: Final = timedelta(days=1)
_LONGEST: Final = timedelta(days=400)
_KINDS: Final[Mapping[str, type[Any]]] = {
    "price": PriceOutlook,
    "green": GreenOutlook,
    "incentive": IncentiveOutlook,
    "cap": PowerCaps,
}


def _above(value: Any) -> float:
    """Take a number above zero."""
    found = number(value)
    if found <= 0:
        raise vol.Invalid("expected more than nothing")
    return found


def _lasting(value: timedelta) -> timedelta:
    """Take a time that is longer than nothing."""
    if value <= timedelta():
        raise vol.Invalid("expected more than nothing")
    return value


# --- what is to come ----------------------------------------------------------------


async def _forecast(held: Held, fields: Mapping[str, Any]) -> ServiceResponse:
    """Return what is known from a moment on, in one shape whatever it is."""
    start = fields.get("start") or dt_util.utcnow()
    end = fields.get("end")
    unit, slots = _told(held.data)
    return {
        "kind": fields["kind"],
        "unit": unit,
        "slots": [
            {
                "start": slot.start.isoformat(),
                "end": slot.end.isoformat(),
                "value": slot.value,
            }
            for slot in slots
            if slot.end > start and (end is None or slot.start < end)
        ],
    }


def _told(data: Any) -> tuple[str, Iterator[Slot[float | None]]]:
    """Return the unit and the slots of any kind."""
    if isinstance(data, PriceOutlook):
        priced = data.shown.slots
        found = (Slot(each.start, each.end, each.value.value) for each in priced)
        return data.shown.unit, iter(found)
    if isinstance(data, GreenOutlook):
        return "%", iter(data.windows)
    return "kW", iter(data.slots)


# --- the best time to run -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ground:
    """What the best time is looked for in."""

    prices: PriceOutlook | None = None
    green: GreenOutlook | None = None
    caps: PowerCaps | None = None

    @classmethod
    def of(cls, held: Held) -> Ground:
        """Return that of one site alone."""
        if isinstance(held.data, PriceOutlook):
            return cls(prices=held.data)
        return cls(green=held.data)

    @classmethod
    def of_sources(cls, hass: HomeAssistant, keys: Iterable[str]) -> Ground:
        """Return that of the sources that an account lives on."""
        sources, keys = HouseSources(hass), tuple(keys)
        return cls(
            next(filter(None, map(sources.prices, keys)), None),
            next(filter(None, map(sources.green, keys)), None),
            next(filter(None, map(sources.caps, keys)), None),
        )

    def known(
        self, earliest: datetime, deadline: datetime, busy: Series[None]
    ) -> Horizon:
        """Return what is known of a span, what is busy blocked."""
        known = horizon(
            Series() if self.prices is None else self.prices.shown.slots,
            Series() if self.green is None else self.green.windows,
            # From a whole hour, so that all of it lies on a coarse grid.
            earliest.replace(minute=0, second=0, microsecond=0),
            deadline,
        )
        if self.caps is not None:
            known = known.within(self.caps.slots)
        return known.without(busy)


async def find_window(
    ground: Ground, fields: Mapping[str, Any], zone: ZoneInfo
) -> ServiceResponse:
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
    known = ground.known(earliest, deadline, busy)
    try:
        found, left = await asyncio.to_thread(_best, known, demand, earliest, deadline)
    except NoPlan as none:
        if none.reason == "not_known":
            raise InvalidInput("too_little_known") from None
        raise InvalidInput("no_room_for_it") from None
    currency = None if ground.prices is None else ground.prices.shown.currency
    return _answer(found, left, currency)


def _best(
    known: Horizon, demand: Demand, earliest: datetime, deadline: datetime
) -> tuple[Plan, Forgone]:
    """Return the best plan and what it leaves out."""
    found = plan(known, demand, earliest, deadline)
    return found, forgone(known, demand, earliest, deadline, found)


def _span(fields: Mapping[str, Any], zone: ZoneInfo) -> tuple[datetime, datetime]:
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


def _answer(found: Plan, left: Forgone, currency: str | None) -> dict[str, Any]:
    """Return a plan as response data."""
    return {
        "start": found.start.isoformat(),
        "end": found.end.isoformat(),
        "runs": [
            {
                "start": run.start.isoformat(),
                "end": run.end.isoformat(),
                "power": run.value,
            }
            for run in found.runs
        ],
        "currency": currency,
        "energy": found.energy,
        "cost": found.cost,
        "cost_now": found.cost_now,
        "saving": found.saving,
        "share": found.share,
        "forgone": {"cost": left.cost, "share": left.share},
        "complete": found.is_complete,
    }


_LENGTH: Final = vol.All(cv.time_period, cv.positive_timedelta)
WINDOW_FIELDS: Final = {
    vol.Optional("earliest"): moment,
    vol.Optional("deadline"): moment,
    vol.Optional("duration"): vol.All(cv.time_period, _lasting),
    vol.Optional("energy"): _above,
    vol.Optional("power"): _above,
    vol.Optional("least_power"): _above,
    vol.Optional("shape", default=Shape.CONTIGUOUS.value): vol.In(
        [each.value for each in Shape]
    ),
    vol.Optional("least_length"): _LENGTH,
    vol.Optional("least_pause"): _LENGTH,
    vol.Optional("starts"): vol.All(whole, vol.Range(min=1)),
    vol.Optional("objective", default=Objective.PRICE.value): vol.In(
        [each.value for each in Objective]
    ),
    vol.Optional("worth", default=0.0): vol.All(number, vol.Range(min=0)),
    vol.Optional("avoid"): [
        vol.Schema({vol.Required("start"): moment, vol.Required("end"): moment})
    ],
}
FORECAST: Final = KindAction(
    "get_forecast",
    tuple(_KINDS.values()),
    {
        vol.Optional("kind", default="price"): vol.In(list(_KINDS)),
        vol.Optional("start"): moment,
        vol.Optional("end"): moment,
    },
    _forecast,
    lambda fields: (_KINDS[fields["kind"]],),
)
