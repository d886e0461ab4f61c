"""A planner's feeds: what is planned, kept, and joined with what was ordered."""

from datetime import UTC, datetime, timedelta
import json
from typing import Any

import pytest

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


async def test_without_a_source_nothing_is_planned() -> None:
    request = PLANS.request(NOW, (SITE,), {}, Surroundings())
    fetched = await PLANS.fetch(PlannerClient(price="a", currency="NOK"), request)
    plan = load_plan(fetched.data["1"])
    assert plan is not None
    assert (plan.plan, plan.currency) == (None, "NOK")
    assert overview(fetched.data["planner"]) == Overview((plan,))


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
