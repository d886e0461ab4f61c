"""The best that can be had of what is left to do: never nothing where there is room."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from .demand import Demand, Shape, time_for
from .fitting import Run, TooMuch, fitted, fitted_most
from .horizon import Bound, Horizon, Objective
from .load_plan import Reason
from .planner import Runs, merged
from .prices import HOUR
from .series import Series, Slot

_MINUTE: Final = timedelta(minutes=1)
# A plan is left for no less: a share of it, and money in the main unit.
_GAIN: Final = 0.01
_MONEY: Final = 0.02
# A share may be given up for none of these, percent times kWh.
_SAME: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Effort:
    """What is planned of what is `left`, and for how long it would have to run more."""

    runs: Runs
    missing: timedelta
    left: Demand
    reason: Reason = Reason.TIME

    @property
    def missing_energy(self) -> float | None:
        """Return what is missing, kWh; None where the power is not known."""
        if self.left.power is None:
            return None
        return self.left.power * (self.missing / HOUR)


def best_effort(
    span: Horizon,
    left: Demand,
    begin: datetime,
    deadline: datetime,
    running: timedelta | None = None,
    at_once: float = 0.0,
) -> Effort:
    """Return the best runs in `[begin, deadline)`; where too few fit, as many as do.

    `at_once` (kWh) waits for no price.
    """
    first: list[Run] = []
    if at_once > 0 and left.energy is not None:
        urgent = min(at_once, left.energy)
        first = _at_the_most(span, replace(left, energy=urgent), begin, deadline)
        if first:
            begin = first[-1].end
        rest = left.left(timedelta(), drawn_by(first, left), 0, is_running=True)
        if rest is None:
            return Effort(merged(first), timedelta(), left)
        left, running = rest, None
    end = min(deadline, span.end)
    begin = max(begin, span.start)
    runs: list[Run] = []
    if begin < end:
        runs = _searched(span, left, begin, end, running)
    planned = merged((*first, *runs))
    missing = length(left, Series(tuple(runs)))
    reason = Reason.TIME
    if missing >= _MINUTE and deadline - begin >= left.shortest:
        reason = _binding(span, left, begin, end)
    return Effort(planned, missing, left, reason)


def _searched(
    span: Horizon,
    left: Demand,
    begin: datetime,
    end: datetime,
    running: timedelta | None,
) -> list[Run]:
    """Return the best runs, or as much as fits."""
    try:
        runs = fitted(span, left, begin, end, running)
        if runs or not left.shortest:
            return runs
        return fitted_most(span, left, begin, end, running)
    except TooMuch:
        whole = replace(left, shape=Shape.CONTIGUOUS)
        return fitted(span, whole, begin, end) or fitted_most(span, whole, begin, end)


def going_on(
    span: Horizon, left: Demand, before: Runs, begin: datetime, deadline: datetime
) -> Effort:
    """Return how something that runs without a break goes on.

    To its end, as planned. It goes on longer where more is asked for by now, and an
    energy ends sooner where less is, or has to be there sooner.
    """
    missing = length(left, before)
    is_longer = missing >= _MINUTE
    is_shorter = left.energy is not None and missing <= -_MINUTE
    is_late = left.energy is not None and before.slots[-1].end > deadline
    if not (is_longer or is_shorter or is_late):
        return Effort(before, timedelta(), left)
    runs = merged(_at_the_most(span, left, begin, deadline))
    if left.energy is None:
        power = before.slots[-1].value
        end = max(before.slots[-1].end, min(begin + left.shortest, deadline))
        runs = Series((Slot(begin, end, power),))
    return Effort(runs, length(left, runs), left)


def _at_the_most(
    span: Horizon, left: Demand, begin: datetime, deadline: datetime
) -> list[Run]:
    """Return an energy as fast as there is room for it, from a moment on."""
    runs: list[Run] = []
    energy = left.energy or 0.0
    for part in span.between(begin, deadline):
        room = part.value.room
        power = left.high if room is None else max(min(left.high, room), left.low)
        end = min(part.end, part.start + time_for(max(energy, 1e-9), power))
        runs.append(Slot(part.start, end, power))
        energy -= power * ((end - part.start) / HOUR)
        if energy <= _SAME:
            break
    return runs


def length(left: Demand, runs: Runs) -> timedelta:
    """Return for how long it would have to run beside these, at its most power."""
    if left.energy is None:
        return left.shortest - sum((run.end - run.start for run in runs), timedelta())
    energy = left.energy - drawn_by(runs, left)
    lasts = time_for(abs(energy), left.high) if energy else timedelta()
    return lasts if energy > 0 else -lasts


def drawn_by(runs: Runs | list[Run], left: Demand) -> float:
    """Return the energy of runs, kWh."""
    return sum(
        (left.high if run.value is None else run.value) * ((run.end - run.start) / HOUR)
        for run in runs
    )


def _binding(span: Horizon, left: Demand, begin: datetime, end: datetime) -> Reason:
    """Return what takes most of the time in which there is no room."""
    bound: Counter[Bound] = Counter()
    for slot in span.between(begin, end):
        if slot.value.bound is not None and not slot.value.fits(
            None if left.power is None else left.high
        ):
            bound[slot.value.bound] += (slot.end - slot.start) // _MINUTE
    if not bound:
        return Reason.PIECES if left.shape is Shape.PIECES else Reason.TIME
    return Reason(bound.most_common(1)[0][0].value)


# --- holding on ----------------------------------------------------------------------


def held_on(
    span: Horizon,
    left: Demand,
    before: Runs,
    runs: Runs,
    begin: datetime,
    deadline: datetime,
) -> bool:
    """Say whether what was planned stays: it is as good, or nearly."""
    if before == runs:
        return True
    if length(left, before) > max(length(left, runs), timedelta()) + _MINUTE:
        return False
    beyond = time_for(left.more, left.high) if left.more else timedelta()
    if length(left, before) < -beyond - _MINUTE or not _is_sound(
        span, left, before, begin, deadline
    ):
        return False
    if length(left, runs) >= max(length(left, before), timedelta()) + _MINUTE:
        return True
    dearer = too_dear(span, left, runs) - too_dear(span, left, before)
    if abs(dearer) > _SAME:
        return dearer > 0
    old, new = weighed(span, left, before), weighed(span, left, runs)
    money = old[0] - new[0]
    is_cheaper = money > max(_GAIN * abs(old[0]), _MONEY)
    if left.objective not in {Objective.GREEN, Objective.CO2}:
        return not is_cheaper
    greener = new[1] - old[1]
    is_greener = greener > max(_GAIN * abs(old[1]), _SAME)
    return not (is_greener or (is_cheaper and greener > -_SAME))


def weighed(span: Horizon, left: Demand, runs: Runs) -> tuple[float, float]:
    """Return the money of runs, what greenness is worth taken off, and their green.

    What is taken beyond the need is taken off with what it is worth. The green is
    percent times kWh, and for the least CO2 what there is less of it.
    """
    money = green = 0.0
    worth = left.worth if left.objective is Objective.BOTH else 0.0
    for run in runs:
        power = left.high if run.value is None else run.value
        for part in span.between(run.start, run.end):
            energy = power * ((part.end - part.start) / HOUR)
            share = part.value.share or 0.0
            if left.objective is Objective.CO2:
                share = -(part.value.co2 or 0.0)
            money += energy * ((part.value.price or 0.0) - worth * share)
            green += energy * share
    if left.more_below is not None and left.energy is not None:
        beyond = min(max(drawn_by(runs, left) - left.energy, 0.0), left.more)
        money -= left.more_below * beyond
    return money, green


def too_dear(span: Horizon, left: Demand, runs: Runs) -> float:
    """Return the energy of runs that costs more than it should, kWh."""
    ceiling = left.ceiling
    if ceiling is None:
        return 0.0
    return sum(
        (left.high if run.value is None else run.value)
        * ((part.end - part.start) / HOUR)
        for run in runs
        for part in span.between(run.start, run.end)
        if part.value.costs_over(ceiling)
    )


def _is_sound(
    span: Horizon, left: Demand, runs: Runs, begin: datetime, deadline: datetime
) -> bool:
    """Say whether runs may still be as they are."""
    slots = runs.slots
    if slots[0].start < begin or slots[-1].end > deadline:
        return False
    for run in slots:
        parts = span.between(run.start, run.end)
        if not parts or parts[-1].end < run.end:
            return False
        if not all(part.value.fits(run.value) for part in parts):
            return False
    if any((run.value is None) is not (left.power is None) for run in slots):
        return False
    lowest = left.low if left.low == left.high else 0.0
    if not all(
        run.value is None or lowest - _SAME <= run.value <= left.high + _SAME
        for run in slots
    ):
        return False
    stretches = _stretches(runs)
    if left.shape is Shape.CONTIGUOUS:
        return len(stretches) == 1
    if left.shape is Shape.SLOTS:
        return True
    going_on = stretches[0][0] == begin
    allowed = left.starts
    if allowed is not None and len(stretches) - going_on > allowed:
        return False
    least = min(left.least_length, left.shortest) - _MINUTE
    rest = stretches[1:] if going_on else stretches
    pauses = pairwise(stretches)
    return all(end - start >= least for start, end in rest) and all(
        after[0] - one[1] >= left.least_pause for one, after in pauses
    )


def _stretches(runs: Runs) -> list[tuple[datetime, datetime]]:
    """Return the time without a break, whatever the power."""
    stretches: list[tuple[datetime, datetime]] = []
    for run in runs:
        if stretches and stretches[-1][1] == run.start:
            stretches[-1] = (stretches[-1][0], run.end)
        else:
            stretches.append((run.start, run.end))
    return stretches
