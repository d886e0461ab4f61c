"""What batteries, tanks and the sun do by themselves, beside loads that are planned.

Lists are by slot: powers in kW, energies in kWh.
"""

from collections.abc import Sequence

from ..model.planner import Runs, merged
from ..model.series import Series, Slot
from .grid import Grid
from .home import Battery, Home, ThermalStore

_NOTHING = 1e-9


def as_runs(grid: Grid, powers: Sequence[float]) -> Runs:
    """Return powers by slot, without those that are none."""
    return merged(
        Slot[float | None](slot.start, slot.end, power)
        for slot, power in zip(grid.slots, powers, strict=True)
        if abs(power) > _NOTHING
    )


def heated(store: ThermalStore, grid: Grid, room: Sequence[float]) -> list[float]:
    """Return how a store is kept warm as late as there is room for it, kW."""
    heats, draws = grid.of_series(store.cop), grid.of_series(store.draw)
    most = [min(store.power, max(power, 0.0)) for power in room]
    needed = [store.least] * (len(grid) + 1)
    for place in reversed(range(len(grid))):
        hours = grid.hours[place]
        gain = (heats[place] * most[place] - draws[place]) * hours
        before = (needed[place + 1] - gain) / (1 - store.loss * hours)
        needed[place] = max(store.least, min(before, store.most))
    powers, held = [], store.energy
    for place, hours in enumerate(grid.hours):
        cooled = held * (1 - store.loss * hours) - draws[place] * hours
        heat = heats[place] * hours
        asked = (needed[place + 1] - cooled) / heat if heat > 0 else 0.0
        powers.append(min(max(asked, 0.0), most[place]))
        held = cooled + heat * powers[place]
    return powers


def coldest(store: ThermalStore, grid: Grid, powers: Sequence[float]) -> float:
    """Return by how much a store is below what it is to hold, kWh at most."""
    heats, draws = grid.of_series(store.cop), grid.of_series(store.draw)
    held, lacks = store.energy, 0.0
    for place, hours in enumerate(grid.hours):
        held = held * (1 - store.loss * hours)
        held += (heats[place] * powers[place] - draws[place]) * hours
        lacks = max(lacks, store.least - held)
    return lacks


def self_used(
    battery: Battery, grid: Grid, net: Sequence[float], room: Sequence[float]
) -> list[float]:
    """Return how a battery takes what would be fed in, and gives what would be drawn.

    `net` is what is drawn without it, below zero fed in; `room` what it may draw.
    """
    held = battery.soc / 100 * battery.capacity
    low = min(battery.low / 100 * battery.capacity, held)
    high = max(battery.high / 100 * battery.capacity, held)
    powers: list[float] = []
    for power, hours, most in zip(net, grid.hours, room, strict=True):
        if power < 0:
            space = (high - held) / battery.eff_in / hours
            into = max(min(-power, battery.charge, space, most), 0.0)
            held += into * battery.eff_in * hours
            powers.append(into)
        else:
            there = (held - low) * battery.eff_out / hours
            out = max(min(power, battery.discharge, there), 0.0)
            held -= out / battery.eff_out * hours
            powers.append(-out)
    return powers


def curtailed(
    home: Home, grid: Grid, net: Sequence[float], room: Sequence[float]
) -> Series[float]:
    """Return what is taken off the sun, kW: what must not, or would not pay to, go out.

    `net` is what is drawn, below zero fed in; `room` is what may be drawn beyond it.
    """
    slots = []
    for slot, power, more in zip(grid.slots, net, room, strict=True):
        off, value = 0.0, slot.value
        if home.export_limit is not None:
            off = max(-power - home.export_limit, 0.0)
        if home.is_curtailable and value.price < 0:
            off = max(value.sun, 0.0) if more >= value.sun else max(off, more)
        elif home.is_curtailable and value.fed_in < 0:
            off = max(off, -power)
        off = min(off, max(value.sun, 0.0))
        if off > _NOTHING:
            slots.append(Slot(slot.start, slot.end, off))
    return Series(tuple(slots))
