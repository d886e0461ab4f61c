"""What becomes of an eSmart account's entities as time goes by."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.accounts import (
    attributes,
    entity_id,
    keys,
    pass_time,
    refresh,
    set_up,
    value,
)
from tests.faces.esmart.home import (
    AREA,
    CHARGER,
    CONTRACT,
    CUSTOMER,
    HEATER,
    MIDNIGHT,
    NOW,
)
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def asked(esmart: EsmartSandbox) -> Counter[str | None]:
    """Return how often each operation was called."""
    return Counter(call.operation for call in esmart.calls)


async def tick(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, moment: datetime
) -> None:
    """Be at a moment."""
    await pass_time(hass, freezer, moment - datetime.now(UTC))


# The watt meter


async def test_first_version_of_the_watt_meter(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Where the second is missing it is not asked for each minute."""
    esmart.deny("wattmeter_v2", 404)
    await set_up(hass, entry)
    assert (
        value(hass, entry, CONTRACT, "power") == f"{esmart.household.load(NOW).total}.0"
    )
    found = keys(hass, entry, CONTRACT)
    assert {"peak_this_month", "peak"} <= found
    assert "subscribed_power" not in found

    esmart.calls.clear()
    for _ in range(5):
        await pass_time(hass, freezer, MINUTE)
    assert (asked(esmart)["wattmeter"], asked(esmart)["wattmeter_v2"]) == (5, 0)


async def test_power_is_asked_for_while_an_enabled_entity_shows_it(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    loaded: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    esmart.calls.clear()
    for _ in range(3):
        await pass_time(hass, freezer, MINUTE)
    assert asked(esmart)["wattmeter_v2"] == 3

    shows_power = ("power", "peak", "subscribed")
    for each in er.async_entries_for_config_entry(entity_registry, loaded.entry_id):
        if each.unique_id.rpartition(":")[2].startswith(shows_power):
            by_user = er.RegistryEntryDisabler.USER
            entity_registry.async_update_entity(each.entity_id, disabled_by=by_user)
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    esmart.calls.clear()
    for _ in range(7):
        await pass_time(hass, freezer, MINUTE)
    assert asked(esmart)["wattmeter_v2"] == 0
    assert asked(esmart)["charging_requests"] >= 1


async def test_stale_power_is_not_power_now(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    loaded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    old = (NOW - timedelta(minutes=29)).isoformat()
    path = "maxMonthWattmeter.Last.ValueTime"
    fault = Fault(kind="set", path=path, value=old, times=None)
    esmart.fail("wattmeter_v2", fault)
    await refresh(hass, loaded, "live_power")
    assert value(hass, loaded, CONTRACT, "power") != "unknown"
    await tick(hass, freezer, NOW + MINUTE)
    assert value(hass, loaded, CONTRACT, "power") == "unknown"


# Days and months


async def test_another_month(
    hass: HomeAssistant, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    first = datetime(2026, 1, 31, 23, tzinfo=UTC)
    expenses = [(CONTRACT, "expenses_this_month"), (CONTRACT, "expenses_Grid")]
    places = [*expenses, (CHARGER, "charged_this_month")]
    freezer.move_to(first - MINUTE)
    await set_up(hass, entry)
    for place in places:
        assert float(value(hass, entry, *place) or "nan") > 0
    await tick(hass, freezer, first)
    for place in places:
        assert value(hass, entry, *place) == "unknown"
    await pass_time(hass, freezer, 2 * HOUR)
    for place in expenses:
        assert float(value(hass, entry, *place) or "nan") > 0
    # A charger's month has its first day when that is over.
    assert value(hass, entry, CHARGER, "charged_this_month") == "0.0"
    for place in places:
        found = attributes(hass, entry, *place)
        assert found["last_reset"] == first.isoformat()


async def test_hour_without_a_temperature(
    hass: HomeAssistant, esmart: EsmartSandbox, entry: MockConfigEntry
) -> None:
    """The newest one there is counts; without any there is none."""
    last = Fault(kind="set", path="Values.22.Value", value=None)
    esmart.fail("temperatures", last)
    await set_up(hass, entry)
    temperatures = entry.runtime_data.feeds["temperatures"].data[CONTRACT].slots.slots
    assert len(temperatures) == 23
    newest = temperatures[-2].value.value
    assert value(hass, entry, CONTRACT, "outdoor_temperature") == f"{newest}"
    none = Fault(kind="set", path="Values.*.Value", value=None)
    esmart.fail("temperatures", none)
    await refresh(hass, entry, "temperatures")
    assert value(hass, entry, CONTRACT, "outdoor_temperature") == "unknown"


@pytest.mark.parametrize(
    ("hours", "status", "shown"),
    [(2, 0, "1.5"), (2, 4001, "unknown"), (6, 0, "unknown")],
)
async def test_temperature_that_is_bad_or_old(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    entry: MockConfigEntry,
    hours: int,
    status: int,
    shown: str,
) -> None:
    """One of another time of day is not what it is outdoors."""
    at = (dt_util.utcnow() - hours * HOUR).isoformat()
    row = {"ValueTime": at, "Value": 1.5, "Status": status}
    esmart.fail("temperatures", Fault(kind="set", path="Values", value=[row]))
    await set_up(hass, entry)
    assert value(hass, entry, CONTRACT, "outdoor_temperature") == shown


async def test_calendars_and_what_runs(
    hass: HomeAssistant, loaded: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    start, end = (
        datetime(2026, 1, 15, 16, tzinfo=UTC),
        datetime(2026, 1, 15, 19, tzinfo=UTC),
    )
    for moment, state, following in (
        (start - MINUTE, "off", start.isoformat()),
        (start, "on", "unknown"),
        (end, "off", "unknown"),
    ):
        await tick(hass, freezer, moment)
        assert value(hass, loaded, HEATER, "controlled", "binary_sensor") == state
        assert value(hass, loaded, HEATER, "control_plans", "calendar") == state
        assert value(hass, loaded, HEATER, "next_control_plan") == following
        assert value(hass, loaded, CHARGER, "controlled", "binary_sensor") == "off"

    charging = (
        ("charging_requested", "binary_sensor"),
        ("charging_requests", "calendar"),
    )
    begin = datetime(2026, 1, 15, 21, tzinfo=UTC)
    for moment, state, planned, energy in (
        (begin - MINUTE, "off", "1", "12.5"),
        (begin, "on", "1", "12.5"),
        (begin + 8 * HOUR, "off", "0", "unknown"),
    ):
        await tick(hass, freezer, moment)
        for key, platform in charging:
            assert value(hass, loaded, CUSTOMER, key, platform) == state
        assert value(hass, loaded, CUSTOMER, "charging_requests") == planned
        assert value(hass, loaded, CUSTOMER, "next_charging_energy") == energy


async def test_invoice_becomes_overdue_at_midnight(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    loaded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """One that is due today is not overdue yet."""
    esmart.post.add_invoice(100, 0)
    await refresh(hass, loaded, "invoices")
    overdue = CUSTOMER, "invoice_overdue", "binary_sensor"
    assert value(hass, loaded, *overdue) == "off"
    assert value(hass, loaded, CUSTOMER, "next_due_date") == "2026-01-15"
    await tick(hass, freezer, MIDNIGHT)
    assert value(hass, loaded, *overdue) == "on"
    assert value(hass, loaded, CUSTOMER, "next_due_date") == "2026-01-25"


# What appears later


async def test_tomorrow_appears_once_published(
    hass: HomeAssistant, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOW - 2 * HOUR)
    await set_up(hass, entry)
    assert "mean_price_tomorrow" not in keys(hass, entry, AREA)
    known = AREA, "prices_tomorrow_known", "binary_sensor"
    assert value(hass, entry, *known) == "off"
    for _ in range(12):
        await pass_time(hass, freezer, 15 * MINUTE)
    assert value(hass, entry, *known) == "on"
    assert float(value(hass, entry, AREA, "mean_price_tomorrow") or "nan") > 0
    published = value(hass, entry, AREA, "prices_published", "event")
    assert published not in (None, "unknown")


async def test_new_car(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    cars = esmart.charging._cars
    cars[42, "car-3"] = {**cars[42, "car-1"], "VehicleId": "car-3", "DisplayName": "Z"}
    for _ in range(2):
        await refresh(hass, loaded, "cars")
    assert value(hass, loaded, CUSTOMER, "car_capacity_car-3") == "60.5"
    found = attributes(hass, loaded, CUSTOMER, "car_capacity_car-3")
    assert found["friendly_name"] == "eSmart 42 Z usable battery capacity"
    del cars[42, "car-1"]
    await refresh(hass, loaded, "cars")
    assert value(hass, loaded, CUSTOMER, "car_capacity_car-1") == "unknown"


async def test_new_message_is_told_once(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    loaded: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Two of one moment are two messages; what was there is not news."""
    message = CUSTOMER, "message", "event"
    assert value(hass, loaded, *message) == "unknown"
    told: list[str] = []
    found = entity_id(hass, loaded, *message)

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is not None and state.entity_id == found:
            told.append(state.attributes["subject"])

    stop = hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    freezer.tick(HOUR)
    esmart.post.add_message("First", "one")
    esmart.post.add_message("Second", "two")
    await refresh(hass, loaded, "messages")
    await refresh(hass, loaded, "messages")
    stop()
    assert told == ["First", "Second"]
    assert value(hass, loaded, CUSTOMER, "unread_messages") == "3"
    assert attributes(hass, loaded, *message)["text"] == "two"
