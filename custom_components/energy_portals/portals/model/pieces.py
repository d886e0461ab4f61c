"""The search for pieces, on whole numbers alone; it is exact.

Of equal answers it returns the one that begins earliest, and then goes on longest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from operator import add, sub
from typing import Final

from .horizon import BLOCKED, Curve
from .search import until

_NEVER: Final = float("inf")
# As floats whole numbers below this are exact, and added up in half of the time.
_EXACT: Final = 2**52

# For every number of starts and of units that are left there is one row over all
# units, and beside the grid four. So many numbers take some 100 MB and two seconds.
MOST: Final = 2_500_000


@dataclass(frozen=True, slots=True)
class Cut:
    """How something may be cut into pieces, in units.

    `need` units in all, and `part` of `whole` of a unit beyond; in pieces of at least
    `least`, with at least `pause` between them; `starts` at most, or as many as it
    takes. `running` says for how many units a piece has already been going on that
    goes on or ends with the first unit; it counts as none of the starts or the need.
    """

    need: int
    least: int = 1
    pause: int = 0
    starts: int | None = None
    part: int = 0
    whole: int = 1
    running: int | None = None

    @property
    def starts_counted(self) -> int | None:
        """Return how many starts are counted; None where as many as it takes may be."""
        most = self.need // max(self.least, 1)
        return None if self.starts is None or self.starts >= most else self.starts

    def work(self, units: int) -> int:
        """Return how many numbers the search in so many units takes."""
        starts = self.starts_counted
        is_running = self.running is not None
        rows = self.need * (1 if starts is None else starts + is_running)
        return units * max(rows, 1) * (4 if self.part else 1)


def by_unit(curve: Curve, unit: int, first: int, final: int) -> list[int]:
    """Return what each unit of time, µs, weighs, from the first to before the final."""
    if curve.step % unit:
        sums = [until(curve, place * unit) for place in range(first, final + 1)]
        return [after - before for before, after in pairwise(sums)]
    if curve.is_even and curve.step == unit:
        return curve.weights[first:final]
    units = curve.step // unit
    weights: list[int] = []
    for weight, (begin, end) in zip(curve.weights, pairwise(curve.times), strict=True):
        weights += [weight] * ((end - begin) * units)
    return weights[first:final]


def pieces(
    weights: Sequence[int], cut: Cut, *, at_most: bool = False
) -> list[tuple[int, int]] | None:
    """Return the lightest pieces, each as start and end in parts of a unit, or None.

    With `at_most` as much as there is room for, where that is less than the need. The
    work grows with units times need times starts.

    The ends of pieces lie on the grid, but for one chain of them: where a part of a
    unit is needed, what one piece has more than whole units moves those that follow it
    at the least distance, or those before it.
    """
    need = cut.need + (0 if cut.part == 0 else 1)
    if not need or (need > len(weights) and not at_most):
        return None
    rows = _Rows(weights, cut)
    for rest in range(cut.need, 0 if at_most else cut.need - 1, -1):
        if (way := rows.path(rest)) is not None:
            return way
    return None


@dataclass(eq=False, slots=True)
class _Phase:
    """Times on the grid, or `beside` it by so many parts of a unit.

    `sums` holds by the units left until the end what all units before weigh. Rows are
    by the units to spare: those left until the end, less those that are to run.
    `running` holds what the rest weighs while running, from the first unit on, so that
    what goes on keeps its weight and its place. What is idle here may begin at the
    time of `later` that comes next; what runs here may go on to the same place of
    `odd`, which is a part of a unit.
    """

    sums: list[float]
    beside: int = 0
    later: _Phase | None = None
    odd: _Phase | None = None
    running: dict[tuple[int, int], list[float]] = field(default_factory=dict)
    idle: list[float] | None = None


class _Rows:
    """The rows of the search for pieces."""

    def __init__(self, weights: Sequence[float], cut: Cut) -> None:
        """Weigh all that may be left: so many starts, and so many units."""
        self._cut = cut
        self._least = max(cut.least, 1)
        starts = cut.starts_counted
        # As many as it takes need not be counted.
        self._fewer = 0 if starts is None else 1
        self._starts = starts or 0
        whole, part = cut.whole, cut.part
        lightest, heaviest = min(weights, default=0), max(weights, default=0)
        self._places: Sequence[int] = range(len(weights))
        if whole == 1 and cut.running is None and cut.need <= len(weights):
            # What weighs more than all without a break, beside as many of the
            # lightest, is in no best plan, but between two pieces.
            reached: list[float] = [0, *accumulate(weights)]
            most = min(map(sub, reached[cut.need :], reached, strict=False))
            most -= lightest * (cut.need - 1)
            if most < heaviest:
                self._places = _with_gaps(weights, most, max(cut.pause, 1))
                heaviest = most + 1
                weights = [min(weights[place], heaviest) for place in self._places]
        if max(heaviest, -lightest) * len(weights) * whole < _EXACT:
            weights = list(map(float, weights))
        self._units = len(weights)
        sums: list[float] = [0, *accumulate(weights)]
        sums.reverse()
        last = _Phase(sums)
        self._phases = [last]
        if part:
            last.sums = [each * whole for each in sums]
            units = list(zip(last.sums[1:], reversed(weights), strict=True))
            beyond = [each + weight * part for each, weight in units]
            before = [each + weight * (whole - part) for each, weight in units]
            after = _Phase([_NEVER, *beyond], part, later=last)
            ahead = _Phase([*before, 0], -part, odd=last)
            first = _Phase(last.sums, later=ahead, odd=after)
            self._phases = [last, after, ahead, first]
        levels = self._starts + (cut.running is not None) if self._fewer else 1
        for left in range(levels):
            begun = self._starts - left if self._fewer else cut.running is None
            for rest in range(cut.need - begun * self._least + 1):
                # More starts than there can be pieces are worth nothing.
                is_enough = self._fewer and left > rest // self._least
                for phase in self._phases:
                    if is_enough:
                        phase.running[left, rest] = phase.running[left - 1, rest]
                    else:
                        self._add(phase, left, rest)

    def _add(self, phase: _Phase, left: int, rest: int) -> None:
        """Weigh what is left from the times of a phase on."""
        idle = phase.idle = self._waiting(phase, left, rest)
        row = phase.running[left, rest - 1] if rest else phase.sums
        if idle is not None:
            pause = self._cut.pause
            stopping = map(add, idle, phase.sums[rest + pause :], strict=False)
            row = [*row[:pause], *map(min, row[pause:], stopping, strict=False)]
        if phase.odd is not None:
            odd = phase.odd.running[left, rest]
            row = list(map(min, row, odd, strict=False)) if rest else odd
        phase.running[left, rest] = row

    def _waiting(self, phase: _Phase, left: int, rest: int) -> list[float] | None:
        """Return what the rest weighs when a start is still to come."""
        after = phase.running.get((left - self._fewer, rest - self._least))
        if after is None:
            return None
        now = list(accumulate(map(sub, after, phase.sums[rest:], strict=False), min))
        if phase.later is None or phase.later.idle is None:
            return now
        # What begins later there has its lightest in it already.
        return list(map(min, now, [_NEVER, *phase.later.idle], strict=False))

    def path(self, rest: int) -> list[tuple[int, int]] | None:
        """Return the pieces of the lightest way, the earliest of equals."""
        cut, left, spare = self._cut, self._starts, self._units - rest
        if spare < 0:
            return None
        phase = self._phases[-1]
        if cut.running is not None:
            must = min(max(self._least - cut.running, 0), rest)
            if phase.running[left, rest - must][spare] >= BLOCKED // 2:
                return None
            return self._joined(self._from_running(phase, left, rest - must, spare, 0))
        for each in self._phases:
            each.idle = self._waiting(each, left, rest)
        if phase.idle is None or phase.idle[spare] >= BLOCKED // 2:
            return None
        return self._joined(self._spans(phase, left, rest, phase.idle[spare], spare))

    def _spans(
        self, phase: _Phase, left: int, rest: int, weight: float, spare: int
    ) -> Iterator[tuple[int, int]]:
        """Yield the pieces of what weighs so much, with so many units to spare."""
        begun = left - self._fewer, rest - self._least
        row, sums = phase.running[begun], phase.sums
        while row[spare] - sums[spare + rest] != weight:
            spare -= 1
            if (later := phase.later) is not None:
                if later.running[begun][spare] - later.sums[spare + rest] == weight:
                    phase = later
                    break
        start = self._time(phase, spare + rest)
        yield from self._from_running(phase, *begun, spare, start)

    def _from_running(
        self, phase: _Phase, left: int, rest: int, spare: int, start: int
    ) -> Iterator[tuple[int, int]]:
        """Yield the piece that runs, begun at a start, and those after it."""
        weight = phase.running[left, rest][spare]
        while True:
            if rest and phase.running[left, rest - 1][spare] == weight:
                rest -= 1
            elif (
                phase.odd is not None and phase.odd.running[left, rest][spare] == weight
            ):
                phase = phase.odd
            else:
                break
        if (end := self._time(phase, spare + rest)) > start:
            yield start, end
        if rest or phase.odd is not None:
            weight -= phase.sums[spare + rest]
            spare -= self._cut.pause
            yield from self._spans(phase, left, rest, weight, spare)

    def _time(self, phase: _Phase, units: int) -> int:
        """Return when so many units are left, in parts of a unit from the first on."""
        return (self._units - units) * self._cut.whole + phase.beside

    def _joined(self, spans: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return pieces at their own times, those that touch as one."""
        whole, places = self._cut.whole, self._places
        joined: list[tuple[int, int]] = []
        for span in spans:
            begin, end = span
            if whole == 1:
                begin, end = places[begin], places[end - 1] + 1
            if joined and joined[-1][1] == begin:
                begin = joined.pop()[0]
            joined.append((begin, end))
        return joined


def _with_gaps(weights: Sequence[float], most: float, gap: int) -> list[int]:
    """Return the places that weigh so much at most, and so many after each of them."""
    places, beyond = [], 0
    for place, weight in enumerate(weights):
        beyond = beyond + 1 if weight > most else 0
        if beyond <= gap:
            places.append(place)
    return places
