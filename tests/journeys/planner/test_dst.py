"""The nights on which clocks change."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from tests.accounts import set_up
from tests.faces.planner.home import dishwasher, planner_of
from tests.faces.planner.seen import prices_of, times
from tests.journeys.planner.test_websocket import subscribed

HOUR = timedelta(hours=1)
# 14:30 in Oslo on the days before.
NIGHTS = {
    "spring": (datetime(2026, 3, 28, 13, 30, tzinfo=UTC), 23),
    "autumn": (datetime(2026, 10, 24, 12, 30, tzinfo=UTC), 25),
}


@pytest.fixture(params=NIGHTS)
def night(request: pytest.FixtureRequest) -> str:
    """Return which night it is."""
    found: str = request.param
    return found


@pytest.fixture(autouse=True)
async def _now(hass: HomeAssistant, freezer: FrozenDateTimeFactory, night: str) -> None:
    """Live on the day before."""
    freezer.move_to(NIGHTS[night][0])
    await hass.config.async_set_time_zone("Europe/Oslo")


async def test_the_whole_night_counts(
    hass: HomeAssistant, prices: MockConfigEntry, night: str
) -> None:
    """The plan is the cheapest of all quarters that the night really has."""
    planner = planner_of(hass, dishwasher())
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    now, hours = NIGHTS[night]
    begin = now.replace(hour=17 if night == "spring" else 16, minute=0)
    end = begin + 13 * HOUR + (hours - 24) * HOUR
    shown = prices_of(prices).shown
    paid, start = {}, begin
    while start + 2 * HOUR <= end:
        slots = shown.within(start, start + 2 * HOUR).slots
        paid[start] = sum(s.value.value * ((s.end - s.start) / HOUR) for s in slots)
        start += timedelta(minutes=15)
    planned, after = times(hass, planner)
    assert paid[planned] == pytest.approx(min(paid.values()), abs=1e-12)
    assert after - planned == 2 * HOUR


async def test_the_card_has_every_quarter(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    planner: MockConfigEntry,
    night: str,
) -> None:
    """Tomorrow is as long as it is, with as many bars."""
    client = await hass_ws_client(hass)
    told = await subscribed(client, planner=planner.entry_id)
    first, second = told["days"]
    hours = NIGHTS[night][1]
    assert first[1] == second[0]
    assert (second[1] - second[0]) / 3_600_000 == hours
    bars = [slot for slot in told["price"]["slots"] if slot[0] >= second[0]]
    assert len(bars) == 4 * hours
    assert all(before[1] == after[0] for before, after in pairwise(bars))
