"""Hourly energy of whatever statistic there is."""

from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.core import HomeAssistant
import pytest

from custom_components.energy_portals.history.metered import hourly_energy
from custom_components.energy_portals.history.recorder import drained
from tests.faces.volue.conftest import NOW
from tests.faces.volue.home import METER
from tests.journeys.volue.recorded.meter import HOUR, hours_from, meter


async def test_hourly_energy(hass: HomeAssistant) -> None:
    """An hour counts when it and the one before it are there; any unit of energy."""
    begin = NOW.replace(minute=0)
    hours = hours_from(begin, 1000.0, 500.0, 250.0)
    del hours[begin + HOUR]
    hours[begin + 3 * HOUR] = 125.0
    await meter(hass, hours, unit="Wh")
    end = begin + 5 * HOUR
    found = await hourly_energy(hass, METER, begin, end)
    assert found == {begin + 3 * HOUR: pytest.approx(0.125)}
    assert await hourly_energy(hass, "sensor.nothing", begin, end) == {}


async def test_hours_that_a_portal_took_back(hass: HomeAssistant) -> None:
    """Our own series have rows without an amount: they are no zeros."""
    begin = NOW.replace(minute=0)
    metadata = StatisticMetaData(
        has_sum=True,
        mean_type=StatisticMeanType.NONE,
        name="kWh",
        source="energy_portals",
        statistic_id="energy_portals:kwh",
        unit_class="energy",
        unit_of_measurement="kWh",
    )
    rows = [
        StatisticData(start=begin, state=1.0, sum=1.0),
        StatisticData(start=begin + HOUR, sum=1.0),
        StatisticData(start=begin + 2 * HOUR, state=0.0, sum=1.0),
    ]
    async_add_external_statistics(hass, metadata, rows)
    await drained(hass)
    found = await hourly_energy(hass, "energy_portals:kwh", begin, begin + 5 * HOUR)
    assert found == {begin + 2 * HOUR: 0.0}


async def test_what_is_infinite_is_no_energy(hass: HomeAssistant) -> None:
    begin = NOW.replace(minute=0)
    amounts = (1.0, 2.0, float("inf"), 3.0)
    await meter(hass, hours_from(begin, *amounts))
    found = await hourly_energy(hass, METER, begin, begin + 5 * HOUR)
    assert found == {begin + HOUR: 2.0}
