"""What an account can give a feed is put together when it is asked for."""

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.account.surroundings import AccountSurroundings


async def test_surroundings(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    given = AccountSurroundings(hass, loaded, {"vat": 25})
    assert given.options == {"vat": 25}
    assert given.subentries == ()
    assert given.webhook_target is None
    assert str(given.sources.zone) == hass.config.time_zone
    green = f"{loaded.unique_id}:1234567890"
    assert given.sources.green(green) is not None
    assert given.sources.prices(green) is None
    feed = loaded.runtime_data.feeds["green_windows"]
    assert given.held(feed.feed) is feed.data
    assert given.watched is None
    loaded.runtime_data.watched.state = 1
    assert given.watched == 1
