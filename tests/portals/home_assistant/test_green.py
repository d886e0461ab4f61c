"""Greenness of the house: shares, scores and CO2 stay three things."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import FeedRequest, Fetched
from custom_components.energy_portals.portals.home_assistant import HouseClient
from custom_components.energy_portals.portals.home_assistant.green import (
    green_feed,
    measured,
)
from custom_components.energy_portals.portals.home_assistant.shapes import Measure
from custom_components.energy_portals.portals.home_assistant.sites import (
    SOURCE_KEY,
    HouseSite,
)
from custom_components.energy_portals.portals.http.errors import (
    ReadingRefused,
    Unavailable,
)
from custom_components.energy_portals.portals.model.green import GreenOutlook
from custom_components.energy_portals.portals.model.intensity import (
    CarbonOutlook,
    GreenIndexOutlook,
)
from tests.portals.home_assistant.given import NOW, OSLO, GivenHouse

HOUR = timedelta(hours=1)
SITE = HouseSite(key=SOURCE_KEY, name="Green")


async def fetch(
    house: GivenHouse,
    measure: Measure,
    held: Any = None,
    options: Mapping[str, object] | None = None,
) -> Fetched[Any]:
    """Return what one fetch brings."""
    account = {"what": "green", "measure": measure.value, "entities": ["grid"]}
    client = HouseClient(account)
    client.attach(house)
    known = {} if held is None else {SOURCE_KEY: held}
    request = FeedRequest(now=NOW, sites=(SITE,), held=known, given=options or {})
    return await green_feed(account, OSLO).fetch(client, request)


def amber(*shares: float) -> dict[str, Any]:
    """Return Amber's forecast by the half-hour."""
    half = HOUR / 2
    return {
        "forecasts": [
            {
                "start_time": (NOW + n * half).isoformat(),
                "end_time": (NOW + (n + 1) * half).isoformat(),
                "renewables": share,
                "per_kwh": 0.2,
            }
            for n, share in enumerate(shares)
        ]
    }


async def test_a_share() -> None:
    """It is green where it reaches what the user calls so."""
    house = GivenHouse()
    house.write("grid", platform="amberelectric", attributes=amber(40, 70))
    told = await fetch(house, Measure.SHARE, options={"least": 60})
    outlook = told.data[SOURCE_KEY]
    assert isinstance(outlook, GreenOutlook)
    assert outlook.share_at(NOW) == 40
    assert (outlook.is_green(NOW), outlook.is_green(NOW + HOUR / 2)) == (False, True)
    none = await fetch(house, Measure.SHARE)
    assert none.data[SOURCE_KEY].is_green(NOW) is None
    account = {"measure": "share"}
    feed = green_feed(account, OSLO)
    assert feed.kept is not None
    kept = feed.kept.load(feed.kept.dump(outlook), {"least": 60})
    assert kept == outlook


async def test_co2_and_a_score() -> None:
    """CO2 is grams, and a vendor's score never a share."""
    house = GivenHouse()
    rows = [{"from": NOW, "to": NOW + HOUR, "intensity": 180}]
    house.write("grid", platform="carbon_intensity_uk", attributes={"forecast": rows})
    outlook = (await fetch(house, Measure.CO2)).data[SOURCE_KEY]
    assert isinstance(outlook, CarbonOutlook)
    assert outlook.at(NOW) == 180
    rows = [{"start": NOW, "end": NOW + HOUR, "greenness_index": 72}]
    house.write("grid", platform="octopus_energy", attributes={"forecast": rows})
    score = (await fetch(house, Measure.INDEX)).data[SOURCE_KEY]
    assert isinstance(score, GreenIndexOutlook)
    assert score.at(NOW) == 72
    for wrong in (Measure.SHARE, Measure.CO2):
        with pytest.raises(ReadingRefused):
            await fetch(house, wrong)
    kept = green_feed({"measure": "co2"}, OSLO).kept
    assert kept is not None
    assert kept.load(kept.dump(outlook), {}) == outlook


async def test_of_now_alone() -> None:
    """An entity without a forecast tells of now; it may be gone for a while."""
    house = GivenHouse()
    house.write("grid", "231.5", unit="gCO2eq/kWh", platform="co2signal")
    outlook = (await fetch(house, Measure.CO2)).data[SOURCE_KEY]
    assert outlook.at(NOW) == 231.5
    house.write("grid", "much", unit="gCO2eq/kWh")
    with pytest.raises(ReadingRefused):
        await fetch(house, Measure.CO2)
    house.write("grid", None, unit="gCO2eq/kWh")
    with pytest.raises(Unavailable):
        await fetch(house, Measure.CO2)
    again = await fetch(house, Measure.CO2, outlook)
    assert (again.data, len(again.problems)) == ({}, 1)
    for nothing in ("nan", "inf"):
        house.write("grid", nothing, unit="gCO2eq/kWh")
        with pytest.raises(Unavailable):
            await fetch(house, Measure.CO2)


async def test_the_unit_of_co2_is_the_source_s_word() -> None:
    """Some tell CO2, some all gases as CO2; what says neither is grams of CO2."""
    house = GivenHouse()
    rows = [{"from": NOW, "to": NOW + HOUR, "intensity": 180}]
    told: dict[str, Any] = {
        "platform": "carbon_intensity_uk",
        "attributes": {"forecast": rows},
    }
    units = {}
    for unit in ("gCO2eq/kWh", "gCO2/kWh", "g/kWh", None):
        house.write("grid", unit=unit, **told)
        outlook = (await fetch(house, Measure.CO2)).data[SOURCE_KEY]
        units[unit] = outlook.unit
    assert units == {
        "gCO2eq/kWh": "gCO2eq/kWh",
        **dict.fromkeys(("gCO2/kWh", "g/kWh", None), "gCO2/kWh"),
    }
    # A unit that is missing for once makes no other series.
    house.write("grid", unit="gCO2eq/kWh", **told)
    held = (await fetch(house, Measure.CO2)).data[SOURCE_KEY]
    house.write("grid", unit=None, **told)
    assert (await fetch(house, Measure.CO2, held)).data[SOURCE_KEY] == held


def test_what_is_surely_told() -> None:
    """By the integration, or by a unit that means one thing."""
    house = GivenHouse()
    house.write("grid", "1", unit="gCO2eq/kWh")
    house.write("share", "1", unit="%")
    states = [house.states[name] for name in ("grid", "share")]
    assert [measured(state) for state in states] == [Measure.CO2, None]
