"""Prices that are known for any day: by the clock, of a schedule, flat."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import FeedRequest
from custom_components.energy_portals.portals.home_assistant import HouseClient
from custom_components.energy_portals.portals.home_assistant.clock import (
    clock_feed,
    flat_divisor,
)
from custom_components.energy_portals.portals.home_assistant.sites import (
    SOURCE_KEY,
    HouseSite,
)
from custom_components.energy_portals.portals.http.errors import (
    InvalidInput,
    ReadingRefused,
    Unavailable,
)
from custom_components.energy_portals.portals.model.price_days import PriceOutlook
from custom_components.energy_portals.portals.model.prices import Tax
from tests.portals.home_assistant.given import NOW, OSLO, GivenHouse
from tests.surroundings import paid

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SITE = HouseSite(key=SOURCE_KEY, name="Tariff")
TWO_RATES = {
    "what": "clock",
    "currency": "CHF",
    "tax": "included",
    "tariff": {
        "bands": [
            {"amount": 0.31, "start": "07:00:00", "end": "20:00:00"},
            {"amount": 0.22},
        ]
    },
}


async def fetch(
    house: GivenHouse,
    account: Mapping[str, Any],
    held: PriceOutlook | None = None,
    **changed: Any,
) -> PriceOutlook:
    """Return what one fetch makes of what is held."""
    client = HouseClient(account)
    client.attach(house)
    feed = clock_feed(account, house.zone)
    known = {} if held is None else {SOURCE_KEY: held}
    request = FeedRequest(
        now=changed.get("now", NOW), sites=(SITE,), held=known, given=paid()
    )
    fetched = await feed.fetch(client, request)
    return fetched.data[SOURCE_KEY]


def price(outlook: PriceOutlook, when: Any) -> float | None:
    """Return the price of a moment."""
    slot = outlook.at(when)
    return None if slot is None else slot.value.value


async def test_by_the_clock() -> None:
    """Yesterday to a week ahead, and a day later a day further."""
    house = GivenHouse("Europe/Zurich")
    outlook = await fetch(house, TWO_RATES)
    assert (price(outlook, NOW), price(outlook, NOW + 10 * HOUR)) == (0.31, 0.22)
    assert (outlook.raw.currency, outlook.raw.tax) == ("CHF", Tax.INCLUDED)
    assert outlook.tomorrow(NOW) is not None
    assert price(outlook, NOW + 7 * DAY) == 0.31
    assert price(outlook, NOW + 8 * DAY) is None
    assert await fetch(house, TWO_RATES, outlook) is outlook
    later = await fetch(house, TWO_RATES, outlook, now=NOW + DAY)
    assert price(later, NOW + 8 * DAY) == 0.31
    feed = clock_feed(TWO_RATES, OSLO)
    assert feed.prepare is not None
    feed.prepare({})


async def test_of_a_schedule() -> None:
    """Its blocks cost one price, the rest another."""
    house = GivenHouse("Europe/Zurich")
    account = {
        "what": "clock",
        "currency": "CHF",
        "entities": ["hours"],
        "blocks": {"inside": 0.31, "outside": 0.22},
    }
    with pytest.raises(Unavailable):
        await fetch(house, account)
    house.write("hours", "on")
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
    week: dict[str, Any] = {
        day: [{"from": "07:00:00", "to": "20:00:00"}] for day in days
    }
    reply = {"sensor.hours": {**week, "sunday": []}}
    house.answers["schedule.get_schedule"] = lambda fields: reply
    outlook = await fetch(house, account)
    assert (price(outlook, NOW), price(outlook, NOW + 10 * HOUR)) == (0.31, 0.22)
    # A Sunday has no block.
    assert price(outlook, NOW + 6 * DAY) == 0.22


async def test_flat() -> None:
    """It is as it is from now on; what it was stays what was paid."""
    house = GivenHouse("Europe/Zurich")
    account = {
        "what": "clock",
        "currency": "CHF",
        "entities": ["price"],
        "divisor": 100.0,
    }
    house.write("price", "25", unit="Rp/kWh")
    outlook = await fetch(house, account)
    assert (price(outlook, NOW), price(outlook, NOW + 7 * DAY)) == (0.25, 0.25)
    house.write("price", "30", unit="Rp/kWh")
    later = await fetch(house, account, outlook, now=NOW + HOUR)
    assert (price(later, NOW), price(later, NOW + HOUR)) == (0.25, 0.3)
    house.write("price", "cheap")
    with pytest.raises(ReadingRefused):
        await fetch(house, account)
    house.write("price", None)
    with pytest.raises(Unavailable):
        await fetch(house, account)


def test_a_unit_is_known_or_refused() -> None:
    """No price is taken for another."""
    assert flat_divisor("Rp/kWh") == 100.0
    with pytest.raises(InvalidInput):
        flat_divisor("CHF")
