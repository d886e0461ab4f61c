"""Price series against a reading of every step of time."""

from collections.abc import Iterable
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime, timedelta
from math import fsum
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.prices import (
    Price,
    PriceSeries,
    Tax,
)
from custom_components.energy_portals.portals.model.series import Series, Slot, spaced

START = datetime(2026, 10, 24, 22, tzinfo=UTC)
STEP = timedelta(minutes=5)
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ZONES = [ZoneInfo(f"Europe/{city}") for city in ("Oslo", "Berlin", "Rome", "Lisbon")]
STEPS = range(-2, 362)

PRICES = st.builds(
    Price,
    st.integers(-5, 30).map(lambda tenths: tenths / 10),
    st.booleans(),
)


def at(steps: float) -> datetime:
    return START + steps * STEP


def series_of(
    slots: Iterable[tuple[float, float, Price]],
    currency: str = "NOK",
    tax: Tax = Tax.EXCLUDED,
) -> PriceSeries:
    return PriceSeries(
        currency, tax, Series.of(Slot(at(a), at(b), price) for a, b, price in slots)
    )


def quarters(*values: float) -> PriceSeries:
    return series_of((3 * n, 3 * n + 3, Price(value)) for n, value in enumerate(values))


def values_of(series: PriceSeries) -> list[float]:
    return [slot.value.value for slot in series.slots]


@st.composite
def serieses(draw: st.DrawFn, longest: int = 16) -> PriceSeries:
    """Draw slots of unequal length, some meeting and some with gaps between."""
    rows: list[tuple[float, float, Price]] = []
    now = 0
    gaps = st.sampled_from([0, 0, 0, 1, 3])
    lengths = st.sampled_from([1, 3, 3, 6, 12, longest])
    for gap, length in draw(st.lists(st.tuples(gaps, lengths), max_size=8)):
        rows.append((now + gap, now + gap + length, draw(PRICES)))
        now += gap + length
    return series_of(rows)


def steps_of(series: PriceSeries) -> dict[int, Price]:
    """Return the price of every step that has one, by a walk through all slots."""
    return {
        step: slot.value
        for step in STEPS
        for slot in series.slots
        if slot.start <= at(step) < slot.end
    }


@given(serieses(), serieses())
def test_a_newer_series_wins_and_the_rest_stays(
    older: PriceSeries, newer: PriceSeries
) -> None:
    merged = older.merged(newer)
    assert steps_of(merged) == steps_of(older) | steps_of(newer)
    assert set(newer.slots) <= set(merged.slots)
    held = {
        bound
        for each in (older, newer)
        for s in each.slots
        for bound in (s.start, s.end)
    }
    assert {bound for s in merged.slots for bound in (s.start, s.end)} <= held


@given(serieses())
def test_a_series_merged_with_itself_or_nothing_is_itself(series: PriceSeries) -> None:
    nothing = replace(series, slots=Series())
    assert series.merged(series) == series
    assert series.merged(nothing) == series
    assert nothing.merged(series) == series


def test_a_day_corrected_in_part_keeps_the_rest() -> None:
    merged = quarters(1, 2, 3, 4).merged(series_of([(3, 9, Price(9))]))
    assert values_of(merged) == [1, 9, 4]


def test_quarters_replace_an_hour_and_leave_what_they_do_not_cover() -> None:
    hour = series_of([(0, 12, Price(7))])
    merged = hour.merged(series_of([(3, 6, Price(1)), (9, 12, Price(2))]))
    assert [(s.start, s.end, s.value.value) for s in merged.slots] == [
        (at(0), at(3), 7),
        (at(3), at(6), 1),
        (at(6), at(9), 7),
        (at(9), at(12), 2),
    ]


def test_an_hour_replaces_quarters() -> None:
    merged = quarters(1, 2, 3, 4, 5).merged(series_of([(0, 12, Price(7))]))
    assert values_of(merged) == [7, 5]


@pytest.mark.parametrize(
    "newer",
    [
        series_of([(0, 3, Price(1))], currency="EUR"),
        series_of([(0, 3, Price(1))], tax=Tax.INCLUDED),
    ],
    ids=["currency", "tax"],
)
def test_what_does_not_compare_stands_alone(newer: PriceSeries) -> None:
    assert quarters(1, 2, 3).merged(newer) == newer


def test_an_empty_answer_in_another_currency_takes_nothing_away() -> None:
    held = quarters(1, 2)
    assert held.merged(PriceSeries("EUR")) == held
    assert PriceSeries("NOK").merged(PriceSeries("EUR")) == PriceSeries("EUR")


@given(serieses(), st.sampled_from(STEPS), st.sampled_from(STEPS))
def test_since_and_between_keep_whole_slots(
    series: PriceSeries, start: int, end: int
) -> None:
    since = [slot for slot in series.slots if slot.end > at(start)]
    assert list(series.since(at(start)).slots) == since
    shared = [
        slot
        for slot in series.slots
        if max(slot.start, at(start)) < min(slot.end, at(end))
    ]
    assert list(series.between(at(start), at(end)).slots) == shared


@given(serieses(), st.integers(0, 20), st.integers(1, 8))
def test_within_cuts_at_the_ends(series: PriceSeries, first: int, count: int) -> None:
    found = steps_of(series.within(at(first), at(first + count)))
    window = range(first, first + count)
    assert found == {n: each for n, each in steps_of(series).items() if n in window}


def test_what_ends_at_the_start_is_dropped_and_what_goes_on_stays() -> None:
    series = quarters(1, 2, 3)
    assert values_of(series.since(at(3))) == [2, 3]
    assert values_of(series.since(at(3) - datetime.resolution)) == [1, 2, 3]
    assert values_of(series.since(at(9))) == []


@given(serieses(), st.sampled_from(STEPS), st.integers(1, 30))
def test_covered_and_final_mean_every_step(
    series: PriceSeries, start: int, length: int
) -> None:
    held = steps_of(series)
    asked = [step for step in range(start, start + length) if step in STEPS]
    assert series.covers(at(start), at(asked[-1] + 1)) == all(s in held for s in asked)
    assert series.final(at(start), at(asked[-1] + 1)) == all(
        s in held and not held[s].preliminary for s in asked
    )


@given(serieses(longest=40))
def test_an_hourly_mean_is_that_of_all_its_steps(series: PriceSeries) -> None:
    held, hourly = steps_of(series), series.hourly()
    expected = {
        at(first): [held[step] for step in range(first, first + 12)]
        for first in range(0, 360, 12)
        if all(step in held for step in range(first, first + 12))
    }
    assert [slot.start for slot in hourly.slots] == list(expected)
    for slot in hourly.slots:
        steps = expected[slot.start]
        assert slot.end - slot.start == HOUR
        assert slot.value.value == pytest.approx(
            fsum(step.value for step in steps) / 12, abs=1e-12
        )
        assert slot.value.preliminary == any(step.preliminary for step in steps)


@given(serieses(longest=40))
def test_an_hourly_series_is_its_own_hourly_series(series: PriceSeries) -> None:
    assert series.hourly().hourly() == series.hourly()


def test_the_mean_of_four_quarters_is_exact() -> None:
    assert values_of(quarters(0.1, 0.2, 0.3, 0.4).hourly()) == [0.25]
    assert values_of(quarters(0.1, 0.1, 0.1, 0.1).hourly()) == [0.1]


def test_an_hour_with_a_gap_has_no_mean() -> None:
    assert values_of(quarters(1, 2, 3).hourly()) == []


def test_a_long_slot_is_cut_into_hours() -> None:
    hourly = series_of([(6, 42, Price(0.1))]).hourly()
    assert [(s.start, s.end) for s in hourly.slots] == [
        (at(12), at(24)),
        (at(24), at(36)),
    ]
    assert values_of(hourly) == [0.1, 0.1]


def halves(*parts: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    """Return the components of the mean of two half hours."""
    rows = [
        (6 * n, 6 * n + 6, Price(fsum(a for _, a in part), components=part))
        for n, part in enumerate(parts)
    ]
    (slot,) = series_of(rows).hourly().slots
    return slot.value.components


def test_components_are_averaged_by_name() -> None:
    first = (("energy", 1.0), ("tax", 0.5), ("tax", 0.25))
    second = (("tax", 0.25), ("energy", 2.0))
    assert halves(first, second) == (("energy", 1.5), ("tax", 0.5))


@pytest.mark.parametrize("second", [(), (("energy", 2.0),)])
def test_components_that_a_part_lacks_are_dropped(
    second: tuple[tuple[str, float], ...],
) -> None:
    assert halves((("energy", 1.0), ("tax", 0.5)), second) == ()
    assert halves(second, (("energy", 1.0), ("tax", 0.5))) == ()


def test_the_resolution_is_the_shortest_slot() -> None:
    assert PriceSeries("NOK").resolution is None
    assert quarters(1, 2).resolution == QUARTER
    mixed = series_of([(0, 12, Price(1)), (12, 15, Price(2)), (15, 27, Price(2))])
    assert mixed.resolution == QUARTER


def test_the_unit_is_per_kwh() -> None:
    assert PriceSeries("NOK").unit == "NOK/kWh"


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 20), 24)],
)
@pytest.mark.parametrize("length", [QUARTER, HOUR], ids=["quarters", "hours"])
def test_points_fill_the_local_day(
    zone: ZoneInfo, day: date, hours: int, length: timedelta
) -> None:
    """A day has 92, 96 or 100 quarters, or 23, 24 or 25 hours."""
    start, end = midnight(day, zone), midnight(day + DAY, zone)
    count = hours * HOUR // length
    points = [(start + n * length, None, Price(-n)) for n in range(count)]
    series = PriceSeries("EUR", slots=spaced([*points[1:], points[0]], HOUR))
    assert len(series.slots) == count
    assert series.resolution == length
    assert series.final(start, end)
    assert not series.covers(start - length, end)
    assert not series.covers(start, end + length)
    assert len(series.hourly().slots) == hours
    assert series.between(start, end) == series


def test_a_series_does_not_change() -> None:
    series = quarters(1)
    with pytest.raises(FrozenInstanceError):
        series.currency = "EUR"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        series.slots.slots[0].value.value = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        series.slots.slots = ()  # type: ignore[misc]
    assert isinstance(series.slots.slots, tuple)
