"""Import modules and fetch every portal's feeds where there is no Home Assistant.

Run as a program, with the package, its folder and the modules to import.
"""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib import import_module
import sys
from types import ModuleType
from typing import Any

from aiohttp import ClientSession

from tests.sandbox.server import Sandbox

ABSENT = frozenset({"homeassistant", "probatio", "voluptuous"})


class Absence:
    """Lets the import of some packages fail."""

    def find_spec(self, name: str, *_: object) -> None:
        """Find nothing, and let no other finder look."""
        if name.split(".", maxsplit=1)[0] in ABSENT:
            raise ImportError(f"{name} is not there")


def stand_in(package: str, folder: str) -> None:
    """Put empty packages where the integration's own would load Home Assistant."""
    parent = package.rpartition(".")[0]
    for name, path in ((parent, f"{folder}/.."), (package, folder)):
        module = ModuleType(name)
        module.__path__ = [path]
        sys.modules[name] = module


async def fetch(
    feed: Any, client: Any, sites: Iterable[Any], surroundings: Any
) -> Mapping[str, Any]:
    """Fetch a feed once and return its data by site."""
    about = tuple(site for site in sites if isinstance(site, feed.at))
    request = feed.request(datetime.now(UTC), about, {}, surroundings)
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


async def run(package: str) -> None:
    """Fetch all feeds of all portals, and name the portals."""
    base = import_module(f"{package}.portals.contract")
    portals = import_module(f"{package}.portals.registry").PORTALS
    # It imports the library, which there has to be in place first.
    surroundings = import_module("tests.surroundings").Surroundings()
    async with Sandbox() as sandbox, ClientSession() as session:
        for key, load in portals.items():
            portal = load()
            is_asked = key in sandbox.portals
            # Who lives on other accounts asks nobody.
            account = (
                sandbox.portals[key].account(f"{sandbox.address}/{key}")
                if is_asked
                else {}
            )
            client = portal.connect(session, account, {}, base.TokenStore())
            sites = await fetch(portal.sites, client, (), surroundings)
            for feed in portal.feeds:
                found = await fetch(feed, client, sites.values(), surroundings)
                assert found.keys() <= sites.keys(), feed.key
            assert bool(client.skeletons()) is is_asked
            assert not client.refused()
            print(key)


def main(package: str, folder: str, *modules: str) -> None:
    """Do it."""
    sys.meta_path.insert(0, Absence())
    stand_in(package, folder)
    for name in modules:
        import_module(name)
    asyncio.run(run(package))
    assert not ABSENT & set(sys.modules)


if __name__ == "__main__":
    main(*sys.argv[1:])
