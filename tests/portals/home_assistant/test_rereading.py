"""What is read anew: without a house it fails, and is kept where it was known."""

from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import FeedRequest
from custom_components.energy_portals.portals.home_assistant import HOUSE, HouseClient
from custom_components.energy_portals.portals.home_assistant.rereading import (
    LOOK,
    chosen,
)
from custom_components.energy_portals.portals.home_assistant.sites import (
    SITES,
    SOURCE_KEY,
)
from custom_components.energy_portals.portals.http.errors import Unavailable
from tests.portals.home_assistant.given import NOW

# What lives on the sources of others reads nothing itself.
READ = [feed for feed in HOUSE.feeds if feed.key != "known_prices"]


@pytest.mark.parametrize("feed", READ, ids=lambda feed: feed.key)
async def test_every_feed_without_a_house(feed: Any) -> None:
    """None takes what cannot be read for nothing."""
    client = HouseClient({"what": "?", "name": "X", "entities": ("a",)})
    sites = await SITES.fetch(
        client, FeedRequest(now=NOW, sites=(), held={}, given=None)
    )
    (site,) = sites.data.values()
    assert (site.key, site.name, site.model) == (SOURCE_KEY, "X", None)
    request = FeedRequest(now=NOW, sites=(site,), held={}, given={})
    with pytest.raises(Unavailable):
        await feed.fetch(client, request)


def test_it_is_looked_at_now_and_then() -> None:
    """Whatever is not told of is seen after a while."""

    class Around:
        options = {"least": 1}

    surroundings: Any = Around()
    assert chosen(surroundings) == {"least": 1}
    for feed in READ:
        assert (feed.rhythm.pause(NOW, 0.0) or LOOK) <= 4 * LOOK, feed.key
