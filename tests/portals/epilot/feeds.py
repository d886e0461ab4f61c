"""Feeds of a portal's account, fetched as an account fetches them."""

from typing import Any

from custom_components.energy_portals.portals.contract import Feed, FeedRequest, Fetched
from custom_components.energy_portals.portals.epilot import EPILOT
from custom_components.energy_portals.portals.epilot.client import EpilotClient
from tests.portals.epilot.conftest import START


async def sites(
    client: EpilotClient, held: dict[str, Any] | None = None
) -> Fetched[Any]:
    """Return the sites of the account."""
    request = FeedRequest(now=START, sites=(), held=held or {}, given=None)
    return await EPILOT.sites.fetch(client, request)


async def fetch(client: EpilotClient, feed: Feed[Any, Any, Any, Any]) -> Fetched[Any]:
    """Return what a feed has of all its sites."""
    known = (await sites(client)).data.values()
    own = tuple(each for each in known if isinstance(each, feed.at))
    request = FeedRequest(now=START, sites=own, held={}, given=None)
    return await feed.fetch(client, request)
