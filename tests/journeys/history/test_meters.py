"""What the Energy dashboard takes for meters: imported series, and no part of them."""

from datetime import UTC, datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.models import (
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import (
    async_import_statistics,
    list_statistic_ids,
    validate_statistics,
)
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from sqlalchemy.exc import SQLAlchemyError

from custom_components.energy_portals.account import counted
from tests.accounts import attributes, entity_id
from tests.faces.esmart.home import CONTRACT, NOW
from tests.journeys.history.test_entities import imported

PERIODS = ("today", "yesterday", "this_month", "last_month")
# What the frontend of 2026.12 suggests has one of these, and a sum.
METERS = {SensorDeviceClass.ENERGY, SensorDeviceClass.GAS, SensorDeviceClass.WATER}


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on one day of winter."""
    freezer.move_to(NOW)


async def suggested(hass: HomeAssistant) -> list[str]:
    """Return what is suggested as a meter: entities with a sum, of these classes."""
    known = await get_instance(hass).async_add_executor_job(list_statistic_ids, hass)
    return [
        each["statistic_id"]
        for each in known
        if each["has_sum"]
        and (state := hass.states.get(each["statistic_id"])) is not None
        and state.attributes.get("device_class") in METERS
    ]


async def issues(hass: HomeAssistant) -> list[str]:
    """Return what the recorder finds wrong with statistics of entities."""
    told = await get_instance(hass).async_add_executor_job(validate_statistics, hass)
    return [issue.type for each in told.values() for issue in each]


async def test_no_part_is_suggested(hass: HomeAssistant, home: MockConfigEntry) -> None:
    """Of a new account only a meter's own register may be."""
    await imported(hass, home)
    await async_wait_recording_done(hass)
    register = entity_id(hass, home, CONTRACT, "meter_reading")
    assert await suggested(hass) in ([], [register])
    assert not await issues(hass)
    for key in ("consumption", "cost"):
        for period in PERIODS:
            found = attributes(hass, home, CONTRACT, f"{key}_{period}")
            assert "state_class" not in found
            assert "device_class" in found


async def _count(hass: HomeAssistant, name: str) -> None:
    """Have statistics of an entity, as an earlier version had them compiled."""
    meta = StatisticMetaData(
        mean_type=StatisticMeanType.NONE,
        has_sum=True,
        name=None,
        source="recorder",
        statistic_id=name,
        unit_class="energy",
        unit_of_measurement="kWh",
    )
    hour = datetime(2026, 1, 14, 12, tzinfo=UTC)
    async_import_statistics(hass, meta, [{"start": hour, "state": 1.0, "sum": 5.0}])
    await async_wait_recording_done(hass)


async def test_what_was_counted_goes_on(
    hass: HomeAssistant, home: MockConfigEntry
) -> None:
    """A sensor with statistics keeps them, its class and its place on a dashboard."""
    await imported(hass, home)
    name = entity_id(hass, home, CONTRACT, "consumption_this_month")
    assert name is not None
    await _count(hass, name)
    assert "state_class_removed" in await issues(hass)
    await hass.config_entries.async_reload(home.entry_id)
    await hass.async_block_till_done()
    found = attributes(hass, home, CONTRACT, "consumption_this_month")
    assert (found["state_class"], found["device_class"]) == ("total", "energy")
    assert found["last_reset"] == "2025-12-31T23:00:00+00:00"
    assert not await issues(hass)
    assert name in await suggested(hass)
    # The others are still none.
    found = attributes(hass, home, CONTRACT, "consumption_yesterday")
    assert "state_class" not in found


async def test_a_recorder_that_does_not_answer(
    hass: HomeAssistant, home: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what it cannot tell nothing is taken away."""

    def fail(*args: Any, **kwargs: Any) -> None:
        raise SQLAlchemyError

    monkeypatch.setattr(
        "homeassistant.components.recorder.statistics.get_metadata", fail
    )
    assert await counted.with_statistics(hass, ["sensor.one"]) == {"sensor.one"}
