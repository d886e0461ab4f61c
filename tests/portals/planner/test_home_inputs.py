"""What is read of a home: by its meters, each hour once."""

from datetime import UTC, date, datetime, timedelta
import json

import msgspec
import pytest

from custom_components.energy_portals.portals.model.plain import plain
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.peak_fee import PeakFee
from custom_components.energy_portals.portals.planner.client import PlannerClient
from custom_components.energy_portals.portals.planner.home_inputs import (
    Drawing,
    HomeInputs,
    KeptInputs,
    read_home,
)
from tests.portals.planner.metered import MeteredHouse

NOW = datetime(2026, 11, 20, 14, 15, tzinfo=UTC)
WHOLE = NOW.replace(minute=0)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GRID = {
    "energy_sources": [
        {
            "type": "grid",
            "stat_energy_from": "sensor.in",
            "stat_energy_to": "sensor.out",
        },
        {"type": "solar", "stat_energy_from": "sensor.roof"},
        {
            "type": "battery",
            "stat_energy_from": "sensor.discharged",
            "stat_energy_to": "sensor.charged",
        },
    ]
}
CLIENT = PlannerClient(price="a", peak=PeakFee(rate=10.0))


def _hours(days: int, *values: float, until: datetime = WHOLE) -> Series[float]:
    """Return the energy of hours up to a moment, these values over and over."""
    count = days * 24
    return Series(
        tuple(
            Slot(
                until - (count - n) * HOUR,
                until - (count - n - 1) * HOUR,
                values[n % len(values)],
            )
            for n in range(count)
        )
    )


def _house() -> MeteredHouse:
    """Return a home of which each meter has a month."""
    return MeteredHouse(
        statistics={
            "sensor.in": _hours(70, 2.0),
            "sensor.out": _hours(70, 0.5),
            "sensor.roof": _hours(70, 1.0),
            "sensor.discharged": _hours(70, 0.25),
            "sensor.charged": _hours(70, 0.75),
            "sensor.heater": _hours(70, 0.5),
        },
        states={
            "sensor.heater": ("12", "kWh"),
            "sensor.plug": ("0.3", "kW"),
            "sensor.gone": (None, None),
        },
        preferences=GRID,
    )


async def test_base_load_of_all_meters() -> None:
    """What came in less what went out, and less what is planned."""
    house = _house()
    loads = [Drawing("sensor.heater", 3.0, Series())]
    inputs = await read_home(house, CLIENT, loads, HomeInputs(), NOW)
    assert {each.value for each in inputs.base} == {1.5}
    assert len(inputs.base) == 28 * 24
    assert inputs.base.slots[-1].end == WHOLE
    assert inputs.read == WHOLE
    assert inputs.peaks.days[date(2026, 11, 20)] == (2.0, 2.0, 2.0)
    assert min(inputs.peaks.days) >= date(2026, 9, 24)
    assert inputs.dashboard.sun == ("sensor.roof",)


async def test_each_hour_is_read_once() -> None:
    """And then only the last ones again; a moment after it the recorder has it."""
    house = _house()
    first = await read_home(house, CLIENT, (), HomeInputs(), NOW)
    house.asked.clear()
    assert await read_home(house, CLIENT, (), first, NOW + HOUR / 2) == first
    soon = WHOLE + HOUR + timedelta(minutes=1)
    assert await read_home(house, CLIENT, (), first, soon) == first
    assert not house.asked
    house.statistics = {
        key: each.merged(_hours(1, 1.0, until=WHOLE + HOUR))
        for key, each in house.statistics.items()
    }
    later = await read_home(house, CLIENT, (), first, soon + 2 * timedelta(minutes=1))
    assert {start for _, start in house.asked} == {WHOLE - 2 * HOUR, WHOLE - HOUR}
    assert later.base.slots[-1].end == WHOLE + HOUR
    assert len(later.base) == 28 * 24


async def test_a_meter_that_is_gone_leaves_what_was_known() -> None:
    """Of the roof alone, or of all of them; and peaks are another meter's."""
    house = _house()
    first = await read_home(house, CLIENT, (), HomeInputs(), NOW)
    del house.statistics["sensor.roof"]
    later = NOW + HOUR
    house.statistics["sensor.in"] = house.statistics["sensor.in"].merged(
        Series((Slot(WHOLE, WHOLE + HOUR, 7.0),))
    )
    gone = await read_home(house, CLIENT, (), first, later)
    assert gone.base == first.base
    assert gone.peaks.days[date(2026, 11, 20)] == (7.0, 2.0, 2.0)
    del house.statistics["sensor.in"]
    nothing = await read_home(house, CLIENT, (), gone, later + HOUR)
    assert (nothing.base, nothing.peaks) == (gone.base, gone.peaks)
    # Whoever has no dashboard has no base load that is known.
    house.preferences = {}
    assert not (await read_home(house, CLIENT, (), HomeInputs(), NOW)).base.slots


@pytest.mark.parametrize("meter", [None, "sensor.plug", "sensor.gone", "sensor.else"])
async def test_a_load_without_a_meter_of_energy_ran_as_planned(
    meter: str | None,
) -> None:
    """Over two hours, at the power of its run or its own; only what has run."""
    house = _house()
    start = WHOLE - 3 * HOUR + HOUR / 2
    runs = Series(
        (
            Slot[float | None](start, start + HOUR, 1.0),
            Slot[float | None](start + HOUR, start + 3 * HOUR, None),
        )
    )
    loads = [Drawing(meter, 0.6, runs), Drawing(None, None, runs)]
    inputs = await read_home(house, PlannerClient(), loads, HomeInputs(), NOW)
    by_hour = {each.start: each.value for each in inputs.ran}
    # The one without a power counts where its runs tell one.
    assert by_hour[WHOLE - 3 * HOUR] == pytest.approx(1.0)
    assert by_hour[WHOLE - 2 * HOUR] == pytest.approx(1.0 + 0.3)
    assert by_hour[WHOLE - HOUR] == pytest.approx(0.6)
    assert by_hour[WHOLE] == pytest.approx(0.15)
    base = {each.start: each.value for each in inputs.base}
    assert base[WHOLE - 4 * HOUR] == pytest.approx(2.0)
    assert base[WHOLE - 3 * HOUR] == pytest.approx(1.0)
    assert base[WHOLE - HOUR] == pytest.approx(1.4)
    assert not inputs.peaks.days


async def test_what_ran_is_remembered() -> None:
    """Longer than plans do, and over a restart; but not for ever."""
    house = _house()
    run = Slot[float | None](WHOLE - DAY, WHOLE - DAY + HOUR, 1.0)
    ran = [Drawing(None, 1.0, Series((run,)))]
    inputs = await read_home(house, CLIENT, ran, HomeInputs(), NOW)
    kept = json.loads(json.dumps(plain(inputs.kept)))
    inputs = HomeInputs.of(msgspec.convert(kept, KeptInputs))
    assert (inputs.base.slots, inputs.read) == ((), None)
    later = await read_home(house, CLIENT, (), inputs, NOW + 5 * DAY)
    assert [each.start for each in later.ran] == [WHOLE - DAY]
    assert later.peaks.days.keys() >= inputs.peaks.days.keys()
    last = await read_home(house, CLIENT, (), later, NOW + 29 * DAY)
    assert not last.ran.slots
