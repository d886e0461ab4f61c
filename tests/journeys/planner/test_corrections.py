"""Prices that the portal corrects: what was planned by wrong ones is planned anew."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.accounts import value
from tests.faces.planner.home import NOW
from tests.faces.planner.seen import HOUR, prices_of, times, to
from tests.sandbox.esmart import EsmartSandbox

# 00:00 in Oslo.
TOMORROW = datetime(2026, 1, 15, 23, tzinfo=UTC)
DAY = timedelta(days=1)


async def test_plans_are_made_anew_by_the_next_look(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    esmart: EsmartSandbox,
    prices: MockConfigEntry,
    planner: MockConfigEntry,
) -> None:
    """Another night is the cheapest; nobody presses anything."""
    before = times(hass, planner)
    cheap = TOMORROW + 4 * HOUR
    start = cheap if before[0] != cheap else cheap - 3 * HOUR
    esmart.prices.correct_price(start.isoformat(), (start + 2 * HOUR).isoformat(), -5)
    await to(hass, freezer, NOW + 2 * HOUR)
    assert prices_of(prices).raw_at(start).value.value == -5
    assert times(hass, planner) == (start, start + 2 * HOUR)


async def test_a_night_that_is_nought_is_looked_at_until_it_is_right(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    esmart: EsmartSandbox,
    prices: MockConfigEntry,
    planner: MockConfigEntry,
) -> None:
    def shown(key: str) -> str | None:
        return value(hass, prices, "area-NO1", key, "binary_sensor")

    await to(hass, freezer, NOW + DAY - HOUR)
    nought, end = TOMORROW + DAY, TOMORROW + 2 * DAY
    esmart.prices.correct_price(nought.isoformat(), end.isoformat(), 0)
    await to(hass, freezer, NOW + DAY)
    assert shown("price_preliminary") == "on"
    assert shown("prices_tomorrow_known") == "off"
    esmart.prices._corrections.clear()
    # It came at about one o'clock and is looked at at half past, and at two.
    await to(hass, freezer, NOW + DAY + HOUR)
    assert shown("price_preliminary") == "off"
    assert shown("prices_tomorrow_known") == "on"
    assert prices_of(prices).raw_at(nought).value.value != 0
