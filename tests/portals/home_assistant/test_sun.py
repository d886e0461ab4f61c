"""Solar forecasts of the house: roofs are added up, or nothing is said."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import FeedRequest, Fetched
from custom_components.energy_portals.portals.home_assistant import HouseClient
from custom_components.energy_portals.portals.home_assistant.sites import (
    SOURCE_KEY,
    HouseSite,
)
from custom_components.energy_portals.portals.home_assistant.sun import sun_feed
from custom_components.energy_portals.portals.http.errors import (
    ReadingRefused,
    Unavailable,
)
from custom_components.energy_portals.portals.model.sun import SolarOutlook
from tests.portals.home_assistant.given import OSLO, GivenHouse

NOON = datetime(2026, 6, 1, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
SITE = HouseSite(key=SOURCE_KEY, name="Sun")


def hours(*values: float, start: datetime = NOON) -> dict[str, float]:
    """Return energies by the hour, Wh."""
    return {(start + n * HOUR).isoformat(): value for n, value in enumerate(values)}


async def fetch(
    house: GivenHouse, account: Mapping[str, Any], held: SolarOutlook | None = None
) -> Fetched[SolarOutlook]:
    """Return what one fetch brings."""
    client = HouseClient(account)
    client.attach(house)
    feed = sun_feed(account, OSLO)
    known = {} if held is None else {SOURCE_KEY: held}
    request = FeedRequest(now=NOON, sites=(SITE,), held=known, given=None)
    return await feed.fetch(client, request)


async def test_several_roofs() -> None:
    """They are added up; where one is unknown, so is the sum."""
    house = GivenHouse()
    later = hours(50, start=NOON + 2 * HOUR)
    house.forecasts["east"] = {"wh_hours": hours(1000, 500, 200)}
    house.forecasts["west"] = {"wh_hours": {**hours(100), **later}}
    account = {"what": "sun", "entries": ["east", "west"]}
    outlook = (await fetch(house, account)).data[SOURCE_KEY]
    assert outlook.at(NOON) == 1100
    assert outlook.at(NOON + HOUR) is None
    assert outlook.at(NOON + 2 * HOUR) == 250
    del house.forecasts["west"]
    with pytest.raises(Unavailable):
        await fetch(house, account)
    again = await fetch(house, account, outlook)
    assert (again.data, len(again.problems)) == ({}, 1)


async def test_one_roof() -> None:
    """It is as it is told; what changes nothing is the same."""
    house = GivenHouse()
    house.forecasts["roof"] = {"wh_hours": hours(1000, 500)}
    account = {"what": "sun", "entries": ["roof"]}
    outlook = (await fetch(house, account)).data[SOURCE_KEY]
    assert outlook.energy(NOON, NOON + 2 * HOUR) == 1500
    again = await fetch(house, account, outlook)
    assert again.data[SOURCE_KEY] is outlook
    # Of who names periods by their ends, the first says only where the next begins.
    house.by_end.add("roof")
    ended = (await fetch(house, account)).data[SOURCE_KEY]
    assert ended.at(NOON) == 500
    house.forecasts["roof"] = {"watts": {}}
    with pytest.raises(ReadingRefused):
        await fetch(house, account)


async def test_of_an_entity() -> None:
    """A sensor's mean powers are energies of their time."""
    house = GivenHouse()
    items = [{"period_start": NOON.isoformat(), "pv_estimate": 2.0}]
    house.write("roof", attributes={"detailedForecast": items})
    account = {"what": "sun", "entities": ["roof"]}
    outlook = (await fetch(house, account)).data[SOURCE_KEY]
    assert outlook.at(NOON) == 2000
    feed = sun_feed(account, OSLO)
    assert feed.kept is not None
    assert feed.kept.load(feed.kept.dump(outlook), {}) == outlook
