"""The quick recorder stores what Home Assistant's own would."""

from datetime import UTC, datetime, timedelta

from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import DOMAIN
from tests.journeys.faults.seen import LONG_AGO, rows

FIRST = datetime(2026, 11, 9, tzinfo=UTC)


async def test_hours_that_are_there_are_replaced(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, unique_id="account")

    def take(first: int, *amounts: float) -> None:
        metadata = StatisticMetaData(
            source=DOMAIN,
            statistic_id=f"{DOMAIN}:account_consumption",
            name="Consumption",
            unit_of_measurement="kWh",
            unit_class="energy",
            mean_type=StatisticMeanType.NONE,
            has_sum=True,
        )
        hours = [
            StatisticData(start=FIRST + timedelta(hours=n), state=amount, sum=amount)
            for n, amount in enumerate(amounts, first)
        ]
        async_add_external_statistics(hass, metadata, hours)

    take(0, 1, 2, 3)
    # In the same turn, and of hours that are there, and of hours that are not.
    take(2, 30, 4)
    assert await rows(hass, entry, LONG_AGO) == {
        "consumption": [
            ((FIRST + timedelta(hours=n)).timestamp(), amount, amount)
            for n, amount in enumerate((1, 2, 30, 4))
        ]
    }
    take(0, 10)
    stored = await rows(hass, entry, LONG_AGO)
    assert [amount for _, amount, _ in stored["consumption"]] == [10, 2, 30, 4]
    assert "duplicated" not in caplog.text
