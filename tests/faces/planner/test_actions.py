"""What a planner says when it is asked for its plan."""

from dataclasses import replace
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.model.why import Explanation, Why
from custom_components.energy_portals.portals.optimum.home import GivenUp
from custom_components.energy_portals.portals.planner.feeds import Overview
from custom_components.energy_portals.portals.planner.sites import PLANNER_KEY
from custom_components.energy_portals.portals.planner.stores import StorePlan
from tests.accounts import act, attributes, value
from tests.faces.planner.home import NOW, key_of
from tests.faces.planner.seen import HOUR, TITLE, shown, times


async def test_the_plan(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """Why, what it costs and what it saves, as the entities say."""
    start, end = times(hass, planner)
    found = await act(hass, "get_plan")
    (device,) = found["devices"]
    assert (device["name"], device["status"]) == (TITLE, "planned")
    assert device["runs"] == [
        {"start": start.isoformat(), "end": end.isoformat(), "power": 1.2}
    ]
    assert device["reason"] == shown(hass, planner, "plan_reason") == "price"
    assert device["energy"] == pytest.approx(2.4)
    expected = float(str(shown(hass, planner, "expected_cost")))
    assert device["cost"] == {"known": pytest.approx(expected), "expected": 0.0}
    assert found["baseline"] == "at_once"
    assert found["currency"] == "NOK"
    assert found["method"] == "search"
    assert found["cost"]["known"] == pytest.approx(expected)
    assert device["saving"] == pytest.approx(found["saving"]["total"])
    total = value(hass, planner, PLANNER_KEY, "plan_saving")
    assert float(str(total)) == pytest.approx(found["saving"]["total"])
    told = attributes(hass, planner, key_of(planner, TITLE), "plan_reason")
    assert (told["rank"], told["of"]) == (device["rank"], device["of"])
    assert told["cost_known"] == pytest.approx(expected, abs=1e-4)


async def test_what_is_not_known(hass: HomeAssistant, planner: MockConfigEntry) -> None:
    """What nobody has reckoned is nothing, and no error."""
    plans: Any = planner.runtime_data.feeds["plans"]
    key = key_of(planner, TITLE)
    held = {**plans.data, key: replace(plans.data[key], why=None)}
    overview = held[PLANNER_KEY]
    held[PLANNER_KEY] = replace(overview, told=None)
    plans.async_set_updated_data(held)
    await hass.async_block_till_done()
    found = await act(hass, "get_plan")
    assert (found["method"], found["cost"], found["saving"]) == (None, None, None)
    assert found["devices"][0]["reason"] is None
    assert shown(hass, planner, "plan_reason") == "unknown"
    assert value(hass, planner, PLANNER_KEY, "plan_saving") == "unknown"
    # As it is just after a start, with what was kept alone.
    plans.async_set_updated_data({**held, PLANNER_KEY: overview.known})
    assert (await act(hass, "get_plan"))["method"] is None


async def test_stores_and_what_was_given_up(
    hass: HomeAssistant, planner: MockConfigEntry
) -> None:
    """A store has powers, and what a device does not get is named."""
    plans: Any = planner.runtime_data.feeds["plans"]
    key = key_of(planner, TITLE)
    overview = plans.data[PLANNER_KEY]
    assert isinstance(overview, Overview)
    assert overview.told is not None
    powers = Series((Slot[float | None](NOW, NOW + HOUR, -2.0),))
    why = Explanation(why=Why.PEAK, saves=14.0)
    short = (GivenUp(key, "target", 1.5), GivenUp("gone", "load", 1.0))
    held = {
        key: StorePlan(powers=powers, runs=powers, why=why),
        PLANNER_KEY: replace(overview, told=replace(overview.told, given_up=short)),
    }
    plans.async_set_updated_data(held)
    found = await act(hass, "get_plan")
    (device,) = found["devices"]
    assert (device["reason"], device["peak_fee_saved"]) == ("peak", 14.0)
    assert device["runs"][0]["power"] == -2.0
    assert [each["name"] for each in found["given_up"]] == [TITLE, "gone"]
    plans.async_set_updated_data({**held, key: overview.known})
    assert (await act(hass, "get_plan"))["devices"] == [{"name": TITLE}]
