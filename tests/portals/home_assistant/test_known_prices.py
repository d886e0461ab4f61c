"""Prices that are remembered: as they were when they held, and as far as is told."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import FeedRequest, Fetched
from custom_components.energy_portals.portals.home_assistant import HouseClient
from custom_components.energy_portals.portals.home_assistant.known_prices import (
    REMEMBERED,
    Direction,
    KnownPrices,
    known_prices,
)
from custom_components.energy_portals.portals.home_assistant.sites import (
    SOURCE_KEY,
    HouseSite,
)
from custom_components.energy_portals.portals.http.errors import Rejected, Unavailable
from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.prices import PriceSeries
from custom_components.energy_portals.portals.model.tariff import Tariff
from custom_components.energy_portals.portals.model.tariff_standing import (
    Per,
    StandingCharge,
)
from tests.portals.home_assistant.given import NOW, OSLO, QUARTER
from tests.portals.home_assistant.selling import DAY, Selling, price_at, priced
from tests.surroundings import Surroundings

HOUR = timedelta(hours=1)
TODAY = midnight(NOW.astimezone(OSLO).date(), OSLO)
BEGIN = midnight(NOW.astimezone(OSLO).date() - REMEMBERED, OSLO)
SITE = HouseSite(key=SOURCE_KEY, name="Home")
ACCOUNT = {"price": "x:y", "direction": "consumption", "standing": True}


def told() -> PriceSeries:
    """Return what a source holds: yesterday to tomorrow."""
    return priced(TODAY - DAY, TODAY + 2 * DAY)


async def fetched(
    selling: Selling,
    held: KnownPrices | None = None,
    now: datetime = NOW,
    **account: Any,
) -> Fetched[KnownPrices]:
    feed = known_prices({**ACCOUNT, **account}, OSLO)
    assert feed.needs is not None
    request = FeedRequest(
        now=now,
        sites=(SITE,),
        held={} if held is None else {SOURCE_KEY: held},
        given=feed.needs(Surroundings(sources=selling)),
    )
    return await feed.fetch(HouseClient({}), request)


async def known(
    selling: Selling, held: KnownPrices | None = None, now: datetime = NOW, **more: Any
) -> KnownPrices:
    return (await fetched(selling, held, now, **more)).data[SOURCE_KEY]


async def test_what_a_source_tells_of_the_past_is_asked_for_once() -> None:
    selling = Selling(told(), tells_past=BEGIN - 9 * DAY)
    found = await known(selling)
    assert found.prices == priced(BEGIN, TODAY + 2 * DAY)
    assert found.since == BEGIN
    assert selling.asked[0][1] == TODAY - DAY
    assert max(end - start for start, end in selling.asked) <= 7 * DAY + HOUR
    selling.asked.clear()
    assert (await known(selling, found)).prices == found.prices
    assert selling.asked == []


async def test_a_source_without_a_past_is_remembered_from_now_on() -> None:
    """For as long as late energy may take; what is to come may be taken back."""
    selling = Selling(told())
    found = await known(selling)
    assert found.since == BEGIN
    later = NOW + 3 * DAY
    selling.told = priced(TODAY + 3 * DAY, TODAY + 4 * DAY, lambda at: 0.5)
    found = await known(selling, found, later)
    assert found.prices.covers(TODAY - DAY, TODAY + 2 * DAY)
    assert not found.prices.covers(TODAY + 2 * DAY, TODAY + 3 * DAY)
    selling.told = priced(TODAY + 3 * DAY, later)
    found = await known(selling, found, later)
    assert not found.prices.covers(later, later + QUARTER)
    at_last = NOW + REMEMBERED + 5 * DAY
    assert not (await known(selling, found, at_last)).prices.slots


async def test_a_past_that_fails_is_asked_for_once_a_day() -> None:
    """And as far as it was told it is known."""
    selling = Selling(told(), tells_past=BEGIN, error=Rejected("prices"))
    first = await fetched(selling)
    assert [type(each) for each in first.problems] == [Rejected]
    found = first.data[SOURCE_KEY]
    assert found.since == TODAY - DAY
    selling.asked.clear()
    found = await known(selling, found, NOW + HOUR)
    assert selling.asked == []
    selling.error = None
    assert (await known(selling, found, NOW + DAY)).since == BEGIN + DAY


async def test_a_source_that_is_gone() -> None:
    """What is known goes on counting; of nothing, nothing is made up."""
    selling = Selling(told())
    found = await known(selling)
    selling.told = None
    assert await known(selling, found) == found
    with pytest.raises(Unavailable):
        await known(selling)
    # Another source is another thing, and so is another currency.
    with pytest.raises(Unavailable):
        await known(selling, found, price="x:z")
    selling.told = priced(TODAY, TODAY + DAY, currency="EUR")
    assert (await known(selling, found)).prices == selling.told


async def test_no_prediction_is_believed_and_tax_is_paid() -> None:
    selling = Selling(
        priced(TODAY, TODAY + DAY, preliminary=True), Tariff(vat=25, export=-0.01)
    )
    assert (await known(selling)).prices == PriceSeries("NOK")
    selling.told = priced(TODAY, TODAY + DAY)
    prices = (await known(selling)).prices
    assert [slot.value.value for slot in prices.slots][:2] == [
        pytest.approx(1.25 * price_at(TODAY + n * QUARTER)) for n in range(2)
    ]
    assert prices.is_like(PriceSeries("NOK"))


async def test_what_is_fed_in() -> None:
    selling = Selling(priced(TODAY, TODAY + DAY), Tariff(vat=25, export=0.5))
    sold = (await known(selling, direction=Direction.FEED_IN)).prices
    paid = (await known(selling, direction=Direction.FEED_IN_AT_PRICE)).prices
    first = price_at(TODAY)
    assert sold.slots.slots[0].value.value == first + 0.5
    assert paid.slots.slots[0].value.value == pytest.approx(first * 1.25)
    selling.own = Tariff()
    assert not (await known(selling, direction=Direction.FEED_IN)).prices.slots


async def test_hours_that_are_over_and_changed() -> None:
    selling = Selling(told())
    held = await known(selling)
    assert [*held.corrected(NOW - HOUR, NOW)] == []
    later = NOW + HOUR
    # What has not come yet makes no cost anew.
    wrong = {TODAY + 30 * HOUR, NOW + 2 * HOUR}
    selling.told = priced(
        TODAY - DAY, TODAY + 2 * DAY, lambda at: 9.0 if at in wrong else price_at(at)
    )
    held = await known(selling, held, later)
    assert [*held.corrected(NOW, later)] == []
    wrong |= {TODAY, TODAY + 3 * HOUR}
    selling.told = priced(
        TODAY - DAY, TODAY + 2 * DAY, lambda at: 9.0 if at in wrong else price_at(at)
    )
    held = await known(selling, held, later)
    assert [*held.corrected(later, later)] == [(TODAY, TODAY + 3 * HOUR + QUARTER)]
    assert [*held.corrected(later + HOUR, later + HOUR)] == []
    # A price that comes late is news as well.
    selling.told = priced(TODAY - DAY - HOUR, TODAY + 2 * DAY)
    held = await known(selling, replace(held, prices=told()), later + HOUR)
    assert [*held.corrected(later + HOUR, later + HOUR)] == [
        (TODAY - DAY - HOUR, TODAY - DAY)
    ]


async def test_other_standing_charges_are_paid_from_today_on() -> None:
    daily = StandingCharge(24.0, Per.DAY)
    selling = Selling(told(), Tariff(standing=(daily,)))
    held = await known(selling)
    cost = held.standing_cost(OSLO)
    assert cost(TODAY - 40 * DAY, TODAY - 40 * DAY + HOUR) == 1.0
    selling.own = Tariff(standing=(daily, StandingCharge(48.0, Per.DAY)))
    held = await known(selling, held)
    cost = held.standing_cost(OSLO)
    assert cost(TODAY - HOUR, TODAY) == 1.0
    assert cost(TODAY, TODAY + HOUR) == 3.0
    # Whoever changes his mind on the same day leaves nothing behind.
    selling.own = Tariff()
    held = await known(selling, held)
    assert held.standing_cost(OSLO)(TODAY, TODAY + HOUR) == 0.0
    assert len(held.standing) == 2
    for other in ({"standing": False}, {"direction": "feed_in"}):
        selling.own = Tariff(standing=(daily,), export=0.0)
        none = await known(selling, **other)
        assert none.standing_cost(OSLO)(TODAY, TODAY + HOUR) == 0.0


async def test_they_are_kept() -> None:
    selling = Selling(told(), Tariff(standing=(StandingCharge(24.0),)))
    held = await known(selling)
    kept = known_prices(ACCOUNT, OSLO).kept
    assert kept is not None
    assert kept.load(kept.dump(held), {}) == held
    for spoiled in (None, [], {}, {**kept.dump(held), "beside": {}}):
        with pytest.raises(ValueError):
            kept.load(spoiled, {})
