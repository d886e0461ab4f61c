"""The search for pieces against every way there is, a part of a unit included."""

from functools import cache
from itertools import pairwise
from random import Random
import tracemalloc

import pytest

from custom_components.energy_portals.portals.model.horizon import BLOCKED
from custom_components.energy_portals.portals.model.pieces import MOST, Cut, pieces

NEVER = BLOCKED


def _least_weight(weights: list[int], cut: Cut) -> int | None:
    """Return what the lightest way weighs, by trying each part of each unit."""
    whole = cut.whole
    fine = [weight for weight in weights for _ in range(whole)]
    need = cut.need * whole + cut.part
    least, pause = cut.least * whole, cut.pause * whole
    starts = need if cut.starts is None else cut.starts

    @cache
    def idle(at: int, left: int, starts: int) -> int:
        if not left:
            return 0
        if at >= len(fine):
            return NEVER
        best = idle(at + 1, left, starts)
        if starts:
            best = min(best, running(at, left, starts - 1, 0))
        return best

    @cache
    def running(at: int, left: int, starts: int, since: int) -> int:
        best = NEVER
        if since >= least:
            best = idle(at + pause, left, starts)
        if left and at < len(fine):
            best = min(
                best,
                fine[at] + running(at + 1, left - 1, starts, min(since + 1, least)),
            )
        return best

    if cut.running is None:
        found = idle(0, need, starts)
    else:
        since = min(cut.running * whole, least)
        found = running(0, need, starts, since)
        # What there is left to do may be less than the least length.
        if need + since < least:
            found = sum(fine[:need]) if need <= len(fine) else NEVER
    return None if found >= NEVER // 2 else found


def _weight(weights: list[int], cut: Cut, found: list[tuple[int, int]]) -> int:
    fine = [weight for weight in weights for _ in range(cut.whole)]
    return sum(sum(fine[begin:end]) for begin, end in found)


def _random_cut(random: Random, *, is_running: bool) -> tuple[list[int], Cut]:
    whole = random.choice((1, 1, 2, 3, 4))
    part = random.randrange(whole)
    least = random.randint(1, 3)
    units = random.randint(1, 12)
    weights = [
        BLOCKED if random.random() < 0.1 else random.randint(-2, 4)
        for _ in range(units)
    ]
    return weights, Cut(
        random.randint(least, 8),
        least,
        random.randint(0, 3),
        random.choice((None, 1, 2, 3))
        if not is_running
        else random.choice((None, 0, 1, 2)),
        part,
        whole,
        random.randint(0, 4) if is_running else None,
    )


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("is_running", [False, True])
def test_there_is_no_lighter_way(seed: int, *, is_running: bool) -> None:
    """Nor is a piece shorter than it may be, or a pause."""
    random = Random(seed)
    for _ in range(25):
        weights, cut = _random_cut(random, is_running=is_running)
        found = pieces(weights, cut)
        best = _least_weight(weights, cut)
        if best is None:
            assert found is None, (weights, cut)
            continue
        assert found is not None, (weights, cut)
        assert _weight(weights, cut, found) == best, (weights, cut, found)
        lengths = [end - begin for begin, end in found]
        assert sum(lengths) == cut.need * cut.whole + cut.part
        if is_running:
            continue
        assert min(lengths) >= cut.least * cut.whole
        assert cut.starts is None or len(found) <= cut.starts
        assert all(
            after[0] - before[1] >= cut.pause * cut.whole
            for before, after in pairwise(found)
        )


@pytest.mark.parametrize("seed", range(40))
def test_as_much_as_there_is_room_for(seed: int) -> None:
    """Of what does not fit as many units as can be had, and of those the lightest."""
    random = Random(seed)
    for _ in range(10):
        weights, cut = _random_cut(random, is_running=False)
        cut = Cut(cut.need, cut.least, cut.pause, cut.starts)
        most = next(
            (
                (need, weight)
                for need in range(cut.need, cut.least - 1, -1)
                for weight in [
                    _least_weight(weights, Cut(need, cut.least, cut.pause, cut.starts))
                ]
                if weight is not None
            ),
            None,
        )
        found = pieces(weights, cut, at_most=True)
        if most is None:
            assert not found
            continue
        assert found is not None
        assert sum(end - begin for begin, end in found) == most[0]
        assert _weight(weights, cut, found) == most[1]


def test_nothing_to_do() -> None:
    """Nothing, and more than there is time for, have no pieces."""
    assert pieces([1, 2], Cut(0)) is None
    assert pieces([1, 2], Cut(3)) is None
    assert pieces([1, 2], Cut(2, starts=0)) is None


def test_work_is_bounded() -> None:
    """What is let through stays within the memory that is stated."""
    units, need = 1440, 480
    cut = Cut(need, 7, 0, 3)
    assert cut.work(units) <= MOST
    random = Random(1)
    weights = [random.randint(0, 10**9) for _ in range(units)]
    tracemalloc.start()
    assert pieces(weights, cut) is not None
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 120e6
