"""What a user types is met to the last digit, on whatever grid it lies."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import isclose
from random import Random
import tracemalloc

import pytest

from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.fitting import fitted_most
from custom_components.energy_portals.portals.model.horizon import Horizon, HorizonSlot
from custom_components.energy_portals.portals.model.planner import NoPlan, Plan, plan
from custom_components.energy_portals.portals.model.series import Series, Slot

ZERO = datetime(2026, 10, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
SHAPES = tuple(Shape)


def ground(
    prices: list[float], length: timedelta = QUARTER, room: float | None = None
) -> Horizon:
    """Return slots of one length with these prices."""
    return Horizon.of(
        Slot(ZERO + n * length, ZERO + (n + 1) * length, HorizonSlot(price, room=room))
        for n, price in enumerate(prices)
    )


def drawn(found: Plan) -> float:
    """Return the energy of a plan, kWh."""
    return sum((run.value or 0) * ((run.end - run.start) / HOUR) for run in found.runs)


def _clean() -> list[tuple[str, str, timedelta]]:
    """Return energies and powers that take a whole number of minutes."""
    return [
        (f"{energy / 100:g}", f"{power / 100:g}", int(minutes) * MINUTE)
        for power in range(5, 1105, 10)
        for energy in range(5, 3005, 15)
        for minutes in [Fraction(energy * 60, power)]
        if minutes.denominator == 1 and minutes <= 24 * 60
    ]


def test_what_was_typed_lasts_as_long_as_it_says() -> None:
    """An energy at a power is exactly the time that it is on paper."""
    clean = _clean()
    assert len(clean) > 500
    for energy, power, lasts in clean:
        demand = Demand(energy=float(energy), power=float(power))
        assert demand.shortest == lasts, (energy, power)
    # One that was worked out is off in its last digit, and lasts no longer for it.
    assert Demand(energy=0.1 + 0.2, power=0.1).shortest == 3 * HOUR
    assert Demand(energy=10, power=10 / 3).shortest == 3 * HOUR


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("capped", [False, True])
@pytest.mark.parametrize("offset", [0, 7, 13])
def test_a_span_that_is_just_long_enough(
    shape: Shape, offset: int, *, capped: bool
) -> None:
    """It is used from its first to its last minute, at the very cap."""
    random = Random(offset)
    for energy, power, lasts in random.sample(_clean(), 60):
        begin = ZERO + offset * MINUTE
        known = ground(
            [random.random() for _ in range(100)], room=float(power) if capped else None
        )
        demand = Demand(energy=float(energy), power=float(power), shape=shape)
        found = plan(known, demand, begin, begin + lasts)
        assert (found.start, found.end) == (begin, begin + lasts), (energy, power)
        assert isclose(drawn(found), float(energy), rel_tol=1e-9)
        with pytest.raises(NoPlan, match="too_short"):
            plan(known, demand, begin, begin + lasts - MINUTE)


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_left_of_a_limit_is_a_difference(shape: Shape) -> None:
    """0.3 less 0.1 is 0.2, and leaves room for it."""
    tenths = [n / 10 for n in range(1, 40)]
    for taken in tenths:
        for power in tenths:
            known = ground([1.0] * 4).less(
                Series((Slot(ZERO, ZERO + HOUR, taken),)), round(taken + power, 1)
            )
            demand = Demand(duration=HOUR, power=power, shape=shape)
            assert plan(known, demand, ZERO, ZERO + HOUR).end == ZERO + HOUR


def _cheapest(
    prices: list[float], begin: int, end: int, need: int, demand: Demand
) -> float | None:
    """Return the least money of pieces by trying every minute of quarters."""
    least = min(demand.least_length // MINUTE, need)
    pause = demand.least_pause // MINUTE
    never = float("inf")

    @cache
    def idle(at: int, left: int, starts: int) -> float:
        if not left:
            return 0.0
        if at >= end or not starts:
            return never
        best = idle(at + 1, left, starts)
        return min(best, running(at, left, starts - 1, 0))

    @cache
    def running(at: int, left: int, starts: int, since: int) -> float:
        best = idle(at + pause, left, starts) if since >= least else never
        if left and at < end:
            rest = running(at + 1, left - 1, starts, min(since + 1, max(least, 1)))
            best = min(best, prices[at // 15] + rest)
        return best

    found = idle(begin, need, demand.starts or 4)
    return None if found == never else found * (demand.power or 0) / 60


@pytest.mark.parametrize("seed", range(40))
def test_pieces_of_an_energy_are_the_cheapest_there_are(seed: int) -> None:
    """Each has its least length, the last one too; no minute elsewhere is cheaper."""
    random = Random(seed)
    prices = [random.randint(0, 6) / 10 for _ in range(random.randint(3, 7))]
    begin, end = random.choice((0, 0, 7, 4)), len(prices) * 15 - random.choice((0, 3))
    need = random.randint(5, 50)
    power = random.choice((0.7, 1.4, 3.0, 3.68))
    demand = Demand(
        energy=float(Fraction(str(power)) * need / 60),
        power=power,
        shape=Shape.PIECES,
        least_length=random.choice((0, 5, 12, 15, 20)) * MINUTE,
        least_pause=random.choice((0, 0, 5, 10)) * MINUTE,
        starts=random.choice((1, 2, 3)),
    )
    best = _cheapest(prices, begin, end, need, demand)
    known, span = ground(prices), (ZERO + begin * MINUTE, ZERO + end * MINUTE)
    if best is None:
        with pytest.raises(NoPlan):
            plan(known, demand, *span)
        return
    found = plan(known, demand, *span)
    assert found.cost is not None
    assert isclose(found.cost, best, abs_tol=1e-6)
    assert isclose(drawn(found), demand.energy or 0, rel_tol=1e-6)
    least = min(demand.least_length, need * MINUTE)
    assert all(run.end - run.start >= least for run in found.runs)
    assert all(
        after.start - run.end >= demand.least_pause
        for run, after in pairwise(found.runs)
    )


def test_the_last_piece_is_no_shorter_than_the_others() -> None:
    """What is left over makes no short last piece, and the dearest slot is cut."""
    known = ground([0.5, 0.1, 0.1, 0.1, 0.4, 0.6, 0.9, 0.2, 0.2, 0.2, 0.3, 0.8])
    demand = Demand(energy=6.25, power=3, shape=Shape.PIECES, least_length=45 * MINUTE)
    found = plan(known, demand, ZERO, ZERO + 3 * HOUR)
    runs = [(run.start - ZERO, run.end - ZERO) for run in found.runs]
    assert sum((end - start for start, end in runs), timedelta()) == 125 * MINUTE
    assert all(end - start >= 45 * MINUTE for start, end in runs)
    six = [0.1] * 3 + [0.2] * 3
    cost = (sum(six) * 15 + 0.3 * 15 + 0.4 * 15 + 0.5 * 5) * 3 / 60
    assert found.cost == pytest.approx(cost)


def test_pieces_over_long_spans_are_bounded() -> None:
    """Beyond what is stated they are sought on the slots' grid, and then refused."""
    random = Random(3)
    known = ground([random.random() for _ in range(12 * 96)])
    demand = Demand(
        duration=timedelta(hours=23, minutes=59),
        power=1,
        shape=Shape.PIECES,
        least_length=7 * MINUTE,
    )
    tracemalloc.start()
    found = plan(known, demand, known.start, known.end)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100e6
    assert drawn(found) == pytest.approx(23 + 59 / 60)
    assert all(run.end - run.start >= 7 * MINUTE for run in found.runs)
    year = ground([random.random() for _ in range(400 * 24)], HOUR)
    quarters = Demand(
        duration=timedelta(hours=23, minutes=59),
        power=1,
        shape=Shape.PIECES,
        least_length=7 * MINUTE,
        starts=20,
    )
    with pytest.raises(NoPlan, match="too_much"):
        plan(year, quarters, year.start, year.end)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("least_power", [None, 1.0])
def test_as_much_as_fits(shape: Shape, least_power: float | None) -> None:
    """In a span that is too short there is no free minute that is not used."""
    known = ground([0.3, 0.1, 0.2, 0.4])
    known = known.without(Series((Slot(ZERO + QUARTER, ZERO + 2 * QUARTER, None),)))
    demand = Demand(energy=9, power=3, least_power=least_power, shape=shape)
    runs = fitted_most(known, demand, ZERO, ZERO + HOUR)
    lasts = sum((run.end - run.start for run in runs), timedelta())
    is_one = shape is Shape.CONTIGUOUS
    assert lasts == (2 if is_one else 3) * QUARTER
    assert {run.value for run in runs} == {3}
    blocked = known.without(Series((Slot(ZERO, ZERO + HOUR, None),)))
    assert fitted_most(blocked, demand, ZERO, ZERO + HOUR) == []
