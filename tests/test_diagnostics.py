"""Diagnostics and system health: enough for a report, and no secret."""

import json
from typing import Any

from homeassistant.components.diagnostics import REDACTED
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault


async def test_diagnostics_tell_shapes_and_no_values(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    account: dict[str, Any],
) -> None:
    odd = '{"status": 200, "data": {"potenza": -987654321}}'
    digiwatt.fail("saving", Fault(kind="raw", body=odd))
    digiwatt.fail("greenness", Fault(kind="set", path="data.percentage", value=-1))
    digiwatt.fail("consumption_totals", Fault(kind="status", status=500, times=2))
    for feed in ("saving", "green_windows", "energy"):
        await loaded.runtime_data.feeds[feed].async_refresh()

    found = await async_get_config_entry_diagnostics(hass, loaded)
    saving = found["feeds"]["saving"]
    skeleton = {"status": "integer", "data": {"potenza": "integer"}}
    assert saving["ok"] is False
    assert saving["last_unexpected_answer"] == skeleton
    assert found["answers"]["saving"] == skeleton
    assert found["refused_values"] == {"greenness.percentage": 1}
    assert len(found["feeds"]["energy"]["missing_parts"]) == 1
    assert found["feeds"]["live_power"]["ok"] is True
    assert found["feeds"]["live_power"]["interval_seconds"] == 60
    assert found["answers"]["consumption_realtime"]["data"]["realtime"] == "integer"
    assert found["entry"]["data"]["client_secret"] == REDACTED
    assert found["entry"]["data"]["vendor"] == "digiwatt"

    text = json.dumps(found)
    for key in ("client_id", "client_secret", "account_number", "api_url"):
        assert account[key] not in text
    for value in ("987654321", "127.0.0.1", "Bearer", "eyJ"):
        assert value not in text

    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)
    assert await async_get_device_diagnostics(hass, loaded, device) == found


async def test_diagnostics_of_an_account_that_does_not_load(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, entry: MockConfigEntry
) -> None:
    digiwatt.remove_account("1234567890")
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    found = await async_get_config_entry_diagnostics(hass, entry)
    assert found["entry"]["state"] == "setup_retry"
    assert "consumption_realtime, HTTP 404" in found["entry"]["reason"]
    assert "1234567890" not in json.dumps(found)
