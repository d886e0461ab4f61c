"""Fetching prices again, by the action and by the button."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.portals.esmart.sites import CustomerSite
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    Forbidden,
    Unavailable,
)
from tests.market import DAY, HOUR, MINUTE, ORDINARY, OSLO, Market, local, site
from tests.priced import Priced, entry_of, number, set_up, use

NOW = local(ORDINARY, OSLO, 15, 2)
TODAY, TOMORROW = ORDINARY.isoformat(), (ORDINARY + DAY).isoformat()
PUBLISHED = "event.home_prices_published"


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    """Live on one afternoon."""
    freezer.move_to(NOW)


@pytest.fixture
def market() -> Market:
    """Return a market in Norway."""
    return Market()


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch, market: Market) -> Priced:
    """Return a portal of that market, with a customer who has two sites there."""
    priced = Priced((market.feed(at=type(site())),))
    customer = CustomerSite(key="customer", name="Customer")
    priced.sites = [site(), site("cabin"), customer]
    use(monkeypatch, priced.portal())
    return priced


@pytest.fixture
async def entry(hass: HomeAssistant, portal: Priced) -> MockConfigEntry:
    """Return an account that is set up."""
    entry = entry_of(hass)
    await set_up(hass, entry)
    return entry


async def _fetch(hass: HomeAssistant, **fields: Any) -> Any:
    """Call the action."""
    answer = await hass.services.async_call(
        DOMAIN, "fetch_prices", fields, blocking=True, return_response=True
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    return answer


async def _press(hass: HomeAssistant) -> None:
    """Press the account's button."""
    (button,) = hass.states.async_entity_ids("button")
    target = {ATTR_ENTITY_ID: button}
    await hass.services.async_call("button", "press", target, blocking=True)
    await hass.async_block_till_done(wait_background_tasks=True)


def _event(hass: HomeAssistant) -> State:
    """Return the event of one site."""
    state = hass.states.get(PUBLISHED)
    assert state is not None
    return state


def _correct(market: Market, *days: Any) -> None:
    """Let days have other prices."""
    market.corrected = {at: 7.0 for day in days for at in market.day(day)}


async def test_what_was_corrected_is_taken_over_and_told(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    """Right after it came as well: whatever is held is asked for again."""
    assert await _fetch(hass) == {"corrected": []}
    assert _event(hass).state == "unknown"
    _correct(market, ORDINARY)
    freezer.tick(MINUTE)
    days = [{"site": name, "day": TODAY} for name in ("Home", "Cabin")]
    assert await _fetch(hass) == {"corrected": days}
    assert number(hass, "price") == 7.0
    event = _event(hass)
    assert event.attributes["day"] == TODAY
    assert event.attributes["corrected"] is True
    # The same again is no news, and another correction is.
    freezer.tick(MINUTE)
    assert await _fetch(hass) == {"corrected": []}
    assert _event(hass) is event
    _correct(market, ORDINARY, ORDINARY + DAY)
    freezer.tick(MINUTE)
    await _fetch(hass)
    assert _event(hass).attributes["day"] == TOMORROW
    # The next day is published as ever.
    freezer.move_to(local(ORDINARY + DAY, OSLO, 13, 9))
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert _event(hass).attributes["day"] == (ORDINARY + 2 * DAY).isoformat()
    assert _event(hass).attributes["corrected"] is False


async def test_a_site_by_its_device(
    hass: HomeAssistant, entry: MockConfigEntry, market: Market
) -> None:
    def device(key: str) -> str:
        identifier = (DOMAIN, f"{entry.unique_id}:{key}")
        registry = dr.async_get(hass)
        found = registry.async_get_device_by_identifier(identifier, entry.entry_id)
        assert found is not None
        return found.id

    for key, asked in (
        ("cabin", ["cabin"]),
        # One that has no prices of its own stands for the account.
        ("customer", ["home", "cabin"]),
    ):
        market.asked.clear()
        await _fetch(hass, device_id=device(key))
        assert [each for each, _, _ in market.asked] == asked


async def test_every_account_where_none_is_named(
    hass: HomeAssistant, entry: MockConfigEntry, market: Market
) -> None:
    other = entry_of(hass, "other")
    await set_up(hass, other)
    market.asked.clear()
    await _fetch(hass)
    assert len(market.asked) == 4
    market.asked.clear()
    await _fetch(hass, config_entry_id=other.entry_id)
    assert len(market.asked) == 2


async def test_nobody_has_prices(hass: HomeAssistant, portal: Priced) -> None:
    portal.feeds = ()
    use_of = entry_of(hass)
    with pytest.MonkeyPatch.context() as patch:
        use(patch, portal.portal())
        await set_up(hass, use_of)
        assert hass.states.async_entity_ids("button") == []
        with pytest.raises(ServiceValidationError) as caught:
            await _fetch(hass)
    assert caught.value.translation_key == "no_account"


async def test_the_button(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    _correct(market, ORDINARY)
    freezer.tick(MINUTE)
    await _press(hass)
    assert number(hass, "price", "home") == number(hass, "price", "cabin") == 7.0


@pytest.mark.parametrize("error", [Unavailable("prices"), AuthError("prices")])
async def test_what_fails_is_told_and_takes_nothing_away(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
    error: Any,
) -> None:
    _correct(market, ORDINARY)
    market.errors["home"] = error
    before = number(hass, "price")
    freezer.tick(MINUTE)
    with pytest.raises(HomeAssistantError) as caught:
        await _press(hass)
    assert caught.value.translation_key == error.key
    # The other site has been asked for all the same.
    assert number(hass, "price", "home") == before
    assert number(hass, "price", "cabin") == 7.0


async def test_prices_that_never_came(
    hass: HomeAssistant, portal: Priced, market: Market
) -> None:
    """The button is there when it is wanted most."""
    for key in ("home", "cabin"):
        market.errors[key] = Unavailable("prices")
    await set_up(hass, entry_of(hass))
    market.errors.clear()
    await _press(hass)
    assert number(hass, "price") == market.value(NOW.replace(minute=0))


async def test_the_button_comes_with_the_first_prices(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    portal: Priced,
    market: Market,
) -> None:
    """An account that may see none has none, until it may."""
    for key in ("home", "cabin"):
        market.errors[key] = Forbidden("prices")
    entry = entry_of(hass)
    await set_up(hass, entry)
    assert hass.states.async_entity_ids("button") == []
    market.errors.clear()
    freezer.tick(DAY + MINUTE)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(hass.states.async_entity_ids("button")) == 1
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_press_puts_no_publication_off(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    portal: Priced,
    market: Market,
) -> None:
    """Shortly before the hour, when the next look is near."""

    async def to(minute: int, hour: int = 12) -> None:
        freezer.move_to(local(ORDINARY, OSLO, hour, minute))
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)

    freezer.move_to(local(ORDINARY, OSLO, 9, 3))
    await set_up(hass, entry_of(hass))
    for minute in range(0, 60, 5):
        await to(minute)
    await to(58)
    await _press(hass)
    for minute in range(11):
        await to(minute, 13)
    state = hass.states.get("binary_sensor.home_prices_for_tomorrow_known")
    assert state is not None and state.state == "on"


async def test_a_correction_survives_a_restart(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    market: Market,
) -> None:
    """What has been told is not told again."""
    _correct(market, ORDINARY)
    freezer.tick(MINUTE)
    await _fetch(hass)
    told = _event(hass).state
    assert await hass.config_entries.async_unload(entry.entry_id)
    freezer.tick(HOUR / 4)
    await set_up(hass, entry)
    assert number(hass, "price") == 7.0
    assert _event(hass).state == told
