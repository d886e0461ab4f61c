"""What the importer relies on is so on every database the recorder supports."""

from datetime import UTC, datetime, timedelta
import math

from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import (
    StatisticsRow,
    async_add_external_statistics,
    get_last_statistics,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

EVERY_DATABASE = True
# What is written is held against Home Assistant's own recorder.
OWN_RECORDER = True
ID = "energy_portals:a_meter"
START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DIALECTS = {"sqlite": "sqlite", "mariadb": "mysql", "postgresql": "postgresql"}
TYPES = {"state", "sum", "last_reset"}

# Numbers that use every bit of their mantissa, and the ends of what a double can say.
SUMS = [math.pi * 10.0**power for power in range(-24, 24)] + [
    math.nextafter(0.3, 1),
    -1.7976931348623157e308,
]


async def write(hass: HomeAssistant, rows: list[StatisticData]) -> None:
    """Have the recorder write rows, and wait for it."""
    metadata = StatisticMetaData(
        has_sum=True,
        mean_type=StatisticMeanType.NONE,
        name="A meter",
        source="energy_portals",
        statistic_id=ID,
        unit_class="energy",
        unit_of_measurement="kWh",
    )
    async_add_external_statistics(hass, metadata, rows)
    await async_wait_recording_done(hass)


async def read(hass: HomeAssistant) -> list[StatisticsRow]:
    """Return what the recorder holds, hour by hour."""
    found = await get_instance(hass).async_add_executor_job(
        statistics_during_period, hass, START, None, {ID}, "hour", None, TYPES
    )
    return found[ID]


async def last(hass: HomeAssistant) -> StatisticsRow:
    """Return the last row the recorder holds."""
    found = await get_instance(hass).async_add_executor_job(
        get_last_statistics, hass, 1, ID, False, TYPES
    )
    (row,) = found[ID]
    return row


async def test_the_database_is_the_one_meant(
    recorder_mock: Recorder, request: pytest.FixtureRequest
) -> None:
    name = request.node.callspec.params["recorder_db_url"]
    assert recorder_mock.dialect_name == DIALECTS[name]


async def test_rows_come_back_bit_for_bit(hass: HomeAssistant) -> None:
    await write(
        hass,
        [
            StatisticData(start=START + hour * HOUR, state=-total, sum=total)
            for hour, total in enumerate(SUMS)
        ],
    )

    rows = await read(hass)

    assert len(rows) == 50
    assert [row["start"] for row in rows] == [
        (START + hour * HOUR).timestamp() for hour in range(50)
    ]
    assert [row["sum"].hex() for row in rows] == [total.hex() for total in SUMS]
    assert [row["state"].hex() for row in rows] == [(-total).hex() for total in SUMS]
    assert await last(hass) == rows[-1]


async def test_a_row_needs_no_state(hass: HomeAssistant) -> None:
    await write(hass, [StatisticData(start=START, state=None, sum=1.1)])

    (row,) = await read(hass)

    assert (row["state"], row["sum"]) == (None, 1.1)
    assert await last(hass) == row


async def test_a_row_keeps_its_last_reset(hass: HomeAssistant) -> None:
    reset = START - timedelta(days=59, microseconds=1)
    await write(hass, [StatisticData(start=START, sum=1.1, last_reset=reset)])

    (row,) = await read(hass)

    assert row["last_reset"] == reset.timestamp()
    assert await last(hass) == row
