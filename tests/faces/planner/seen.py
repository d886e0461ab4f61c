"""What tests see of a flexible load, and what they do with it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.portals.model.price_days import PriceOutlook
from tests.accounts import entity_id, pass_time, value
from tests.faces.planner.home import key_of

HOUR = timedelta(hours=1)
TITLE = "Dishwasher"


def shown(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    key: str,
    platform: str = Platform.SENSOR,
    title: str = TITLE,
) -> str | None:
    """Return what an entity of a load shows."""
    return value(hass, entry, key_of(entry, title), key, platform)


def times(hass: HomeAssistant, entry: MockConfigEntry, title: str = TITLE) -> Any:
    """Return when a load next starts and ends."""
    return tuple(
        datetime.fromisoformat(str(shown(hass, entry, key, title=title)))
        for key in ("next_run_start", "next_run_end")
    )


async def to(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, when: datetime
) -> None:
    """Let it become a time, quarter by quarter as it does."""
    while (left := when - datetime.now(UTC)) > timedelta():
        await pass_time(hass, freezer, min(left, timedelta(minutes=15)))


async def call(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    platform: str,
    action: str,
    key: str,
    title: str = TITLE,
    **data: Any,
) -> None:
    """Do something with an entity of a load."""
    found = entity_id(hass, entry, key_of(entry, title), key, platform)
    target = {ATTR_ENTITY_ID: found, **data}
    await hass.services.async_call(platform, action, target, blocking=True)
    await hass.async_block_till_done(wait_background_tasks=True)


def prices_of(entry: MockConfigEntry) -> PriceOutlook:
    """Return the prices that the planner goes by."""
    found: PriceOutlook = entry.runtime_data.feeds["spot_prices"].data["area-NO1"]
    return found


def times_end(hass: HomeAssistant, entry: MockConfigEntry) -> datetime:
    """Return when a load that runs ends."""
    return datetime.fromisoformat(str(shown(hass, entry, "next_run_end")))
