"""Adding what energy costs that the house measures already."""

from collections.abc import Iterator
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.faces.home_assistant.houses import begin, enter, reconfigure
from tests.folded import folded_fields
from tests.history import conftest as of_history
from tests.history.accounts import import_all
from tests.journeys.home_assistant.costs import (
    HOUR,
    NOW,
    PRICE,
    Meter,
    add_prices,
    amounts,
    drawn,
    entity,
    hour_of,
    ledger,
    stored,
)

# A recorder, quiet.
_custom_integrations = of_history._custom_integrations
_quiet = of_history._quiet
enable_event_loop_debug = of_history.enable_event_loop_debug
recorder_db_url = of_history.recorder_db_url

BEGIN = hour_of(NOW) - 3 * HOUR
FORM = {"direction": "consumption", "standing": False, "years": 1}


@pytest.fixture(autouse=True)
async def _home(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOW)
    await hass.config.async_set_time_zone("Europe/Oslo")


@pytest.fixture
async def meter(hass: HomeAssistant) -> tuple[str, str]:
    """Return a meter that the recorder knows: its lasting name and its id."""
    name, statistic = entity(hass)
    hass.states.async_set(statistic, "1", {"friendly_name": "My meter"})
    await Meter(hass, statistic).record(drawn(BEGIN, NOW), BEGIN)
    return name, statistic


def suggested(result: ConfigFlowResult) -> dict[str, Any]:
    """Return what a form shows of what was entered before."""
    fields = [*result["data_schema"].schema, *folded_fields(result)]
    return {
        str(key): (key.description or {}).get("suggested_value")
        for key in fields
        if str(key) != "further"
    }


def accounts(hass: HomeAssistant) -> Iterator[MockConfigEntry]:
    """Yield the accounts of energy."""
    for each in hass.config_entries.async_entries("energy_portals"):
        if each.data["what"] == "energy":
            yield each


async def test_costs(hass: HomeAssistant, meter: tuple[str, str]) -> None:
    """One form is enough; what is chosen lasts when it is renamed."""
    await add_prices(hass, NOW.date())
    result = await begin(hass, "house_energy")
    form = {**FORM, "statistic": meter[1], "price": PRICE}
    result = await enter(hass, result, **form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "My meter"
    assert result["data"]["statistic"] == meter[0]
    assert result["options"] == {"history": {"years": 1}}
    (entry,) = accounts(hass)
    await import_all(hass, entry)
    assert len(amounts(await stored(hass, entry))) == 3
    # The same again would pay it twice.
    result = await enter(hass, await begin(hass, "house_energy"), **form)
    assert result["reason"] == "already_configured"


async def test_reconfigured(hass: HomeAssistant, meter: tuple[str, str]) -> None:
    """What was chosen of the history is not lost, and the costs stay."""
    await add_prices(hass, NOW.date(), export=0.0)
    form = {**FORM, "statistic": meter[1], "price": PRICE, "name": "Home"}
    await enter(hass, await begin(hass, "house_energy"), **form)
    (entry,) = accounts(hass)
    options = {"history": {"years": 1, "continues": {}}}
    hass.config_entries.async_update_entry(entry, options=options)
    result = await reconfigure(hass, entry)
    assert suggested(result) == form
    more = {**form, "direction": "feed_in", "years": 2}
    result = await enter(hass, result, **more)
    assert result["reason"] == "reconfigure_successful"
    assert entry.options == {"history": {"years": 2, "continues": {}}}
    assert entry.data["direction"] == "feed_in"
    # Prices that are gone stay on offer.
    (prices,) = (
        each
        for each in hass.config_entries.async_entries("energy_portals")
        if each is not entry
    )
    await hass.config_entries.async_unload(prices.entry_id)
    result = await reconfigure(hass, entry)
    assert suggested(result) == more


@pytest.mark.parametrize(
    ("chosen", "error"),
    [
        ({"statistic": "sensor.nothing"}, "no_energy"),
        ({"direction": "feed_in"}, "no_feed_in_price"),
    ],
)
async def test_what_cannot_be_paid_for_is_refused(
    hass: HomeAssistant, meter: tuple[str, str], chosen: dict[str, str], error: str
) -> None:
    await add_prices(hass, NOW.date())
    result = await begin(hass, "house_energy")
    form = {**FORM, "statistic": meter[1], "price": PRICE, **chosen}
    result = await enter(hass, result, **form)
    assert result["errors"] == {"base": error}
    assert suggested(result)["direction"] == form["direction"]
    right = {**FORM, "statistic": meter[1], "price": PRICE}
    result = await enter(hass, result, **right)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_of_no_entity(hass: HomeAssistant) -> None:
    """What others import has no entity, and is called as it is."""
    energy = drawn(BEGIN, NOW)
    await Meter(hass, "utility:energy").record(energy, BEGIN)
    await add_prices(hass, NOW.date())
    result = await begin(hass, "house_energy")
    form = {**FORM, "statistic": "utility:energy", "price": PRICE}
    result = await enter(hass, result, **form)
    assert (result["title"], result["data"]["statistic"]) == ("utility:energy",) * 2
    (entry,) = accounts(hass)
    await import_all(hass, entry)
    assert ledger(entry).count_at_mean() == 3
    again = await reconfigure(hass, entry)
    assert suggested(again)["statistic"] == "utility:energy"


async def test_without_prices(hass: HomeAssistant) -> None:
    assert (await begin(hass, "house_energy"))["reason"] == "no_prices"


async def test_without_a_recorder(hass: HomeAssistant) -> None:
    hass.config.components.remove("recorder")
    assert (await begin(hass, "house_energy"))["reason"] == "no_recorder"
    hass.config.components.add("recorder")
