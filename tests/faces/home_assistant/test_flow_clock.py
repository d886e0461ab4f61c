"""Adding prices that the clock tells."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.energy.data import async_get_manager
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
)
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import get_schema_suggested_value

from custom_components.energy_portals.const import DOMAIN
from tests.faces.home_assistant.houses import NOON, begin, enter, entity

COMMON = {"name": "Home", "currency": "chf", "tax": "included"}
TWO_RATES = [
    {"amount": 0.31, "start": "07:00:00", "end": "20:00:00"},
    {"amount": 0.22},
]


@pytest.fixture(autouse=True)
async def _now(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOON)
    await hass.config.async_set_time_zone("Europe/Zurich")


async def choose(hass: HomeAssistant, sort: str) -> ConfigFlowResult:
    """Choose what the prices go by."""
    result = await begin(hass, "house_clock")
    chosen = {"next_step_id": sort}
    return await hass.config_entries.flow.async_configure(result["flow_id"], chosen)


def price(hass: HomeAssistant) -> str | None:
    """Return the price of now."""
    state = hass.states.get("sensor.home_price")
    return None if state is None else state.state


async def test_bands(hass: HomeAssistant) -> None:
    """Each time of a week needs one; what is wrong is said at its field."""
    result = await choose(hass, "house_bands")
    result = await enter(hass, result, **COMMON, bands=TWO_RATES[:1])
    assert result["errors"] == {"bands": "time_without_price"}
    result = await enter(hass, result, **{**COMMON, "currency": "?"}, bands=TWO_RATES)
    assert result["errors"] == {"base": "no_currency"}
    result = await enter(hass, result, **COMMON, bands=TWO_RATES)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert price(hass) == "0.31"
    known = hass.states.get("binary_sensor.home_prices_for_tomorrow_known")
    assert known is not None
    assert known.state == "on"
    entry = hass.config_entries.async_entries(DOMAIN)[0]
    options = await hass.config_entries.options.async_init(entry.entry_id)
    assert options["step_id"] == "home_assistant_options"


async def test_a_scheme(hass: HomeAssistant) -> None:
    """Its hours are filled in; its figures are the user's."""
    result = await choose(hass, "house_bands")
    form: dict[str, Any] = {"preset": "it_f1_f2_f3", "bands": []}
    result = await enter(hass, result, **{**COMMON, "currency": "EUR"}, **form)
    assert result["step_id"] == "house_bands"
    (rows,) = [
        key.description["suggested_value"]
        for key in result["data_schema"].schema
        if key == "bands"
    ]
    assert [row["name"] for row in rows] == ["F1", "F2", "F3"]
    result = await enter(
        hass, result, **{**COMMON, "currency": "EUR"}, preset="it_f1_f2_f3", bands=rows
    )
    assert result["errors"] == {"bands": "missing_amount"}
    priced = [{**row, "amount": n / 10} for n, row in enumerate(rows, 1)]
    country = {"country": "IT", "holidays_as": "sun"}
    result = await enter(
        hass,
        result,
        **{**COMMON, "currency": "EUR"},
        **country,
        preset="it_f1_f2_f3",
        bands=priced,
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    # A Monday at noon.
    assert price(hass) == "0.1"


async def test_a_schedule(hass: HomeAssistant) -> None:
    """One price within its blocks, another one outside."""
    helper = entity(hass, "schedule", "x", "on", {}, domain="schedule")
    result = await choose(hass, "house_schedule")
    form = {**COMMON, "entity": helper, "inside": 0.31, "outside": 0.22}
    result = await enter(hass, result, **form)
    assert result["errors"] == {"base": "cannot_connect"}

    async def answer(call: ServiceCall) -> ServiceResponse:
        return {helper: {"monday": [{"from": "07:00:00", "to": "20:00:00"}]}}

    hass.services.async_register(
        *("schedule", "get_schedule", answer), supports_response=SupportsResponse.ONLY
    )
    result = await enter(hass, result, **form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert price(hass) == "0.31"


async def test_flat(hass: HomeAssistant) -> None:
    """An entity's price counts from now on, in its unit."""
    unit = {"unit_of_measurement": "Rp/kWh"}
    number = entity(hass, "input_number", "x", "25", unit, domain="input_number")
    plain = entity(hass, "input_number", "y", "25", {}, domain="input_number")
    hass.config.components.add("energy")
    manager = await async_get_manager(hass)
    grid = {"type": "grid", "flow_from": [{"entity_energy_price": number}]}
    manager.data = {"energy_sources": [grid]}  # type: ignore[assignment]  # other fields do not matter
    result = await choose(hass, "house_flat")
    # What the Energy dashboard goes by is likely it.
    schema = result["data_schema"].schema
    assert get_schema_suggested_value(schema, "entity") == number
    for wrong, error in (
        (plain, "no_price_unit"),
        ("input_number.nothing", "entity_not_there"),
    ):
        result = await enter(hass, result, **COMMON, entity=wrong)
        assert result["errors"] == {"base": error}
    result = await enter(hass, result, **COMMON, entity=number)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert price(hass) == "0.25"
