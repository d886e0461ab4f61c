"""What the page is told of a customer: which price varies, and what is in it."""

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from tests.journeys.planner.test_websocket import asked, subscribed


async def test_prices_of_contracts(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, loaded: MockConfigEntry
) -> None:
    """One varies and has the grid's part and VAT in it; the other is one price."""
    client = await hass_ws_client(hass)
    sources = (await asked(client, "sources"))["result"]
    by_flatness = {each["flat"]: each["id"] for each in sources["prices"]}
    told = await subscribed(client, price=by_flatness[False])
    assert told["price"]["all_in"]
    assert told["price"]["id"] == by_flatness[False]
    assert told["price"]["device_id"]
    assert not told["price"]["flat"]
    told = await subscribed(client, price=by_flatness[True])
    assert told["price"]["flat"]
