"""Entities that the user points at."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals import InvalidInput
from custom_components.energy_portals.portals.home_assistant.shapes import (
    Guard,
    Question,
    Recognised,
    read_attributes,
    recognised,
)
from custom_components.energy_portals.portals.house import EntityState
from custom_components.energy_portals.portals.model.prices import Tax
from tests.portals.home_assistant.shapes.cases import CASES, alone, rows, stated

BERLIN: Final = ZoneInfo("Europe/Berlin")
NOON: Final = datetime(2026, 11, 29, 12, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
ASKED: Final = (Question.TAX,)


def hours(*amounts: float | None, start: datetime = NOON) -> list[dict[str, object]]:
    """Return items, one an hour."""
    return [
        {"start": start + place * HOUR, "price": amount}
        for place, amount in enumerate(amounts)
    ]


def only(*states: EntityState, currency: str = "EUR") -> Recognised:
    """Return the one way to read entities."""
    (way,) = recognised(states, BERLIN, currency)
    return way


def test_guard_proves_unit_and_factor() -> None:
    """The price of now is the state; what is kept knows it."""
    way = only(stated({"prices": hours(0.3, 0.2, -0.1)}, state="0.3"))
    assert way.guard is Guard.HELD
    assert way.reading.proved
    assert way.questions == ASKED
    assert way.reading.step == 60
    assert way.name == "prices: price"
    assert [slot.value for slot in way.prices.published] == [0.3, 0.2, -0.1]


@pytest.mark.parametrize("factor", [100, 1000, 1e7, 0.01])
def test_another_factor_is_asked_about(factor: float) -> None:
    """It is found by the state, and shown."""
    items = hours(*(price * factor for price in (0.3, 0.2, -0.1)))
    way = only(stated({"prices": items}, state="0.3"))
    assert way.guard is Guard.SCALED
    assert way.questions == (Question.UNIT, Question.TAX)
    assert not way.reading.proved
    assert [round(slot.value, 9) for slot in way.prices.published] == [0.3, 0.2, -0.1]


def test_a_state_of_something_else_is_a_reason_to_ask() -> None:
    """Such as the mean of a day; a state without a number is none."""
    items = hours(0.3, 0.2, 0.1)
    failed = only(stated({"prices": items}, state="0.24"))
    assert failed.guard is Guard.FAILED
    assert failed.questions == (Question.UNIT, Question.TAX)
    for state in ("cheap", None, "2026-11-29T12:00:00"):
        way = only(stated({"prices": items}, state=state))
        assert way.guard is Guard.NOTHING
        assert way.questions == ASKED
    later = hours(0.3, 0.2, 0.1, start=NOON + 4 * HOUR)
    assert only(stated({"prices": later}, state="0.9")).guard is Guard.NOTHING


@pytest.mark.parametrize(
    ("unit", "house", "stated_currency", "currency", "questions"),
    [
        ("kr/kWh", "NOK", None, "NOK", (Question.CURRENCY, *ASKED)),
        ("kr/kWh", "NOK", "SEK", "SEK", ASKED),
        ("kr/kWh", "EUR", None, "DKK", (Question.CURRENCY, *ASKED)),
        ("$/kWh", "NZD", None, "NZD", (Question.CURRENCY, *ASKED)),
        ("c/kWh", "EUR", "eur", "EUR", ASKED),
        ("SEK/kWh", "EUR", "EUR", "SEK", ASKED),
    ],
)
def test_currencies(
    unit: str,
    house: str,
    stated_currency: str | None,
    currency: str,
    questions: tuple[Question, ...],
) -> None:
    """What several countries share is asked, unless the entity says which."""
    attributes = {"prices": hours(0.3, 0.2, 0.1), "currency": stated_currency}
    way = only(stated(attributes, unit=unit), currency=house)
    assert way.prices.currency == currency
    assert way.questions == questions


@pytest.mark.parametrize("unit", ["€/m³", "%", "g/kWh", "kW", "EUR/day"])
def test_other_units_are_refused(unit: str) -> None:
    """Gas, shares, CO2 and power have the same lists."""
    with pytest.raises(InvalidInput, match="no_price_unit"):
        recognised([stated({"prices": hours(0.3, 0.2, 0.1)}, unit=unit)], BERLIN, "EUR")


@pytest.mark.parametrize("unit", [None, "EUR", "€", "ct"])
def test_unit_that_is_not_there_is_asked(unit: str | None) -> None:
    """As is the energy that money alone lacks."""
    way = only(stated({"prices": hours(0.3, 0.2, 0.1)}, unit=unit))
    assert Question.UNIT in way.questions
    assert way.prices.currency == "EUR"


def test_prices_that_are_too_high_are_asked_about() -> None:
    """They are perhaps per MWh; a state proves them."""
    items = hours(80.0, 60.0, -5.0)
    assert Question.UNIT in only(stated({"prices": items})).questions
    proved = only(stated({"prices": items}, state="80"))
    assert proved.guard is Guard.HELD
    assert Question.UNIT not in proved.questions
    kroner = only(stated({"prices": items}, unit="DKK/kWh"))
    assert Question.UNIT not in kroner.questions


def test_hundredths_by_name() -> None:
    """A name and a unit that disagree are asked about."""
    items = [
        {"start": NOON + place * HOUR, "price_ct_per_kwh": 30.0} for place in range(3)
    ]
    way = only(stated({"data": items}, unit="ct/kWh"))
    assert (way.reading.divisor, Question.UNIT in way.questions) == (100.0, False)
    other = only(stated({"data": items}, unit="EUR/kWh"))
    assert Question.UNIT in other.questions


def test_one_of_several() -> None:
    """Lists that say different things are both offered, repetitions are not."""
    attributes = {"data": hours(0.3, 0.2, 0.1), "prices": hours(0.5, 0.4, 0.3)}
    first, second = recognised([stated(attributes)], BERLIN, "EUR")
    assert [first.name, second.name] == ["data: price", "prices: price"]
    assert first.questions == second.questions == (Question.LIST, *ASKED)
    longer = {"data": hours(0.3, 0.2, 0.1), "prices": hours(0.3, 0.2, 0.1, 0.0)}
    assert only(stated(longer)).name == "prices: price"
    assert only(stated(dict(reversed(longer.items())))).name == "prices: price"
    again = {"data": hours(0.3, 0.2, 0.1), "prices": hours(0.3, 0.2, 0.1)}
    assert only(stated(again)).name == "data: price"


def test_tax_that_a_name_says() -> None:
    """Two values in one list are two ways, each with its own tax."""
    items = [
        {"DateTime": NOON + place * HOUR, "PriceWithTax": 0.25, "PriceNoTax": 0.2}
        for place in range(3)
    ]
    with_tax, without = recognised([stated({"data": items})], BERLIN, "EUR")
    assert with_tax.reading.tax is Tax.INCLUDED
    assert without.reading.tax is Tax.EXCLUDED
    assert Question.TAX not in (*with_tax.questions, *without.questions)


def test_forecasts_and_walls() -> None:
    """Whether it is published, and of which zone times are, is asked."""
    walls = [
        {"start": f"2026-11-29T1{hour}:00:00", "price": 0.1 * hour} for hour in range(3)
    ]
    way = only(stated({"forecast": walls}))
    assert way.questions == (Question.TAX, Question.PREDICTED, Question.ZONE)
    assert way.prices.published.slots[0].start == NOON - 3 * HOUR
    numbers = {"today": [0.1] * 24, "tomorrow": [0.2] * 96}
    days = only(stated(numbers))
    assert Question.ZONE in days.questions
    assert len(days.prices.published) == 24 + 96


def test_too_little_or_too_far() -> None:
    """Two slots at least, of the next two weeks."""
    for items in (
        hours(0.3, None, None),
        hours(0.3, 0.2, 0.1, start=NOON + 400 * HOUR),
    ):
        with pytest.raises(InvalidInput, match="no_price_list"):
            recognised([stated({"prices": items})], BERLIN, "EUR")


def test_list_that_is_text() -> None:
    """Says what a template lacks; JSON is a list."""
    text = "[{'start': datetime.datetime(2026, 11, 29, 12, 0), 'price': 0.1}]"
    with pytest.raises(InvalidInput, match="list_is_text"):
        recognised([stated({"prices": text})], BERLIN, "EUR")


@pytest.mark.parametrize(
    "name",
    [
        "nordpool_ore",
        "nordpool_autumn",
        "epex_spot",
        "frank_energie",
        "energidataservice",
    ],
)
def test_copies_of_known_lists(name: str) -> None:
    """A template with the list of an integration is read like it."""
    case = CASES[name]
    state = alone(case.states[0])
    (way,) = recognised([state], case.house, case.currency)
    assert rows(way.prices.published) == tuple(case.expected.published)
    again = read_attributes(way.reading, [state], case.house)
    assert again.published == way.prices.published


def test_factor_of_a_known_integration() -> None:
    """What it writes otherwise than it did is asked about."""
    case = CASES["epex_spot"]
    state = stated(
        case.states[0].attributes,
        platform="epex_spot",
        state=str(0.612 / 100),
        written_at=case.states[0].written_at,
    )
    way = only(state)
    assert way.guard is Guard.SCALED
    assert Question.UNIT in way.questions


@pytest.mark.parametrize(
    ("vat", "tax"), [("ex_vat", Tax.EXCLUDED), ("vat", Tax.INCLUDED)]
)
def test_the_first_entity_says_what_prices_are(vat: str, tax: Tax) -> None:
    """One that goes with it has more of them, whatever its own name says."""
    now, tomorrow = (
        replace(
            stated({"prices": hours(*amounts, start=start)}, platform="stromligning"),
            unique_id=f"1_{name}",
            unit="kr/kWh",
        )
        for name, amounts, start in (
            (f"current_price_{vat}", (0.3, 0.2), NOON),
            ("tomorrow_available", (0.1, 0.4), NOON + 24 * HOUR),
        )
    )
    way = only(now, tomorrow)
    assert way.prices.tax is way.reading.tax is tax
    assert len(way.prices.published) == 4
