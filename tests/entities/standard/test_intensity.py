"""The standard entities of CO2 and of scores, against the slots by hand."""

from datetime import date, timedelta
import json

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.sensor import SensorStateClass
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.portals.http.errors import Unavailable
from custom_components.energy_portals.portals.model.intensity import (
    CarbonOutlook,
    GreenIndexOutlook,
)
from custom_components.energy_portals.portals.model.series import Series, Slot
from tests.foretold import Foretold, pass_to
from tests.market import AUTUMN, BERLIN, DAY, HOUR, MINUTE, ORDINARY, SPRING, local
from tests.priced import Priced, entry_of, number, set_up, use
from tests.sky import grams, starts_of

DAYS = [SPRING, ORDINARY, AUTUMN]


def carbon(*days: date, current: float | None = None) -> CarbonOutlook:
    """Return a forecast of whole days by the hour."""
    starts = [start for day in days for start in starts_of(day)]
    slots = tuple(Slot(start, start + HOUR, grams(start)) for start in starts)
    return CarbonOutlook(zone=BERLIN, predicted=Series(slots), current=current)


@pytest.fixture
def foretold() -> Foretold:
    """Return what a portal foretells."""
    return Foretold()


@pytest.fixture
def entry(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, foretold: Foretold
) -> MockConfigEntry:
    """Return an account of it that is not set up yet."""
    use(monkeypatch, Priced(foretold.feeds).portal())
    return entry_of(hass)


def _shows(hass: HomeAssistant, name: str, platform: str = "sensor") -> str:
    """Return what an entity shows."""
    state = hass.states.get(f"{platform}.home_{name}")
    assert state is not None, name
    return state.state


@pytest.mark.parametrize("day", DAYS)
async def test_figures_hour_by_hour(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    foretold: Foretold,
    day: date,
) -> None:
    foretold.answers["co2"] = outlook = carbon(day, day + DAY)
    starts = starts_of(day)
    ordered = sorted(starts, key=grams)
    low = ordered[: len(starts) // 5]
    freezer.move_to(starts[0])
    await set_up(hass, entry)
    for start in starts:
        await pass_to(hass, freezer, start + MINUTE)
        assert number(hass, "co2_intensity") == grams(start)
        is_low = _shows(hass, "low_co2", "binary_sensor")
        assert is_low == ("on" if start in low else "off")
        window = next(each for each in outlook.low if each.start > start + MINUTE)
        assert _shows(hass, "next_low_co2_from") == window.start.isoformat()
        assert _shows(hass, "next_low_co2_until") == window.end.isoformat()
    for which, start in (("lowest", ordered[0]), ("highest", ordered[-1])):
        assert number(hass, f"{which}_co2_intensity_today") == grams(start)
        from_ = _shows(hass, f"{which}_co2_intensity_today_from")
        assert from_ == start.isoformat()
    await pass_to(hass, freezer, local(day + DAY, BERLIN))
    tomorrow = min(map(grams, starts_of(day + DAY)))
    assert number(hass, "lowest_co2_intensity_today") == tomorrow


async def test_units_fit_the_recorder(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    foretold: Foretold,
) -> None:
    freezer.move_to(local(ORDINARY, BERLIN, 9))
    foretold.answers["co2"] = carbon(ORDINARY)
    score = Series(
        (Slot(local(ORDINARY, BERLIN), local(ORDINARY + DAY, BERLIN), 72.0),)
    )
    foretold.answers["green_index"] = GreenIndexOutlook(zone=BERLIN, published=score)
    await set_up(hass, entry)
    for name in ("co2_intensity", "lowest_co2_intensity_today"):
        attributes = hass.states.get(f"sensor.home_{name}").attributes
        assert attributes["unit_of_measurement"] == "gCO2/kWh"
        assert attributes["state_class"] == SensorStateClass.MEASUREMENT
        assert "device_class" not in attributes
    # A score is no share: it has no unit, and least of all per cent.
    for name in ("green_index", "highest_green_index_today"):
        attributes = hass.states.get(f"sensor.home_{name}").attributes
        assert "unit_of_measurement" not in attributes
        assert number(hass, name) == 72
    assert _shows(hass, "renewable_share") == "unavailable"
    for state in hass.states.async_all():
        assert len(json.dumps(dict(state.attributes), default=str)) < 1000


async def test_a_source_of_now_alone(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    foretold: Foretold,
) -> None:
    """It has no day, so there are no entities of any; a forecast brings them."""
    freezer.move_to(local(ORDINARY, BERLIN, 9))
    foretold.answers["co2"] = carbon(current=312.0)
    await set_up(hass, entry)
    assert number(hass, "co2_intensity") == 312
    assert hass.states.get("binary_sensor.home_low_co2") is None
    assert hass.states.get("sensor.home_lowest_co2_intensity_today") is None
    # What it said of now is no longer true when it says nothing.
    foretold.error = Unavailable("co2")
    await pass_to(hass, freezer, local(ORDINARY, BERLIN, 10))
    assert _shows(hass, "co2_intensity") == "unavailable"
    foretold.error = None
    foretold.answers["co2"] = carbon(ORDINARY, current=312.0)
    await pass_to(hass, freezer, local(ORDINARY, BERLIN, 11))
    assert number(hass, "co2_intensity") == grams(local(ORDINARY, BERLIN, 11))
    assert _shows(hass, "low_co2", "binary_sensor") in ("on", "off")


async def test_an_incomplete_day_has_a_value_and_no_figures(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    foretold: Foretold,
) -> None:
    whole = carbon(ORDINARY, ORDINARY + DAY)
    hole = local(ORDINARY, BERLIN, 12)
    slots = tuple(slot for slot in whole.slots if slot.start != hole)
    foretold.answers["co2"] = CarbonOutlook(zone=BERLIN, predicted=Series(slots))
    freezer.move_to(hole - HOUR)
    await set_up(hass, entry)
    assert number(hass, "co2_intensity") == grams(hole - HOUR)
    for name in ("lowest_co2_intensity_today", "highest_co2_intensity_today_from"):
        assert _shows(hass, name) == "unknown"
    assert _shows(hass, "low_co2", "binary_sensor") == "unknown"
    await pass_to(hass, freezer, hole)
    assert _shows(hass, "co2_intensity") == "unknown"


async def test_it_counts_on_over_outages_and_restarts(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    foretold: Foretold,
) -> None:
    now = local(ORDINARY, BERLIN, 9)
    freezer.move_to(now)
    foretold.answers["co2"] = carbon(ORDINARY)
    # A score of the night alone: of the rest of the day nothing is known.
    night = Series((Slot(now - HOUR, now + 8 * HOUR, 41.0),))
    foretold.answers["green_index"] = GreenIndexOutlook(zone=BERLIN, predicted=night)
    await set_up(hass, entry)
    assert hass.states.get("sensor.home_highest_green_index_today") is None
    # The source tells the time to come alone, and then nothing.
    later = local(ORDINARY, BERLIN, 13)
    rest = tuple(slot for slot in carbon(ORDINARY).slots if slot.start >= later)
    foretold.answers["co2"] = CarbonOutlook(zone=BERLIN, predicted=Series(rest))
    await pass_to(hass, freezer, later)
    lowest = min(map(grams, starts_of(ORDINARY)))
    assert number(hass, "lowest_co2_intensity_today") == lowest
    foretold.error = Unavailable("co2")
    await pass_to(hass, freezer, later + HOUR)
    assert number(hass, "co2_intensity") == grams(later + HOUR)
    # Home Assistant starts again while nobody answers.
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    freezer.move_to(later + 2 * HOUR)
    await set_up(hass, entry)
    assert number(hass, "co2_intensity") == grams(later + 2 * HOUR)
    assert number(hass, "lowest_co2_intensity_today") == lowest
    assert number(hass, "green_index") == 41
    await pass_to(hass, freezer, now + 8 * HOUR)
    assert _shows(hass, "green_index") == "unavailable"
    await pass_to(hass, freezer, local(ORDINARY + DAY, BERLIN) + timedelta(seconds=1))
    assert _shows(hass, "co2_intensity") == "unavailable"
