"""Load control and plans that are asked for, against the sandbox."""

from typing import Any

from homeassistant.components.number.const import (
    ATTR_VALUE,
    DOMAIN as NUMBER,
    SERVICE_SET_VALUE,
)
from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from tests.accounts import act, attributes, entity_id, refresh, refused, value
from tests.faces.esmart.home import CONTRACT, CUSTOMER
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault

THRESHOLD = "control_threshold_701"
SPAN = {"start": "2026-01-15T20:00:00Z", "end": "2026-01-15T22:00:00Z"}


def _settings(esmart: EsmartSandbox) -> tuple[float | None, list[int]]:
    settings = esmart.control._settings
    return settings.threshold, settings.order


def _told(esmart: EsmartSandbox) -> list[str | None]:
    return [each.operation for each in esmart.calls]


# Load control


async def _set_number(hass: HomeAssistant, entry: MockConfigEntry, to: float) -> None:
    entity = entity_id(hass, entry, CUSTOMER, THRESHOLD, Platform.NUMBER)
    data = {ATTR_ENTITY_ID: entity, ATTR_VALUE: to}
    await hass.services.async_call(NUMBER, SERVICE_SET_VALUE, data, blocking=True)
    await hass.async_block_till_done()


async def test_threshold_as_a_number(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    assert value(hass, loaded, CUSTOMER, THRESHOLD, Platform.NUMBER) == "5.0"
    told = attributes(hass, loaded, CUSTOMER, THRESHOLD, Platform.NUMBER)
    assert (told["unit_of_measurement"], told["min"], told["max"]) == ("kW", 0.1, 1000)
    await _set_number(hass, loaded, 7.5)
    assert _settings(esmart) == (7.5, [601, 611])
    for platform in (Platform.NUMBER, Platform.SENSOR):
        assert value(hass, loaded, CUSTOMER, THRESHOLD, platform) == "7.5"


async def test_threshold_that_is_refused(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    """What is allowed is said: by Home Assistant, or in the portal's words."""
    with pytest.raises(ServiceValidationError) as raised:
        await _set_number(hass, loaded, 0)
    assert "0.1" in str(raised.value)
    fault = Fault(kind="status", status=400)
    esmart.fail("control_settings_set", fault)
    with pytest.raises(HomeAssistantError) as refusal:
        await _set_number(hass, loaded, 100)
    assert refusal.value.translation_key == "rejected"
    assert value(hass, loaded, CUSTOMER, THRESHOLD, Platform.NUMBER) == "5.0"


async def test_threshold_and_order(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    order = "control_order_701"
    assert value(hass, loaded, CUSTOMER, order) == "Charger, Heater"
    await act(hass, "set_load_control", order=["heater", "601"])
    assert _settings(esmart) == (5.0, [611, 601])
    assert value(hass, loaded, CUSTOMER, order) == "Heater, Charger"
    await act(hass, "set_load_control", threshold=6, home="HOME")
    assert _settings(esmart) == (6.0, [611, 601])
    await act(hass, "set_load_control", threshold=6.5, order=["601"], home="701")
    assert _settings(esmart) == (6.5, [601])


async def test_what_cannot_be_set(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({}, "nothing_given", ""),
        ({"order": ["Lamp"]}, "unknown_device", "Charger (601), Heater (611)"),
        ({"order": ["601", "charger"]}, "unknown_device", "Charger (601)"),
        ({"threshold": 5, "home": "Cabin"}, "unknown_home", "Home (701)"),
    ]
    for fields, key, allowed in wrong:
        with pytest.raises(ServiceValidationError) as raised:
            await act(hass, "set_load_control", **fields)
        assert raised.value.translation_key == key
        assert allowed in str(raised.value)
    for threshold in (0, -1, 1001, "much"):
        with pytest.raises(vol.Invalid):
            await act(hass, "set_load_control", threshold=threshold)
    assert _settings(esmart) == (5.0, [601, 611])


async def test_reset(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    await act(hass, "reset_load_control")
    assert _settings(esmart) == (None, [])
    assert value(hass, loaded, CUSTOMER, THRESHOLD, Platform.NUMBER) == "unknown"
    # The portal wants both; which threshold is meant nobody can say.
    error = await refused(hass, "set_load_control", order=["601"])
    assert error == "no_threshold"
    await _set_number(hass, loaded, 4)
    assert _settings(esmart) == (4.0, [])


async def test_a_home_without_load_control(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    esmart.fail("control_sites", Fault(kind="set", path="", value=[], times=None))
    await refresh(hass, loaded, "load_control")
    if not loaded.runtime_data.feeds["load_control"].data.get(CUSTOMER):
        error = await refused(hass, "set_load_control", threshold=5)
        assert error == "unknown_home"


# Plans that are asked for


async def test_a_plan_is_asked_for_and_shown(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    now = {"start": "2026-01-15T12:00:00Z", "end": "2026-01-15T14:00:00Z"}
    kind = {"type": "Highest load"}
    await act(hass, "request_control_plan", **now, value=3.5, zone="1", **kind)
    assert value(hass, loaded, CONTRACT, "requested_1-1") == "3.5"
    assert value(hass, loaded, CONTRACT, "requested_1-2") != "3.5"
    answer: Any = await act(hass, "get_control_plan_requests", **now)
    first, second = answer["requests"]
    assert (first["zone"], first["zone_id"]) == ("Sandbox zone", "1")
    assert (first["type"], first["type_id"]) == ("Highest load", "1")
    assert first["rows"] == [
        {
            "start": f"2026-01-15T{hour}:00:00+00:00",
            "end": f"2026-01-15T{hour + 1}:00:00+00:00",
            "value": 3.5,
        }
        for hour in (12, 13)
    ]
    assert {row["value"] for row in second["rows"]} != {3.5}
    day: Any = await act(hass, "get_control_plan_requests")
    assert 23 <= len(day["requests"][0]["rows"]) <= 25


async def test_plans_that_cannot_be(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    kind = {"type": "1"}
    wrong: list[tuple[dict[str, Any], str]] = [
        ({**SPAN, "end": SPAN["start"], **kind}, "span_is_empty"),
        ({"start": "2026-01-15T09:00Z", "end": "2026-01-15T12:00Z"}, "span_is_over"),
        ({**SPAN, "start": "2026-01-15T20:30:00Z", **kind}, "no_whole_hours"),
        ({**SPAN, "end": "2026-03-15T20:00:00Z", **kind}, "span_is_long"),
        ({**SPAN, "zone": "9", **kind}, "unknown_zone"),
        ({**SPAN, "type": "9"}, "unknown_type"),
        # There are two of them.
        (SPAN, "unknown_type"),
    ]
    for fields, key in wrong:
        assert await refused(hass, "request_control_plan", **fields, value=1) == key
    assert "control_request" not in _told(esmart)
    for span in ({**SPAN, "end": SPAN["start"]}, {**SPAN, "end": "2026-03-15 20:00"}):
        error = await refused(hass, "get_control_plan_requests", **span)
        assert error in {"span_is_empty", "span_is_long"}
