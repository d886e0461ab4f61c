"""What a statistic's energy costs: money alone, at prices that were known then."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.history import Readings
from custom_components.energy_portals.portals.home_assistant import HouseClient
from custom_components.energy_portals.portals.home_assistant.energy import (
    energy_feed_and_history,
)
from custom_components.energy_portals.portals.home_assistant.known_prices import (
    KnownPrices,
)
from custom_components.energy_portals.portals.home_assistant.sites import (
    SOURCE_KEY,
    HouseSite,
)
from custom_components.energy_portals.portals.http.errors import Unavailable
from custom_components.energy_portals.portals.model.ledger import NO_PRICE
from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.series import Slot
from custom_components.energy_portals.portals.model.tariff import Tariff
from custom_components.energy_portals.portals.model.tariff_standing import (
    Per,
    StandingCharge,
)
from tests.portals.home_assistant.given import NOW, OSLO, GivenHouse
from tests.portals.home_assistant.selling import DAY, Selling, price_at, priced
from tests.surroundings import Surroundings

HOUR = timedelta(hours=1)
TODAY = midnight(NOW.astimezone(OSLO).date(), OSLO)
SITE = HouseSite(key=SOURCE_KEY, name="Home")
ACCOUNT = {
    "what": "energy",
    "statistic": "sensor.meter",
    "price": "x:y",
    "direction": "consumption",
    "standing": True,
}
EVER = datetime(1970, 1, 1, tzinfo=NOW.tzinfo)


@dataclass
class Measuring(GivenHouse):
    """A house with a meter."""

    slots: Sequence[Slot[float]] = ()
    read: list[tuple[str, datetime, datetime]] = field(default_factory=list)

    async def energy(
        self, statistic: str, start: datetime, end: datetime
    ) -> Sequence[Slot[float]]:
        """Return what is measured."""
        self.read.append((statistic, start, end))
        return [slot for slot in self.slots if start <= slot.start < end]


def hourly(start: datetime, *values: float) -> list[Slot[float]]:
    return [
        Slot(start + n * HOUR, start + (n + 1) * HOUR, value)
        for n, value in enumerate(values)
    ]


async def read(
    house: Measuring,
    selling: Selling,
    span: tuple[datetime, datetime],
    known: KnownPrices | None = None,
    *,
    anew: bool = False,
    **account: Any,
) -> Readings:
    account = {**ACCOUNT, **account}
    feed, history = energy_feed_and_history(account, OSLO)
    client = HouseClient(account)
    client.attach(house)
    held = {} if known is None else {feed.key: {SOURCE_KEY: known}}
    around = Surroundings(sources=selling, feeds=held)
    return await history.read(client, SITE, span, around, anew=anew)


def remembered(price: float, since: datetime, until: datetime) -> KnownPrices:
    """Return prices that were remembered, all the same."""
    prices = priced(since, until, lambda at: price)
    return KnownPrices(of="", prices=prices, since=since, standing=((EVER, ()),))


def money(readings: Readings, key: str = "cost") -> list[float | None]:
    told = readings.of(key)
    assert told is not None
    assert len(readings.series) == 1
    assert told[0].unit == "NOK"
    return [slot.value for slot in told[1]]


def mean(start: datetime) -> float:
    return sum(price_at(start + n * HOUR / 4) for n in range(4)) / 4


async def test_what_is_told_now_when_nothing_is_remembered() -> None:
    """The energy is in the recorder already: it is not told a second time."""
    house = Measuring(slots=hourly(TODAY, 2.0, 3.0))
    selling = Selling(priced(TODAY - DAY, TODAY + DAY))
    span = TODAY - DAY, NOW
    readings = await read(house, selling, span)
    assert house.read == [("sensor.meter", *span)]
    assert money(readings) == [
        pytest.approx(2 * mean(TODAY)),
        pytest.approx(3 * mean(TODAY + HOUR)),
    ]
    assert readings.reckoned["cost"].at_mean.keys() == {TODAY, TODAY + HOUR}
    assert selling.asked == []


async def test_what_is_remembered_is_not_asked_for() -> None:
    """Unless somebody asks for everything again; what was before, always is."""
    house = Measuring(slots=hourly(TODAY - 3 * DAY, *[1.0] * 72))
    since = TODAY - DAY
    known = remembered(0.5, since, TODAY + DAY)
    selling = Selling(priced(TODAY, TODAY + DAY), tells_past=TODAY - 2 * DAY)
    span = since, TODAY
    assert money(await read(house, selling, span, known)) == [0.5] * 24
    assert selling.asked == []
    span = TODAY - 3 * DAY, TODAY
    readings = await read(house, selling, span, known)
    assert selling.asked == [(span[0], since)]
    assert money(readings)[:24] == [None] * 24
    assert money(readings)[24] == pytest.approx(mean(TODAY - 2 * DAY))
    assert money(readings)[-1] == 0.5
    unknown = readings.reckoned["cost"].unknown
    assert {*unknown.values()} == {NO_PRICE}
    assert len(unknown) == 24
    readings = await read(house, selling, span, known, anew=True)
    assert selling.asked[1:] == [span]
    assert money(readings)[-1] == pytest.approx(mean(TODAY - HOUR))
    # What it does not tell any more is remembered still.
    selling.tells_past = TODAY - HOUR
    readings = await read(house, selling, span, known, anew=True)
    assert money(readings)[-2:] == [0.5, pytest.approx(mean(TODAY - HOUR))]
    selling.tells_past = None
    readings = await read(house, selling, span, known, anew=True)
    assert money(readings)[-1] == 0.5


async def test_a_source_that_is_not_there_is_waited_for() -> None:
    """But nothing is where there is no energy."""
    house = Measuring(slots=hourly(TODAY, 1.0))
    with pytest.raises(Unavailable):
        await read(house, Selling(), (TODAY, NOW))
    assert (await read(house, Selling(), (TODAY - DAY, TODAY))).series == {}


async def test_a_source_of_no_currency_tells_nothing() -> None:
    house = Measuring(slots=hourly(TODAY, 1.0))
    selling = Selling(priced(TODAY, TODAY, currency=""))
    assert (await read(house, selling, (TODAY, NOW))).series == {}


async def test_what_is_fed_in_is_paid() -> None:
    house = Measuring(slots=hourly(TODAY, 2.0))
    daily = StandingCharge(24.0, Per.DAY)
    tariff = Tariff(export=0.25, standing=(daily,))
    selling = Selling(priced(TODAY, TODAY + DAY), tariff)
    readings = await read(house, selling, (TODAY, NOW), direction="feed_in")
    assert money(readings, "compensation") == [pytest.approx(2 * (mean(TODAY) + 0.25))]


async def test_standing_charges_are_in_the_cost() -> None:
    house = Measuring(slots=hourly(TODAY, 2.0))
    daily = StandingCharge(24.0, Per.DAY)
    selling = Selling(priced(TODAY, TODAY + DAY), Tariff(standing=(daily,)))
    readings = await read(house, selling, (TODAY, NOW))
    assert money(readings) == [pytest.approx(2 * mean(TODAY) + 1)]
    least, most = readings.reckoned["cost"].at_mean[TODAY]
    assert least > 1
    assert least < 2 * mean(TODAY) + 1 < most
    readings = await read(house, selling, (TODAY, NOW), standing=False)
    assert money(readings) == [pytest.approx(2 * mean(TODAY))]
