"""The page in the browser while the prices of tomorrow come."""

from typing import Final

from planning import PAGE, set_page_up
from playwright.async_api import expect

from accounts import add_account
from browser import Screen
from configuration import DOMAIN
from house import House, HouseError

_LATE: Final = 3 * 24 * 60
# From when Home Assistant has them.
_PATIENCE_MS: Final = 5_000


async def prices(house: House, screen: Screen) -> None:
    """7. Show tomorrow's prices soon after they are there, without a reload."""
    await house.steer("esmart", "delay_publication", minutes=_LATE)
    account = await add_account(house, "esmart")
    if "entry_id" not in account:
        raise HouseError(f"esmart: {account}")
    await set_page_up(house.home_assistant)
    await screen.open(f"/{PAGE}")
    chart = screen.page.locator("energy-portals-card").first
    bars = chart.locator(".bar")
    await expect(bars.first).to_be_attached()
    await expect(chart.locator("rect[fill='url(#hatch)']")).to_be_attached()
    before = await bars.count()
    await house.steer("esmart", "delay_publication", minutes=-_LATE)
    await house.home_assistant.act(DOMAIN, "fetch_prices", {})
    # A day has 23 hours at least, whatever its slots.
    await expect(bars.nth(before + 22)).to_be_attached(timeout=_PATIENCE_MS)
    await screen.picture("prices-arrived")
