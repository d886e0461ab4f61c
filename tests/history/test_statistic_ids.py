"""Which history a new site may continue, where ids of others begin alike."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from custom_components.energy_portals.history.recorder import stored_series
from custom_components.energy_portals.history.statistic_ids import prefix
from custom_components.energy_portals.portals.contract import Site
from custom_components.energy_portals.portals.model.ledger import CONSUMPTION, HOUR
from tests.history.accounts import is_chained
from tests.history.published import START, Home, Published

OLD = Site(key="meter-1", name="Old")
ALIKE = Site(key="meter-1-2", name="Alike")
NEW = Site(key="meter-3", name="New")
NEWER = Site(key="meter-4", name="Newer")
ACCOUNT = "test:1"


@pytest.fixture
def published() -> Published:
    """Return a portal that has published ten hours."""
    found = Published()
    for number in range(10):
        found.hour(number, 1.0 + number)
    return found


def move(home: Home, *sites: Site) -> None:
    """Let an account have other sites."""
    home.sites = sites
    home.known_sites.data = {site.key: site for site in sites}
    home.ledgers = {
        key: ledger
        for key, ledger in home.ledgers.items()
        if key in home.known_sites.data
    }


async def join(home: Home, site: Site) -> None:
    """Let a site continue what it may."""
    ledger = home.ledgers[site.key]
    assert ledger.follows is not None
    await home.importer.decide(site.key, ledger.follows)


async def test_ids_that_begin_alike(
    hass: HomeAssistant, published: Published, freezer: FrozenDateTimeFactory
) -> None:
    """A site goes on with one history, and no other is touched."""
    now = START + 10 * HOUR
    freezer.move_to(now)
    home = Home(hass, published, ACCOUNT, sites=(OLD, ALIKE))
    await home.catch_up(now)
    move(home, ALIKE, NEW)
    await home.catch_up(now)
    assert home.ledgers[NEW.key].follows == prefix(ACCOUNT, OLD.key)
    assert home.ledgers[ALIKE.key].follows is None
    before = {site: await home.rows(site=site) for site in (OLD, ALIKE)}
    assert await home.rows(site=NEW) == before[OLD]

    await join(home, NEW)
    assert {site: await home.rows(site=site) for site in before} == before
    assert set(await stored_series(hass)) == {
        home.id(CONSUMPTION, OLD),
        home.id(CONSUMPTION, ALIKE),
    }
    published.hour(3, 100.0)
    published.hour(10, 11.0)
    now += HOUR
    freezer.move_to(now)
    await home.catch_up(now)
    assert home.ledgers[NEW.key].follows is None
    continued = await home.rows(site=OLD)
    assert continued[:-1] == before[OLD]
    assert is_chained(continued)
    assert [row.state for row in continued[-1:]] == [11.0]
    # That site is its own, and takes the correction.
    assert (await home.rows(site=ALIKE))[3].state == 100.0

    # What is continued is not on offer again.
    move(home, ALIKE, NEW, NEWER)
    await home.catch_up(now)
    assert home.ledgers[NEWER.key].follows is None


async def test_series_whose_names_end_alike(
    hass: HomeAssistant, published: Published, freezer: FrozenDateTimeFactory
) -> None:
    """They are a site's own, whether it is gone or not, and no other site's history."""
    for number in range(10):
        published.hour(number, 1.0, "other_heat_consumption")
    now = START + 10 * HOUR
    freezer.move_to(now)
    home = Home(hass, published, ACCOUNT, sites=(OLD,))
    await home.catch_up(now)
    move(home, OLD, NEW)
    await home.catch_up(now)
    assert home.ledgers[NEW.key].follows is None
    move(home, NEWER)
    await home.catch_up(now)
    assert home.ledgers[NEWER.key].follows in {
        prefix(ACCOUNT, each.key) for each in (OLD, NEW)
    }


async def test_history_of_another_account(
    hass: HomeAssistant, published: Published, freezer: FrozenDateTimeFactory
) -> None:
    """Its number begins as that of the account with the new site does."""
    now = START + 10 * HOUR
    freezer.move_to(now)
    other = Home(hass, published, f"{ACCOUNT}-2", sites=(OLD,))
    await other.catch_up(now)
    move(other)
    home = Home(hass, published, ACCOUNT, sites=(NEW,))
    await home.catch_up(now)
    assert home.ledgers[NEW.key].follows is None


@pytest.mark.parametrize(("days", "is_offered"), [(59, True), (61, False)])
async def test_history_of_long_ago(
    hass: HomeAssistant,
    published: Published,
    freezer: FrozenDateTimeFactory,
    days: int,
    is_offered: bool,
) -> None:
    now = START + 10 * HOUR
    freezer.move_to(now)
    home = Home(hass, published, ACCOUNT, sites=(OLD,))
    await home.catch_up(now)
    now += timedelta(days=days)
    freezer.move_to(now)
    move(home, NEW)
    await home.catch_up(now)
    assert (home.ledgers[NEW.key].follows is not None) is is_offered
