"""Another time for a load, this time only."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
import json
from typing import Any, Final

import pytest

from custom_components.energy_portals.portals.http.errors import InvalidInput
from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.loads import (
    Load,
    LoadPlan,
    Order,
    renewed,
)
from custom_components.energy_portals.portals.model.loads_stored import (
    as_data,
    from_data,
)
from custom_components.energy_portals.portals.rescheduling import WithLoad, rescheduled
from tests.portals.model.test_living import HOUR, ZERO, ZONE, ground

DISHWASHER: Final = Load(
    demand=Demand(duration=2 * HOUR, power=1.2), begin=time(18), end=time(7)
)
# The cheapest two hours begin at three, those before midnight at ten.
PRICES: Final = [5, 5, 5, 5, 3, 3, 5, 5, 5, 1, 1, 5, 4, *[6] * 11, *[5] * 9, 1, 1]
KNOWN: Final = ground(*map(float, PRICES))
CAR: Final = replace(
    DISHWASHER,
    demand=Demand(energy=6, power=3, shape=Shape.PIECES, least_length=HOUR),
)


def looked(load: Load, held: LoadPlan, now: datetime = ZERO) -> LoadPlan:
    return renewed(load, held, KNOWN, now, ZONE)


def planned(load: Load = DISHWASHER, **moved: datetime) -> LoadPlan:
    """Return a plan that was moved, as it is over a restart."""
    held = rescheduled(load, looked(load, LoadPlan()), ZERO, ZONE, **moved)
    held = looked(load, held)
    again = from_data(json.loads(json.dumps(as_data(held))))
    assert looked(load, again).runs == held.runs
    return again


def test_by_another_deadline_it_moves_and_goes_back() -> None:
    usual = planned()
    assert usual.runs.slots[0].start == ZERO + 9 * HOUR
    sooner = planned(ready_by=ZERO + 7 * HOUR)
    assert sooner.runs.slots[0].start == ZERO + 4 * HOUR
    assert sooner.window is not None
    assert sooner.window.deadline == ZERO + 7 * HOUR
    again = looked(DISHWASHER, rescheduled(DISHWASHER, sooner, ZERO, ZONE))
    assert again.runs == usual.runs
    assert again.moved is None


@pytest.mark.parametrize("hours", [1, 3, 6, 12])
def test_a_start_is_kept_to(hours: int) -> None:
    """Even one before the window, or so late that it ends after it."""
    load, start = replace(DISHWASHER, begin=time(20)), ZERO + hours * HOUR
    held = planned(load, start=start)
    assert [(r.start, r.end) for r in held.runs] == [(start, start + 2 * HOUR)]
    # What is cheaper is not what was asked for.
    assert looked(load, held, ZERO + HOUR / 4).runs == held.runs
    assert held.plan is not None
    # It saves against the begin of its window.
    assert held.plan.saving is not None and held.plan.saving <= 4.8


def test_what_charges_begins_with_its_start() -> None:
    held = planned(CAR, start=ZERO + 6 * HOUR)
    assert held.runs.slots[0].start == ZERO + 6 * HOUR
    assert held.plan is not None and held.plan.energy == pytest.approx(6)
    assert looked(CAR, held, ZERO + 7 * HOUR).runs == held.runs


def test_ready_later_than_usual_it_waits_for_what_is_cheap() -> None:
    later = planned(ready_by=ZERO + 36 * HOUR)
    assert later.window is not None and later.window.deadline == ZERO + 36 * HOUR
    # After its usual end it is still there.
    short = rescheduled(
        CAR, looked(CAR, LoadPlan()), ZERO, ZONE, start=ZERO + 14 * HOUR
    )
    now = ZERO + 13 * HOUR + HOUR / 2
    held = looked(CAR, looked(CAR, short), now)
    assert held.runs.slots[0].start == ZERO + 14 * HOUR


def test_it_is_gone_with_its_window() -> None:
    held = planned(ready_by=ZERO + 7 * HOUR)
    for quarter in range(60):
        held = looked(DISHWASHER, held, ZERO + quarter * HOUR / 4)
    assert held.done == ZERO.date()
    assert held.moved is None
    assert held.window is not None
    assert held.window.deadline == ZERO + 37 * HOUR
    assert "moved" not in as_data(held)


def test_a_window_that_passes_without_it_takes_the_change_along() -> None:
    held = planned(ready_by=ZERO + HOUR)
    off = replace(DISHWASHER, takes_part=False)
    assert renewed(off, held, KNOWN, ZERO + 2 * HOUR, ZONE).moved is None


def test_what_cannot_be() -> None:
    held = looked(DISHWASHER, LoadPlan())

    def refused(load: Load = DISHWASHER, held: LoadPlan = held, **moved: Any) -> str:
        with pytest.raises(InvalidInput) as raised:
            rescheduled(load, held, ZERO, ZONE, **moved)
        return raised.value.key

    assert refused(start=ZERO) == "time_is_over"
    assert refused(ready_by=ZERO - HOUR) == "time_is_over"
    assert refused(ready_by=ZERO + 38 * HOUR) == "reschedule_too_late"
    off = replace(DISHWASHER, takes_part=False)
    assert refused(off, ready_by=ZERO + HOUR) == "nothing_to_reschedule"
    never = replace(DISHWASHER, days=frozenset())
    assert refused(never, ready_by=ZERO + HOUR) == "nothing_to_reschedule"
    by_hand = looked(DISHWASHER, held.ordered_to(Order.START, ZERO))
    assert refused(held=by_hand, start=ZERO + HOUR) == "nothing_to_reschedule"
    runs = planned(start=ZERO + HOUR)
    later = ZERO + HOUR + timedelta(minutes=5)
    runs = looked(DISHWASHER, runs, later)
    with pytest.raises(InvalidInput, match="runs_already"):
        rescheduled(DISHWASHER, runs, later, ZONE, start=later + HOUR)
    assert rescheduled(DISHWASHER, runs, later, ZONE, ready_by=later + HOUR).moved


def test_only_the_last_day_of_a_week_has_no_window_behind_it() -> None:
    one_day = replace(DISHWASHER, days=frozenset({ZERO.weekday()}))
    held = looked(one_day, LoadPlan())
    assert rescheduled(one_day, held, ZERO, ZONE, ready_by=ZERO + 30 * HOUR).moved


def test_a_site_with_a_load() -> None:
    @dataclass
    class Site:
        load: Load = DISHWASHER

    assert isinstance(Site(), WithLoad)
    assert not isinstance(object(), WithLoad)


SOON: Final = ZERO + timedelta(seconds=5)


def ordered(load: Load, held: LoadPlan, order: Order, now: datetime = ZERO) -> LoadPlan:
    """Return a plan after an order by hand."""
    return looked(load, held.ordered_to(order, now), now)


def back(load: Load, held: LoadPlan, now: datetime = SOON) -> LoadPlan:
    """Return a plan that is as usual again."""
    return looked(load, rescheduled(load, held, now, ZONE), now)


@pytest.mark.parametrize("load", [DISHWASHER, CAR])
@pytest.mark.parametrize("orders", [[Order.START], [Order.DONE], [Order.START] * 2])
def test_what_was_ordered_is_taken_back(load: Load, orders: list[Order]) -> None:
    """What was moved before stays so, until that is taken back as well."""
    usual = planned(load)
    moved = planned(load, ready_by=ZERO + 7 * HOUR)
    for before in (usual, moved):
        held = before
        for order in orders:
            held = ordered(load, held, order)
        assert held.runs != before.runs
        again = back(load, held)
        assert (again.runs, again.done) == (before.runs, before.done)
        assert not again.is_by_hand
    assert back(load, again).runs == usual.runs


@pytest.mark.parametrize("order", [Order.START, Order.DONE])
def test_what_is_not_done_yet_is_taken_back(order: Order) -> None:
    usual = planned()
    held = rescheduled(DISHWASHER, usual.ordered_to(order, ZERO), SOON, ZONE)
    assert looked(DISHWASHER, held, SOON).runs == usual.runs


def test_an_hour_later_what_ran_is_remembered() -> None:
    """A programme begins anew; what charges has got it."""
    an_hour = ZERO + HOUR
    dishes = back(DISHWASHER, ordered(DISHWASHER, planned(), Order.START), an_hour)
    assert [run.end for run in dishes.past] == [an_hour]
    assert sum((r.end - r.start for r in dishes.runs), timedelta()) == 2 * HOUR
    car = back(CAR, ordered(CAR, planned(CAR), Order.START), an_hour)
    assert [run.end for run in car.ran] == [an_hour]
    assert car.plan is not None and car.plan.energy == pytest.approx(6)


def test_a_run_that_was_stopped_goes_on() -> None:
    held = planned()
    begun = looked(DISHWASHER, held, ZERO + 10 * HOUR)
    stopped = ordered(DISHWASHER, begun, Order.DONE, ZERO + 10 * HOUR)
    assert stopped.runs.at(ZERO + 10 * HOUR) is None
    again = back(DISHWASHER, stopped, SOON + 10 * HOUR)
    assert again.runs.slots[-1].end == held.runs.slots[-1].end
    # What stood still for longer does not go on as if nothing was.
    later = back(DISHWASHER, stopped, ZERO + 10.5 * HOUR)
    assert later.runs != held.runs


def test_what_is_over_is_not_taken_back() -> None:
    """Not a run by hand that ended, nor a window that was left out."""
    started = ordered(DISHWASHER, planned(), Order.START)
    over = looked(DISHWASHER, started, ZERO + 3 * HOUR)
    assert not over.can_go_back(ZERO + 3 * HOUR)
    skipped = ordered(DISHWASHER, planned(), Order.DONE)
    assert skipped.can_go_back(ZERO + HOUR)
    assert not skipped.can_go_back(ZERO + 20 * HOUR)
    assert not planned().can_go_back(ZERO)
    nothing = LoadPlan().ordered_to(Order.BACK, ZERO)
    assert looked(DISHWASHER, nothing).runs == planned().runs
