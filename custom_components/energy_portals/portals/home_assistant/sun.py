"""Solar forecasts of the house: of the energy platforms, or in entities."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from ..contract import AccountData
from ..house import House, SunTold
from ..http.errors import Unavailable
from ..kept import kept_as_it_says
from ..model.sun import SolarOutlook, added
from .client import HouseClient
from .entities import states_of
from .rereading import RereadFeed, reread_feed
from .shapes import by_start, read_energies, read_sun

SUN: Final = "sun"


async def roofs_told(house: House, account: AccountData) -> SolarOutlook:
    """Return what is expected of all roofs together.

    Raises Unavailable where one is not there: its sum would be another one.
    """
    zone = house.zone
    if names := account.get("entities", ()):
        roofs = [read_sun((state,), zone) for state in states_of(house, names)]
        wanted = len(names)
    else:
        entries = account["entries"]
        told = await house.solar(entries)
        forecasts = [told[each] for each in entries if each in told]
        roofs = [read_energies(_energies(each), zone) for each in forecasts]
        wanted = len(entries)
    if len(roofs) < wanted:
        raise Unavailable(SUN, "part of the roofs is not there")
    outlooks = [SolarOutlook.of(roof, zone) for roof in roofs]
    return outlooks[0] if len(outlooks) == 1 else added(outlooks)


def _energies(told: SunTold) -> object:
    """Return the energies by the start of their period."""
    forecast = by_start(told.forecast) if told.is_by_end else told.forecast
    return forecast.get("wh_hours") if isinstance(forecast, dict) else None


async def _read(
    client: HouseClient, held: SolarOutlook | None, now: datetime, given: None
) -> SolarOutlook:
    """Return what is expected now, and of the last days what was."""
    outlook = await roofs_told(client.house, client.account)
    return outlook if held is None else held.merged(outlook)


def sun_feed(account: AccountData, zone: ZoneInfo) -> RereadFeed[SolarOutlook, None]:
    """Return the feed of a solar forecast."""
    return reread_feed(
        SUN,
        SolarOutlook,
        _read,
        kept=kept_as_it_says(SolarOutlook),
        needs=lambda surroundings: None,
    )
