"""Live power that an entity of the house has."""

from collections.abc import Mapping
from datetime import timedelta
from math import isfinite
from typing import Final
from zoneinfo import ZoneInfo

from ..contract import AccountData, Feed, FeedRequest, Fetched
from ..house import EntityState
from ..http.errors import ReadingRefused
from ..model.power import PowerNow
from ..rhythms import Every
from .client import HouseClient
from .entities import states_of
from .sites import SOURCE_KEY, HouseSite

LIVE_POWER: Final = "live_power"
# In W.
POWERS: Final[Mapping[str, float]] = {
    "mW": 0.001,
    "W": 1.0,
    "kW": 1e3,
    "MW": 1e6,
    "GW": 1e9,
}


def power_of(state: EntityState) -> PowerNow:
    """Return the power that an entity shows; none while it is not known.

    When it was written says nothing of its age: what does not change is not written.
    Raises ReadingRefused for what is no power.
    """
    if state.state is None:
        return PowerNow(watts=None)
    if (factor := POWERS.get(state.unit or "")) is None:
        raise ReadingRefused(LIVE_POWER, "W", str(state.unit))
    try:
        watts = float(state.state) * factor
    except ValueError:
        raise ReadingRefused(LIVE_POWER, "number", "text") from None
    return PowerNow(watts=watts if isfinite(watts) else None)


async def _fetch(
    client: HouseClient, request: FeedRequest[PowerNow, HouseSite]
) -> Fetched[PowerNow]:
    """Read the entity."""
    (state,) = states_of(client.house, client.account["entities"])
    return Fetched({SOURCE_KEY: power_of(state)})


def power_feed(
    account: AccountData, zone: ZoneInfo
) -> Feed[HouseClient, PowerNow, HouseSite]:
    """Return the feed of an entity's power, which is read when it changes."""
    return Feed(
        key=LIVE_POWER,
        fetch=_fetch,
        at=HouseSite,
        rhythm=Every(interval=timedelta(minutes=5)),
        kinds={PowerNow: lambda power: power},
    )
