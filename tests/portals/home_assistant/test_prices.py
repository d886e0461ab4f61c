"""Prices of the house: by the market's day, and as entities change."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.energy_portals.portals.contract import FeedRequest
from custom_components.energy_portals.portals.home_assistant import HOUSE, HouseClient
from custom_components.energy_portals.portals.home_assistant.prices import (
    joined,
    price_feed_of,
)
from custom_components.energy_portals.portals.home_assistant.shapes import PriceReading
from custom_components.energy_portals.portals.home_assistant.sites import (
    SOURCE_KEY,
    HouseSite,
)
from custom_components.energy_portals.portals.http.errors import (
    ReadingRefused,
    Unavailable,
)
from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.price_days import PriceOutlook
from custom_components.energy_portals.portals.model.prices import PriceSeries
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.model.tariff import Tariff
from custom_components.energy_portals.portals.portal import AsksHouse
from custom_components.energy_portals.portals.price_feeds import PriceFeed
from custom_components.energy_portals.portals.rhythms import OncePublished
from tests.portals.home_assistant.given import NOW, OSLO, QUARTER, GivenHouse
from tests.surroundings import paid

DAY = timedelta(days=1)
TODAY = date(2026, 11, 30)
SITE = HouseSite(key=SOURCE_KEY, name="Prices")
CET = ZoneInfo("Europe/Brussels")
NORD_POOL = {
    "what": "prices",
    "name": "Nord Pool NO2",
    "entries": ["e"],
    "asked": {
        "domain": "nordpool",
        "entry": "e",
        "part": "NO2",
        "currency": "NOK",
        "divisor": 1000.0,
        "tax": "excluded",
        "step": 15,
    },
}
READING = {
    "shape": "lists",
    "attributes": ["raw_today", "raw_tomorrow"],
    "keys": {"time": "start", "value": "value"},
    "unit": "NOK/kWh",
    "currency": "NOK",
    "tax": "included",
}
ENTITY = {"what": "prices", "name": "Mine", "entities": ["spot"], "reading": READING}


def price(start: datetime) -> float:
    """Return the price of a quarter per kWh."""
    n = (start - datetime(2026, 1, 1, tzinfo=UTC)) // QUARTER
    return 0.25 + (n % 96) / 256


def day_of(day: date, zone: ZoneInfo = CET) -> list[datetime]:
    """Return when the quarters of a day begin."""
    start, end = midnight(day, zone), midnight(day + DAY, zone)
    return [start + QUARTER * n for n in range((end - start) // QUARTER)]


class Market:
    """An action that answers by the day, up to the last that is published."""

    def __init__(self, house: GivenHouse) -> None:
        """Answer in this house."""
        self.last = TODAY
        self.error: Unavailable | None = None
        house.answers["nordpool.get_prices_for_date"] = self._answer

    def _answer(self, fields: Mapping[str, Any]) -> object:
        if self.error is not None:
            raise self.error
        day = date.fromisoformat(fields["date"])
        starts = day_of(day) if day <= self.last else []
        rows = [
            {"start": f"{each.isoformat()}", "price": price(each) * 1000}
            for each in starts
        ]
        return {"NO2": [{**row, "end": _later(row["start"])} for row in rows]}


def _later(start: object) -> str:
    """Return the end of a quarter."""
    return (datetime.fromisoformat(str(start)) + QUARTER).isoformat()


def client_of(house: GivenHouse, account: Mapping[str, Any]) -> HouseClient:
    """Return a client of an account in a house."""
    client = HouseClient(account)
    client.attach(house)
    return client


async def fetch(
    house: GivenHouse,
    account: Mapping[str, Any],
    held: PriceOutlook | None = None,
    now: datetime = NOW,
    tariff: Tariff | None = None,
) -> PriceOutlook:
    """Return what one fetch makes of what is held."""
    feed = price_feed_of(account, house.zone)
    request = FeedRequest(
        now=now,
        sites=(SITE,),
        held={} if held is None else {SOURCE_KEY: held},
        given=paid(tariff),
    )
    fetched = await feed.fetch(client_of(house, account), request)
    return fetched.data[SOURCE_KEY]


async def test_by_the_day() -> None:
    """A day is asked for once, and tomorrow when it is published."""
    house = GivenHouse()
    market = Market(house)
    outlook = await fetch(house, NORD_POOL)
    assert [each["date"] for each in house.asked] == ["2026-11-30"]
    assert outlook.known(TODAY)
    assert not outlook.known(TODAY + DAY)
    market.last = TODAY + DAY
    house.asked.clear()
    afternoon = NOW + timedelta(hours=2)
    outlook = await fetch(house, NORD_POOL, outlook, afternoon)
    # And today's once more: what is new may be corrected soon.
    assert [each["date"] for each in house.asked] == ["2026-11-30", "2026-12-01"]
    house.asked.clear()
    assert outlook.known(TODAY + DAY)
    assert await fetch(house, NORD_POOL, outlook, afternoon) is outlook
    assert house.asked == []
    for start in (*day_of(TODAY), *day_of(TODAY + DAY)):
        slot = outlook.raw.slots.at(start)
        assert slot == Slot(start, start + QUARTER, slot.value) if slot else False
        assert slot.value.value == pytest.approx(price(start), abs=1e-12)


@pytest.mark.parametrize(
    ("zone", "today", "tomorrow"),
    [
        ("Europe/Helsinki", True, True),
        ("Europe/Oslo", True, True),
        # The last hour of its day is the market's next.
        ("Europe/Lisbon", True, False),
    ],
)
async def test_a_household_beside_the_market(
    zone: str, today: bool, tomorrow: bool
) -> None:
    """Days are published by the market's clock and shown by the household's."""
    house = GivenHouse(zone)
    Market(house).last = TODAY + DAY
    afternoon = NOW + timedelta(hours=2)
    outlook = await fetch(house, NORD_POOL, now=afternoon)
    assert (outlook.today(afternoon) is not None) is today
    assert (outlook.tomorrow(afternoon) is not None) is tomorrow
    # Nothing is missing of what is published: nobody is asked again.
    house.asked.clear()
    assert await fetch(house, NORD_POOL, outlook, afternoon) is outlook
    assert house.asked == []


async def test_an_action_that_is_not_there() -> None:
    """That passes: it is no account without prices."""
    house = GivenHouse()
    with pytest.raises(Unavailable):
        await fetch(house, NORD_POOL)
    market = Market(house)
    market.last = TODAY - DAY
    with pytest.raises(Unavailable):
        await fetch(house, NORD_POOL)


async def test_not_yet() -> None:
    """What says that tomorrow is not there yet is no failure."""
    house = GivenHouse()
    asked = {**NORD_POOL["asked"], "domain": "omie", "part": "es", "divisor": 1.0}  # type: ignore[dict-item]
    account = {**NORD_POOL, "asked": {**asked, "currency": "EUR"}}
    last = TODAY

    def answer(fields: Mapping[str, Any]) -> object:
        day = date.fromisoformat(fields["date"])
        if day > last:
            raise Unavailable("omie.get_prices_for_date", "data_not_available")
        rows = [
            {
                "start": each.astimezone(CET).isoformat(),
                "end": (each + QUARTER).astimezone(CET).isoformat(),
                "price": price(each),
            }
            for each in day_of(day)
        ]
        return {"es": rows}

    house.answers["omie.get_prices_for_date"] = answer
    outlook = await fetch(house, account)
    afternoon = NOW + timedelta(hours=4)
    again = await fetch(house, account, outlook, afternoon)
    assert again.raw == outlook.raw


def written(day: date, factor: float = 1.0) -> list[dict[str, object]]:
    """Return a day as an entity lists it."""
    return [
        {"start": each, "value": price(each) * factor} for each in day_of(day, OSLO)
    ]


async def test_a_past_is_told_whole_or_not_at_all(
    freezer: FrozenDateTimeFactory,
) -> None:
    """Nobody asks for the days of a hole again; those of now are asked for in time."""
    freezer.move_to(NOW)
    house = GivenHouse()
    market = Market(house)
    answer = house.answers["nordpool.get_prices_for_date"]

    def failing(fields: Mapping[str, Any]) -> object:
        if fields["date"] == f"{TODAY - 4 * DAY}":
            raise Unavailable("nordpool", "connection_error")
        return answer(fields)

    house.answers["nordpool.get_prices_for_date"] = failing
    feed = price_feed_of(NORD_POOL, OSLO)
    assert isinstance(feed, PriceFeed)
    client = client_of(house, NORD_POOL)
    start, end = midnight(TODAY - 6 * DAY, CET), midnight(TODAY, CET)
    with pytest.raises(Unavailable):
        await feed.ask(client, SITE, start, end)
    assert len(house.asked) == 3
    with pytest.raises(Unavailable):
        await feed.ask(client, SITE, start + 2 * DAY, start + 4 * DAY)
    freezer.move_to(start + 2 * DAY + DAY / 2)
    part = await feed.ask(client, SITE, start + DAY, start + 3 * DAY)
    assert part.covers(start + DAY, start + 2 * DAY)
    assert not part.covers(start + 2 * DAY, start + 3 * DAY)
    house.answers["nordpool.get_prices_for_date"] = answer
    assert market.error is None
    assert (await feed.ask(client, SITE, start, end)).covers(start, end)


async def test_of_an_entity() -> None:
    """It is read when it changes, and what was known stays when it goes."""
    house = GivenHouse()
    house.write("spot", unit="NOK/kWh", attributes={"raw_today": written(TODAY)})
    outlook = await fetch(house, ENTITY)
    assert outlook.known(TODAY)
    assert await fetch(house, ENTITY, outlook) is outlook
    both = {"raw_today": written(TODAY), "raw_tomorrow": written(TODAY + DAY)}
    house.write("spot", unit="NOK/kWh", attributes=both)
    outlook = await fetch(house, ENTITY, outlook)
    assert outlook.known(TODAY + DAY)
    # Of the next day alone, yesterday's evening is still known.
    house.write("spot", unit="NOK/kWh", attributes={"raw_today": written(TODAY + DAY)})
    outlook = await fetch(house, ENTITY, outlook, NOW + DAY)
    assert outlook.known(TODAY)


async def test_an_entity_that_is_not_there() -> None:
    """What is known goes on counting; without anything, it is told."""
    house = GivenHouse()
    with pytest.raises(Unavailable):
        await fetch(house, ENTITY)
    house.write("spot", unit="NOK/kWh", attributes={"raw_today": written(TODAY)})
    outlook = await fetch(house, ENTITY)
    feed = price_feed_of(ENTITY, house.zone)
    request = FeedRequest(
        now=NOW, sites=(SITE,), held={SOURCE_KEY: outlook}, given=paid()
    )
    del house.states["spot"]
    fetched = await feed.fetch(client_of(house, ENTITY), request)
    assert (fetched.data, len(fetched.problems)) == ({}, 1)
    house.write("spot", None)
    fetched = await feed.fetch(client_of(house, ENTITY), request)
    assert (fetched.data, len(fetched.problems)) == ({}, 1)


@pytest.mark.parametrize(
    ("unit", "attributes"),
    [
        ("NOK/MWh", {"raw_today": written(TODAY)}),
        ("NOK/kWh", {"raw_today": [{"begin": 1, "cost": 2}]}),
        ("NOK/kWh", {"prices": written(TODAY)}),
    ],
)
async def test_a_reading_is_never_guessed_again(
    unit: str, attributes: dict[str, Any]
) -> None:
    """What no longer fits is refused, and both are said."""
    house = GivenHouse()
    house.write("spot", unit=unit, attributes=attributes)
    with pytest.raises(ReadingRefused) as refused:
        await fetch(house, ENTITY)
    assert refused.value.detail


def reading(*slots: tuple[int, float], predicted: bool = False) -> PriceReading:
    """Return a reading of quarters by their number, with their prices."""
    series = Series(
        tuple(
            Slot(NOW + n * QUARTER, NOW + (n + 1) * QUARTER, value)
            for n, value in slots
        )
    )
    if predicted:
        return PriceReading(currency="NOK", predicted=series)
    return PriceReading(currency="NOK", published=series)


def values(series: PriceSeries) -> list[tuple[int, float, bool]]:
    """Return quarters with their prices, and whether these are predicted."""
    return [
        ((slot.start - NOW) // QUARTER, slot.value.value, slot.value.preliminary)
        for slot in series.slots
    ]


def test_predicted_never_covers_published() -> None:
    """A prediction fills gaps, and lapses when another one comes."""
    first = joined(None, (reading((0, 1.0), (1, 2.0)),))
    both = joined(first, (reading((1, 9.0), (2, 3.0), predicted=True),))
    assert values(both) == [(0, 1.0, False), (1, 2.0, False), (2, 3.0, True)]
    later = joined(both, (reading((3, 4.0), predicted=True),))
    assert values(later) == [(0, 1.0, False), (1, 2.0, False), (3, 4.0, True)]
    known = joined(later, (reading((3, 5.0)),))
    assert values(known) == [(0, 1.0, False), (1, 2.0, False), (3, 5.0, False)]


def test_prediction_of_what_runs() -> None:
    """It was the last word, where a source tells no more of the slot that runs."""
    first = joined(None, (reading((0, 1.0), (1, 2.0), (2, 3.0), predicted=True),))
    now = NOW + QUARTER * 1.5
    newer = reading((2, 5.0), (3, 6.0), predicted=True)
    assert values(joined(first, (newer,), now)) == [
        *((0, 1.0, True), (1, 2.0, True)),
        *((2, 5.0, True), (3, 6.0, True)),
    ]
    # What was foretold of later is withdrawn, and what is told again is newer.
    assert values(joined(first, (), now)) == [(0, 1.0, True), (1, 2.0, True)]
    again = reading((1, 7.0), predicted=True)
    assert values(joined(first, (again,), now))[1:] == [(1, 7.0, True)]


async def test_the_slot_that_runs_is_left_out() -> None:
    """A feed goes on showing what was foretold of it."""
    asked = {"domain": "amberelectric", "entry": "site", "currency": "AUD"}
    account = {**NORD_POOL, "asked": {**asked, "tax": "included", "kind": "general"}}
    house = GivenHouse("Australia/Sydney")

    def forecasts(first: int) -> object:
        return {
            "forecasts": [
                {
                    "start_time": (NOW + n * QUARTER).isoformat(),
                    "end_time": (NOW + (n + 1) * QUARTER).isoformat(),
                    "per_kwh": 0.1 * n,
                }
                for n in range(first, first + 3)
            ]
        }

    house.answers["amberelectric.get_forecasts"] = lambda fields: forecasts(1)
    held = await fetch(house, account)
    house.answers["amberelectric.get_forecasts"] = lambda fields: forecasts(2)
    later = NOW + QUARTER * 1.5
    outlook = await fetch(house, account, held=held, now=later)
    assert [slot.value.value for slot in outlook.raw.slots] == pytest.approx(
        [0.1, 0.2, 0.3, 0.4]
    )
    assert outlook.raw.slots.at(later) is not None


async def test_a_source_that_is_read_again_and_again() -> None:
    """An action that foretells is read in its own step."""
    asked = {
        "domain": "ecosmart",
        "entry": "device",
        "currency": "NZD",
        "divisor": 100.0,
        "tax": "included",
        "step": 30,
    }
    account = {**NORD_POOL, "asked": asked}
    house = GivenHouse("Pacific/Auckland")
    row = {"start_time": NOW.isoformat(), "price": 18.5, "price_excl_gst": 16.0}
    house.answers["ecosmart.get_forecasts"] = lambda fields: {"forecasts": [row]}
    outlook = await fetch(house, account)
    (slot,) = outlook.raw.slots
    assert (slot.end - slot.start, slot.value.value) == (timedelta(minutes=30), 0.185)
    assert slot.value.preliminary
    feed = price_feed_of(account, house.zone)
    assert feed.rhythm.pause(NOW, 0.0) == timedelta(minutes=30)


def test_an_account_has_its_own_rhythm() -> None:
    """Of the portal an account has the one feed of what it is."""
    asks = HOUSE.capability(AsksHouse)
    assert asks is not None
    (feed,) = asks.of_account(NORD_POOL, ZoneInfo("Europe/Helsinki")).feeds
    assert feed.rhythm == replace(
        OncePublished(at=time(13), zone=CET), at=feed.rhythm.at, zone=feed.rhythm.zone
    )
    assert feed.rhythm.zone == CET
    assert asks.entries(NORD_POOL) == ("e",)
    assert asks.entities(ENTITY) == ("spot",)
    (feed,) = asks.of_account(ENTITY, OSLO).feeds
    assert feed.rhythm.due(NOW, 0.0, ())


async def test_kept_over_a_restart() -> None:
    """What was read is there again, as it was."""
    house = GivenHouse()
    house.write("spot", unit="NOK/kWh", attributes={"raw_today": written(TODAY)})
    outlook = await fetch(house, ENTITY)
    feed = price_feed_of(ENTITY, house.zone)
    assert feed.kept is not None
    assert feed.kept.load(feed.kept.dump(outlook), {}) == outlook
