"""The standard entities of what roofs are expected to yield, against the slots."""

from datetime import date
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.portals.http.errors import Unavailable
from custom_components.energy_portals.portals.model.series import Slot
from custom_components.energy_portals.portals.model.sun import SolarOutlook, added
from tests.foretold import Foretold, pass_to
from tests.market import AUTUMN, BERLIN, DAY, HOUR, ORDINARY, SPRING, local
from tests.priced import Priced, entry_of, number, set_up, use
from tests.sky import starts_of, sunny

HALF = HOUR / 2
TODAY, LEFT, TOMORROW = (
    f"solar_energy_expected_{when}"
    for when in ("today", "for_the_rest_of_today", "tomorrow")
)


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


def _total(energy: list[Slot[float]]) -> float:
    """Return the energy of slots, kWh."""
    return sum(slot.value for slot in energy) / 1000


def _shows(hass: HomeAssistant, name: str) -> str:
    """Return what a sensor shows."""
    state = hass.states.get(f"sensor.home_{name}")
    assert state is not None, name
    return state.state


@pytest.mark.parametrize("day", [SPRING, ORDINARY, AUTUMN])
@pytest.mark.parametrize("zone", [BERLIN, ZoneInfo("Australia/Sydney")], ids=str)
async def test_figures_hour_by_hour(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    foretold: Foretold,
    day: date,
    zone: ZoneInfo,
) -> None:
    """Of two roofs in slots of other lengths, over the days of the clock changes."""
    days = [day + n * DAY for n in (-1, 0, 1)]
    east = [sunny(each, zone, last=14) for each in days]
    west = [sunny(each, zone, first=10, last=19, step=HALF) for each in days]
    foretold.answers["sun"] = added(
        [
            SolarOutlook.of((e for day in roof for e in day), zone)
            for roof in (east, west)
        ]
    )
    freezer.move_to(local(day, zone))
    await set_up(hass, entry)
    light = [*east[1], *west[1]]
    for start in starts_of(day, zone):
        await pass_to(hass, freezer, start)
        running = [slot for slot in light if slot.start <= start < slot.end]
        power = sum(slot.value / ((slot.end - slot.start) / HOUR) for slot in running)
        assert number(hass, "solar_power_expected") == pytest.approx(power)
        left = _total([slot for slot in light if slot.start >= start])
        assert number(hass, LEFT) == pytest.approx(left)
        assert number(hass, TODAY) == pytest.approx(_total(light))
    assert number(hass, TOMORROW) == pytest.approx(_total([*east[2], *west[2]]))
    peaks = {
        start: sum(
            slot.value / ((slot.end - slot.start) / HOUR)
            for slot in light
            if slot.start <= start < slot.end
        )
        for start in sorted({slot.start for slot in light})
    }
    best = max(peaks, key=peaks.__getitem__)
    assert _shows(hass, "solar_peak_today") == best.isoformat()
    await pass_to(hass, freezer, local(day + DAY, zone))
    assert number(hass, TODAY) == pytest.approx(_total([*east[2], *west[2]]))
    assert _shows(hass, TOMORROW) == "unknown"
    assert _shows(hass, "solar_peak_tomorrow") == "unknown"


async def test_units(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    foretold: Foretold,
) -> None:
    """An energy that is expected is none that was measured: it makes no statistics."""
    freezer.move_to(local(ORDINARY, BERLIN, 9))
    foretold.answers["sun"] = SolarOutlook.of(sunny(ORDINARY), BERLIN)
    await set_up(hass, entry)
    for name in (TODAY, LEFT, TOMORROW):
        attributes = hass.states.get(f"sensor.home_{name}").attributes
        assert attributes["unit_of_measurement"] == "kWh"
        assert attributes["device_class"] == SensorDeviceClass.ENERGY
        assert "state_class" not in attributes
    attributes = hass.states.get("sensor.home_solar_power_expected").attributes
    assert attributes["unit_of_measurement"] == "W"
    assert attributes["device_class"] == SensorDeviceClass.POWER
    assert attributes["state_class"] == SensorStateClass.MEASUREMENT


async def test_it_counts_on_over_outages_and_restarts(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    foretold: Foretold,
) -> None:
    today = sunny(ORDINARY)
    freezer.move_to(local(ORDINARY, BERLIN, 9))
    foretold.answers["sun"] = SolarOutlook.of([*today, *sunny(ORDINARY + DAY)], BERLIN)
    await set_up(hass, entry)
    # From noon on the source tells what is left alone.
    noon = local(ORDINARY, BERLIN, 12)
    rest = [slot for slot in today if slot.start >= noon]
    foretold.answers["sun"] = SolarOutlook.of(rest, BERLIN)
    await pass_to(hass, freezer, noon)
    assert number(hass, TODAY) == pytest.approx(_total(today))
    foretold.error = Unavailable("sun")
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    freezer.move_to(noon + HOUR)
    await set_up(hass, entry)
    assert number(hass, TODAY) == pytest.approx(_total(today))
    left = _total([slot for slot in today if slot.start >= noon + HOUR])
    assert number(hass, LEFT) == pytest.approx(left)
    # At night nothing is expected, which is something to know.
    await pass_to(hass, freezer, local(ORDINARY, BERLIN, 22))
    assert number(hass, "solar_power_expected") == number(hass, LEFT) == 0
    await pass_to(hass, freezer, local(ORDINARY + 2 * DAY, BERLIN))
    assert _shows(hass, "solar_power_expected") == "unavailable"


async def test_what_is_missing_is_not_taken_for_the_night(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    foretold: Foretold,
) -> None:
    noon = local(ORDINARY, BERLIN, 12)
    rest = [slot for slot in sunny(ORDINARY) if slot.start >= noon]
    told = [*rest, *sunny(ORDINARY + DAY)]
    foretold.answers["sun"] = SolarOutlook.of(told, BERLIN)
    freezer.move_to(noon)
    await set_up(hass, entry)
    assert _shows(hass, TODAY) == _shows(hass, "solar_peak_today") == "unknown"
    assert number(hass, LEFT) == pytest.approx(_total(rest))
    assert number(hass, TOMORROW) == pytest.approx(_total(sunny(ORDINARY + DAY)))
