"""The plan of a whole home: by searches where nothing is shared, else by the solver.

Powers are kW, money is in the home's currency.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import Final

from ..model.series import Series
from .bill import bill
from .check import broken
from .fallback import fallback, judged, searched
from .grid import Grid
from .home import ElectricVehicle, Home, Schedule
from .sequence import Planned, power_of
from .settings import Settings

# A plan is left for no less: a part of what it costs, and money.
_GAIN: Final = 0.01
_MONEY: Final = 0.02
_NOTHING: Final = 1e-9
# However long it took to hold on to what is, s.
_LEAST: Final = 0.05

# As `milp.optimum`: home, settings, schedule to begin from, whether its loads stay.
type Solver = Callable[..., Schedule | None]


def solver() -> Solver | None:
    """Return the solver, which loads it; None where it is not installed.

    It reads files and takes half a second or more: not for an event loop.
    """
    try:
        from .milp import optimum
    except ImportError:
        return None
    return optimum


def is_shared(home: Home) -> bool:
    """Say whether devices meet: then what is best for each is not best for all."""
    if home.batteries or home.stores or home.peaks:
        return True
    grid = Grid.of(home)
    loads = (load for load in home.loads if load.fixed is None)
    devices: list[Planned] = [*loads, *home.cars]
    able: list[list[Planned]] = [[] for _ in grid.slots]
    for device in devices:
        end = device.until if isinstance(device, ElectricVehicle) else device.deadline
        for place, _ in grid.shares(max(device.earliest, home.start), end):
            able[place].append(device)
    return any(_meet(home, grid, place, able[place]) for place in range(len(grid)))


def _meet(
    home: Home,
    grid: Grid,
    place: int,
    devices: list[Planned],
) -> bool:
    """Say whether devices meet in a slot, or bend what one of them can do there."""
    if not devices or (len(devices) == 1 and _is_simple(devices[0])):
        # A search knows limits and the sun.
        return False
    slot = grid.values[place]
    most = slot.base if slot.base_most is None else max(slot.base_most, slot.base)
    power = sum(power_of(device) for device in devices)
    begun = sum(
        grid.means(load.fixed)[place] for load in home.loads if load.fixed is not None
    )
    if slot.sun > slot.base and slot.fed_in != slot.price:
        return True
    limits = [each for each in (home.limit, slot.cap) if each is not None]
    if limits and power > min(limits) - most - begun + slot.sun + _NOTHING:
        return True
    cap = slot.flexible_cap
    return cap is not None and power > cap - begun + _NOTHING


def _is_simple(device: Planned) -> bool:
    """Say whether a device draws one power, so that a search for it alone is exact."""
    return not isinstance(device, ElectricVehicle) and (
        device.demand.energy is None or device.demand.low == device.demand.high
    )


def optimise(
    home: Home,
    held: Schedule | None = None,
    now: datetime | None = None,
    *,
    solve: Solver | None = None,
    settings: Settings | None = None,
) -> Schedule:
    """Return what all devices of a home are to do, from `now` on.

    `held` is the plan in force: when loads run stays unless another plan saves more
    than 1 % and 2 cents, or it is not possible any more. `solve` is what `solver`
    returned; without it, or where it finds nothing in time, devices that share
    something are planned one after the other. It takes up to the settings' time: for a
    thread.
    """
    home, apart = _apart(home if now is None else _since(home, now))
    settings = settings or Settings()
    if held is not None:
        held = _left_of(home, held)
    if not is_shared(home):
        best = _held_on(home, held, searched(home))
    elif solve is None:
        best = _held_on(home, held, fallback(home))
    else:
        best = _together(home, held, solve, settings)
    if apart is None:
        return best
    return replace(best, powers={**best.powers, **searched(apart).powers})


def _since(home: Home, now: datetime) -> Home:
    """Return a home from a moment on."""
    slots = Series(home.slots).within(now, home.end).slots
    return home if now <= home.start else replace(home, slots=slots)


def _apart(home: Home) -> tuple[Home, Home | None]:
    """Return a home with what can be planned together, and one with what cannot.

    What has no power counts as nothing: it meets nobody.
    """
    unknown = tuple(
        load for load in home.loads if load.demand.power is None and not load.profile
    )
    if not unknown:
        return home, None
    known = tuple(load for load in home.loads if load not in unknown)
    alone = Home(slots=home.slots, loads=unknown)
    return replace(home, loads=known), alone


def _left_of(home: Home, held: Schedule) -> Schedule:
    """Return what is left of a plan in force, of the devices that there are."""
    keys = {device.key for device in home.devices()}
    powers = {
        key: runs.within(home.start, home.end)
        for key, runs in held.powers.items()
        if key in keys
    }
    curtailed = held.curtailed.within(home.start, home.end)
    return replace(held, powers=powers, curtailed=curtailed)


def _together(
    home: Home, held: Schedule | None, solve: Solver, settings: Settings
) -> Schedule:
    """Return the plan of devices that meet."""
    ends = monotonic() + settings.seconds
    kept = start = None
    if held is not None and all(load.key in held.powers for load in home.loads):
        kept = start = solve(home, settings, held, is_held=True)
    rest = replace(settings, seconds=max(ends - monotonic(), _LEAST))
    best = solve(home, rest, start)
    if best is None or not best.is_proven:
        others = [fallback(home), *(each for each in (best, kept) if each is not None)]
        best = min(others, key=lambda each: judged(home, each))
    if kept is None or _is_worth_it(home, kept, best):
        return replace(best, is_held=False)
    return kept


def _held_on(home: Home, held: Schedule | None, best: Schedule) -> Schedule:
    """Return the plan in force where it is possible and nearly as good."""
    if held is None or any(d.key not in held.powers for d in home.devices()):
        return best
    if broken(home, held) or _is_worth_it(home, held, best):
        return best
    return replace(held, is_held=True, method=best.method, is_proven=False)


def _is_worth_it(home: Home, old: Schedule, new: Schedule) -> bool:
    """Say whether a plan is so much better that the one in force is left for it."""
    before, after = judged(home, old), judged(home, new)
    if before[:-1] != after[:-1]:
        return after[:-1] < before[:-1]
    paid = bill(home, old)
    # What a month's peak costs is no measure for what a day saves.
    gain = max(_GAIN * abs(paid.total - paid.fee), _MONEY)
    return before[-1] - after[-1] > gain
