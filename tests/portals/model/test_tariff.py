"""Tariffs against a reading of every minute, on the days of the clock changes too."""

from collections.abc import Iterable
from dataclasses import FrozenInstanceError, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from math import fsum
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings, strategies as st
import pytest

from custom_components.energy_portals.portals.model.bands import EVERY_DAY, Band, Clock
from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.prices import (
    Price,
    PriceSeries,
    Tax,
)
from custom_components.energy_portals.portals.model.public_holidays import Holidays
from custom_components.energy_portals.portals.model.series import Series, Slot, spaced
from custom_components.energy_portals.portals.model.tariff import Part, Tariff

OSLO = ZoneInfo("Europe/Oslo")
# In the last three, the clock changes at midnight or by half an hour.
ZONES = [
    ZoneInfo(name)
    for name in (
        *("Europe/Oslo", "Europe/Berlin", "Europe/Rome", "Europe/Lisbon"),
        *("Atlantic/Azores", "Africa/Cairo", "Australia/Lord_Howe"),
    )
]
SPRING, AUTUMN, ORDINARY = date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 20)
DAYS = [SPRING, AUTUMN, ORDINARY, date(2026, 4, 24), date(2026, 10, 29)]
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)

AMOUNTS = st.integers(-9, 9).map(lambda tenths: tenths / 10)
# Most of the walls are near the hours that are missing or repeated.
WALLS = st.sampled_from(
    [time(), *(time(h, m) for h in (0, 1, 2, 3) for m in (10, 30)), time(6), time(22)]
) | st.builds(time, st.integers(0, 23), st.integers(0, 59))
FEES = st.builds(
    Band,
    AMOUNTS,
    WALLS,
    WALLS,
    st.just(EVERY_DAY) | st.frozensets(st.integers(0, 6)),
)
TARIFFS = st.builds(
    Tariff,
    vat=st.sampled_from([0.0, 25.0, 22.5]),
    percent=st.sampled_from([0.0, 3.0, -10.0]),
    fixed=AMOUNTS,
    grid_fees=st.lists(FEES, max_size=3).map(tuple),
    hourly=st.booleans(),
)


def series_of(
    start: datetime,
    lengths: Iterable[timedelta],
    tax: Tax = Tax.EXCLUDED,
    components: tuple[tuple[str, float], ...] = (),
) -> PriceSeries:
    """Return slots that follow one another, priced by their position."""
    slots = []
    for number, length in enumerate(lengths):
        price = Price((number * 7 % 11 - 3) / 8, number % 5 == 0, components)
        slots.append(Slot(start, start + length, price))
        start += length
    return PriceSeries("NOK", tax, Series(tuple(slots)))


def day_of(day: date, zone: ZoneInfo, length: timedelta = HOUR) -> PriceSeries:
    start, end = midnight(day, zone), midnight(day + DAY, zone)
    return series_of(start, [length] * ((end - start) // length))


def minutes_of(fee: Band) -> set[int]:
    """Return the minutes of the week, on the wall clock, at which the fee holds."""
    start, end = (wall.hour * 60 + wall.minute for wall in (fee.start, fee.end))
    length = end - start if end > start else end + 1440 - start
    return {
        (day * 1440 + start + minute) % 10080
        for day in fee.days
        for minute in range(length)
    }


class Governing:
    """Which rule holds at a moment: the first whose minutes have it."""

    def __init__(self, tariff: Tariff, zone: ZoneInfo) -> None:
        self.minutes = [minutes_of(fee) for fee in tariff.grid_fees]
        self.fees = tariff.grid_fees
        self.zone = zone

    def rule(self, when: datetime) -> int | None:
        local = when.astimezone(self.zone)
        minute = local.weekday() * 1440 + local.hour * 60 + local.minute
        held = (n for n, minutes in enumerate(self.minutes) if minute in minutes)
        return next(held, None)

    def fee(self, when: datetime) -> float:
        rule = self.rule(when)
        return 0.0 if rule is None else self.fees[rule].amount


def moments(series: PriceSeries) -> Iterable[datetime]:
    """Return every minute of the series, and some around it."""
    if series.slots.slots:
        now = series.slots.slots[0].start - HOUR
        while now < series.slots.slots[-1].end + HOUR:
            yield now
            now += MINUTE


@settings(max_examples=60)
@given(
    TARIFFS,
    st.sampled_from(ZONES),
    st.sampled_from(DAYS),
    st.sampled_from([QUARTER, HOUR, timedelta(hours=5)]),
    st.sampled_from(Tax),
)
@example(
    Tariff(grid_fees=(Band(1, time(2, 30), time(4)),)),
    OSLO,
    SPRING,
    HOUR,
    Tax.UNKNOWN,
)
@example(
    Tariff(grid_fees=(Band(1, time(1), time(2, 30)),)),
    OSLO,
    AUTUMN,
    HOUR,
    Tax.UNKNOWN,
)
@example(
    Tariff(grid_fees=(Band(2, time(0, 30), time(1)), Band(1, time(23, 45), time(2)))),
    ZoneInfo("Atlantic/Azores"),
    SPRING,
    HOUR,
    Tax.UNKNOWN,
)
def test_every_minute_costs_what_the_rules_say(
    tariff: Tariff, zone: ZoneInfo, day: date, length: timedelta, tax: Tax
) -> None:
    start = midnight(day, zone) - 2 * HOUR
    raw = series_of(start, [length] * (30 * HOUR // length), tax)
    shown = tariff.shown(raw, zone)
    base = raw.hourly() if tariff.hourly else raw
    governing = Governing(tariff, zone)
    vat = 1 + tariff.vat / 100
    for now in moments(raw):
        slot, held = shown.slots.at(now), base.slots.at(now)
        if held is None or slot is None:
            assert slot is held is None
            continue
        energy = held.value.value * (1 + tariff.percent / 100)
        energy *= 1 if tax is Tax.INCLUDED else vat
        expected = energy + (tariff.fixed + governing.fee(now)) * vat
        assert slot.value.value == pytest.approx(expected, abs=1e-12)
        assert slot.value.preliminary == held.value.preliminary
        parts = fsum(amount for _, amount in slot.value.components)
        if slot.value.components:
            assert parts == pytest.approx(slot.value.value, abs=1e-12)


@settings(max_examples=60)
@given(TARIFFS, st.sampled_from(ZONES), st.sampled_from(DAYS))
def test_slots_are_cut_where_another_rule_begins_and_nowhere_else(
    tariff: Tariff, zone: ZoneInfo, day: date
) -> None:
    raw = day_of(day, zone)
    shown = replace(tariff, fixed=0.5).shown(raw, zone)
    base = raw.hourly() if tariff.hourly else raw
    governing = Governing(tariff, zone)
    expected = {slot.start for slot in base.slots} | {
        now
        for now in moments(raw)
        if base.slots.at(now) and governing.rule(now) != governing.rule(now - MINUTE)
    }
    assert {slot.start for slot in shown.slots} == expected


def bounds_of(shown: PriceSeries, zone: ZoneInfo) -> list[str]:
    """Return where the fee changes, as local time and offset."""
    fees = [(s.start, dict(s.value.components)["grid_fee"]) for s in shown.slots]
    return [
        start.astimezone(zone).strftime("%H:%M%z")
        for (_, before), (start, fee) in pairwise(fees)
        if fee != before
    ]


@pytest.mark.parametrize(
    ("day", "start", "end", "expected"),
    [
        (ORDINARY, time(2, 15), time(2, 45), ["02:15+0100", "02:45+0100"]),
        (SPRING, time(2, 15), time(2, 45), []),
        (SPRING, time(2, 15), time(4), ["03:00+0200", "04:00+0200"]),
        (SPRING, time(1), time(2, 45), ["01:00+0100", "03:00+0200"]),
        (
            AUTUMN,
            time(2, 15),
            time(2, 45),
            ["02:15+0200", "02:45+0200", "02:15+0100", "02:45+0100"],
        ),
        (
            AUTUMN,
            time(2, 15),
            time(4),
            ["02:15+0200", "02:00+0100", "02:15+0100", "04:00+0100"],
        ),
        (
            AUTUMN,
            time(1),
            time(2, 45),
            ["01:00+0200", "02:45+0200", "02:00+0100", "02:45+0100"],
        ),
        (AUTUMN, time(1), time(3), ["01:00+0200", "03:00+0100"]),
    ],
    ids=[
        "ordinary",
        "wholly in the missing hour",
        "from the missing hour",
        "into the missing hour",
        "wholly in the repeated hour holds twice",
        "from the repeated hour",
        "into the repeated hour",
        "over the repeated hour",
    ],
)
def test_a_fee_follows_the_wall_clock(
    day: date, start: time, end: time, expected: list[str]
) -> None:
    tariff = Tariff(grid_fees=(Band(1, start, end),))
    assert bounds_of(tariff.shown(day_of(day, OSLO), OSLO), OSLO) == expected


def test_the_day_of_a_fee_over_midnight_is_that_of_its_start() -> None:
    friday = Tariff(grid_fees=(Band(1, time(22), time(6), frozenset({4})),))
    start = midnight(ORDINARY, OSLO)
    shown = friday.shown(series_of(start, [HOUR] * 72), OSLO)
    charged = [s.start for s in shown.slots if dict(s.value.components)["grid_fee"]]
    assert ORDINARY.weekday() == 4
    assert charged == [start + hour * HOUR for hour in range(22, 30)]


def test_from_midnight_to_midnight_is_the_whole_day() -> None:
    saturday = Tariff(grid_fees=(Band(1, days=frozenset({5})),))
    start = midnight(ORDINARY, OSLO)
    shown = saturday.shown(series_of(start, [HOUR] * 72), OSLO)
    charged = [s.start for s in shown.slots if dict(s.value.components)["grid_fee"]]
    assert charged == [start + hour * HOUR for hour in range(24, 48)]


def test_the_first_rule_that_fits_holds_and_equal_pieces_stay_apart() -> None:
    rules = (Band(2, time(0, 30), time(1)), Band(2))
    raw = series_of(midnight(ORDINARY, OSLO), [2 * HOUR])
    shown = Tariff(grid_fees=rules).shown(raw, OSLO)
    assert [slot.end - slot.start for slot in shown.slots] == [
        HOUR / 2,
        HOUR / 2,
        HOUR,
    ]
    shadowed = Tariff(grid_fees=rules[::-1]).shown(raw, OSLO)
    assert len(shadowed.slots) == 1


ONE = PriceSeries(
    "NOK", Tax.EXCLUDED, spaced([(midnight(ORDINARY, OSLO), None, Price(2.0))], HOUR)
)


def priced(tariff: Tariff, raw: PriceSeries = ONE) -> Price:
    (slot,) = tariff.shown(raw, OSLO).slots
    return slot.value


@pytest.mark.parametrize(
    ("tariff", "value", "components"),
    [
        (Tariff(vat=25), 2.5, {"energy": 2, "tax": 0.5}),
        (Tariff(percent=50), 3, {"energy": 2, "surcharge": 1}),
        (Tariff(fixed=0.5), 2.5, {"energy": 2, "surcharge": 0.5}),
        (Tariff(percent=50, fixed=-1), 2, {"energy": 2, "surcharge": 0}),
        (Tariff(grid_fees=(Band(1),)), 3, {"energy": 2, "grid_fee": 1}),
        (
            Tariff(grid_fees=(Band(1, time(6), time(7)),)),
            2,
            {"energy": 2, "grid_fee": 0},
        ),
        (
            Tariff(25, 50, 0.5, (Band(0.5),)),
            5,
            {"energy": 2, "surcharge": 1.5, "grid_fee": 0.5, "tax": 1},
        ),
    ],
)
def test_components_are_those_configured(
    tariff: Tariff, value: float, components: dict[str, float]
) -> None:
    price = priced(tariff)
    assert price.value == value
    assert dict(price.components) == components
    assert list(dict(price.components)) == list(components)


def test_a_price_with_tax_is_not_taxed_again_but_what_is_added_is() -> None:
    raw = replace(ONE, tax=Tax.INCLUDED)
    price = priced(Tariff(25, 50, 0.5, (Band(0.5),)), raw)
    assert price.value == 3 + 1.25
    assert dict(price.components)["tax"] == 0.25


def test_the_price_has_its_own_components_before_what_is_added() -> None:
    own = (("spot", 1.75), ("levy", 0.25))
    slot = replace(ONE.slots.slots[0], value=Price(2.0, True, own))
    price = priced(Tariff(vat=25), replace(ONE, slots=Series((slot,))))
    assert price == Price(2.5, True, (*own, ("tax", 0.5)))


def test_tax_is_included_once_vat_is_configured() -> None:
    for tax in Tax:
        raw = replace(ONE, tax=tax)
        assert Tariff(vat=25, fixed=1).shown(raw, OSLO).tax is Tax.INCLUDED
        assert Tariff(fixed=1).shown(raw, OSLO).tax is tax


@pytest.mark.parametrize(
    "tariff", [Tariff(), Tariff(export=1), Tariff(grid_fees=(Band(0),))]
)
def test_a_tariff_that_adds_nothing_shows_the_very_series(tariff: Tariff) -> None:
    raw = day_of(AUTUMN, OSLO, QUARTER)
    assert tariff.shown(raw, OSLO) is raw
    hourly = replace(tariff, hourly=True)
    assert hourly.shown(raw, OSLO) == raw.hourly()


def test_vat_adds_nothing_to_a_price_that_has_it() -> None:
    raw = replace(ONE, tax=Tax.INCLUDED)
    assert Tariff(vat=25).shown(raw, OSLO) is raw


def test_nothing_known_stays_nothing() -> None:
    nothing = PriceSeries("NOK")
    assert not Tariff(25, grid_fees=(Band(1),)).shown(nothing, OSLO).slots


def test_a_gap_stays_a_gap() -> None:
    start = midnight(ORDINARY, OSLO)
    slots = [(start, start + HOUR, Price(1)), (start + 2 * HOUR, None, Price(2))]
    raw = PriceSeries("NOK", slots=spaced(slots, HOUR))
    shown = Tariff(grid_fees=(Band(1, time(0, 30), time(2, 30)),)).shown(raw, OSLO)
    assert [(s.start - start) / HOUR for s in shown.slots] == [0, 0.5, 2, 2.5]
    assert shown.slots.at(start + 1.5 * HOUR) is None


def test_what_is_sold_brings_the_raw_price_and_the_addition() -> None:
    raw = day_of(AUTUMN, OSLO, QUARTER)
    sold = Tariff(vat=25, fixed=3, export=-0.5).sold(raw)
    assert sold is not None
    assert (sold.currency, sold.tax) == (raw.currency, raw.tax)
    assert [(s.start, s.end, s.value) for s in sold.slots] == [
        (s.start, s.end, Price(s.value.value - 0.5, s.value.preliminary))
        for s in raw.slots
    ]
    hourly = Tariff(hourly=True, export=0).sold(raw)
    assert hourly is not None
    assert hourly.slots == raw.hourly().slots


def test_nothing_is_sold_unless_told() -> None:
    assert Tariff().sold(ONE) is None
    assert Tariff.of({"export": 0}).sold(ONE) is not None


def test_a_tariff_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Tariff().vat = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("included", "value", "names"),
    [
        ((), 5, ["energy", "surcharge", "grid_fee", "tax"]),
        ((Part.VAT,), 4.25, ["energy", "surcharge", "grid_fee", "tax"]),
        ((Part.SURCHARGES,), 3.125, ["energy", "grid_fee", "tax"]),
        ((Part.GRID_FEES,), 4.375, ["energy", "surcharge", "tax"]),
        (tuple(Part), 2, []),
    ],
)
def test_what_is_in_the_price_already_is_not_added(
    included: tuple[Part, ...], value: float, names: list[str]
) -> None:
    tariff = Tariff(25, 50, 0.5, (Band(0.5),), included=frozenset(included))
    price = priced(tariff)
    assert price.value == value
    assert list(dict(price.components)) == names
    assert tariff.shown(ONE, OSLO).tax is Tax.INCLUDED


def test_a_price_that_has_its_tax_says_so() -> None:
    tariff = Tariff(export=0.0, included=frozenset({Part.VAT}))
    shown, sold = tariff.shown(ONE, OSLO), tariff.sold(ONE)
    assert sold is not None
    assert shown.tax is sold.tax is Tax.INCLUDED
    assert shown.slots == ONE.slots


def test_grid_fees_go_by_holidays_and_by_the_meters_clock() -> None:
    fee = Band(1, time(6), time(22), frozenset(range(5)))
    day = date(2026, 6, 24)  # a Wednesday in summer
    working = Tariff(grid_fees=(fee,))
    assert bounds_of(working.shown(day_of(day, OSLO), OSLO), OSLO) == [
        *("06:00+0200", "22:00+0200")
    ]
    resting = replace(working, holidays=Holidays(dates=frozenset({(6, 24)})))
    assert not bounds_of(resting.shown(day_of(day, OSLO), OSLO), OSLO)
    winter = replace(working, clock=Clock.STANDARD)
    assert bounds_of(winter.shown(day_of(day, OSLO), OSLO), OSLO) == [
        *("07:00+0200", "23:00+0200")
    ]
