"""Energy as finely as the recorder has it, and no finer."""

from datetime import datetime, timedelta
from fractions import Fraction
from math import inf

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    async_import_statistics,
)
from homeassistant.core import HomeAssistant
import pytest

from custom_components.energy_portals.history.measured import EnergyStatistics
from custom_components.energy_portals.history.recorder import drained
from custom_components.energy_portals.portals.http.errors import Unavailable
from custom_components.energy_portals.portals.model.series import Slot
from tests.journeys.home_assistant.costs import (
    DAY,
    FIVE,
    HOUR,
    NOW,
    Meter,
    drawn,
    hour_of,
)

METER = "sensor.meter"
BEGIN = hour_of(NOW) - 12 * HOUR


async def energy(
    hass: HomeAssistant, start: datetime, end: datetime, statistic: str = METER
) -> list[Slot[float]]:
    return await EnergyStatistics(hass).energy(statistic, start, end)


def lengths(slots: list[Slot[float]]) -> list[timedelta]:
    return [slot.end - slot.start for slot in slots]


@pytest.mark.parametrize("unit", ["kWh", "Wh"])
async def test_by_five_minutes_else_by_the_hour(hass: HomeAssistant, unit: str) -> None:
    told = drawn(BEGIN, NOW)
    await Meter(hass, METER, unit).record(told, BEGIN + 9 * HOUR)
    found = await energy(hass, BEGIN, NOW)
    assert lengths(found) == [HOUR] * 9 + [FIVE] * 36
    assert found[0].start == BEGIN
    for slot in found:
        wanted = sum(
            (told[at] for at in told if slot.start <= at < slot.end), Fraction()
        )
        assert slot.value == pytest.approx(float(wanted), abs=1e-12)
    # Of what begins before a span, the row before is looked for.
    found = await energy(hass, BEGIN + 3 * HOUR, BEGIN + 5 * HOUR)
    assert lengths(found) == [HOUR, HOUR]


async def test_hours_without_a_row_are_in_the_one_after_them(
    hass: HomeAssistant,
) -> None:
    """However long ago the row before them is."""
    told = drawn(BEGIN, NOW)
    gap = tuple(BEGIN + n * HOUR for n in (3, 4, 5))
    await Meter(hass, METER).record(told, BEGIN, skips=gap)
    for start in (BEGIN, BEGIN + 5 * HOUR):
        found = await energy(hass, start, NOW)
        longer = [slot for slot in found if slot.end - slot.start > HOUR]
        assert [(slot.start, slot.end) for slot in longer] == [
            (BEGIN + 3 * HOUR, BEGIN + 7 * HOUR)
        ]
    early = drawn(BEGIN - 40 * DAY, BEGIN - 40 * DAY + HOUR)
    await Meter(hass, "sensor.old").record(early, NOW)
    late = drawn(BEGIN, BEGIN + HOUR)
    await Meter(hass, "sensor.old").record(
        late, NOW, total=sum(early.values(), Fraction())
    )
    (found,) = await energy(hass, BEGIN, NOW, "sensor.old")
    assert found.start == BEGIN - 40 * DAY + HOUR
    assert await energy(hass, NOW - HOUR, NOW, "sensor.old") == []


async def test_the_hour_that_is_not_over(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """By five minutes, as far as they are known: a window of a peak fee lies in it."""
    freezer.move_to(NOW + timedelta(minutes=3))
    begin = hour_of(NOW)
    told = drawn(BEGIN, NOW)
    await Meter(hass, METER).record(told, BEGIN)
    found = await EnergyStatistics(hass).lately(METER, begin)
    assert [slot.start for slot in found] == [begin + n * FIVE for n in range(6)]
    for slot in found:
        assert slot.value == pytest.approx(float(told[slot.start]), abs=1e-12)
    # What is missing is in the next that is there, and an hour that is over too.
    await Meter(hass, "sensor.gap").record(drawn(BEGIN, begin - 2 * FIVE), BEGIN)
    assert await EnergyStatistics(hass).lately("sensor.gap", begin) == []
    assert await EnergyStatistics(hass).lately("sensor.nothing", begin) == []


async def _hours(
    hass: HomeAssistant, statistic: str, rows: list[tuple[float | None, float | None]]
) -> None:
    """Import hours: state and sum."""
    metadata = StatisticMetaData(
        has_sum=True,
        mean_type=StatisticMeanType.NONE,
        name=None,
        source=statistic.split(":", maxsplit=1)[0] if ":" in statistic else "recorder",
        statistic_id=statistic,
        unit_class="energy",
        unit_of_measurement="kWh",
    )
    data = []
    for n, (state, total) in enumerate(rows):
        datum = StatisticData(start=BEGIN + n * HOUR)
        if state is not None:
            datum["state"] = state
        if total is not None:
            datum["sum"] = total
        data.append(datum)
    add = async_add_external_statistics if ":" in statistic else async_import_statistics
    add(hass, metadata, data)
    await drained(hass)


async def test_five_minutes_that_say_something_else(hass: HomeAssistant) -> None:
    """Who corrects hours by an import, leaves them as they were."""
    told = drawn(BEGIN, BEGIN + 4 * HOUR)
    await Meter(hass, METER).record(told, BEGIN)
    sums = [10.0, 11.0, 13.0, 16.0]
    await _hours(hass, METER, [(each, each) for each in sums])
    found = await energy(hass, BEGIN, NOW)
    assert [slot.value for slot in found] == [10.0, 1.0, 2.0, 3.0]


async def test_what_a_portal_took_back_is_not_known(hass: HomeAssistant) -> None:
    """Nor what is infinite; a row without a sum is none."""
    rows = [(1.0, 1.0), (None, 1.0), (2.0, 3.0)]
    await _hours(hass, "energy_portals:kwh", rows)
    found = await energy(hass, BEGIN, NOW, "energy_portals:kwh")
    assert [(slot.start, slot.value) for slot in found] == [
        (BEGIN, 1.0),
        (BEGIN + 2 * HOUR, 2.0),
    ]
    await _hours(hass, METER, [(1.0, 1.0), (1.0, None), (1.0, inf), (1.0, 4.0)])
    assert [slot.value for slot in await energy(hass, BEGIN, NOW)] == [1.0]


async def test_which_statistics_count_energy(hass: HomeAssistant) -> None:
    await _hours(hass, METER, [(1.0, 1.0)])
    statistics = EnergyStatistics(hass)
    assert await statistics.counts_energy(METER)
    assert not await statistics.counts_energy("sensor.nothing")
    with pytest.raises(Unavailable):
        await energy(hass, BEGIN, NOW, "sensor.nothing")
