"""Live power of an entity: what it shows, and nothing else."""

from datetime import timedelta

import pytest

from custom_components.energy_portals.portals.contract import FeedRequest
from custom_components.energy_portals.portals.home_assistant import HouseClient
from custom_components.energy_portals.portals.home_assistant.power import power_feed
from custom_components.energy_portals.portals.home_assistant.sites import (
    SOURCE_KEY,
    HouseSite,
)
from custom_components.energy_portals.portals.http.errors import (
    ReadingRefused,
    Unavailable,
)
from custom_components.energy_portals.portals.model.power import PowerNow
from tests.portals.home_assistant.given import NOW, OSLO, GivenHouse

SITE = HouseSite(key=SOURCE_KEY, name="Home")


async def fetched(house: GivenHouse) -> PowerNow:
    """Read the entity."""
    account = {"what": "power", "entities": ["meter"]}
    client = HouseClient(account)
    client.attach(house)
    request = FeedRequest[PowerNow, HouseSite](
        now=NOW, sites=(SITE,), held={}, given=None
    )
    feed = power_feed(account, OSLO)
    return (await feed.fetch(client, request)).data[SOURCE_KEY]


@pytest.mark.parametrize(
    ("state", "unit", "watts"),
    [
        ("1234.5", "W", 1234.5),
        ("-0.25", "kW", -250.0),
        ("0", "W", 0.0),
        ("2", "MW", 2e6),
        (None, "W", None),
        ("nan", "W", None),
    ],
)
async def test_power_in_watts(
    state: str | None, unit: str, watts: float | None
) -> None:
    house = GivenHouse()
    house.write("meter", state, unit=unit)
    power = await fetched(house)
    assert power.watts == watts
    # What does not change is no less true.
    assert power.at(NOW + timedelta(days=1)) == watts


@pytest.mark.parametrize(("state", "unit"), [("1", "kWh"), ("1", None), ("on", "W")])
async def test_what_is_no_power_is_refused(state: str, unit: str | None) -> None:
    house = GivenHouse()
    house.write("meter", state, unit=unit)
    with pytest.raises(ReadingRefused):
        await fetched(house)


async def test_an_entity_that_is_not_there() -> None:
    with pytest.raises(Unavailable):
        await fetched(GivenHouse())
