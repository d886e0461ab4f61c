"""What is planned of the hours to come, as far as all of it is known."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals.model.load_plan import (
    Load,
    LoadPlan,
    Status,
    Window,
)
from custom_components.energy_portals.portals.model.planned_use import PlannedUse
from custom_components.energy_portals.portals.model.planner import Plan
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.home import (
    Home,
    HomeSlot,
    Schedule,
)
from custom_components.energy_portals.portals.planner.client import PlannerClient
from custom_components.energy_portals.portals.planner.planned_use import planned_use
from custom_components.energy_portals.portals.planner.sites import load_of
from custom_components.energy_portals.portals.planner.stores import StorePlan
from custom_components.energy_portals.portals.planner.together import Whole

NOW = datetime(2026, 10, 20, 12, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
ONE = NOW.replace(minute=0) + HOUR
UTC_ZONE = ZoneInfo("UTC")
CLIENT = PlannerClient(caps="place", base_load=0.5)
BARE = replace(CLIENT, base_load=0.0)


def _load(**data: Any) -> Load:
    usual = {
        "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        "begin": "00:00",
        "end": "00:00",
        "duration": 90,
        "power": 2.0,
        "shape": "contiguous",
        "objective": "price",
    }
    return load_of({**usual, **data})


def _plan(
    start: datetime, hours: float, power: float | None = 2.0, **more: Any
) -> LoadPlan:
    """Return a plan of today's window."""
    day = date(2026, 10, 20)
    midnight = datetime(2026, 10, 20, tzinfo=UTC)
    window = Window(day, midnight, midnight + 24 * HOUR)
    runs = Series((Slot(start, start + hours * HOUR, power),))
    return LoadPlan(status=Status.PLANNED, window=window, plan=Plan(runs), **more)


def _use(
    plan: LoadPlan | StorePlan | None = None,
    load: Load | None = None,
    whole: Whole | None = None,
    client: PlannerClient = CLIENT,
    *,
    is_base_known: bool = True,
) -> PlannedUse | None:
    plans = {} if plan is None else {"a": plan}
    loads = {} if load is None else {"a": load}
    return planned_use(
        *(client, loads, plans, whole, NOW, UTC_ZONE), is_base_known=is_base_known
    )


def _told(use: PlannedUse | None) -> list[tuple[int, float, float]]:
    """Return the hours of a plan: how far they are away, energy, what can move."""
    assert use is not None
    return [((e.start - ONE) // HOUR, e.energy, e.movable) for e in use.hours]


def test_without_a_place_or_a_base_load_there_is_none() -> None:
    assert _use(client=replace(CLIENT, caps=None)) is None
    assert _use(is_base_known=False) is None


def test_a_base_load_that_is_assumed_was_not_told() -> None:
    assert not PlannerClient.of({"base_load": None}).is_base_told
    assert not PlannerClient.of({}).is_base_told
    assert PlannerClient.of({"base_load": 0.4}).is_base_told


def test_without_loads_it_is_the_base_load_until_the_end_of_tomorrow() -> None:
    use = _use()
    assert use is not None
    assert use.place == "place"
    assert _told(use) == [(n, 0.5, 0.0) for n in range(35)]


def test_runs_are_cut_by_the_hour() -> None:
    """Until the window of tomorrow begins, for which nothing is planned."""
    plan = _plan(ONE + 2.5 * HOUR, 1.5)
    told = _told(_use(plan, _load()))
    assert len(told) == 11
    assert told[1:5] == [(1, 0.5, 0.0), (2, 1.5, 1.0), (3, 2.5, 2.0), (4, 0.5, 0.0)]


def test_what_has_begun_goes_on_and_cannot_move() -> None:
    told = _told(_use(_plan(NOW - HOUR / 10, 3), _load()))
    assert told[0] == (0, 2.5, 0.0)


def test_an_hour_of_unknown_power_is_left_out() -> None:
    told = _told(_use(_plan(ONE + 2 * HOUR, 1.5, None), _load(power=None)))
    assert [n for n, _, _ in told] == [0, 1, *range(4, 11)]


@pytest.mark.parametrize(
    ("plan", "load", "hours"),
    [
        # It waits for prices: what it does in its window is not known.
        (LoadPlan(), {"begin": "18:00", "end": "23:00"}, 5),
        (LoadPlan(), {"begin": "10:00", "end": "18:00"}, 0),
        # What is not ready, or off, draws nothing until that changes.
        (LoadPlan(status=Status.NOT_READY), {"begin": "10:00", "end": "18:00"}, 21),
        (LoadPlan(status=Status.OFF), {"takes_part": False}, 35),
        # It is done for today.
        (
            LoadPlan(done=date(2026, 10, 20)),
            {"begin": "10:00", "end": "18:00"},
            21,
        ),
    ],
)
def test_it_ends_where_something_is_not_planned_yet(
    plan: LoadPlan, load: dict[str, Any], hours: int
) -> None:
    assert len(_told(_use(plan, _load(**load)))) == hours


def test_a_load_without_another_window_this_week_bounds_nothing() -> None:
    plan = LoadPlan(done=date(2026, 10, 27))
    assert len(_told(_use(plan, _load(days=["tue"])))) == 35


def test_a_whole_home_draws_what_its_sun_leaves() -> None:
    begin = NOW.replace(minute=0)
    slots = tuple(
        Slot(
            begin + n * HOUR,
            begin + (n + 1) * HOUR,
            HomeSlot(price=0.2, sun=sun, base=1.0),
        )
        for n, sun in enumerate((0.0, 0.0, 3.0, 0.5))
    )
    whole = Whole(home=Home(slots=slots), schedule=Schedule(powers={}))
    store = StorePlan(powers=Series((Slot(ONE, ONE + 3 * HOUR, 0.8),)), runs=Series())
    # It is none of this home's devices, so that only what it may move shows.
    told = _told(_use(store, whole=whole, client=BARE))
    assert told == [(0, 1.0, 0.8), (1, 0.0, 0.0), (2, 0.5, 0.5)]
