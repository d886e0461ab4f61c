"""A planner's feeds: what is planned, kept, and joined with what was ordered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
import json
from typing import Any

import pytest

from custom_components.energy_portals.portals.model.agenda import Agenda
from custom_components.energy_portals.portals.model.loads import LoadPlan, Order
from custom_components.energy_portals.portals.model.planner import Plan
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.planner.client import PlannerClient
from custom_components.energy_portals.portals.planner.feeds import (
    PLANS,
    SETTINGS,
    Overview,
    load_plan,
    overview,
)
from custom_components.energy_portals.portals.planner.sites import LoadSite, load_of
from tests.surroundings import Surroundings

NOW = datetime(2026, 10, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LOAD = load_of(
    {
        "days": ["mon"],
        "begin": "22:00",
        "end": "06:00",
        "duration": 60,
        "shape": "contiguous",
        "objective": "price",
    }
)
SITE = LoadSite(key="1", name="Dishwasher", load=LOAD)


def _runs(start: datetime, power: float | None) -> LoadPlan:
    return LoadPlan(plan=Plan(Series((Slot(start, start + HOUR, power),))))


async def test_settings_are_those_of_the_loads() -> None:
    request = SETTINGS.request(NOW, (SITE,), {}, Surroundings())
    fetched = await SETTINGS.fetch(PlannerClient(), request)
    assert fetched.data == {"1": LOAD}


async def test_without_a_source_it_is_the_latest_start() -> None:
    request = PLANS.request(NOW, (SITE,), {}, Surroundings())
    fetched = await PLANS.fetch(PlannerClient(price="a", currency="NOK"), request)
    plan = load_plan(fetched.data["1"])
    assert plan is not None
    assert plan.window is not None
    assert (plan.next_end(NOW), plan.currency) == (plan.window.deadline, "NOK")
    told = overview(fetched.data["planner"])
    agenda = Agenda.of(replace(each, title=SITE.name) for each in plan.agenda())
    assert told == Overview((plan,), currency="NOK", sites=(SITE,), agenda=agenda)


@pytest.mark.parametrize(("base", "hours"), [(0.4, 6), (0.0, 5), (1.4, 12)])
async def test_the_latest_start_knows_the_base_load(base: float, hours: int) -> None:
    """With less room there is less time to wait."""
    data = {"days": ["mon"], "begin": "18:00", "end": "06:00", "objective": "price"}
    car = load_of(
        {**data, "energy": 12, "power": 3, "least_power": 0.5, "shape": "slots"}
    )
    site = LoadSite(key="1", name="Car", load=car)
    request = PLANS.request(NOW, (site,), {}, Surroundings())
    client = PlannerClient(price="a", limit=2.4, base_load=base)
    fetched = await PLANS.fetch(client, request)
    plan = load_plan(fetched.data["1"])
    assert plan is not None
    assert plan.window is not None
    assert plan.next_start(NOW) == plan.window.deadline - hours * HOUR
    assert plan.power(plan.window.deadline - HOUR) == pytest.approx(2.4 - base)
    assert plan.shortfall is None


def test_overview() -> None:
    both = Overview((_runs(NOW, 2.0), _runs(NOW + HOUR, 1.0)))
    assert (both.running(NOW), both.power(NOW)) == (1, 2)
    assert (both.running(NOW + HOUR), both.power(NOW + HOUR)) == (1, 1)
    assert both.next_change(NOW) == NOW + HOUR
    unknown = Overview((_runs(NOW, None), _runs(NOW, 1.0)))
    assert unknown.power(NOW) is None
    assert Overview(()).next_change(NOW) is None


def test_what_was_ordered_meanwhile_is_not_lost() -> None:
    held = LoadPlan(order=next(iter(Order)), ordered=NOW)
    joined = PLANS.joined(held, LoadPlan())
    assert joined == held
    assert PLANS.joined(LoadPlan(), held) == held


def test_kept() -> None:
    kept = PLANS.kept
    assert kept is not None
    plan = _runs(NOW, 2.0)
    assert kept.load(json.loads(json.dumps(kept.dump(plan))), {}) == plan
    assert kept.dump(Overview(())) is None


@pytest.mark.parametrize("data", [None, 1, {"plan": 1}])
def test_what_was_kept_otherwise(data: Any) -> None:
    assert PLANS.kept is not None
    with pytest.raises(ValueError, match=r".+"):
        PLANS.kept.load(data, {})
