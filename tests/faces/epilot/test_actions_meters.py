"""What can be asked of a meter: past readings, and what it counted in periods."""

from datetime import UTC, datetime
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.accounts import act, device, set_up
from tests.faces.epilot.home import calls
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.faults import Fault


@pytest.fixture
def power(hass: HomeAssistant, loaded: MockConfigEntry, epilot: EpilotSandbox) -> str:
    """Return the device of the meter with two counters."""
    return device(hass, loaded, f"meter:{epilot.home.power_meter}").id


@pytest.fixture
def gas(hass: HomeAssistant, loaded: MockConfigEntry, epilot: EpilotSandbox) -> str:
    """Return the device of the meter with one counter."""
    return device(hass, loaded, f"meter:{epilot.home.gas_meter}").id


async def _asked(hass: HomeAssistant, name: str, **fields: Any) -> Any:
    """Return what an action answers."""
    return await act(hass, name, **fields)


# --- readings


async def test_all_readings_of_all_counters(
    hass: HomeAssistant, epilot: EpilotSandbox, power: str
) -> None:
    told = await _asked(hass, "get_meter_readings", device_id=power)
    drawn, fed_in = epilot.home.counters(epilot.home.power_meter)
    assert [each["counter"] for each in told["counters"]] == [
        drawn["obis_number"],
        fed_in["obis_number"],
    ]
    for each in told["counters"]:
        assert each["is_complete"]
        assert each["expected_at_least"] is each["expected_at_most"] is None
        days = [reading["date"] for reading in each["readings"]]
        assert len(days) > 10
        assert days == sorted(days, reverse=True)
    assert told["counters"][0]["readings"][0]["value"] == drawn["current_consumption"]


async def test_one_counter_and_what_is_expected(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    epilot.plausibility("range")
    await set_up(hass, entry)
    meter = device(hass, entry, f"meter:{epilot.home.power_meter}").id
    _, fed_in = epilot.home.counters(epilot.home.power_meter)
    told = await _asked(
        hass, "get_meter_readings", device_id=meter, counter=fed_in["obis_number"]
    )
    (only,) = told["counters"]
    assert only["direction"] == "feed-in"
    assert only["expected_at_least"] == fed_in["current_consumption"]
    assert only["expected_at_most"] > only["expected_at_least"]
    epilot.plausibility("check")
    told = await _asked(hass, "get_meter_readings", device_id=meter)
    assert told["counters"][1]["expected_at_least"] is None


async def test_readings_come_in_pages(
    hass: HomeAssistant,
    epilot: EpilotSandbox,
    gas: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = await _asked(hass, "get_meter_readings", device_id=gas)
    package = "custom_components.energy_portals.portals.epilot.client"
    monkeypatch.setattr(f"{package}.PAGE", 10)
    before = calls(epilot, "getMeterReadings")
    assert await _asked(hass, "get_meter_readings", device_id=gas) == whole
    assert calls(epilot, "getMeterReadings") - before > 1


async def test_a_counter_that_is_not_there(hass: HomeAssistant, gas: str) -> None:
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, "get_meter_readings", device_id=gas, counter="9.9.9")
    assert caught.value.translation_key == "choose_counter"


# --- periods


async def test_months(hass: HomeAssistant, epilot: EpilotSandbox, power: str) -> None:
    span = {"start": "2026-06-30T22:00:00Z", "end": "2026-09-30T22:00:00Z"}
    told = await _asked(hass, "get_energy_by_period", device_id=power, **span)
    assert told["is_complete"]
    drawn = [each for each in told["periods"] if each["type"] == "feed-out"]
    assert [each["start"] for each in drawn] == [
        f"2026-{month:02}-01T00:00:00+02:00" for month in (7, 8, 9)
    ]
    assert drawn[-1]["end"] == "2026-10-01T00:00:00+02:00"
    assert {each["unit"] for each in drawn} == {"kWh"}
    start, end = (
        datetime(2026, 6, 30, 22, tzinfo=UTC),
        datetime(2026, 7, 31, 22, tzinfo=UTC),
    )
    used = epilot.household.total_energy(start, end) / 1000
    assert drawn[0]["value"] == pytest.approx(used, abs=1e-6)
    assert drawn[0]["name"] == "Bezug"


async def test_billing_periods_say_what_they_are(
    hass: HomeAssistant, epilot: EpilotSandbox, entry: MockConfigEntry
) -> None:
    epilot.series.hooks.set_intervals(["PT1H", "custom"])
    epilot.series.hooks.scenario = "single"
    await set_up(hass, entry)
    meter = device(hass, entry, f"meter:{epilot.home.power_meter}").id
    fields = {"device_id": meter, "period": "billing_period"}
    told = await _asked(hass, "get_energy_by_period", **fields)
    assert [(each["start"][:10], each["end"][:10]) for each in told["periods"]] == [
        ("2024-04-01", "2025-04-01"),
        ("2025-04-01", "2026-04-01"),
    ]
    # Where nobody says from when to when a record is, it is of no period.
    monthly = {"device_id": meter, "period": "month"}
    assert await _refused(hass, **monthly) == "no_such_periods"
    fault = Fault(kind="remove", path="consumptions.*.period")
    epilot.fail("getConsumption", fault)
    odd = await _asked(hass, "get_energy_by_period", **fields)
    assert odd == {"periods": [], "is_complete": False}


async def _refused(hass: HomeAssistant, **fields: Any) -> str | None:
    """Return the key of the error that is raised for periods."""
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, "get_energy_by_period", **fields)
    return caught.value.translation_key


async def test_power_and_what_is_no_period(
    hass: HomeAssistant, epilot: EpilotSandbox, power: str, loaded: MockConfigEntry
) -> None:
    same = {"start": "2026-09-01T00:00:00Z", "end": "2026-09-01T00:00:00Z"}
    assert await _refused(hass, device_id=power, **same) == "span_is_empty"
    epilot.series.hooks.scenario = "load"
    told = await _asked(hass, "get_energy_by_period", device_id=power)
    assert told["periods"] == []
    water = device(hass, loaded, f"meter:{epilot.home.water_meter}").id
    assert await _refused(hass, device_id=water) == "no_such_periods"
    # Nothing is known after the app's last day.
    late = {"start": "2027-09-01T00:00:00Z", "end": "2027-10-01T00:00:00Z"}
    assert await _refused(hass, device_id=power, **late) == "no_such_periods"
