"""How the plan of a load lives: turns, what has started, what was promised, orders."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
import json
from random import Random
from typing import Any, Final
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
    Shortfall,
    Status,
    all_renewed,
    renewed,
)
from custom_components.energy_portals.portals.model.loads_stored import (
    as_data,
    from_data,
)
from custom_components.energy_portals.portals.model.prices import Price
from custom_components.energy_portals.portals.model.seen import Seen
from custom_components.energy_portals.portals.model.series import Series, Slot

OSLO: Final = ZoneInfo("Europe/Oslo")
HOUR: Final = timedelta(hours=1)
# A Thursday, 12:00 in Oslo.
NOON: Final = datetime(2026, 1, 15, 11, tzinfo=UTC)
TWO_HOURS: Final = Demand(duration=2 * HOUR, power=2)
NIGHT: Final = Load(demand=TWO_HOURS, begin=time(18), end=time(7))


def known(
    prices: list[float],
    start: datetime = NOON,
    green: dict[int, float | None] | None = None,
) -> Horizon:
    """Return hourly prices from a time on, and green windows by hour."""
    slots = [
        Slot(start + n * HOUR, start + (n + 1) * HOUR, Price(price))
        for n, price in enumerate(prices)
    ]
    windows = [
        Slot(start + n * HOUR, start + (n + 1) * HOUR, share)
        for n, share in (green or {}).items()
    ]
    end = start + max(len(prices), 24) * HOUR
    return horizon(Series.of(slots), Series.of(windows), start, end)


def cheap_at(*hours: int, count: int = 24) -> Horizon:
    """Return prices that are low at these hours from noon on."""
    return known([0.1 if n in hours else 1.0 for n in range(count)])


def test_turns_of_a_night() -> None:
    """A window over midnight belongs to the day on which it begins."""
    at_two = datetime(2026, 1, 16, 1, tzinfo=UTC)
    windows = list(NIGHT.windows(at_two, OSLO))
    assert windows[0].day.isoformat() == "2026-01-15"
    assert windows[0].earliest == datetime(2026, 1, 15, 17, tzinfo=UTC)
    assert windows[0].deadline == datetime(2026, 1, 16, 6, tzinfo=UTC)
    assert windows[1].day.isoformat() == "2026-01-16"


def test_turns_on_some_days() -> None:
    """A load that runs on Saturdays has no other turns."""
    load = replace(NIGHT, days=frozenset({5}))
    assert {window.day.weekday() for window in load.windows(NOON, OSLO)} == {5}


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)]
)
def test_turns_of_whole_days(day: str, hours: int) -> None:
    """A whole day is as long as clocks make it."""
    start = datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=OSLO)
    windows = Load(demand=TWO_HOURS).windows(start.astimezone(UTC), OSLO)
    window = next(window for window in windows if window.day.isoformat() == day)
    assert window.deadline - window.earliest == hours * HOUR


def test_planned_and_over() -> None:
    """It is planned, runs, is over, and the next turn comes."""
    ground = cheap_at(10, 11, count=48)
    held = renewed(NIGHT, LoadPlan(), ground, NOON, OSLO)
    start = NOON + 10 * HOUR
    assert (held.doing(NOON), held.next_start(NOON)) == (Status.PLANNED, start)
    assert held.next_end(NOON) == start + 2 * HOUR
    # That a thing runs, only the thing can say.
    assert held.doing(start) is Status.DUE
    for says in (True, False, None):
        seen = None if says is None else Seen(at=NOON, is_running=says)
        bound = renewed(NIGHT, LoadPlan(), ground, NOON, OSLO, seen)
        assert (bound.doing(start) is Status.RUNNING) is (says is True)
    assert held.next_change(start) == start + 2 * HOUR
    assert held.doing(start + 2 * HOUR) is Status.WAITING
    after = renewed(NIGHT, held, ground, start + 2 * HOUR, OSLO)
    assert after.done == datetime(2026, 1, 15, tzinfo=UTC).date()
    assert after.next_start(start + 2 * HOUR) == datetime(2026, 1, 16, 17, tzinfo=UTC)
    past = [(each.start, each.end) for each in after.agenda()]
    assert past[0] == (start, start + 2 * HOUR)


def test_it_moves_until_it_starts() -> None:
    """Better prices move what waits, and not what has started."""
    held = renewed(NIGHT, LoadPlan(), cheap_at(10, 11), NOON, OSLO)
    better = cheap_at(15, 16)
    moved = renewed(NIGHT, held, better, NOON + HOUR, OSLO)
    assert moved.next_start(NOON) == NOON + 15 * HOUR
    begun = renewed(NIGHT, held, better, NOON + 10 * HOUR, OSLO)
    assert begun.plan == held.plan


def test_the_rest_of_a_plan_moves() -> None:
    """Between two pieces the second is planned anew; what ran stays."""
    pieces = replace(
        NIGHT, demand=Demand(duration=2 * HOUR, power=2, shape=Shape.PIECES)
    )
    held = renewed(pieces, LoadPlan(), cheap_at(7, 12), NOON, OSLO)
    pause = NOON + 9 * HOUR
    assert held.doing(pause) is Status.PAUSED
    again = renewed(pieces, held, cheap_at(15), pause, OSLO)
    assert again.next_start(pause) == NOON + 15 * HOUR
    assert again.plan is not None
    assert again.plan.start == NOON + 7 * HOUR
    assert again.plan.energy == 4


def test_what_ran_is_forgotten_after_a_week() -> None:
    """The calendar does not grow."""
    now, held = NOON, LoadPlan()
    for _ in range(10):
        held = renewed(NIGHT, held.ordered_to(Order.START, now), None, now, OSLO)
        now += timedelta(days=1)
        held = renewed(NIGHT, held, None, now, OSLO)
    assert all(run.end > now - timedelta(days=9) for run in held.past)
    assert len(held.past) == 7


def test_a_promised_share_stays() -> None:
    """Green that the portal takes back still counts for the plan made on it."""
    green = replace(NIGHT, demand=replace(TWO_HOURS, objective=Objective.GREEN))
    prices = [1.0] * 24
    held = renewed(green, LoadPlan(), known(prices, green={10: 80, 11: 80}), NOON, OSLO)
    assert held.plan is not None
    assert held.plan.share == 80
    taken_back = known(prices, green={14: 60, 15: 60})
    kept = renewed(green, held, taken_back, NOON + HOUR, OSLO)
    assert kept.next_start(NOON) == NOON + 10 * HOUR
    assert kept.plan is not None
    assert kept.plan.share == 80
    begins = NOON + 10 * HOUR - timedelta(minutes=10)
    unknown = renewed(green, held, None, begins, OSLO)
    assert (unknown.plan, unknown.promised) == (None, held.promised)
    greener = known(prices, green={14: 90, 15: 90})
    moved = renewed(green, kept, greener, NOON + 2 * HOUR, OSLO)
    assert moved.next_start(NOON) == NOON + 14 * HOUR


def test_green_without_any_window() -> None:
    """Of equally green times the cheapest; where no price is known, the last."""
    green = replace(NIGHT, demand=replace(TWO_HOURS, objective=Objective.GREEN))
    held = renewed(green, LoadPlan(), cheap_at(10, 11), NOON, OSLO)
    assert held.next_start(NOON) == NOON + 10 * HOUR
    unknown = renewed(green, LoadPlan(), known([]), NOON, OSLO)
    assert unknown.window is not None
    assert unknown.next_start(NOON) == unknown.window.deadline - 2 * HOUR


def test_other_days_while_nothing_is_known() -> None:
    """A plan goes when its day is no longer one of the load's."""
    held = renewed(NIGHT, LoadPlan(), cheap_at(10, 11), NOON, OSLO)
    saturdays = replace(NIGHT, days=frozenset({5}))
    found = renewed(saturdays, held, None, NOON + HOUR, OSLO)
    assert found.doing(NOON + HOUR) is Status.WAITING
    assert found.window is not None
    assert found.window.day.weekday() == 5


def test_nothing_known() -> None:
    """Without a source it waits; with a plan it keeps the plan."""
    assert renewed(NIGHT, LoadPlan(), None, NOON, OSLO).doing(NOON) is Status.WAITING
    held = renewed(NIGHT, LoadPlan(), cheap_at(10, 11), NOON, OSLO)
    assert renewed(NIGHT, held, None, NOON + HOUR, OSLO).plan == held.plan
    # But it does not begin: there is nothing to begin by.
    assert held.plan is not None
    begins = held.plan.start - timedelta(minutes=15)
    waiting = renewed(NIGHT, held, None, begins, OSLO)
    assert waiting.doing(begins) is Status.WAITING
    assert not waiting.is_running(held.plan.start)
    # Prices that end before the window does do not help either.
    too_short = known([1.0] * 3)
    assert renewed(NIGHT, held, too_short, NOON + HOUR, OSLO).runs == held.runs


def test_half_known() -> None:
    """What is known is used, and it is said that it was not all."""
    held = renewed(NIGHT, LoadPlan(), known([1.0] * 12), NOON, OSLO)
    assert held.plan is not None
    assert not held.plan.is_complete
    assert held.plan.end <= NOON + 12 * HOUR
    whole = renewed(NIGHT, held, cheap_at(15, 16), NOON + HOUR, OSLO)
    assert whole.plan is not None
    assert whole.plan.is_complete
    assert whole.next_start(NOON) == NOON + 15 * HOUR


def test_switched_off() -> None:
    """What takes no part has no plan, and stops when it runs."""
    off = replace(NIGHT, takes_part=False)
    held = renewed(NIGHT, LoadPlan(), cheap_at(10, 11), NOON, OSLO)
    during = NOON + 10 * HOUR
    for now in (NOON, during):
        stopped = renewed(off, held, cheap_at(10, 11), now, OSLO)
        assert stopped.doing(now) is Status.OFF
        assert not stopped.is_running(now)


def test_no_room() -> None:
    """A window that is capped all along gives nothing, and it is said why."""
    ground = cheap_at(10, 11)
    caps = Series((Slot(ground.start, ground.end, 1.0),))
    held = renewed(NIGHT, LoadPlan(), ground.within(caps), NOON, OSLO)
    assert held.doing(NOON) is Status.SHORTFALL
    assert held.shortfall is not None
    assert held.shortfall.reason is Reason.CAP


def test_a_window_that_is_nearly_over() -> None:
    """With less time left than it needs, it gets what fits."""
    late = datetime(2026, 1, 16, 5, tzinfo=UTC)
    held = renewed(NIGHT, LoadPlan(), known([1.0] * 24, late), late, OSLO)
    assert (held.next_end(late), held.is_running(late)) == (late + HOUR, True)
    assert held.shortfall == Shortfall(Reason.TIME, HOUR, 2.0, late + HOUR, late)
    after = renewed(NIGHT, held, known([1.0] * 24, late), late + HOUR, OSLO)
    assert after.window is not None
    assert after.window.day.isoformat() == "2026-01-16"
    assert after.shortfall is None


@pytest.mark.parametrize("ground", [cheap_at(10, 11), None])
def test_started_by_hand(ground: Horizon | None) -> None:
    """It runs at once, for as long as it takes, and today's turn is done by it."""
    evening = NOON + 7 * HOUR
    held = renewed(NIGHT, LoadPlan(), ground, evening, OSLO)
    held = held.ordered_to(Order.START, evening)
    begun = renewed(NIGHT, held, ground, evening, OSLO)
    assert begun.is_running(evening)
    assert begun.next_end(evening) == evening + 2 * HOUR
    assert begun.obeyed == evening
    assert begun.order is None
    assert begun.plan is not None
    assert begun.plan.cost == (None if ground is None else 4.0)
    later = evening + 2 * HOUR
    after = renewed(NIGHT, begun, cheap_at(10, 11), later, OSLO)
    assert not after.is_running(later)
    assert after.done is not None
    assert after.done.isoformat() == "2026-01-15"


def test_started_by_hand_before_another_days_turn() -> None:
    """A turn of tomorrow comes although it was started by hand today."""
    friday = replace(NIGHT, days=frozenset({4}))
    held = LoadPlan().ordered_to(Order.START, NOON)
    begun = renewed(friday, held, None, NOON, OSLO)
    after = renewed(friday, begun, None, NOON + 2 * HOUR, OSLO)
    assert after.window is not None
    assert after.window.day.isoformat() == "2026-01-16"


def test_by_hand_runs_though_it_takes_no_part() -> None:
    """The button is stronger than the switch."""
    off = replace(NIGHT, takes_part=False)
    held = LoadPlan().ordered_to(Order.START, NOON)
    begun = renewed(off, held, None, NOON, OSLO)
    assert begun.is_running(NOON)
    assert renewed(off, begun, None, NOON + HOUR, OSLO).is_running(NOON + HOUR)


def test_done_for_today() -> None:
    """What is done stops, or does not begin, until the next turn."""
    ground = cheap_at(10, 11, count=48)
    held = renewed(NIGHT, LoadPlan(), ground, NOON, OSLO)
    for now in (NOON, NOON + 11 * HOUR):
        done = renewed(NIGHT, held.ordered_to(Order.DONE, now), ground, now, OSLO)
        assert not done.is_running(now)
        assert done.window is not None
        assert done.window.day.isoformat() == "2026-01-16"
    ran = [(each.start, each.end) for each in done.past]
    assert ran == [(NOON + 10 * HOUR, NOON + 11 * HOUR)]


def test_done_does_not_reach_tomorrow() -> None:
    """A turn of another day is not done today."""
    friday = replace(NIGHT, days=frozenset({4}))
    held = renewed(friday, LoadPlan(), known([1.0] * 48), NOON, OSLO)
    done = renewed(
        friday, held.ordered_to(Order.DONE, NOON), known([1.0] * 48), NOON, OSLO
    )
    assert done.plan == held.plan


def test_fifty_share_a_limit() -> None:
    """However many there are, together they never draw more than the limit."""
    random = Random(1)
    ground = known([random.random() for _ in range(48)])
    loads = {
        f"load-{n}": Load(
            demand=Demand(
                duration=random.choice((1, 2, 3)) * HOUR,
                power=random.choice((1.0, 2.0, 3.5)),
                shape=random.choice(list(Shape)),
            )
        )
        for n in range(50)
    }
    start = NOON + 13 * HOUR
    found = all_renewed(
        loads,
        dict.fromkeys(loads, LoadPlan()),
        dict.fromkeys(loads, ground),
        start,
        OSLO,
        limit=16,
    )
    assert list(found) == list(loads)
    assert sum(held.plan is not None for held in found.values()) >= 40
    moments = {run.start for held in found.values() for run in held.runs}
    for moment in moments:
        drawn = sum(held.power(moment) or 0 for held in found.values())
        assert drawn <= 16 + 1e-9
    alone = all_renewed(
        loads,
        dict.fromkeys(loads, LoadPlan()),
        dict.fromkeys(loads, ground),
        start,
        OSLO,
    )
    assert all(held.plan is not None for held in alone.values())


def test_what_runs_keeps_its_power() -> None:
    """A load that has begun comes before one that is more urgent."""
    ground = known([1.0] * 48)
    begun = renewed(NIGHT, LoadPlan().ordered_to(Order.START, NOON), ground, NOON, OSLO)
    urgent = Load(demand=Demand(duration=HOUR, power=2), begin=time(12), end=time(15))
    found = all_renewed(
        {"a": urgent, "b": NIGHT},
        {"a": LoadPlan(), "b": begun},
        {"a": ground, "b": ground},
        NOON,
        OSLO,
        limit=3,
    )
    assert found["b"].plan == begun.plan
    assert found["a"].next_start(NOON) == NOON + 2 * HOUR


def test_what_is_started_by_hand_comes_first() -> None:
    """What is ordered now leaves the rest to the others."""
    ground = known([1.0] * 48)
    urgent = Load(demand=Demand(duration=HOUR, power=2), begin=time(12), end=time(15))
    found = all_renewed(
        {"a": urgent, "b": NIGHT},
        {"a": LoadPlan(), "b": LoadPlan().ordered_to(Order.START, NOON)},
        {"a": ground, "b": ground},
        NOON,
        OSLO,
        limit=3,
    )
    assert found["b"].is_running(NOON)
    assert found["a"].next_start(NOON) == NOON + 2 * HOUR


def _some() -> list[LoadPlan]:
    """Return plans of every sort."""
    held = renewed(
        NIGHT,
        LoadPlan(),
        known([1.0] * 24, green={10: 50, 11: None}),
        NOON,
        OSLO,
    )
    done = renewed(
        NIGHT, held.ordered_to(Order.DONE, NOON), cheap_at(3), NOON + 14 * HOUR, OSLO
    )
    late = datetime(2026, 1, 16, 5, tzinfo=UTC)
    short = renewed(NIGHT, LoadPlan(), known([1.0] * 24, late), late, OSLO)
    running = renewed(NIGHT, short, known([1.0] * 24, late), late + HOUR / 2, OSLO)
    return [
        LoadPlan(),
        held,
        short,
        running,
        replace(done, currency="NOK"),
        held.ordered_to(Order.START, NOON),
    ]


@pytest.mark.parametrize("held", _some())
def test_stored(held: LoadPlan) -> None:
    """What is stored is what is read, but for what was obeyed, and what was before."""
    read = from_data(json.loads(json.dumps(as_data(held))))
    assert read == replace(held, obeyed=None, before=None)


def test_stored_by_an_earlier_release() -> None:
    """What has no word for it any more is taken for what it means."""
    data: Any = as_data(LoadPlan(status=Status.WAITING))
    assert not {"ran", "looked", "shortfall"} & data.keys()
    read = from_data({**data, "status": "impossible"})
    assert read == LoadPlan()


def _spoiled(data: Any) -> list[Any]:
    """Return a tree with each of its leaves replaced, one at a time."""
    if isinstance(data, dict):
        return [
            {**data, key: worse} for key in data for worse in _spoiled(data[key])
        ] + [{key: data[key] for key in data if key != left} for left in data]
    if isinstance(data, list):
        return [
            [*data[:place], worse, *data[place + 1 :]]
            for place in range(len(data))
            for worse in _spoiled(data[place])
        ]
    return [object(), {}, "2026-01-15", 12]


def test_stored_by_somebody_else() -> None:
    """Whatever else is found raises ValueError, and nothing but that."""
    for held in _some():
        for worse in _spoiled(as_data(held)):
            with suppress(ValueError):
                from_data(worse)
