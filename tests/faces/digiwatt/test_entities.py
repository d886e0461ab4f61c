"""The entities of a Digiwatt account."""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
import json
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import EVENT_STATE_CHANGED, Platform
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    snapshot_platform,
)
from syrupy.assertion import SnapshotAssertion

from custom_components.energy_portals.const import DOMAIN
from tests.rules.source import LANGUAGES, strings
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault

PREFIX = "digiwatt_1234567890"
NOW = datetime(2026, 1, 15, 9, 50, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on one morning."""
    freezer.move_to(NOW)


def _state(hass: HomeAssistant, name: str, platform: str = "sensor") -> str:
    """Return an entity's state."""
    state = hass.states.get(f"{platform}.{PREFIX}_{name}")
    assert state is not None
    return state.state


async def _refresh(hass: HomeAssistant, entry: MockConfigEntry, feed: str) -> None:
    """Fetch a feed now."""
    await entry.runtime_data.feeds[feed].async_refresh()
    await hass.async_block_till_done()


@pytest.mark.parametrize(
    "platform", [Platform.BINARY_SENSOR, Platform.CALENDAR, Platform.SENSOR]
)
async def test_entities(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    platform: Platform,
) -> None:
    with patch("custom_components.energy_portals.PLATFORMS", (platform,)):
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        await snapshot_platform(hass, entity_registry, snapshot, entry.entry_id)
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.as_installed
async def test_most_are_off_by_default_where_many(
    hass: HomeAssistant, loaded: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    entities = er.async_entries_for_config_entry(entity_registry, loaded.entry_id)
    enabled = {each.unique_id for each in entities if each.disabled_by is None}
    site = "digiwatt:1234567890:1234567890"
    assert f"{site}:power" in enabled
    assert f"{site}:energy_this_month_fridge" not in enabled
    assert f"{site}:power_measured_at" not in enabled
    # Without a history, of which two more are on.
    assert len(enabled) == 8
    assert not [state for state in hass.states.async_all() if state.state == "unknown"]


async def test_states_agree_with_the_portal(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    household = digiwatt.household
    assert float(_state(hass, "power")) == household.load(NOW).total
    day = datetime(2026, 1, 13, 23, tzinfo=UTC)
    yesterday = household.total_energy(day, day + timedelta(days=1))
    assert float(_state(hass, "energy_yesterday")) * 1000 == pytest.approx(yesterday)


async def test_green_window_opens_and_closes_on_time(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    start, stop = NOW + timedelta(minutes=10), NOW + timedelta(minutes=25)
    body = (
        '{"status": 200, "data": {"percentage": 40, "windows": '
        f'[{{"start": "{start.isoformat()}", "stop": "{stop.isoformat()}"}}]}}}}'
    )
    digiwatt.fail("greenness", Fault(kind="raw", body=body, times=None))
    await _refresh(hass, loaded, "green_windows")
    assert _state(hass, "green_hours_now", "binary_sensor") == "off"
    assert _state(hass, "green_hours", "calendar") == "off"
    assert _state(hass, "next_green_hours_start") == start.isoformat()

    for moment, state, following in (
        (start - timedelta(seconds=1), "off", start.isoformat()),
        (start, "on", "unknown"),
        (stop - timedelta(seconds=1), "on", "unknown"),
        (stop, "off", "unknown"),
    ):
        freezer.move_to(moment)
        async_fire_time_changed(hass)
        await hass.async_block_till_done()
        assert _state(hass, "green_hours_now", "binary_sensor") == state
        assert _state(hass, "green_hours", "calendar") == state
        assert _state(hass, "next_green_hours_start") == following


async def test_a_window_that_cannot_be_read_is_not_closed(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    """It may be the one that is open; a calendar can only be on or off."""
    nulls = Fault(kind="spoilt", how="types_nulls", times=None)
    digiwatt.fail("greenness", nulls)
    await _refresh(hass, loaded, "green_windows")
    assert _state(hass, "green_hours_now", "binary_sensor") == "unknown"
    assert _state(hass, "green_hours", "calendar") == "unavailable"
    digiwatt.heal()
    await _refresh(hass, loaded, "green_windows")
    assert _state(hass, "green_hours", "calendar") in {"on", "off"}


async def test_calendar_lists_a_span(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    answer = await hass.services.async_call(
        "calendar",
        "get_events",
        {
            "entity_id": f"calendar.{PREFIX}_green_hours",
            "start_date_time": NOW.isoformat(),
            "end_date_time": (NOW + timedelta(days=1)).isoformat(),
        },
        blocking=True,
        return_response=True,
    )
    events = answer[f"calendar.{PREFIX}_green_hours"]["events"]
    windows = loaded.runtime_data.feeds["green_windows"].data["1234567890"].windows
    expected = windows.between(NOW, NOW + timedelta(days=1))
    assert [datetime.fromisoformat(event["start"]) for event in events] == [
        window.start for window in expected
    ]
    assert {event["summary"] for event in events} == {"Green hours"}
    assert events[0]["description"] == f"{expected[0].value:g} %"


async def test_stale_power_is_not_power_now(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    old = (NOW - timedelta(minutes=29)).isoformat()
    body = f'{{"status": 200, "data": {{"realtime": 7, "timestamp": "{old}"}}}}'
    digiwatt.fail("consumption_realtime", Fault(kind="raw", body=body, times=None))
    await _refresh(hass, loaded, "live_power")
    assert _state(hass, "power") == "7.0"
    freezer.tick(timedelta(minutes=1))
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    assert _state(hass, "power") == "unknown"


async def test_power_of_an_uncertain_time_is_shown(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Without an offset, half past two may be an hour ago on the night of autumn."""
    freezer.move_to("2026-10-25T01:30:00+00:00")
    body = '{"status": 200, "data": {"realtime": 7, "timestamp": "2026-10-25T02:30"}}'
    digiwatt.fail("consumption_realtime", Fault(kind="raw", body=body, times=None))
    await _refresh(hass, loaded, "live_power")
    assert _state(hass, "power") == "7.0"


@pytest.mark.parametrize("value", [-5, None, "NaN", "-Infinity", 1e308 * 10])
async def test_power_that_cannot_be_is_unknown(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    value: float | str | None,
) -> None:
    digiwatt.fail(
        "consumption_realtime", Fault(kind="set", path="data.realtime", value=value)
    )
    await _refresh(hass, loaded, "live_power")
    # A bare Infinity is no JSON at all, so that the whole answer is unexpected.
    expected = "unavailable" if value == float("inf") else "unknown"
    assert _state(hass, "power") == expected
    await _refresh(hass, loaded, "live_power")
    assert _state(hass, "power") not in ("unknown", "unavailable")


@pytest.mark.as_installed
async def test_power_is_not_asked_for_when_nobody_wants_it(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    for platform, key in (("sensor", "power"), ("sensor", "renewable_share")):
        entity_registry.async_get_or_create(
            platform,
            DOMAIN,
            f"digiwatt:1234567890:1234567890:{key}",
            config_entry=entry,
            disabled_by=er.RegistryEntryDisabler.USER,
        )
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    digiwatt.calls.clear()
    for _ in range(40):
        freezer.tick(timedelta(minutes=1))
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)
    asked = [call.operation for call in digiwatt.calls]
    assert "consumption_realtime" not in asked
    assert asked.count("greenness") == 1


async def test_portal_down_and_up(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    digiwatt.fail("consumption_realtime", Fault(kind="status", status=503, times=None))
    await _refresh(hass, loaded, "live_power")
    assert _state(hass, "power") == "unavailable"
    assert _state(hass, "renewable_share") != "unavailable"
    digiwatt.heal()
    await _refresh(hass, loaded, "live_power")
    assert _state(hass, "power") != "unavailable"


async def test_appliance_appears_when_reported_twice(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    digiwatt.add_appliance("heatPump")
    for _ in range(2):
        await _refresh(hass, loaded, "energy")
    assert _state(hass, "heat_pump_energy_this_month") != "unknown"

    split = [{"appliance": "sauna", "value": 1500}]
    digiwatt.fail(
        "consumption_totals",
        Fault(kind="set", path="data.appliances", value=split, times=None),
    )
    for _ in range(2):
        await _refresh(hass, loaded, "energy")
    assert _state(hass, "sauna_energy_this_month") == "1.5"
    assert _state(hass, "fridge_energy_this_month") == "unknown"


@pytest.mark.parametrize(
    ("operation", "feed", "data", "entity"),
    [
        (
            "consumption_performance",
            "comparison",
            '{"user": 5, "max": 9}',
            "position_among_similar_homes_this_month",
        ),
        (
            "consumption_performance",
            "comparison",
            '{"user": 5, "min": 5, "max": 5}',
            "position_among_similar_homes_this_month",
        ),
        ("consumption_habits", "habits", '{"habits": []}', "busiest_hour_of_the_day"),
        (
            "consumption_habits",
            "habits",
            json.dumps({"habits": [{"hour": n, "value": n} for n in range(23)]}),
            "busiest_hour_of_the_day",
        ),
    ],
)
async def test_what_does_not_follow_is_unknown(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    operation: str,
    feed: str,
    data: str,
    entity: str,
) -> None:
    body = f'{{"status": 200, "data": {data}}}'
    digiwatt.fail(operation, Fault(kind="raw", body=body, times=None))
    await _refresh(hass, loaded, feed)
    assert _state(hass, entity) == "unknown"


async def test_totals_restart_at_the_period(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    starts = {
        "energy_yesterday": "2026-01-13T23:00:00+00:00",
        "energy_this_week": "2026-01-11T23:00:00+00:00",
        "energy_last_month": "2025-11-30T23:00:00+00:00",
        "fridge_energy_this_month": "2025-12-31T23:00:00+00:00",
        "f1_energy_last_month": "2025-11-30T23:00:00+00:00",
    }
    for name, start in starts.items():
        attributes = hass.states.get(f"sensor.{PREFIX}_{name}").attributes
        assert attributes["last_reset"] == start
        assert attributes["state_class"] == "total"
        assert attributes["device_class"] == SensorDeviceClass.ENERGY
    rolling = hass.states.get(f"sensor.{PREFIX}_energy_in_the_last_seven_days")
    assert "last_reset" not in rolling.attributes
    assert "state_class" not in rolling.attributes


@pytest.fixture
def writes() -> Generator[list[str]]:
    """Write down every state write of the integration."""
    written: list[str] = []
    write = Entity._async_write_ha_state

    def note(entity: Entity) -> None:
        if entity.platform.platform_name == DOMAIN:
            written.append(entity.entity_id)
        write(entity)

    with patch.object(Entity, "_async_write_ha_state", note):
        yield written


@pytest.mark.as_installed
async def test_state_is_written_when_it_changed(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    writes: list[str],
) -> None:
    changes: list[str] = []

    @callback
    def note(event: Event) -> None:
        changes.append(event.data["entity_id"])

    hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    for feed in loaded.runtime_data.feeds:
        await _refresh(hass, loaded, feed)
    assert writes == changes == []

    freezer.tick(timedelta(minutes=20))
    await _refresh(hass, loaded, "live_power")
    await hass.async_block_till_done()
    assert writes == changes == [f"sensor.{PREFIX}_power"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_names_in_other_languages(
    hass: HomeAssistant, entry: MockConfigEntry, language: str
) -> None:
    hass.config.language = language
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    names = {state.name for state in hass.states.async_all()}
    word = strings(language)["entity"]["sensor"]["power"]["name"]
    assert f"Digiwatt 1234567890 {word}" in names
    assert not [name for name in names if "{" in name]
