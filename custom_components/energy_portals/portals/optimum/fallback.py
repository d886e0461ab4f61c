"""A home without the solver: the searches in several orders, and the best bill counts.

Powers are kW, money is in the home's currency.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain
from math import inf
from typing import Final

from ..model.prices import HOUR
from .bill import bill
from .grid import Grid
from .home import ElectricVehicle, Home, PeakDue, Schedule
from .sequence import Planned, Sequence, power_of

_KINDS: Final = ("least_soc", "load", "target", "comfort", "price_limit")
# Of more devices today's order alone is tried.
_FEW: Final = 12
_RUNGS: Final = 5
_BELOW: Final = 0.01

type _Urgency = Callable[[Planned], tuple[object, ...]]


def judged(home: Home, schedule: Schedule) -> tuple[float, ...]:
    """Return what a schedule gives up, what matters most first, and what it costs.

    In kWh and the currency; of two schedules the lesser is the better.
    """
    lacks = dict.fromkeys(_KINDS, 0.0)
    for each in schedule.given_up:
        lacks[each.kind] += each.energy
    return (
        *(round(lacks[kind], 3) for kind in _KINDS),
        bill(home, schedule).total,
    )


def searched(home: Home, method: str = "search") -> Schedule:
    """Return the schedule of devices in today's order, each by its own search."""
    return _in_order(home, _ORDERS[0], _no_ceiling(home), method)


def fallback(home: Home) -> Schedule:
    """Return the best of several orders, and of ceilings that keep peaks low."""
    devices = sum(1 for _ in home.devices())
    orders = _ORDERS if 1 < devices <= _FEW else _ORDERS[:1]
    best = min(_candidates(home, orders), key=lambda each: judged(home, each))
    if home.batteries:
        # A battery by itself may cost more than it gives.
        for order in orders:
            idle = _in_order(
                home, order, _no_ceiling(home), "fallback", with_batteries=False
            )
            best = min(best, idle, key=lambda each: judged(home, each))
    return best


def _candidates(home: Home, orders: tuple[_Urgency, ...]) -> Iterator[Schedule]:
    """Yield what is tried, today's order first."""
    for order in orders:
        free = _in_order(home, order, _no_ceiling(home), "fallback")
        yield free
        peaks = bill(home, free).peaks
        for due, peak in zip(home.peaks, peaks, strict=True):
            for rung in _rungs(due, peak):
                yield _in_order(home, order, _ceilings(home, due, rung), "fallback")


def _in_order(
    home: Home,
    order: _Urgency,
    ceilings: list[float],
    method: str,
    *,
    with_batteries: bool = True,
) -> Schedule:
    """Return the schedule of devices in an order."""
    loads = (load for load in home.loads if load.fixed is None)
    devices: list[Planned] = sorted(chain(loads, home.cars), key=order)
    sequence = Sequence(home, ceilings, with_batteries=with_batteries)
    return sequence.schedule(devices, method)


# --- orders ---------------------------------------------------------------------------


def _by_deadline(device: Planned) -> tuple[object, ...]:
    """Say what comes first today: the nearest deadline, then what lasts longest."""
    return _deadline(device), -_lasts(device), device.key


def _by_power(device: Planned) -> tuple[object, ...]:
    """Put the largest power first."""
    return -power_of(device), _deadline(device), device.key


def _by_deadline_and_power(device: Planned) -> tuple[object, ...]:
    """Put the nearest deadline first, then the largest power."""
    return _deadline(device), -power_of(device), device.key


def _by_slack(device: Planned) -> tuple[object, ...]:
    """Put the least slack first."""
    span = (_deadline(device) - device.earliest) / HOUR
    return span - _lasts(device), device.key


_ORDERS: Final[tuple[_Urgency, ...]] = (
    _by_deadline,
    _by_power,
    _by_deadline_and_power,
    _by_slack,
)


def _deadline(device: Planned) -> datetime:
    """Return by when a device is done."""
    return device.ready if isinstance(device, ElectricVehicle) else device.deadline


def _lasts(device: Planned) -> float:
    """Return how many hours a device runs at its most power."""
    if isinstance(device, ElectricVehicle):
        return device.need / device.efficiency / device.power
    return device.lasts / HOUR


# --- ceilings -------------------------------------------------------------------------


def _no_ceiling(home: Home) -> list[float]:
    """Return no ceiling in any slot, kW."""
    return [inf] * len(home.slots)


def _rungs(due: PeakDue, peak: float) -> Iterator[float]:
    """Yield the values of a window (kW) that are tried beneath one that was reached."""
    past = sorted(due.past, reverse=True)
    least = min(max(due.floor, due.expected, *past[: due.count], 0.0), peak)
    for rung in range(_RUNGS):
        yield least + (peak - least) * rung / _RUNGS
    for threshold, _ in due.steps:
        # One of them is as high as the others allow, or two are.
        for more in range(1, min(due.count, 2) + 1):
            others = sum(past[: due.count - more])
            value = (due.count * (threshold - _BELOW) - others) / more
            if value > 0:
                yield value


def _ceilings(home: Home, due: PeakDue, peak: float) -> list[float]:
    """Return by slot what may be drawn so that a window stays below a peak, kW."""
    grid = Grid.of(home)
    ceilings = _no_ceiling(home)
    for window in due.windows:
        for place, _ in grid.shares(window.start, window.end):
            if window.weight > 0:
                ceilings[place] = min(ceilings[place], peak / window.weight)
    return ceilings
