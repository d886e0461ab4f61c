"""A source on Green Planet Energy, whose library goes by other clocks than ours."""

from datetime import date, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from tests.accounts import act, pass_time
from tests.journeys.real.household import AMSTERDAM, AUTUMN, ORDINARY, add, added, call
from tests.journeys.real.test_house import add_source
from tests.sandbox import Sandbox
from tests.sandbox.sources.green_planet import GreenPlanetSandbox
from tests.sandbox.sources.source import DAY, QUARTER

DOMAIN = "green_planet_energy"
PRICE = f"sensor.{DOMAIN}_price"


async def test_midnight(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, real: Sandbox
) -> None:
    """Its action takes yesterday for today for a while; the source does not."""
    server = real.portal(GreenPlanetSandbox)
    freezer.move_to(datetime(2026, 11, 10, 23, 38, tzinfo=AMSTERDAM))
    entry = added(await add(hass, DOMAIN))
    await add_source(hass, DOMAIN, "prices")
    wrong = 0
    for _ in range(20):
        await pass_time(hass, freezer, timedelta(minutes=10))
        told = await call(
            hass, DOMAIN, "get_prices", config_entry_id=entry.entry_id, hours=1
        )
        right = round(server.price(_quarter()) / 100, 6)
        wrong += told["prices"][0]["price"] != right
        state = hass.states.get(PRICE)
        assert state is not None
        assert float(state.state) == pytest.approx(right), dt_util.now()
    # When this fails, it has been put right there.
    assert wrong == 9


def _quarter() -> datetime:
    """Return the start of the quarter-hour that runs."""
    now = dt_util.utcnow()
    return now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)


@pytest.mark.parametrize("day", [ORDINARY, AUTUMN - DAY], ids=str)
async def test_prices(hass: HomeAssistant, real: Sandbox, day: date) -> None:
    """All are right; what its clock cannot tell of the longer day is absent."""
    server = real.portal(GreenPlanetSandbox)
    added(await add(hass, DOMAIN))
    await add_source(hass, DOMAIN, "prices")
    told = await act(hass, "get_prices", entity_id=PRICE)
    starts = [datetime.fromisoformat(slot["start"]) for slot in told["slots"]]
    for start, slot in zip(starts, told["slots"], strict=True):
        assert slot["value"] == pytest.approx(server.price(start) / 100), start
        assert slot["end"] == (start + QUARTER).isoformat()
    span = [starts[0] + n * QUARTER for n in range((starts[-1] - starts[0]) // QUARTER)]
    absent = [at for at in span if at not in starts]
    switch = datetime(2026, 10, 25, 0, tzinfo=dt_util.UTC)
    doubtful = [switch + n * QUARTER for n in range(8)]
    assert absent == (doubtful if day == AUTUMN - DAY else [])
