"""What numbers mean of which Digiwatt does not say it, chosen by the user."""

from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_schema_suggested_value,
)

from tests.accounts import refresh, value
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault

type Form = dict[str, Any]

USUAL = {
    "interval": "start",
    "power_unit": "W",
    "energy_unit": "Wh",
    "share": "shown",
}


async def save(hass: HomeAssistant, entry: MockConfigEntry, form: Form) -> None:
    """Save the options, and see the account loaded anew with them."""
    before = entry.runtime_data
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["step_id"] == "digiwatt_options"
    result = await hass.config_entries.options.async_configure(result["flow_id"], form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.runtime_data is not before


def number(hass: HomeAssistant, entry: MockConfigEntry, key: str) -> float:
    """Return the value of an entity of the account."""
    return float(value(hass, entry, entry.data["account_number"], key) or "nan")


async def test_what_is_chosen_is_shown_again(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(loaded, options={"history": {"units": {}}})
    await save(hass, loaded, {"power_unit": "kW"})
    chosen = {**USUAL, "power_unit": "kW"}
    assert loaded.options == {"history": {"units": {}}, "units": chosen}
    result = await hass.config_entries.options.async_init(loaded.entry_id)
    shown = result["data_schema"].schema
    assert {key: get_schema_suggested_value(shown, key) for key in USUAL} == chosen


@pytest.mark.parametrize("key", USUAL)
async def test_what_cannot_be_chosen(
    hass: HomeAssistant, loaded: MockConfigEntry, key: str
) -> None:
    result = await hass.config_entries.options.async_init(loaded.entry_id)
    with pytest.raises(InvalidData):
        await hass.config_entries.options.async_configure(
            result["flow_id"], {key: "furlong"}
        )
    assert not loaded.options


async def test_unit_of_power(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    digiwatt.fail(
        "consumption_realtime",
        Fault(kind="set", path="data.realtime", value=1.25, times=None),
    )
    await refresh(hass, loaded, "live_power")
    assert number(hass, loaded, "power") == 1.25
    await save(hass, loaded, {"power_unit": "kW"})
    await refresh(hass, loaded, "live_power")
    assert number(hass, loaded, "power") == 1250
    # What an answer says always counts.
    digiwatt.heal()
    digiwatt.fail(
        "consumption_realtime",
        Fault(kind="set", path="data.unit", value="W", times=None),
    )
    await refresh(hass, loaded, "live_power")
    assert (
        number(hass, loaded, "power")
        == digiwatt.household.load(digiwatt.household.now()).total
    )


async def test_unit_of_energy(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    before = number(hass, loaded, "saving_last_30_days")
    await save(hass, loaded, {"energy_unit": "kWh"})
    after = number(hass, loaded, "saving_last_30_days")
    assert after == pytest.approx(before * 1000)


async def test_shares(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    digiwatt.fail(
        "greenness",
        Fault(
            kind="set",
            path="data",
            value={"percentage": 0.4, "windows": []},
            times=None,
        ),
    )
    for share, shown in (("percent", 0.4), ("fraction", 40.0)):
        await save(hass, loaded, {"share": share})
        await refresh(hass, loaded, "green_windows")
        assert number(hass, loaded, "renewable_share") == shown


async def test_what_a_time_stands_for(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    before = await loaded.runtime_data.client.latest()
    await save(hass, loaded, {"interval": "end"})
    after = await loaded.runtime_data.client.latest()
    assert {row.time + timedelta(minutes=15): row.total for row in after} == {
        row.time: row.total for row in before
    }
