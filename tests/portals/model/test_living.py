"""A plan's life: what ran stays, the rest is replanned, and nobody gets nothing."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.horizon import (
    Horizon,
    Objective,
    horizon,
)
from custom_components.energy_portals.portals.model.loads import (
    Load,
    LoadPlan,
    Order,
    Reason,
    Status,
    renewed,
)
from custom_components.energy_portals.portals.model.prices import Price
from custom_components.energy_portals.portals.model.seen import Need, Seen
from custom_components.energy_portals.portals.model.series import Series, Slot

ZONE: Final = ZoneInfo("UTC")
HOUR: Final = timedelta(hours=1)
QUARTER: Final = timedelta(minutes=15)
MINUTE: Final = timedelta(minutes=1)
ZERO: Final = datetime(2026, 1, 15, 18, tzinfo=UTC)
CHARGE: Final = Demand(energy=12, power=3)
NIGHT: Final = Load(demand=CHARGE, begin=time(18), end=time(6))


def ground(*prices: float, share: dict[int, float] | None = None) -> Horizon:
    """Return hourly prices from six in the evening on; a day is known of nothing."""
    slots = tuple(
        Slot(ZERO + n * HOUR, ZERO + (n + 1) * HOUR, Price(price))
        for n, price in enumerate(prices)
    )
    green = tuple(
        Slot(ZERO + n * HOUR, ZERO + (n + 1) * HOUR, value)
        for n, value in sorted((share or {}).items())
    )
    return horizon(Series(slots), Series(green), ZERO, ZERO + 48 * HOUR)


FLAT: Final = ground(*[1.0] * 24)


def energy(held: LoadPlan) -> float:
    """Return what ran and is to run, kWh."""
    agenda = (*held.past, *held.runs) if held.plan else (*held.past, *held.ran)
    return sum((run.value or 0) * ((run.end - run.start) / HOUR) for run in agenda)


def lived(
    load: Load, known: Horizon, until: datetime, held: LoadPlan | None = None
) -> LoadPlan:
    """Return a plan after a look at each quarter."""
    held, now = held or LoadPlan(), held.looked if held and held.looked else ZERO
    while now <= until:
        held = renewed(load, held, known, now, ZONE)
        now += QUARTER
    return held


@pytest.mark.parametrize("shape", list(Shape))
@pytest.mark.parametrize("late", [0, 9, 10, 11.5])
def test_what_comes_late_gets_what_fits(shape: Shape, late: float) -> None:
    """And it is said what is short, why and by when."""
    load = replace(NIGHT, demand=replace(CHARGE, shape=shape))
    now = ZERO + late * HOUR
    held = renewed(load, LoadPlan(), FLAT, now, ZONE)
    assert held.plan is not None
    left = 12 - late
    assert energy(held) == pytest.approx(min(12, 3 * left))
    if left >= 4:
        assert held.shortfall is None
        return
    assert held.is_running(now)
    assert held.shortfall is not None
    assert held.shortfall.reason is Reason.TIME
    assert held.shortfall.energy == pytest.approx(12 - 3 * left)
    assert held.shortfall.deadline == ZERO + 12 * HOUR
    again = renewed(load, held, FLAT, now + QUARTER, ZONE)
    assert again.shortfall is not None
    assert again.shortfall.since == now


@pytest.mark.parametrize("after", [1, 30])
def test_what_runs_is_priced_when_prices_come(after: int) -> None:
    """It runs on as it does; what it costs becomes known while it does."""
    once = Demand(energy=6, power=3, shape=Shape.CONTIGUOUS)
    load = replace(NIGHT, demand=once)
    held = renewed(load, LoadPlan(), ground(0.5), ZERO + 5 * MINUTE, ZONE)
    assert held.is_running(ZERO + 5 * MINUTE)
    assert held.plan is not None
    assert (held.plan.cost, held.plan.is_complete) == (None, False)
    now = ZERO + (5 + after) * MINUTE
    published = renewed(load, held, ground(*[0.5] * 24), now, ZONE)
    assert published.plan is not None
    assert published.plan.runs == held.plan.runs
    assert published.plan.cost == pytest.approx(3.0)
    assert published.plan.is_complete
    assert published.status is Status.PLANNED


def _blocked(known: Horizon, reason: Reason) -> Horizon:
    """Return it with two hours of the twelve left."""
    span = Slot(ZERO, ZERO + 10 * HOUR, 2.9)
    if reason is Reason.CALENDAR:
        return known.without(Series((Slot(span.start, span.end, None),)))
    if reason is Reason.CAP:
        return known.within(Series((span,)))
    return known.less(Series((Slot(span.start, span.end, 1.1),)), 4)


@pytest.mark.parametrize("shape", list(Shape))
@pytest.mark.parametrize("reason", [Reason.CALENDAR, Reason.CAP, Reason.LIMIT])
def test_the_reason_that_binds(shape: Shape, reason: Reason) -> None:
    """What takes the room is named; what is left is used."""
    load = replace(NIGHT, demand=replace(CHARGE, shape=shape))
    held = renewed(load, LoadPlan(), _blocked(FLAT, reason), ZERO, ZONE)
    assert held.shortfall is not None
    assert held.shortfall.reason is reason
    assert energy(held) == pytest.approx(6)


def test_pieces_that_do_not_fit() -> None:
    """Where only the pieces are too long, that is the reason."""
    demand = Demand(
        duration=3 * HOUR, power=1, shape=Shape.PIECES, least_length=2 * HOUR
    )
    busy = tuple(
        Slot(ZERO + n * HOUR + QUARTER, ZERO + (n + 1) * HOUR, None) for n in range(12)
    )
    known = FLAT.without(Series(busy))
    held = renewed(replace(NIGHT, demand=demand), LoadPlan(), known, ZERO, ZONE)
    assert held.doing(ZERO) is Status.SHORTFALL
    assert held.shortfall is not None
    assert held.shortfall.reason is Reason.CALENDAR
    twice = replace(demand, least_pause=11 * HOUR, starts=1, duration=13 * HOUR)
    wide = replace(NIGHT, demand=twice, end=time(8))
    capped = FLAT.without(Series((Slot(ZERO + HOUR, ZERO + 2 * HOUR, None),)))
    short = renewed(wide, LoadPlan(), capped, ZERO, ZONE)
    assert energy(short) == pytest.approx(12)


# --- what is set while it runs --------------------------------------------------------


@pytest.mark.parametrize("shape", list(Shape))
@pytest.mark.parametrize("least_power", [None, 1.4])
@pytest.mark.parametrize("asked", [9.0, 15.0, 21.0])
def test_another_energy_while_it_charges(
    shape: Shape, least_power: float | None, asked: float
) -> None:
    """It gets what is asked for by now, and no more."""
    demand = replace(CHARGE, shape=shape, least_power=least_power)
    load = replace(NIGHT, demand=demand)
    known = ground(*[0.1] * 8, *[1.0] * 16)
    held = lived(load, known, ZERO + 2 * HOUR)
    now = ZERO + 2 * HOUR
    other = replace(load, demand=replace(demand, energy=asked))
    held = renewed(other, held, known, now, ZONE)
    assert energy(held) == pytest.approx(asked, abs=0.01)
    if shape is Shape.CONTIGUOUS:
        assert all(one.end == after.start for one, after in pairwise(held.runs))


def test_a_programme_is_not_cut_short() -> None:
    """Of a duration that has begun the end stays; a longer one goes on longer."""
    load = replace(NIGHT, demand=Demand(duration=2 * HOUR, power=2))
    known = ground(0.1, 0.1, *[1.0] * 22)
    held = lived(load, known, ZERO + HOUR)
    for hours, ends in ((0.5, 2), (2, 2), (3, 3), (20, 12)):
        demand = replace(load.demand, duration=hours * HOUR)
        other = renewed(replace(load, demand=demand), held, known, ZERO + HOUR, ZONE)
        if hours < 1:
            # It has run for longer than that, and is over.
            assert not other.is_running(ZERO + HOUR)
            continue
        assert other.next_end(ZERO + HOUR) == ZERO + ends * HOUR


@pytest.mark.parametrize("shape", list(Shape))
def test_a_deadline_that_is_pulled_in(shape: Shape) -> None:
    """What fits until then is done, and what does not is told."""
    demand = replace(CHARGE, shape=shape)
    load = replace(NIGHT, demand=demand)
    known = ground(1.0, 1.0, 1.0, *[0.1] * 9, *[1.0] * 12)
    held = renewed(load, LoadPlan(), known, ZERO, ZONE)
    assert held.next_start(ZERO) == ZERO + 3 * HOUR
    for end, due in ((23, 12.0), (20, 6.0)):
        sooner = renewed(replace(load, end=time(end)), held, known, ZERO, ZONE)
        assert energy(sooner) == pytest.approx(due)
        assert sooner.runs.slots[-1].end <= ZERO + (end - 18) * HOUR
        assert (sooner.shortfall is None) is (due == 12)
    begun = lived(load, known, ZERO + 4 * HOUR)
    cut = renewed(replace(load, end=time(23)), begun, known, ZERO + 4 * HOUR, ZONE)
    assert cut.runs.slots[-1].end == ZERO + 5 * HOUR
    assert cut.shortfall is not None


@pytest.mark.parametrize("shape", list(Shape))
@pytest.mark.parametrize("off", [20, 45, 60, 117])
def test_off_and_on_again(shape: Shape, off: int) -> None:
    """The rest is done and no more; what ran stays in the calendar."""
    load = replace(NIGHT, demand=replace(CHARGE, shape=shape))
    known = ground(*[0.1] * 8, *[1.0] * 16)
    held = lived(load, known, ZERO + off * MINUTE)
    now = ZERO + off * MINUTE
    held = renewed(load, held, known, now, ZONE)
    stopped = renewed(replace(load, takes_part=False), held, known, now, ZONE)
    assert stopped.doing(now) is Status.OFF
    assert [(each.start, each.end) for each in stopped.agenda()] == [(ZERO, now)]
    on = now + 37 * MINUTE
    for at in (now + 10 * MINUTE, now + 25 * MINUTE):
        stopped = renewed(replace(load, takes_part=False), stopped, known, at, ZONE)
    again = renewed(load, stopped, known, on, ZONE)
    assert energy(again) == pytest.approx(12, abs=0.06)
    assert next(iter(again.agenda())).end == now
    late = renewed(load, stopped, known, ZERO + 12 * HOUR + MINUTE, ZONE)
    assert late.ran.slots == ()
    assert [(run.start, run.end) for run in late.past] == [(ZERO, now)]


# --- prices that come late ------------------------------------------------------------


def test_no_prices_at_all() -> None:
    """The latest start needs none; reached, it runs."""
    nothing = ground()
    for shape in Shape:
        load = replace(NIGHT, demand=replace(CHARGE, shape=shape))
        held = lived(load, nothing, ZERO + 7 * HOUR)
        assert held.next_start(ZERO) == ZERO + 8 * HOUR
        held = lived(load, nothing, ZERO + 8 * HOUR)
        assert held.is_running(ZERO + 8 * HOUR)
        assert held.shortfall is None
        over = lived(load, nothing, ZERO + 12 * HOUR)
        assert over.shortfall is None
        assert energy(over) >= 12 - 0.1


def test_half_of_the_prices() -> None:
    """What is expected is waited for, and moves nothing that gains too little."""
    load = replace(NIGHT, demand=Demand(duration=HOUR, power=2))
    half = ground(1.0, 1.1, 1.2, 1.3)
    cheap = Series((Slot(ZERO + 6 * HOUR, ZERO + 12 * HOUR, 0.4),))
    held = renewed(load, LoadPlan(), half.expecting(cheap), ZERO, ZONE)
    assert held.next_start(ZERO) == ZERO + 6 * HOUR
    assert held.plan is not None
    assert held.plan.is_expected
    assert not held.plan.is_complete
    assert held.plan.cost is None
    better = ground(1.0, 1.1, 1.2, 1.3, *[0.5] * 4, 0.39, 0.37)
    came = renewed(load, held, better, ZERO + HOUR, ZONE)
    assert came.next_start(ZERO) == ZERO + 9 * HOUR
    assert came.plan is not None
    assert came.plan.cost == pytest.approx(0.74)


@pytest.mark.parametrize(
    ("known", "first"), [(0.094, True), (0.096, False), (0.1, False), (0.104, False)]
)
def test_known_before_expected(known: float, first: bool) -> None:
    """Only if it is lower by half a cent, whichever comes first."""
    load = replace(NIGHT, demand=Demand(duration=HOUR, power=2))
    for place in (0, 5):
        prices = [9.0] * 12
        prices[place] = known
        slots = tuple(
            Slot(ZERO + n * HOUR, ZERO + (n + 1) * HOUR, Price(price))
            for n, price in enumerate(prices)
            if n != 3
        )
        ground_of = horizon(Series(slots), Series(), ZERO, ZERO + 12 * HOUR)
        expected = Series((Slot(ZERO + 3 * HOUR, ZERO + 4 * HOUR, 0.1),))
        held = renewed(load, LoadPlan(), ground_of.expecting(expected), ZERO, ZONE)
        at = held.next_start(ZERO) or ZERO
        begins = ZERO if held.is_running(ZERO) else at
        assert begins == ZERO + (place if first else 3) * HOUR


@pytest.mark.parametrize(
    ("gain", "moves"), [(0.0, False), (0.015, False), (0.025, True), (0.3, True)]
)
@pytest.mark.parametrize("level", [0.5, 4.0])
def test_a_plan_is_left_for_a_gain_alone(
    gain: float, level: float, *, moves: bool
) -> None:
    """Of more than one percent, and more than two cents."""
    load = replace(NIGHT, demand=Demand(duration=HOUR, power=1))
    held = renewed(load, LoadPlan(), ground(level, 9.0, 9.0, level), ZERO - HOUR, ZONE)
    held = renewed(load, LoadPlan(), ground(9.0, level, 9.0, 9.0), ZERO, ZONE)
    assert held.next_start(ZERO) == ZERO + HOUR
    other = ground(9.0, level, 9.0, level - gain)
    moved = renewed(load, held, other, ZERO + 5 * MINUTE, ZONE)
    is_moved = moves and gain > 0.01 * level
    assert moved.next_start(ZERO) == ZERO + (3 if is_moved else 1) * HOUR


def test_what_counts_second() -> None:
    """Equally cheap is the greener, equally green the cheaper, then the earlier."""
    one = Demand(duration=HOUR, power=2)
    by_price = replace(NIGHT, demand=one)
    known = ground(*[1.0] * 12, share={4: 30.0, 7: 60.0})
    assert renewed(by_price, LoadPlan(), known, ZERO, ZONE).next_start(ZERO) == (
        ZERO + 7 * HOUR
    )
    by_green = replace(NIGHT, demand=replace(one, objective=Objective.GREEN))
    known = ground(*[1.0] * 7, 0.5, *[1.0] * 4, share={4: 60.0, 7: 60.0, 9: 60.0})
    assert renewed(by_green, LoadPlan(), known, ZERO, ZONE).next_start(ZERO) == (
        ZERO + 7 * HOUR
    )
    known = ground(*[1.0] * 12, share={4: 60.0, 7: 60.0})
    assert renewed(by_green, LoadPlan(), known, ZERO, ZONE).next_start(ZERO) == (
        ZERO + 4 * HOUR
    )


# --- restarts, and what a device says -------------------------------------------------


@pytest.mark.parametrize("shape", list(Shape))
@pytest.mark.parametrize("down", [5, 50, 200])
def test_down_over_a_run(shape: Shape, down: int) -> None:
    """What nobody saw to has not run: the rest is done, unless the device says so."""
    load = replace(NIGHT, demand=replace(CHARGE, shape=shape))
    known = ground(*[0.1] * 4, *[1.0] * 20)
    held = lived(load, known, ZERO + HOUR)
    now = ZERO + HOUR + down * MINUTE
    back = renewed(load, held, known, now, ZONE, is_restart=True)
    ran = HOUR + (down * MINUTE if down < 16 else timedelta())
    assert sum((r.end - r.start for r in back.ran), timedelta()) == ran
    assert energy(back) == pytest.approx(12, abs=0.06)
    assert back.shortfall is None
    all_along = Series((Slot(ZERO, now, 3.0),))
    seen = Seen(at=now, is_running=True, ran=all_along)
    told = renewed(load, held, known, now, ZONE, seen, is_restart=True)
    ran_on = (*told.past, *told.ran)
    assert sum((r.end - r.start for r in ran_on), timedelta()) == now - ZERO
    if now - ZERO < 4 * HOUR:
        assert energy(told) == pytest.approx(12, abs=0.06)
        return
    assert told.done == ZERO.date()


def test_a_meter_counts_and_not_the_plan() -> None:
    """What draws less than was planned runs for longer."""
    load = replace(NIGHT, demand=CHARGE)
    known = ground(*[0.1] * 12)
    held = lived(load, known, ZERO + 2 * HOUR)
    now = ZERO + 2 * HOUR
    ran = Series((Slot(ZERO, now, 1.5),))
    told = renewed(load, held, known, now, ZONE, Seen(at=now, is_running=True, ran=ran))
    assert told.next_end(now) == now + 3 * HOUR
    need = Seen(at=now, is_running=True, ran=ran, need=Need(energy=1.0))
    nearly = renewed(load, held, known, now, ZONE, need)
    assert nearly.next_end(now) == now + 20 * MINUTE
    full = Seen(at=now, is_running=True, ran=ran, need=Need(energy=0.0))
    done = renewed(load, held, known, now, ZONE, full)
    assert not done.is_running(now)
    assert done.plan is None
    # It may need something again before the window is over.
    assert done.done is None


def test_what_is_not_ready_waits() -> None:
    """Not plugged in, it is not planned; too late, that is what is short."""
    load = replace(NIGHT, demand=CHARGE)
    for hours, short in ((1, False), (10, True)):
        now = ZERO + hours * HOUR
        seen = Seen(at=now, need=Need(is_ready=False))
        held = renewed(load, LoadPlan(), FLAT, now, ZONE, seen)
        assert held.doing(now) is Status.NOT_READY
        assert (held.shortfall is not None) is short
        if held.shortfall is not None:
            assert held.shortfall.reason is Reason.NOT_READY
            assert held.shortfall.energy == pytest.approx(6)


def test_what_a_device_asks_for() -> None:
    """Its energy, its own deadline, and what waits for no price."""
    load = replace(NIGHT, demand=replace(CHARGE, shape=Shape.SLOTS))
    known = ground(*[1.0] * 6, *[0.1] * 6)
    need = Need(is_ready=True, energy=9.0, at_once=3.0, ready_by=ZERO + 9 * HOUR)
    held = renewed(load, LoadPlan(), known, ZERO, ZONE, Seen(at=ZERO, need=need))
    runs = [((r.start - ZERO) / HOUR, (r.end - ZERO) / HOUR) for r in held.runs]
    assert runs == [(0, 1), (6, 8)]
    assert held.window is not None
    assert held.window.deadline == ZERO + 9 * HOUR


# --- any life -------------------------------------------------------------------------


def _any_load(random: Random) -> Load:
    power = random.choice((1.4, 2.0, 3.68))
    lasts = random.randint(2, 24) * QUARTER
    energy_of = random.random() < 0.5
    return Load(
        demand=Demand(
            duration=None if energy_of else lasts,
            energy=round(power * (lasts / HOUR), 2) if energy_of else None,
            power=power,
            shape=random.choice(list(Shape)),
            least_length=random.choice((0, 1, 2)) * QUARTER,
            least_pause=random.choice((0, 1)) * QUARTER,
            starts=random.choice((None, 2, 3)),
            objective=random.choice(list(Objective)),
            worth=0.001,
        ),
        begin=time(18),
        end=time(6),
    )


@pytest.mark.parametrize("seed", range(60))
def test_any_life(seed: int) -> None:
    """Whatever is known when, it is done by the deadline, once, and by its rules."""
    random = Random(seed)
    load = _any_load(random)
    demand = load.demand
    prices = [random.random() for _ in range(48)]
    held, now = LoadPlan(), ZERO
    while now < ZERO + 12 * HOUR:
        count = random.choice((0, 3, 6, 12, 24))
        noise = [price + 0.1 * random.random() for price in prices[:count]]
        greens = {n: 10.0 * n for n in range(12) if random.random() < 0.4}
        known = ground(*noise, share=greens)
        held = renewed(load, held, known, now, ZONE)
        assert held.shortfall is None, now
        now += random.choice((QUARTER, QUARTER, QUARTER, 4 * MINUTE))
    held = renewed(load, held, known, ZERO + 12 * HOUR, ZONE)
    assert held.done == ZERO.date()
    stretches: list[tuple[datetime, datetime]] = []
    for run in held.past:
        if stretches and stretches[-1][1] == run.start:
            stretches[-1] = (stretches[-1][0], run.end)
        else:
            stretches.append((run.start, run.end))
    total = sum((end - start for start, end in stretches), timedelta())
    assert abs(total - demand.shortest) <= MINUTE
    assert stretches[0][0] >= ZERO
    assert stretches[-1][1] <= ZERO + 12 * HOUR
    if demand.shape is Shape.CONTIGUOUS:
        assert len(stretches) == 1
    if demand.shape is Shape.PIECES:
        assert demand.starts is None or len(stretches) <= demand.starts
        least = min(demand.least_length, demand.shortest) - MINUTE
        assert all(end - start >= least for start, end in stretches)
        assert all(
            after[0] - one[1] >= demand.least_pause
            for one, after in pairwise(stretches)
        )


def test_orders_in_a_life() -> None:
    """By hand it runs in full; done, it is done, and the calendar keeps what ran."""
    load = replace(NIGHT, demand=replace(CHARGE, shape=Shape.PIECES))
    known = ground(0.1, *[1.0] * 6, *[0.1] * 3)
    held = lived(load, known, ZERO + 2 * HOUR)
    now = ZERO + 2 * HOUR
    assert held.doing(now) is Status.PAUSED
    started = renewed(load, held.ordered_to(Order.START, now), known, now, ZONE)
    assert started.next_end(now) == now + 4 * HOUR
    assert [(run.start, run.end) for run in started.past] == [(ZERO, ZERO + HOUR)]
    done = renewed(load, held.ordered_to(Order.DONE, now), known, now, ZONE)
    assert done.done == ZERO.date()
    down = renewed(load, started, known, now + 2 * HOUR, ZONE, is_restart=True)
    assert down.next_end(now + 2 * HOUR) == now + 6 * HOUR
