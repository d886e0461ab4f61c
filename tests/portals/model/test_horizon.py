"""What is known, cut and limited; and what plans on it mean."""

from datetime import UTC, datetime, timedelta
from math import isclose
from typing import Final

import pytest

from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.horizon import (
    BLOCKED,
    SCALE,
    Horizon,
    HorizonSlot,
    Objective,
    horizon,
)
from custom_components.energy_portals.portals.model.planner import (
    NoPlan,
    added,
    by_hand,
    forgone,
    plan,
)
from custom_components.energy_portals.portals.model.prices import Price
from custom_components.energy_portals.portals.model.series import Series, Slot

ZERO: Final = datetime(2026, 1, 15, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)


def series[ValueT](*values: ValueT | None, length: timedelta = HOUR) -> Series[ValueT]:
    """Return slots with these values, None for a gap."""
    return Series(
        tuple(
            Slot(ZERO + n * length, ZERO + (n + 1) * length, value)
            for n, value in enumerate(values)
            if value is not None
        )
    )


def told(found: Horizon) -> list[tuple[float, HorizonSlot]]:
    """Return what is known by the hour at which it begins."""
    return [((slot.start - ZERO) / HOUR, slot.value) for slot in found.slots]


def test_put_together() -> None:
    """Prices and windows are cut where either changes; gaps are unknown."""
    prices = series(Price(1.0), None, Price(2.0))
    half = timedelta(minutes=30)
    windows = Series(
        (
            Slot(ZERO + half, ZERO + 3 * half, 40.0),
            Slot(ZERO + 5 * half, ZERO + 6 * half, None),
        )
    )
    found = horizon(prices, windows, ZERO, ZERO + 4 * HOUR)
    assert told(found) == [
        (0, HorizonSlot(1.0)),
        (0.5, HorizonSlot(1.0, 40.0, is_green=True)),
        (1, HorizonSlot(None, 40.0, is_green=True)),
        (1.5, HorizonSlot()),
        (2, HorizonSlot(2.0)),
        (2.5, HorizonSlot(2.0, None, is_green=True)),
        (3, HorizonSlot()),
    ]


def test_gaps() -> None:
    """Slots that do not meet leave something unknown between them."""
    one, other = HorizonSlot(1.0), HorizonSlot(2.0)
    found = Horizon.of(
        [
            Slot(ZERO + 2 * HOUR, ZERO + 3 * HOUR, other),
            Slot(ZERO, ZERO + HOUR, one),
        ]
    )
    assert told(found) == [(0, one), (1, HorizonSlot()), (2, other)]


def test_rooms() -> None:
    """Caps, what others draw and what is busy leave less room."""
    ground = horizon(series(Price(1.0)), Series(), ZERO, ZERO + 3 * HOUR)
    capped = ground.within(series(5.0, 3.0))
    assert [slot.value.room for slot in capped.slots] == [5.0, 3.0, None]
    rest = capped.less(series(None, 1.0), 4.0)
    assert [slot.value.room for slot in rest.slots] == [4.0, 3.0, 4.0]
    busy = rest.without(series(None, None, True))
    assert [slot.value.room for slot in busy.slots] == [4.0, 3.0, 0.0]
    assert ground.less(Series(), 4.0).slots[0].value.room == 4.0


def test_promised() -> None:
    """A promise counts where less is told, and not where more is."""
    ground = horizon(Series(), series(30.0, 50.0, None), ZERO, ZERO + 3 * HOUR).greener(
        series(40.0, 40.0, 40.0)
    )
    assert [slot.value.share for slot in ground.slots] == [40.0, 50.0, 40.0]
    unknown = horizon(Series(), Series(), ZERO, ZERO + HOUR).greener(
        Series((Slot(ZERO, ZERO + HOUR, None),))
    )
    assert unknown.slots[0].value == HorizonSlot(is_green=True)


def ground_of(*prices: float, green: tuple[float | None, ...] = ()) -> Horizon:
    """Return hourly prices and shares."""
    return horizon(
        series(*map(Price, prices)),
        series(*green),
        ZERO,
        ZERO + len(prices) * HOUR,
    )


@pytest.mark.parametrize(("worth", "start"), [(0, 0), (0.009, 0), (0.011, 1), (1, 1)])
def test_worth_of_a_percent(worth: float, start: int) -> None:
    """Fifty percent more are chosen once they are worth more than they cost."""
    ground = ground_of(1.0, 1.5, green=(None, 50.0))
    demand = Demand(duration=HOUR, power=1, objective=Objective.BOTH, worth=worth)
    found = plan(ground, demand, ZERO, ground.end)
    assert found.start == ZERO + start * HOUR


def test_forgone() -> None:
    """The cheapest forgoes green, the greenest forgoes money, and so much of it."""
    ground = ground_of(1.0, 3.0, green=(20.0, 70.0))
    cheap = Demand(duration=HOUR, power=2)
    found = plan(ground, cheap, ZERO, ground.end)
    left = forgone(ground, cheap, ZERO, ground.end, found)
    assert (left.cost, left.share) == (0, 50)
    green = Demand(duration=HOUR, power=2, objective=Objective.GREEN)
    found = plan(ground, green, ZERO, ground.end)
    left = forgone(ground, green, ZERO, ground.end, found)
    assert (left.cost, left.share) == (4, 0)


def test_forgone_is_unknown() -> None:
    """Where there is no green there is nothing to compare with."""
    ground = ground_of(1.0, 3.0)
    demand = Demand(duration=HOUR)
    left = forgone(
        ground, demand, ZERO, ground.end, plan(ground, demand, ZERO, ground.end)
    )
    assert left.share is None
    assert left.cost is None


def test_known_shares_come_before_unknown_ones() -> None:
    """A window without a share is greener than none, and less than one with."""
    windows = Series(
        (
            Slot(ZERO + HOUR, ZERO + 2 * HOUR, None),
            Slot(ZERO + 2 * HOUR, ZERO + 3 * HOUR, 1.0),
        )
    )
    ground = horizon(Series(), windows, ZERO, ZERO + 3 * HOUR)
    demand = Demand(duration=2 * HOUR, objective=Objective.GREEN, shape=Shape.SLOTS)
    found = plan(ground, demand, ZERO, ground.end)
    assert found.start == ZERO + HOUR
    assert found.share is None


def test_by_hand() -> None:
    """What runs at once costs what it costs, unknown where that is."""
    ground = ground_of(1.0, 3.0)
    demand = Demand(duration=2 * HOUR, power=2)
    found = by_hand(ground, demand, ZERO)
    assert (found.start, found.end, found.cost) == (ZERO, ZERO + 2 * HOUR, 8)
    assert found.saving == 0
    assert by_hand(ground, demand, ZERO + HOUR).cost is None
    assert by_hand(ground, Demand(energy=3, power=2), ZERO).energy == 3


@pytest.mark.parametrize(
    ("hours", "reason"), [((0, 0.5), "too_short"), ((8, 10), "not_known")]
)
def test_no_plan(hours: tuple[float, float], reason: str) -> None:
    """It is said why there is none."""
    begin, end = (ZERO + hour * HOUR for hour in hours)
    with pytest.raises(NoPlan) as raised:
        plan(ground_of(1.0, 3.0), Demand(duration=HOUR), begin, end)
    assert raised.value.reason == reason


def test_part_of_a_slot_for_an_energy() -> None:
    """The dearest slot is used for as long as it takes."""
    ground = ground_of(1.0, 3.0, 2.0)
    demand = Demand(energy=5, power=2, shape=Shape.SLOTS)
    found = plan(ground, demand, ZERO, ground.end)
    ran = [((run.end - run.start) / HOUR, run.value) for run in found.runs]
    assert ran == [(1.5, 2.0), (1, 2.0)]
    assert found.cost == pytest.approx(2 + 4 + 3)


def test_share_counts_by_energy() -> None:
    """An hour at twice the power counts twice."""
    ground = ground_of(1.0, 2.0, green=(20.0, 80.0))
    demand = Demand(energy=3, power=2, least_power=1)
    found = plan(ground, demand, ZERO, ground.end)
    assert [run.value for run in found.runs] == [2, 1]
    assert found.share == pytest.approx(40)


def test_pieces_for_an_energy() -> None:
    """In pieces the power is what fills whole units, or the least and a shorter end."""
    ground = ground_of(1.0, 3.0, 2.0, 5.0)
    demand = Demand(energy=3, power=2, least_power=1, shape=Shape.PIECES)
    found = plan(ground, demand, ZERO, ground.end)
    assert [run.value for run in found.runs] == [1.5, 1.5]
    assert found.cost == pytest.approx(1.5 + 3)
    fixed = Demand(energy=3, power=2, shape=Shape.PIECES)
    found = plan(ground, fixed, ZERO, ground.end)
    assert [(run.end - run.start) / HOUR for run in found.runs] == [1, 0.5]
    assert found.cost == pytest.approx(2 + 2)


def test_odd_seconds() -> None:
    """A window of green that begins at an odd second costs no more than minutes do."""
    odd = ZERO + timedelta(seconds=7, microseconds=3)
    ground = horizon(
        series(*map(Price, (1.0, 3.0, 2.0, 5.0))),
        Series((Slot(odd, odd + HOUR, 50.0),)),
        ZERO,
        ZERO + 4 * HOUR,
    )
    demand = Demand(duration=2 * HOUR, power=1, shape=Shape.PIECES)
    found = plan(ground, demand, ZERO, ground.end)
    assert found.cost is not None
    assert isclose(found.cost, 3)


def test_added() -> None:
    """What is drawn together is added up wherever either changes."""
    drawn = added(
        series(1.0, 2.0), Series((Slot(ZERO + HOUR / 2, ZERO + 3 * HOUR, 0.5),))
    )
    assert [((s.start - ZERO) / HOUR, s.value) for s in drawn] == [
        *((0, 1.0), (0.5, 1.5), (1, 2.5), (2, 0.5)),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"duration": HOUR, "energy": 1, "power": 1},
        {"duration": timedelta()},
        {"energy": 0, "power": 1},
        {"energy": 1},
        {"duration": HOUR, "power": 0},
        {"energy": 1, "power": 1, "least_power": 2},
        {"energy": 1, "power": 1, "least_power": 0},
    ],
)
def test_nothing_to_run(fields: dict[str, float]) -> None:
    """A demand by which nothing could run is none."""
    with pytest.raises(ValueError, match=r"duration|energy|power"):
        Demand(**fields)  # type: ignore[arg-type]


def test_shares_of_all_time_count_in_windows_and_outside_of_them() -> None:
    told = series(30.0, 50.0, 70.0)
    windows = Series((Slot(ZERO + HOUR, ZERO + 3 * HOUR, 60.0),))
    ground = horizon(Series(), windows, ZERO, ZERO + 4 * HOUR, told)
    shown = [
        (slot.value.share, slot.value.is_green)
        for hour in range(4)
        for slot in ground.between(ZERO + hour * HOUR, ZERO + (hour + 1) * HOUR)
    ]
    assert shown == [(30.0, False), (50.0, True), (70.0, True), (None, False)]


def test_co2_is_known_of_a_span_or_not() -> None:
    told = series(300.0, None, 100.0, 200.0)
    ground = horizon(Series(), Series(), ZERO, ZERO + 5 * HOUR, co2=told)
    known = [
        (start, end)
        for start in range(-1, 6)
        for end in range(start + 1, 7)
        if ground.knows_co2(ZERO + start * HOUR, ZERO + end * HOUR)
    ]
    assert known == [(0, 1), (2, 3), (2, 4), (3, 4)]
    curve = ground.curve(Objective.CO2)
    assert curve.weights == [300 * SCALE, BLOCKED, 100 * SCALE, 200 * SCALE, BLOCKED]
