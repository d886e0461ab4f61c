"""The options of an eSmart account, against the sandbox."""

from datetime import UTC, datetime
from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_schema_suggested_value,
)

from custom_components.energy_portals.config_flow import EnergyPortalsConfigFlow
from tests.accounts import attributes, set_up, value
from tests.faces.esmart.home import AREA, CONTRACT
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault

type Form = dict[str, Any]

# What is not filled in.
USUAL = {
    "price_unit": "NOK/kWh",
    "power_unit": "kW",
    "energy_unit": "kWh",
    "interval": "start",
}


async def begin(
    hass: HomeAssistant, entry: MockConfigEntry, step: str
) -> ConfigFlowResult:
    """Open the menu and choose a step."""
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    assert menu["type"] is FlowResultType.MENU
    assert menu["menu_options"] == [
        "esmart_spot_prices",
        "esmart_contract_prices",
        "esmart_units",
        "esmart_history",
    ]
    result = await enter(hass, menu, {"next_step_id": step})
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == step
    assert not result["errors"]
    return result


async def enter(
    hass: HomeAssistant, result: ConfigFlowResult, form: Form
) -> ConfigFlowResult:
    """Fill in what is shown."""
    return await hass.config_entries.options.async_configure(result["flow_id"], form)


async def save(
    hass: HomeAssistant, entry: MockConfigEntry, step: str, form: Form
) -> None:
    """Save a form, and see the account loaded anew with it."""
    before = entry.runtime_data
    result = await enter(hass, await begin(hass, entry, step), form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.runtime_data is not before


def number(hass: HomeAssistant, entry: MockConfigEntry, site: str, key: str) -> float:
    """Return an entity's value."""
    return float(value(hass, entry, site, key) or "nan")


@pytest.mark.parametrize(
    ("feed", "site", "other"),
    [("spot_prices", AREA, CONTRACT), ("contract_prices", CONTRACT, AREA)],
)
async def test_what_is_paid_on_top(
    hass: HomeAssistant, loaded: MockConfigEntry, feed: str, site: str, other: str
) -> None:
    raw = number(hass, loaded, site, "raw_price")
    untouched = number(hass, loaded, other, "price")
    fees = [{"amount": 0.5, "start": "06:00:00", "end": "22:00:00", "days": ["thu"]}]
    form = {"vat": 25, "fixed": 0.1, "grid_fees": fees, "export": -0.05}
    await save(hass, loaded, f"esmart_{feed}", form)
    assert loaded.options == {feed: form}
    assert number(hass, loaded, site, "raw_price") == raw
    price = number(hass, loaded, site, "price")
    assert price == pytest.approx((raw + 0.1 + 0.5) * 1.25)
    assert number(hass, loaded, site, "export_price") == pytest.approx(raw - 0.05)
    assert number(hass, loaded, other, "price") == untouched
    assert value(hass, loaded, other, "export_price") is None

    shown = (await begin(hass, loaded, f"esmart_{feed}"))["data_schema"].schema
    assert get_schema_suggested_value(shown, "vat") == 25
    assert get_schema_suggested_value(shown, "grid_fees") == fees


@pytest.mark.parametrize("step", ["spot_prices", "contract_prices"])
async def test_tariff_that_cannot_be_read(
    hass: HomeAssistant, loaded: MockConfigEntry, step: str
) -> None:
    """Home Assistant takes a time of one digit; it has no single meaning in ISO."""
    result = await begin(hass, loaded, f"esmart_{step}")
    fees = [{"amount": 1, "start": "6:00"}]
    result = await enter(hass, result, {"vat": 25, "grid_fees": fees})
    assert result["errors"] == {"grid_fees": "invalid_time"}
    assert result["description_placeholders"] == {"row": "1"}
    shown = result["data_schema"].schema
    assert get_schema_suggested_value(shown, "vat") == 25
    assert get_schema_suggested_value(shown, "grid_fees") == fees
    assert not loaded.options
    result = await enter(hass, result, {"vat": 25})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    assert loaded.options == {step: {"vat": 25}}


async def test_one_part_leaves_the_others(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    units = {"price_unit": "EUR/kWh", "power_unit": "W"}
    await save(hass, loaded, "esmart_spot_prices", {"vat": 25})
    await save(hass, loaded, "esmart_units", units)
    await save(hass, loaded, "esmart_contract_prices", {"fixed": 1})
    assert loaded.options == {
        "spot_prices": {"vat": 25},
        "units": {**USUAL, **units},
        "contract_prices": {"fixed": 1},
    }
    await save(hass, loaded, "esmart_spot_prices", {})
    assert loaded.options["spot_prices"] == {}


async def test_unknown_unit(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    result = await begin(hass, loaded, "esmart_units")
    for unit in ("øre", "kWh", "NOK/Nm", "cheap"):
        form = {"price_unit": unit, "power_unit": "W"}
        result = await enter(hass, result, form)
        assert result["errors"] == {"price_unit": "unknown_unit"}
        shown = result["data_schema"].schema
        assert get_schema_suggested_value(shown, "power_unit") == "W"
    form = {"price_unit": "øre/kWh", "power_unit": "W"}
    result = await enter(hass, result, form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    assert loaded.options == {"units": {**USUAL, **form}}
    shown = (await begin(hass, loaded, "esmart_units"))["data_schema"].schema
    assert get_schema_suggested_value(shown, "price_unit") == "øre/kWh"


async def test_unit_of_power(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    """It holds where the watt meter names none."""
    before = number(hass, loaded, CONTRACT, "power")
    form = {"price_unit": "NOK/kWh", "power_unit": "W"}
    await save(hass, loaded, "esmart_units", form)
    assert number(hass, loaded, CONTRACT, "power") == before / 1000


async def test_what_a_time_stands_for(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    day = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 9, 2, tzinfo=UTC)
    before = await loaded.runtime_data.client.spot_prices("NO1", *day)
    await save(hass, loaded, "esmart_units", {"interval": "end"})
    after = await loaded.runtime_data.client.spot_prices("NO1", *day)
    assert [slot.start for slot in before.slots.slots] == [
        slot.end for slot in after.slots.slots
    ]


@pytest.mark.parametrize(
    ("unit", "factor", "shown"),
    [
        ("øre/kWh", 0.01, "NOK/kWh"),
        ("NOK/MWh", 0.001, "NOK/kWh"),
        ("EUR/kWh", 1, "EUR/kWh"),
    ],
)
async def test_unit_of_prices(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    entry: MockConfigEntry,
    unit: str,
    factor: float,
    shown: str,
) -> None:
    """What is held was read by the other unit, so that it is asked for again."""
    no_unit = Fault(kind="remove", path="0.Unit", times=None)
    esmart.fail("spotprices", no_unit)
    await set_up(hass, entry)
    price = number(hass, entry, AREA, "price")
    form = {"price_unit": unit, "power_unit": "kW"}
    await save(hass, entry, "esmart_units", form)
    assert number(hass, entry, AREA, "price") == pytest.approx(price * factor)
    found = attributes(hass, entry, AREA, "price")
    assert found["unit_of_measurement"] == shown
    # Where the portal names the unit, it holds.
    assert attributes(hass, entry, CONTRACT, "price")["unit_of_measurement"] == (
        "NOK/kWh"
    )


async def test_named_unit_holds(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    price = number(hass, loaded, AREA, "price")
    form = {"price_unit": "øre/kWh", "power_unit": "kW"}
    await save(hass, loaded, "esmart_units", form)
    assert number(hass, loaded, AREA, "price") == price


@pytest.mark.parametrize("years", [0, 11, 1.5])
async def test_years_that_cannot_be_imported(
    hass: HomeAssistant, loaded: MockConfigEntry, years: float
) -> None:
    result = await begin(hass, loaded, "esmart_history")
    with pytest.raises(InvalidData):
        await enter(hass, result, {"years": years})
    assert not loaded.options


async def test_how_far_back_the_history_goes(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """What else is decided of the history stays."""
    result = await begin(hass, loaded, "esmart_history")
    assert result["data_schema"]({}) == {"years": 3}
    decided = {"continues": {CONTRACT: None}, "units": {}}
    hass.config_entries.async_update_entry(loaded, options={"history": decided})
    await save(hass, loaded, "esmart_history", {"years": 5.0})
    assert loaded.options == {"history": {**decided, "years": 5}}
    shown = (await begin(hass, loaded, "esmart_history"))["data_schema"].schema
    assert get_schema_suggested_value(shown, "years") == 5


def test_portal_without_options() -> None:
    autarc = MockConfigEntry(data={"vendor": "autarc"})
    esmart = MockConfigEntry(data={"vendor": "esmart"})
    assert not EnergyPortalsConfigFlow.async_supports_options_flow(autarc)
    assert EnergyPortalsConfigFlow.async_supports_options_flow(esmart)
