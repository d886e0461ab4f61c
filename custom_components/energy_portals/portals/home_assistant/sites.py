"""The one site of a source of the house, which is the account itself."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from ..contract import Feed, FeedRequest, Fetched, Site
from ..rhythms import Every
from .client import HouseClient

SOURCE_KEY: Final = "source"

_MODELS: Final = {
    "prices": "Electricity prices",
    "clock": "Tariff by the clock",
    "sun": "Solar forecast",
    "green": "Greenness",
    "power": "Live power",
    "energy": "Energy costs",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseSite(Site):
    """What the user has added."""


async def _fetch(
    client: HouseClient, request: FeedRequest[Site, Site]
) -> Fetched[Site]:
    """Return what the account is, which needs no call."""
    what, name = (str(client.account[key]) for key in ("what", "name"))
    site = HouseSite(key=SOURCE_KEY, name=name, model=_MODELS.get(what))
    return Fetched({SOURCE_KEY: site})


SITES: Final = Feed[HouseClient, Site, Site](
    key="sites", fetch=_fetch, rhythm=Every(interval=timedelta(days=1))
)
