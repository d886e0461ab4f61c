"""Prices of several sites: one fails, or the account may not see it."""

from datetime import datetime

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.energy_portals.portals.http.errors import (
    Forbidden,
    NotFound,
    PortalError,
    Unavailable,
)
from tests.market import DAY, HOUR, MINUTE, ORDINARY, OSLO, Market, local, site
from tests.priced import Priced, entry_of, number, set_up, use

MORNING = local(ORDINARY, OSLO, 9)
AFTERNOON = local(ORDINARY, OSLO, 14, 1)
REFUSALS = [Forbidden("spotprices"), NotFound("spotprices")]


@pytest.fixture
def market() -> Market:
    """Return a market in Norway."""
    return Market()


@pytest.fixture
def entry(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
    market: Market,
) -> MockConfigEntry:
    """Return an account with two sites, not set up yet."""
    freezer.move_to(MORNING)
    sites = [site("home"), site("cabin")]
    use(monkeypatch, Priced((market.feed(),), sites).portal())
    return entry_of(hass)


async def _at(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, now: datetime
) -> None:
    """Let it be a moment, and what was due happen."""
    freezer.move_to(now)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


def _asked(market: Market) -> list[str]:
    """Return which sites were asked for since the last time."""
    asked = [key for key, _, _ in market.asked]
    market.asked.clear()
    return asked


@pytest.mark.parametrize("error", [*REFUSALS, Unavailable("spotprices", passing=True)])
async def test_a_site_that_fails_keeps_what_is_held_of_it(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
    error: PortalError,
) -> None:
    await set_up(hass, entry)
    assert _asked(market) == ["home", "cabin"]
    market.errors["home"] = error
    await _at(hass, freezer, AFTERNOON)
    raw = market.value(local(ORDINARY, OSLO, 14))
    assert number(hass, "price", "home") == number(hass, "price", "cabin") == raw
    known = [
        hass.states.get(f"binary_sensor.{key}_prices_for_tomorrow_known")
        for key in ("home", "cabin")
    ]
    assert [state and state.state for state in known] == ["off", "on"]
    # What failed is asked for again, and what came is not.
    _asked(market)
    market.errors.clear()
    await _at(hass, freezer, AFTERNOON + HOUR / 2)
    assert _asked(market) == ["home"]
    assert number(hass, "average_price_tomorrow", "home") is not None


@pytest.mark.parametrize("error", REFUSALS)
async def test_what_an_account_may_not_see_has_no_entities(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
    error: PortalError,
) -> None:
    market.errors["home"] = error
    await set_up(hass, entry)
    assert _asked(market) == ["home", "cabin"]
    assert hass.states.get("sensor.home_price") is None
    assert number(hass, "price", "cabin") is not None
    # It is not asked for with each look of the day,
    for minutes in range(5, 24 * 60 - 15, 15):
        await _at(hass, freezer, MORNING + minutes * MINUTE)
    # but after 5, 15 and 60 minutes and then every 6 hours,
    asked = _asked(market)
    assert asked.count("home") == 6
    # and comes once it is allowed.
    market.errors.clear()
    await _at(hass, freezer, MORNING + DAY + 4 * HOUR)
    assert "home" in _asked(market)
    assert number(hass, "price", "home") is not None
