"""What is really paid of prices that are not all of it, shown by one of now."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import get_schema_suggested_value

from tests.faces.home_assistant.houses import (
    NOON,
    NordPool,
    begin,
    enter,
    options_of,
    price,
)


@pytest.fixture(autouse=True)
async def _oslo(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOON)
    await hass.config.async_set_time_zone("Europe/Oslo")
    hass.config.currency = "NOK"
    hass.config.country = "NO"


async def _asked(hass: HomeAssistant) -> ConfigFlowResult:
    """Come to the form of what is paid on top."""
    NordPool(hass, "NO1")
    result = await begin(hass)
    result = await enter(hass, result, source=next(iter(options_of(result))))
    return await enter(hass, result, name="Home", on_top=True)


def _vat(result: ConfigFlowResult) -> object:
    """Return what the form has as VAT."""
    assert result["data_schema"] is not None
    return get_schema_suggested_value(result["data_schema"].schema, "vat")


async def test_the_worked_example(hass: HomeAssistant) -> None:
    """What is entered is shown by a price of now, changed, and kept."""
    result = await _asked(hass)
    # The law's, of prices without.
    assert _vat(result) == 25
    entered = {"vat": 25, "fixed": 0.05, "grid_fees": [{"amount": 0.4}]}
    result = await enter(hass, result, **entered)
    assert (result["type"], result["step_id"]) == (FlowResultType.MENU, "pay_check")
    paid = (price(NOON) + 0.45) * 1.25
    assert result["description_placeholders"] == {
        "before": f"{price(NOON):.4f} NOK/kWh",
        "after": f"{paid:.4f} NOK/kWh",
    }
    result = await enter(hass, result, next_step_id="pay_form")
    assert _vat(result) == 25
    result = await enter(hass, result, **{**entered, "vat": 0})
    assert result["description_placeholders"]["after"] == (
        f"{price(NOON) + 0.45:.4f} NOK/kWh"
    )
    result = await enter(hass, result, next_step_id="pay_keep")
    assert result["options"] == {"prices": {**entered, "vat": 0}}


async def test_it_may_be_left_for_later(hass: HomeAssistant) -> None:
    result = await enter(hass, await _asked(hass), vat=25)
    result = await enter(hass, result, next_step_id="pay_later")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["options"] == {}


async def test_what_is_folded_up_is_read_and_blamed(hass: HomeAssistant) -> None:
    """It cannot show what is wrong with it; the form does."""
    result = await _asked(hass)
    reduction = {"name": "Support", "amount": 0.1, "up_to": 100}
    result = await enter(hass, result, further={"reductions": [reduction]})
    assert list(result["errors"]) == ["base"]
    result = await enter(hass, result, vat=25, further={"percent": 10, "country": "NO"})
    assert result["description_placeholders"]["after"] == (
        f"{price(NOON) * 1.1 * 1.25:.4f} NOK/kWh"
    )
    result = await enter(hass, result, next_step_id="pay_keep")
    on_top = {"vat": 25, "percent": 10, "country": "NO"}
    assert result["options"] == {"prices": on_top}


async def test_no_vat_is_made_up(hass: HomeAssistant) -> None:
    """Where no law is known, nothing is filled in."""
    hass.config.country = "JP"
    assert _vat(await _asked(hass)) is None


async def test_what_has_no_price_now_is_not_shown(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    result = await _asked(hass)
    freezer.tick(timedelta(days=3))
    result = await enter(hass, result, vat=25)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["options"] == {"prices": {"vat": 25}}
