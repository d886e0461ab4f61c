"""A source of the house follows what it is read from, whatever becomes of that."""

from datetime import date, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import DOMAIN
from tests.accounts import pass_time, set_up, value
from tests.faces.home_assistant.houses import (
    NOON,
    NordPool,
    entity,
    price,
    quarters,
    source_of,
)

TODAY = date(2026, 11, 30)
SOON = timedelta(seconds=5)
MINUTE = timedelta(minutes=1)
READING = {
    "shape": "lists",
    "attributes": ["raw_today", "raw_tomorrow"],
    "keys": {"time": "start", "value": "value"},
    "unit": "NOK/kWh",
    "currency": "NOK",
}


@pytest.fixture(autouse=True)
async def _now(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOON)
    await hass.config.async_set_time_zone("Europe/Oslo")


def listed(day: date, factor: float = 1.0) -> list[dict[str, Any]]:
    """Return a day as an entity lists it."""
    return [{"start": start, "value": price(start) * factor} for start in quarters(day)]


def written(factor: float = 1.0, day: date = TODAY) -> dict[str, Any]:
    """Return the attributes of an entity with prices."""
    return {"unit_of_measurement": "NOK/kWh", "raw_today": listed(day, factor)}


@pytest.fixture
async def spot(hass: HomeAssistant) -> er.RegistryEntry:
    """Return an entity with prices."""
    entity_id = entity(hass, "template", "spot", f"{price(NOON)}", written())
    registered = er.async_get(hass).async_get(entity_id)
    assert registered is not None
    return registered


@pytest.fixture
async def entry(hass: HomeAssistant, spot: er.RegistryEntry) -> MockConfigEntry:
    """Return a source that is read from it."""
    source = source_of(hass, "Mine", what="prices", entities=[spot.id], reading=READING)
    await set_up(hass, source)
    assert source.state is ConfigEntryState.LOADED
    return source


def shown(hass: HomeAssistant, entry: MockConfigEntry) -> float:
    """Return the price of now."""
    return float(value(hass, entry, "source", "price") or "nan")


def issue(hass: HomeAssistant, key: str, entry: MockConfigEntry) -> Any:
    """Return an issue about a source, None where there is none."""
    return ir.async_get(hass).async_get_issue(DOMAIN, f"{key}:{entry.entry_id}")


async def test_a_change_is_read(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    spot: er.RegistryEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A moment later, once for all that was written until then."""
    assert shown(hass, entry) == pytest.approx(price(NOON))
    fetches = entry.runtime_data.feeds["prices"].health.fetches
    for factor in (3.0, 2.0):
        hass.states.async_set(spot.entity_id, "1", written(factor))
        await hass.async_block_till_done()
    await pass_time(hass, freezer, SOON)
    assert shown(hass, entry) == pytest.approx(price(NOON) * 2)
    assert entry.runtime_data.feeds["prices"].health.fetches == fetches + 1


async def test_renamed(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    spot: er.RegistryEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """It is followed by what lasts, not by its name."""
    er.async_get(hass).async_update_entity(spot.entity_id, new_entity_id="sensor.other")
    hass.states.async_remove(spot.entity_id)
    await hass.async_block_till_done()
    hass.states.async_set("sensor.other", "1", written(2.0))
    await hass.async_block_till_done()
    await pass_time(hass, freezer, SOON)
    assert shown(hass, entry) == pytest.approx(price(NOON) * 2)


async def test_gone_and_back(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    spot: er.RegistryEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Known prices go on counting; a repair says so, and goes by itself."""
    hass.states.async_set(spot.entity_id, "unavailable", {})
    await hass.async_block_till_done()
    for _ in range(12):
        await pass_time(hass, freezer, MINUTE)
    assert shown(hass, entry) == pytest.approx(price(NOON))
    told = issue(hass, "read_missing", entry)
    assert told.translation_placeholders["sources"] == f"- {spot.entity_id}"
    hass.states.async_set(spot.entity_id, "1", written(2.0))
    await hass.async_block_till_done()
    await pass_time(hass, freezer, MINUTE)
    assert issue(hass, "read_missing", entry) is None
    assert shown(hass, entry) == pytest.approx(price(NOON) * 2)


async def test_another_shape(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    spot: er.RegistryEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """It is refused, told with both, and nothing is guessed."""
    for unit in ("NOK/MWh", "NOK/MWh "):
        other = {**written(1000.0), "unit_of_measurement": unit}
        hass.states.async_set(spot.entity_id, "1", other)
        await hass.async_block_till_done()
        await pass_time(hass, freezer, SOON)
    await pass_time(hass, freezer, 15 * MINUTE)
    told = issue(hass, "answers_not_read", entry)
    assert told.translation_key == "reading_refused"
    assert told.learn_more_url is None
    assert "≠" in told.translation_placeholders["parts"]
    assert shown(hass, entry) < 1
    hass.states.async_set(spot.entity_id, "1", written())
    await hass.async_block_till_done()
    await pass_time(hass, freezer, SOON)
    assert issue(hass, "answers_not_read", entry) is None


async def test_the_source_starts_later(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """What it has is read at once when it is there."""
    market = NordPool(hass, "NO2")
    asked = {
        "domain": "nordpool",
        "entry": market.entry.entry_id,
        "part": "NO2",
        "currency": "NOK",
        "divisor": 1000.0,
        "tax": "excluded",
        "step": 15,
    }
    source = source_of(
        hass,
        "Nord Pool NO2",
        what="prices",
        asked=asked,
        entries=[market.entry.entry_id],
    )
    market.fails = True
    market.entry.mock_state(hass, ConfigEntryState.SETUP_RETRY)
    await set_up(hass, source)
    assert source.state is ConfigEntryState.LOADED
    for _ in range(11):
        await pass_time(hass, freezer, MINUTE)
    assert issue(hass, "read_missing", source) is not None
    market.fails = False
    market.entry.mock_state(hass, ConfigEntryState.LOADED)
    await hass.async_block_till_done()
    await pass_time(hass, freezer, SOON)
    await pass_time(hass, freezer, MINUTE)
    assert shown(hass, source) == pytest.approx(price(NOON), abs=0.5)
    assert issue(hass, "read_missing", source) is None


async def test_kept_over_a_restart(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    spot: er.RegistryEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Prices are there before the integration that they are of."""
    await hass.config_entries.async_unload(entry.entry_id)
    hass.states.async_remove(spot.entity_id)
    await set_up(hass, entry)
    assert shown(hass, entry) == pytest.approx(price(NOON))


async def test_removed_for_good(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    spot: er.RegistryEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Nothing is followed any more, and nothing fails."""
    er.async_get(hass).async_remove(spot.entity_id)
    await hass.async_block_till_done()
    for _ in range(12):
        await pass_time(hass, freezer, MINUTE)
    assert issue(hass, "read_missing", entry) is not None
    await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED


async def test_a_statistic_whose_entity_is_removed(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """It is watched, and not read whenever it counts; others cannot be watched."""
    meter = er.async_get(hass).async_get_or_create("sensor", "other", "meter")
    chosen = {"price": "x:y", "direction": "consumption", "standing": True}
    entry = source_of(hass, "Costs", what="energy", statistic=meter.id, **chosen)
    other = source_of(
        hass, "Others", what="energy", statistic="utility:energy", **chosen
    )
    # Home Assistant sets all of them up.
    await set_up(hass, entry)
    await pass_time(hass, freezer, SOON)
    feed = entry.runtime_data.feeds["known_prices"]
    fetches = feed.health.fetches
    hass.states.async_set(meter.entity_id, "1")
    await pass_time(hass, freezer, SOON)
    assert feed.health.fetches == fetches
    er.async_get(hass).async_remove(meter.entity_id)
    await hass.async_block_till_done()
    for _ in range(12):
        await pass_time(hass, freezer, MINUTE)
    told = issue(hass, "read_missing", entry)
    # Nor are its prices there, which whoever has another statistic lacks as well.
    sources = told.translation_placeholders["sources"]
    assert sources == f"- {meter.entity_id}\n- x:y"
    told = issue(hass, "read_missing", other)
    assert told.translation_placeholders["sources"] == "- x:y"
    assert issue(hass, "sources_missing", entry) is None
