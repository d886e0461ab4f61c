"""A planner's devices: itself, and the flexible loads that the user has set up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Final

from ..contract import AccountData, Site
from ..demands import demand_of
from ..http.errors import InvalidInput
from ..model.load_plan import USUAL
from ..model.loads import Load
from ..model.public_holidays import WEEKDAYS
from .bindings import Binding, binding_of
from .needs import Asks, asks_of

LOAD: Final = "load"
VEHICLE: Final = "electric_vehicle"
BATTERY: Final = "home_battery"
TANK: Final = "thermal_store"
# Under these keys a part's data names entities.
ENTITIES: Final = (
    *("calendar", "drives", "stops", "setpoint", "meter", "ready", "plugged"),
    *("needed", "ready_by", "soc", "target"),
    *("mode", "setpoint_out", "temperature"),
)
# By these numbers a part's data tells windows beside the first.
MORE_WINDOWS: Final = (2, 3)
PLANNER_KEY: Final = "planner"
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannerSite(Site):
    """The planner as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSite(Site):
    """A flexible load; `calendar` is the entity whose events it keeps clear of.

    `binding` is what is moved for it, `asks` by what its device says what it needs.
    """

    load: Load
    calendar: str | None = None
    binding: Binding | None = None
    asks: Asks | None = None

    @property
    def is_driven(self) -> bool:
        """Say whether it has entities to set or to read."""
        return bool(self.binding or self.asks)


def load_of(data: AccountData) -> Load:
    """Return the load that a part's data means.

    Raises InvalidInput where nothing could run by it.
    """
    days = frozenset(map(WEEKDAYS.index, data["days"]))
    if not days:
        raise InvalidInput("no_days")
    # Nothing could be driven by it, either.
    binding_of(data)
    asks = asks_of(data)
    car = None if asks is None else asks.charge
    begin = data["begin"] if car is None else data.get("not_before") or data["end"]
    if car is not None and data.get("energy") is None:
        # Until its state of charge is known, all that it may take.
        data = {**data, "duration": None, "energy": car.energy(0.0, car.target_percent)}
    if car is None and (data.get("more_energy") is None) is not (
        data.get("more_below") is None
    ):
        raise InvalidInput("more_needs_price")
    load = Load(
        demand=demand_of(data),
        begin=time.fromisoformat(begin),
        end=time.fromisoformat(data["end"]),
        days=days,
        takes_part=data.get("takes_part", True),
        others=tuple(_others(data)),
        pause=timedelta(minutes=data.get("pause") or 0),
        priority=data.get("priority") or USUAL,
        takes_more=car is not None or data.get("more_energy") is not None,
    )
    if load.overlaps:
        raise InvalidInput("windows_overlap")
    if car is None and load.demand.shortest > min(map(_length, load.hours)):
        raise InvalidInput("window_too_short")
    return load


def _others(data: AccountData) -> Iterator[tuple[time, time]]:
    """Yield the beginnings and ends of the windows beside the first."""
    for number in MORE_WINDOWS:
        bounds = [data.get(f"{key}_{number}") for key in ("begin", "end")]
        begin, end = (
            None if each is None else time.fromisoformat(each) for each in bounds
        )
        if (begin is None) is not (end is None):
            raise InvalidInput("window_needs_both")
        if begin is not None and end is not None:
            yield begin, end


def _length(hours: tuple[time, time]) -> timedelta:
    """Return how long a window is by the clock."""
    begin, end = hours
    length = timedelta(hours=end.hour - begin.hour, minutes=end.minute - begin.minute)
    return length % _DAY or _DAY
