"""The searches of the planner, on whole numbers alone; every one of them is exact.

Of equal answers each returns the one that begins earliest, and then goes on longest.
"""

from bisect import bisect_right, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import sub
from typing import Final

from .horizon import BLOCKED, Curve

_NEVER: Final = BLOCKED * BLOCKED


def window(curve: Curve, begin: int, end: int, length: int) -> int | None:
    """Return when to begin `length` µs without a break within `[begin, end)`, µs.

    What a window weighs changes linearly while neither end crosses a bound between
    slots, so that the lightest begins or ends at one, or at an end of the span.
    """
    step = curve.step
    begin, end = max(begin, 0), min(end, curve.times[-1] * step)
    last = end - length
    if last < begin or length <= 0:
        return None
    best: tuple[int, int] | None = None
    if curve.is_even:
        candidates = _even(curve, begin, end, length)
    else:
        candidates = ((_weight(curve, at, length), at) for at in _uneven(curve, length))
    ends = ((_weight(curve, at, length), at) for at in (begin, last))
    for candidate in (*candidates, *ends):
        if begin <= candidate[1] <= last and (best is None or candidate < best):
            best = candidate
    if best is None or best[0] >= BLOCKED // 2:
        return None
    return best[1]


def _even(curve: Curve, begin: int, end: int, length: int) -> Iterator[tuple[int, int]]:
    """Yield the lightest window that begins, and that ends, at a bound between slots.

    Whole rows at once, which takes a tenth of the time of a loop.
    """
    step, sums, weights = curve.step, curve.sums, curve.weights
    whole, rest = divmod(length, step)
    first, after = -(-begin // step), (end - length) // step + 1
    if first < after:
        row = list(
            map(
                sub, sums[first + whole : after + whole], sums[first:after], strict=True
            )
        )
        if rest:
            last = weights[first + whole : after + whole]
            row = _with_rest(row, step, last, rest)
        least = min(row)
        yield least if rest else least * step, (first + row.index(least)) * step
    first, after = -(-(begin + length) // step), end // step + 1
    if rest and first < after:
        starts = sums[first - whole : after - whole]
        row = list(map(sub, sums[first:after], starts, strict=True))
        before = weights[first - whole - 1 : after - whole - 1]
        row = _with_rest(row, step, before, rest)
        least = min(row)
        yield least, (first + row.index(least)) * step - length


def _with_rest(row: list[int], step: int, weights: list[int], rest: int) -> list[int]:
    """Return what whole slots weigh, with so many µs of one more."""
    return [
        whole * step + weight * rest for whole, weight in zip(row, weights, strict=True)
    ]


def _uneven(curve: Curve, length: int) -> Iterator[int]:
    """Yield when a window may begin so that one of its ends is at a bound."""
    for time in curve.times:
        yield time * curve.step
        yield time * curve.step - length


def _weight(curve: Curve, begin: int, length: int) -> int:
    """Return what a window weighs, in weight times µs."""
    return until(curve, begin + length) - until(curve, begin)


def until(curve: Curve, when: int) -> int:
    """Return what all before a moment weighs."""
    place = min(
        bisect_right(curve.times, when // curve.step) - 1, len(curve.weights) - 1
    )
    past = when - curve.times[place] * curve.step
    return curve.sums[place] * curve.step + curve.weights[place] * past


@dataclass(frozen=True, slots=True)
class EnergySlot:
    """A slot that energy can go into: its weight, and the least and most energy."""

    weight: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Shared:
    """What goes into each part that is used, by place, and what that weighs."""

    weight: int
    shares: dict[int, int]


def share_out(parts: Sequence[EnergySlot], energy: int) -> Shared | None:
    """Return how an energy is best put into parts that follow each other.

    The first and the last part that are used may be used in part; those between take
    at least their least. All pairs of ends are tried, and between them what is left
    after the least goes where it weighs the least. The work grows with parts times
    the square of the parts that can be used at once.
    """
    best: tuple[int, int, int] | None = None
    for first in range(len(parts)):
        for weight, last in _ends(parts, first, energy):
            if best is None or weight < best[0]:
                best = weight, first, last
    if best is None:
        return None
    weight, first, last = best
    return Shared(weight, _shares(parts, first, last, energy))


def _ends(
    parts: Sequence[EnergySlot], first: int, energy: int
) -> Iterator[tuple[int, int]]:
    """Yield what it weighs to end at each of the parts that can be the last."""
    begin = parts[first]
    if energy <= begin.most:
        yield energy * begin.weight, first
    held, weighed, room = 0, 0, begin.most
    between: list[tuple[int, int]] = [(begin.weight, begin.most)]
    for last in range(first + 1, len(parts)):
        part = parts[last]
        if held > energy:
            return
        room += part.most
        if room >= energy:
            ends = [*between]
            insort(ends, (part.weight, part.most))
            yield weighed + _lightest(ends, energy - held), last
        held += part.least
        weighed += part.least * part.weight
        insort(between, (part.weight, part.most - part.least))


def _lightest(rooms: Sequence[tuple[int, int]], energy: int) -> int:
    """Return what an energy weighs in these rooms, lightest first."""
    weighed = 0
    for weight, room in rooms:
        if energy <= room:
            return weighed + energy * weight
        weighed += room * weight
        energy -= room
    return weighed


def _shares(
    parts: Sequence[EnergySlot], first: int, last: int, energy: int
) -> dict[int, int]:
    """Return what goes into each part between two ends, themselves included."""
    shares = {
        place: 0 if place in {first, last} else parts[place].least
        for place in range(first, last + 1)
    }
    left = energy - sum(shares.values())
    for place in sorted(shares, key=lambda place: (parts[place].weight, place)):
        take = min(left, parts[place].most - shares[place])
        shares[place] += take
        left -= take
    return {place: share for place, share in shares.items() if share}
