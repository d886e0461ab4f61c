"""Greenness that the house has: shares, scores and CO2, each of its own kind."""

from collections.abc import Callable, Mapping
from datetime import datetime
from math import isfinite
import re
from typing import Final
from zoneinfo import ZoneInfo

from ..contract import AccountData, AnyFeed, Kept
from ..house import EntityState
from ..http.errors import ReadingRefused, Unavailable
from ..kept import kept_as_it_says
from ..model.green import GreenOutlook
from ..model.intensity import CO2_UNIT, CarbonOutlook, GreenIndexOutlook, Intensity
from ..model.series import Series
from .client import HouseClient
from .entities import states_of
from .rereading import chosen, reread_feed
from .shapes import Measure, green_source, read_green

GREEN: Final = "green"
# What integrations write for the CO2 of a kWh.
CO2_UNITS: Final = frozenset({"gco2eq/kwh", "gco2/kwh", "g/kwh", "gco₂/kwh"})


def measured(state: EntityState) -> Measure | None:
    """Return what an entity surely says of the grid's power, if anything."""
    if (row := green_source(state)) is not None:
        return row.measure
    unit = (state.unit or "").casefold().replace(" ", "")
    return Measure.CO2 if unit in CO2_UNITS else None


def _told(client: HouseClient) -> tuple[EntityState, Series[float], float | None]:
    """Return the entity, and what it expects, or what it shows of now.

    Raises Unavailable where it is not there, ReadingRefused where it says something
    else than was confirmed.
    """
    house, account = client.house, client.account
    (state,) = states_of(house, account["entities"])
    row = green_source(state)
    expected = Measure(account["measure"])
    if row is not None:
        came = read_green(row, (state,), house.zone)
        if came.measure is expected:
            return state, came.slots, None
    if state.state is None:
        raise Unavailable(GREEN, "not there")
    if row is not None or measured(state) is not expected:
        raise ReadingRefused(GREEN, expected.value, state.unit)
    try:
        current = float(state.state)
    except ValueError:
        raise ReadingRefused(GREEN, "a number", "") from None
    if not isfinite(current):
        raise Unavailable(GREEN, "no number yet")
    return state, Series(), current


def _unit(state: EntityState, held: Intensity | None) -> str | None:
    """Return the unit of CO2: the entity's word, where that says what it is of."""
    if state.unit is not None and re.search("co[2₂]", state.unit.casefold()):
        return state.unit
    # It may be gone for a while.
    return CO2_UNIT if held is None else held.unit


def _least(options: Mapping[str, object]) -> float | None:
    """Return the share from which on the user calls power green, percent."""
    least = options.get("least")
    return float(least) if isinstance(least, int | float) else None


def _share_feed(zone: ZoneInfo) -> AnyFeed:
    """Return the feed of renewable shares to come."""

    async def read(
        client: HouseClient,
        held: GreenOutlook | None,
        now: datetime,
        options: Mapping[str, object],
    ) -> GreenOutlook:
        _, shares, _ = _told(client)
        outlook = GreenOutlook.of_shares(shares, _least(options))
        return outlook if held is None else held.merged(outlook)

    def load(data: object, options: Mapping[str, object]) -> GreenOutlook:
        # The user may call something else green by now.
        shares = GreenOutlook.from_dict(data).shares
        return GreenOutlook.of_shares(shares, _least(options))

    return reread_feed(
        GREEN,
        GreenOutlook,
        read,
        kept=Kept(dump=GreenOutlook.as_dict, load=load),
        needs=chosen,
    )


def _intensity_feed[KindT: Intensity](
    key: str, kind: type[KindT], zone: ZoneInfo
) -> AnyFeed:
    """Return the feed of CO2, or of a vendor's score."""

    async def read(
        client: HouseClient, held: KindT | None, now: datetime, given: object
    ) -> KindT:
        state, slots, current = _told(client)
        unit = _unit(state, held) if kind is CarbonOutlook else None
        told = kind(zone=zone, unit=unit, predicted=slots, current=current)
        return told if held is None else held.merged(told)

    return reread_feed(key, kind, read, kept=kept_as_it_says(kind), needs=chosen)


_FEEDS: Final[Mapping[Measure, Callable[[ZoneInfo], AnyFeed]]] = {
    Measure.SHARE: _share_feed,
    Measure.INDEX: lambda zone: _intensity_feed("green_index", GreenIndexOutlook, zone),
    Measure.CO2: lambda zone: _intensity_feed("co2", CarbonOutlook, zone),
}


def green_feed(account: AccountData, zone: ZoneInfo) -> AnyFeed:
    """Return the feed of what an account tells of the grid's power."""
    return _FEEDS[Measure(account["measure"])](zone)
