"""The library as a whole: it is imported and every feed is fetched.

Where Home Assistant is not installed this shows that nothing of it is needed.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals import portals as library
from custom_components.energy_portals.portals.contract import TokenStore
from custom_components.energy_portals.portals.portal import AsksHouse
from custom_components.energy_portals.portals.registry import PORTALS
from tests.sandbox.server import Sandbox
from tests.surroundings import Surroundings

FOLDER: Final = Path(library.__path__[0])
MODULES: Final = sorted(
    ".".join((library.__name__, *path.relative_to(FOLDER).with_suffix("").parts))
    for path in FOLDER.rglob("*.py")
)


@pytest.mark.parametrize("name", MODULES)
def test_module_is_imported(name: str) -> None:
    """Every module can be imported by itself."""
    assert import_module(name.removesuffix(".__init__")).__doc__


async def fetch(
    feed: Any, client: Any, sites: Iterable[Any] = ()
) -> Mapping[str, object]:
    """Fetch a feed once and return its data by site."""
    about = tuple(site for site in sites if isinstance(site, feed.at))
    request = feed.request(datetime.now(UTC), about, {}, Surroundings())
    fetched = await feed.fetch(client, request)
    data = fetched.data
    # Beneath some accounts the user has to set something up first.
    assert data or fetched.refused or not about, feed.key
    assert not fetched.problems, (feed.key, fetched.problems)
    for kind, take in feed.kinds.items():
        taken = [each for each in map(take, data.values()) if each is not None]
        assert all(isinstance(each, kind) for each in taken), feed.key
    feed.rhythm.pause(request.now, 0.5, tuple(data.values()))
    return dict(data)


# What the house is asked, its own tests ask.
ASKED = [key for key in PORTALS if PORTALS[key]().capability(AsksHouse) is None]


@pytest.mark.parametrize("key", ASKED)
async def test_every_feed_is_fetched(
    key: str, sandbox: Sandbox, session: ClientSession
) -> None:
    """Each feed of a portal brings what it says, for the sites that it is about."""
    portal = PORTALS[key]()
    is_asked = key in sandbox.portals
    # Who lives on other accounts asks nobody.
    account: Mapping[str, object] = (
        sandbox.portals[key].account(f"{sandbox.address}/{key}") if is_asked else {}
    )
    client = portal.connect(session, account, {}, TokenStore())
    sites = await fetch(portal.sites, client)
    for feed in portal.feeds:
        assert (await fetch(feed, client, sites.values())).keys() <= sites.keys()
    assert bool(client.skeletons()) is is_asked
    assert not client.refused()
