"""Prices that only the clock tells."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.energy_portals.portals.model.bands import Band, Clock, held
from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.price_days import PriceOutlook
from custom_components.energy_portals.portals.model.prices import Price, Tax
from custom_components.energy_portals.portals.model.public_holidays import Holidays
from custom_components.energy_portals.portals.model.tariff import Tariff
from custom_components.energy_portals.portals.model.tariff_clock import (
    ClockTariff,
    clock_prices,
)
from custom_components.energy_portals.portals.model.tariff_options import InvalidTariff
from tests.portals.model.test_bands import BANDS, DAYS, HOLIDAYS, ZONES

ROME = ZoneInfo("Europe/Rome")
LONDON = ZoneInfo("Europe/London")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SPRING, AUTUMN, MONDAY = date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 23)
WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]
ITALY = {
    "country": "IT",
    "bands": [
        {"name": "F1", "amount": 0.3, "start": "08:00", "end": "19:00"}
        | {"days": WORKDAYS},
        {"name": "F2", "amount": 0.2, "start": "07:00", "end": "23:00"}
        | {"days": [*WORKDAYS, "sat"]},
        {"name": "F3", "amount": 0.1},
    ],
}


def priced(
    options: dict[str, Any], day: date, zone: ZoneInfo = ROME
) -> dict[str, float]:
    """Return the price from each wall time of a day on, by its time and offset."""
    span = midnight(day, zone), midnight(day + DAY, zone)
    prices = ClockTariff.of(options).prices(zone, *span, currency="EUR")
    assert prices.covers(*span)
    return {
        f"{slot.start.astimezone(zone):%H:%M%z}": slot.value.value
        for slot in prices.slots
    }


def test_italian_bands_of_a_workday_a_saturday_and_a_holiday() -> None:
    assert priced(ITALY, MONDAY) == {
        "00:00+0100": 0.1,
        "07:00+0100": 0.2,
        "08:00+0100": 0.3,
        "19:00+0100": 0.2,
        "23:00+0100": 0.1,
    }
    saturday = {"00:00+0100": 0.1, "07:00+0100": 0.2, "23:00+0100": 0.1}
    assert priced(ITALY, date(2026, 11, 28)) == saturday
    # Immaculate Conception, a Tuesday.
    assert priced(ITALY, date(2026, 12, 8)) == {"00:00+0100": 0.1}
    assert len(priced({**ITALY, "country": None}, date(2026, 12, 8))) == 5
    assert priced({**ITALY, "holidays_as": "sat"}, date(2026, 12, 8)) == saturday


def test_a_flat_price_is_one_slot_a_day() -> None:
    start = midnight(date(2026, 10, 23), ROME)
    tariff = ClockTariff.of({"bands": [{"amount": 0.25}]})
    prices = tariff.prices(
        ROME, start, start + 4 * DAY, currency="CHF", tax=Tax.INCLUDED
    )
    assert (prices.currency, prices.tax) == ("CHF", Tax.INCLUDED)
    lengths = [slot.end - slot.start for slot in prices.slots]
    assert lengths == [DAY, DAY, DAY + HOUR, DAY - HOUR]
    assert {slot.value for slot in prices.slots} == {Price(0.25)}


@pytest.mark.parametrize(
    ("clock", "day", "expected"),
    [
        ("local", SPRING, {"00:00+0000": 1, "00:30+0000": 2, "07:30+0100": 1}),
        ("standard", SPRING, {"00:00+0000": 1, "00:30+0000": 2, "08:30+0100": 1}),
        (
            "standard",
            date(2026, 7, 1),
            {"00:00+0100": 1, "01:30+0100": 2, "08:30+0100": 1},
        ),
        ("local", AUTUMN, {"00:00+0100": 1, "00:30+0100": 2, "07:30+0000": 1}),
    ],
)
def test_a_meter_may_not_know_of_summer(
    clock: str, day: date, expected: dict[str, float]
) -> None:
    night = {"amount": 2, "start": "00:30", "end": "07:30"}
    options = {"clock": clock, "bands": [night, {"amount": 1}]}
    assert priced(options, day, LONDON) == expected


@settings(max_examples=80, deadline=None)
@given(
    st.lists(BANDS, max_size=4).map(tuple),
    st.sampled_from(ZONES),
    st.sampled_from(Clock),
    st.sampled_from(DAYS),
    HOLIDAYS,
)
def test_there_is_a_price_where_a_band_holds_and_nowhere_else(
    bands: tuple[Band, ...],
    zone: ZoneInfo,
    clock: Clock,
    day: date,
    holidays: Holidays,
) -> None:
    start = midnight(day, zone) + HOUR / 4
    end = start + 50 * HOUR
    prices = clock_prices(
        bands, zone, start, end, holidays, currency="EUR", clock=clock
    )
    known = held(bands, start, end, clock.of(zone, day.year), holidays)
    now = start - HOUR
    while now < end + HOUR:
        slot, band = prices.slots.at(now), known.at(now)
        if band is None or band.value is None or not start <= now < end:
            assert slot is None
        else:
            assert slot is not None
            assert slot.value.value == band.value.amount
            first = slot.start.astimezone(zone).date()
            assert (slot.end - DAY.resolution).astimezone(zone).date() == first
        now += 5 * timedelta(minutes=1)


def test_the_outlook_covers_yesterday_to_a_week_ahead() -> None:
    now = datetime(2026, 12, 23, 11, tzinfo=ROME)
    start = midnight(now.date() - DAY, ROME)
    end = midnight(now.date() + 8 * DAY, ROME)
    raw = ClockTariff.of(ITALY).prices(ROME, start, end, currency="EUR")
    outlook = PriceOutlook.of(raw, ROME, Tariff(vat=10))
    assert len(outlook.days) == 9
    today = outlook.today(now.astimezone(ROME))
    assert today is not None and today.highest.value.value == pytest.approx(0.33)
    assert outlook.known(date(2026, 12, 30))


@pytest.mark.parametrize(
    ("options", "gap"),
    [
        (ITALY, None),
        ({"bands": [{"amount": 1}]}, None),
        ({"bands": ITALY["bands"][:2]}, "mon 00:00"),
        (
            {"bands": [{"amount": 1, "start": "06:00", "end": "22:00"}]}
            | {"bands": [{"amount": 1, "start": "22:00", "end": "21:00"}]},
            "mon 21:00",
        ),
        ({"bands": [{"amount": 1, "months": [1, 2, 4]}]}, "mon 00:00 (03)"),
        ({"bands": [{"amount": 1, "days": [*WORKDAYS, "sat"]}]}, "sun 00:00"),
        # What is over midnight belongs to its first day.
        (
            {
                "bands": [
                    {"amount": 1, "days": WORKDAYS},
                    {"amount": 1, "start": "01:00", "end": "00:00"}
                    | {"days": ["sat", "sun"]},
                ]
            },
            "sat 00:00",
        ),
        (
            {
                "bands": [{"amount": 1, "days": [*WORKDAYS, "sat", "sun"]}],
                "holidays": ["12-24"],
                "holidays_as": "holiday",
            },
            "holiday 00:00",
        ),
    ],
)
def test_a_time_without_a_price_is_found(
    options: dict[str, Any], gap: str | None
) -> None:
    assert ClockTariff.of(options).gap() == gap


@settings(max_examples=60, deadline=None)
@given(st.lists(BANDS, min_size=1, max_size=4).map(tuple), HOLIDAYS)
def test_what_has_no_gap_has_a_price_at_any_time(
    bands: tuple[Band, ...], holidays: Holidays
) -> None:
    if ClockTariff(bands, holidays).gap() is None:
        for day in DAYS:
            start = midnight(day, ROME)
            span = start, start + 3 * DAY
            assert clock_prices(bands, ROME, *span, holidays, currency="EUR").covers(
                *span
            )


@pytest.mark.parametrize(
    ("options", "key", "field"),
    [
        ({}, "missing_band", "bands"),
        ({"bands": []}, "missing_band", "bands"),
        ({"bands": [{}]}, "missing_amount", "bands"),
        ({"bands": [{"amount": 1}], "clock": "solar"}, "invalid_choice", "clock"),
        ({"bands": [{"amount": 1}], "country": "it"}, "unknown_country", "country"),
    ],
)
def test_what_is_malformed_is_named(
    options: dict[str, Any], key: str, field: str
) -> None:
    with pytest.raises(InvalidTariff) as caught:
        ClockTariff.of(options)
    assert (caught.value.key, caught.value.field) == (key, field)


def test_a_country_that_there_is_not_is_found_before_use() -> None:
    with pytest.raises(InvalidTariff) as caught:
        ClockTariff.of({**ITALY, "country": "XX"}).prepare()
    assert (caught.value.key, caught.value.field) == ("unknown_country", "country")
    with pytest.raises(InvalidTariff) as caught:
        ClockTariff.of({**ITALY, "subdivision": "XX"}).prepare()
    assert caught.value.field == "subdivision"
