"""Whether small homes are planned as well as can be: by trying every way there is.

Another formulation than the planner's: whole numbers by the quarter of an hour, each
layout of each load looked at, and of energies every way to fill slots but one to their
bounds.
"""

from collections.abc import Iterator
from itertools import pairwise, product

from custom_components.energy_portals.portals.model.horizon import Objective
from custom_components.energy_portals.portals.model.loads import LoadPlan
from custom_components.energy_portals.portals.model.planner import Runs
from tests.portals.small_homes import (
    MINUTE,
    QUARTER,
    START,
    Device,
    Home,
    Kind,
    Quarter,
)

# What counts first, and then second: of all that is had, whole numbers.
type Worth = tuple[int, int]
# The places of quarters or minutes of the window at which it runs, where they are told.
type When = tuple[int, ...]
type Way = tuple[Worth, When]


def worth(quarter: Quarter, objective: Objective, power: int) -> Worth:
    """Return what an hour at a power is worth: less is better."""
    price = quarter.costs(power)
    if objective is Objective.GREEN:
        return -quarter.share * power, price
    if objective is Objective.CO2:
        return quarter.co2 * power, price
    return price, -quarter.share * power


def best(home: Home, device: Device) -> Way | None:
    """Return the least that a device is worth, times minutes, and the earliest of it.

    None if there is no way that fits.
    """
    ways = {
        Kind.CONTIGUOUS: _without_a_break,
        Kind.PIECES: _in_pieces,
        Kind.SLOTS: _in_slots,
        Kind.RANGE: _in_one_range,
        Kind.CAR: _in_slots,
    }
    return min(ways[device.kind](home, device), default=None)


def _minutes(home: Home, device: Device) -> list[Worth | None]:
    """Return what each minute of its window is worth; None where there is no room."""
    return [
        worth(quarter, device.objective, device.high)
        if quarter.room >= device.high
        else None
        for quarter in home.quarters[device.begin : device.end]
        for _ in range(15)
    ]


def _sum(parts: list[Worth | None]) -> Worth | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return sum(part[0] for part in known), sum(part[1] for part in known)


def _without_a_break(home: Home, device: Device) -> Iterator[Way]:
    """Begin at every minute."""
    minutes = _minutes(home, device)
    for begin in range(len(minutes) - device.minutes + 1):
        found = _sum(minutes[begin : begin + device.minutes])
        if found is not None:
            yield found, (begin,)


def _in_pieces(home: Home, device: Device) -> Iterator[Way]:
    """Lay pieces in every way on quarters."""
    minutes = _minutes(home, device)

    def laid(at: int, left: int, starts: int) -> Iterator[list[int]]:
        if not left:
            yield []
        for begin in range(at, len(minutes) // 15) if starts and left else ():
            for long in range(device.least, left + 1):
                chosen = [*range(begin, begin + long)]
                # Pieces that touch are one.
                after = begin + long + max(device.pause, 1)
                for rest in laid(after, left - long, starts - 1):
                    yield chosen + rest

    need = device.minutes // 15
    starts = need if device.starts is None else device.starts
    for layout in laid(0, need, starts):
        if layout[-1] < len(minutes) // 15:
            found = _sum([minutes[15 * place] for place in layout])
            if found is not None:
                yield (15 * found[0], 15 * found[1]), tuple(layout)


def _unit(device: Device) -> int:
    """Return the power, kW, that energies are counted in: where it is one, that."""
    return device.high if device.low == device.high else 1


def _slots(home: Home, device: Device) -> list[tuple[Worth, int, int] | None]:
    """Return of each slot of its window what a unit is worth; least and most energy.

    The energies are in units times minutes; None where there is no room.
    """
    unit = _unit(device)
    slots: dict[int, tuple[Worth, int, int] | None] = {}
    for quarter in home.quarters[device.begin : device.end]:
        power = min(device.high, quarter.room)
        if power < device.low:
            slots[quarter.slot] = None
            continue
        one = worth(quarter, device.objective, unit)
        before = slots.get(quarter.slot) or (one, 0, 0)
        slots[quarter.slot] = (
            one,
            before[1] + 15 * device.low // unit,
            before[2] + 15 * power // unit,
        )
    return list(slots.values())


def _filled(parts: list[tuple[Worth, int, int]], energy: int) -> Iterator[Way]:
    """Yield every way to fill all but one to their least or most; it takes the rest."""
    for chosen in product((0, 1), repeat=len(parts)):
        held = [part[1 + most] for part, most in zip(parts, chosen, strict=True)]
        for place, (_, least, most) in enumerate(parts):
            rest = energy - sum(held) + held[place]
            if least <= rest <= most:
                amounts = [*held[:place], rest, *held[place + 1 :]]
                first = (n * e[0][0] for n, e in zip(amounts, parts, strict=True))
                second = (n * e[0][1] for n, e in zip(amounts, parts, strict=True))
                yield (sum(first), sum(second)), ()


def _in_slots(home: Home, device: Device) -> Iterator[Way]:
    """Use each slot in full, not at all, or one of them in part."""
    energy = (device.energy or device.minutes * device.high) // _unit(device)
    slots = [(one, 0, most) for one, _, most in filter(None, _slots(home, device))]
    yield from _filled(slots, energy)


def _in_one_range(home: Home, device: Device) -> Iterator[Way]:
    """Take every first and last slot, which may be used in part."""
    slots = _slots(home, device)
    for first in range(len(slots)):
        for last in range(first, len(slots)):
            parts = [part for part in slots[first : last + 1] if part is not None]
            if len(parts) <= last - first:
                continue
            for place in {0, len(parts) - 1}:
                one, _, most = parts[place]
                parts[place] = one, 0, most
            yield from _filled(parts, device.energy // _unit(device))


# --- judging --------------------------------------------------------------------------


def had(home: Home, device: Device, runs: Runs) -> tuple[float, float]:
    """Return what runs are worth, times minutes."""
    first = second = 0.0
    for run in runs:
        for place, quarter in enumerate(home.quarters):
            begin = START + place * QUARTER
            start, end = max(run.start, begin), min(run.end, begin + QUARTER)
            if start >= end:
                continue
            power = run.value or 0.0
            minutes = (end - start) / MINUTE
            at_high = worth(quarter, device.objective, device.high)
            part = power / device.high * minutes
            first += at_high[0] * part
            second += at_high[1] * part
    return first, second


def problems(home: Home) -> list[str]:
    """Return what is wrong with the plans of a home."""
    return [
        f"{name}: {problem}"
        for name, plan in home.plans().items()
        if (problem := _problem(home, home.devices[name], plan)) is not None
    ]


def _problem(home: Home, device: Device, plan: LoadPlan) -> str | None:
    found = best(home, device)
    if found is None:
        return None if plan.shortfall is not None else "what does not fit is not told"
    if plan.shortfall is not None:
        return f"it fits, and {plan.shortfall.duration} is missing"
    if (broken := _broken(home, device, plan)) is not None:
        return broken
    ours, (theirs, when) = had(home, device, plan.runs), found
    if abs(ours[0] - theirs[0]) > 1e-3:
        return f"{ours[0]} where {theirs[0]} is the best"
    if abs(ours[1] - theirs[1]) > 1e-3:
        return f"of equals {ours[1]} where {theirs[1]} is the best"
    if when and _when(device, plan.runs) != when:
        return f"{_when(device, plan.runs)} where {when} is the earliest of equals"
    return None


def _when(device: Device, runs: Runs) -> When:
    """Return at which minute of its window it begins, or in which quarters it runs."""
    zero = START + device.begin * QUARTER
    if device.kind is Kind.CONTIGUOUS:
        return ((runs.slots[0].start - zero) // MINUTE,)
    return tuple(
        place
        for run in runs
        for place in range((run.start - zero) // QUARTER, (run.end - zero) // QUARTER)
    )


def _broken(home: Home, device: Device, plan: LoadPlan) -> str | None:
    """Return which rule a plan breaks."""
    runs = plan.runs.slots
    begin, end = START + device.begin * QUARTER, START + device.end * QUARTER
    if runs[0].start < begin or runs[-1].end > end:
        return "out of the window"
    asked = device.energy or device.minutes * device.high
    energy = sum((run.value or 0) * ((run.end - run.start) / MINUTE) for run in runs)
    if abs(energy - asked) > 1e-3:
        return f"{energy} and not {asked}"
    for run in runs:
        power = run.value or 0.0
        if not device.low - 1e-6 <= power <= device.high + 1e-6:
            return f"{power} kW"
        for place, quarter in enumerate(home.quarters):
            start = START + place * QUARTER
            if run.start < start + QUARTER and run.end > start:
                if power > quarter.room + 1e-6:
                    return "no room"
    stretches = list(plan.stretches())
    if device.kind in {Kind.CONTIGUOUS, Kind.RANGE} and len(stretches) > 1:
        return "a break"
    if device.kind is Kind.PIECES:
        if device.starts is not None and len(stretches) > device.starts:
            return "too many starts"
        if any(each.end - each.start < device.least * QUARTER for each in stretches):
            return "a piece too short"
        pauses = pairwise(stretches)
        if any(b.start - a.end < device.pause * QUARTER for a, b in pauses):
            return "a pause too short"
    return None
