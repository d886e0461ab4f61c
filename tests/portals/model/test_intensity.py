"""CO2 and scores over time, held against a naive reading hour by hour."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import fsum
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.model.intensity import (
    CO2_UNIT,
    CarbonOutlook,
    GreenIndexOutlook,
    Intensity,
)
from custom_components.energy_portals.portals.model.series import Series, Slot
from tests.market import AUTUMN, BERLIN, DAY, HOUR, LISBON, ORDINARY, SPRING, local
from tests.sky import grams, starts_of

HALF = HOUR / 2
MINUTE = timedelta(minutes=1)


def runs(
    start: datetime, *values: float | None, step: timedelta = HOUR
) -> Series[float]:
    """Return slots of one length, none where there is no value."""
    return Series(
        tuple(
            Slot(start + n * step, start + (n + 1) * step, value)
            for n, value in enumerate(values)
            if value is not None
        )
    )


def of_days(
    *days: date, zone: ZoneInfo = BERLIN, step: timedelta = HOUR
) -> CarbonOutlook:
    """Return what is predicted of whole days."""
    starts = [start for day in days for start in starts_of(day, zone, step)]
    slots = (Slot(start, start + step, grams(start)) for start in starts)
    return CarbonOutlook(zone=zone, predicted=Series.of(slots))


VALUES = st.lists(st.none() | st.integers(0, 9).map(float), max_size=30)


@given(VALUES, VALUES)
def test_a_prediction_never_covers_what_is_published(
    published: list[float | None], predicted: list[float | None]
) -> None:
    start = local(ORDINARY, BERLIN)
    outlook = CarbonOutlook(
        zone=BERLIN,
        published=runs(start, *published),
        predicted=runs(start + HALF, *predicted),
        current=777.0,
    )
    for n in range(-2, 64):
        when = start + n * HALF
        told = published[n // 2] if 0 <= n // 2 < len(published) else None
        guess = predicted[(n - 1) // 2] if 0 <= (n - 1) // 2 < len(predicted) else None
        known = guess if told is None else told
        assert outlook.at(when) == (777.0 if known is None else known)
        assert outlook.holds(when) is (known is not None)
        assert outlook.is_predicted(when) is (told is None and guess is not None)


@pytest.mark.parametrize("day", [SPRING, ORDINARY, AUTUMN])
@pytest.mark.parametrize("zone", [BERLIN, LISBON])
@pytest.mark.parametrize("step", [HOUR, HALF])
def test_figures_of_a_day(day: date, zone: ZoneInfo, step: timedelta) -> None:
    outlook = of_days(day - DAY, day, zone=zone, step=step)
    starts = starts_of(day, zone, step)
    ordered = sorted(starts, key=grams)
    low = set(ordered[: len(starts) // 5])
    for now in (starts[0], starts[-1] + step - MINUTE):
        lowest, highest = outlook.lowest(now), outlook.highest(now)
        assert lowest is not None and highest is not None
        assert (lowest.start, lowest.value) == (ordered[0], grams(ordered[0]))
        assert (highest.start, highest.value) == (ordered[-1], grams(ordered[-1]))
    for start in starts:
        assert outlook.is_low(start) is (start in low)
    # Windows are what meets, with the mean of it.
    for window in outlook.low.between(starts[0], starts[-1] + step):
        inside = [start for start in starts if window.start <= start < window.end]
        if len(inside) * step == window.end - window.start:
            mean = fsum(map(grams, inside)) / len(inside)
            assert window.value == pytest.approx(mean)
    assert all(one.end < two.start for one, two in pairwise(outlook.low))


def test_the_next_low_window_is_not_passed_over() -> None:
    outlook = of_days(ORDINARY, ORDINARY + DAY)
    starts = [*starts_of(ORDINARY), *starts_of(ORDINARY + DAY)]
    for now in starts:
        later = [window for window in outlook.low if window.start > now]
        assert outlook.next_low(now) == (later[0] if later else None)
    # Where a day between is not known, there may be one before.
    holed = CarbonOutlook(
        zone=BERLIN,
        predicted=Series(
            tuple(e for e in outlook.slots if e.start not in (starts[0], starts[23]))
        ),
    )
    assert holed.next_low(starts[5]) is None
    assert holed.is_low(starts[5]) is None
    assert holed.next_low(starts[24]) == outlook.next_low(starts[24])
    assert holed.lowest(starts[5]) is holed.highest(starts[5]) is None


@pytest.mark.parametrize(
    ("values", "low"),
    [
        ([5.0] * 24, 0),
        ([1.0] * 4 + [5.0] * 20, 4),
        ([1.0] * 5 + [5.0] * 19, 0),
        ([1.0, 2.0, 2.0, 2.0, 2.0] + [5.0] * 19, 1),
        ([1.0] * 23, None),
    ],
)
def test_what_is_alike_is_low_or_not_together(
    values: list[float], low: int | None
) -> None:
    starts = starts_of(ORDINARY)
    outlook = CarbonOutlook(zone=BERLIN, predicted=runs(starts[0], *values))
    shown = [outlook.is_low(start) for start in starts]
    assert shown == [None if low is None else n < low for n in range(24)]


@pytest.mark.parametrize("day", [SPRING, ORDINARY, AUTUMN])
def test_changes_are_where_something_shows_another_value(day: date) -> None:
    outlook = of_days(day)
    starts = starts_of(day)
    assert outlook.next_change(starts[0] - MINUTE) == starts[0]
    for start in starts:
        assert outlook.next_change(start) == start + HOUR
    assert outlook.next_change(starts[-1] + HOUR) is None
    # Today becomes another day within a long slot too.
    long = CarbonOutlook(zone=BERLIN, published=runs(starts[0], 1.0, step=3 * DAY))
    assert long.next_change(starts[0]) == local(day + DAY, BERLIN)
    assert CarbonOutlook(zone=BERLIN, current=1.0).next_change(starts[0]) is None


def test_a_newer_answer_leaves_what_it_does_not_tell() -> None:
    first = of_days(ORDINARY)
    starts = starts_of(ORDINARY)
    later = replace(
        first,
        published=runs(starts[10], 1.0),
        predicted=runs(starts[11], *([2.0] * 20)),
        current=3.0,
    )
    both = first.merged(later)
    for start in starts:
        told = later.slots.at(start) or first.slots.at(start)
        assert told is not None and both.at(start) == told.value
    assert both.lowest(starts[0]) is not None
    assert both.current == 3.0
    # What is published stays so when it is predicted again.
    again = both.merged(replace(first, predicted=runs(starts[9], 7.0, 7.0, 7.0)))
    assert [again.at(start) for start in starts[9:12]] == [7.0, 1.0, 7.0]
    # After two days what is over has gone.
    assert not again.merged(of_days(ORDINARY + 3 * DAY)).slots.at(starts[0])


def test_an_empty_answer_takes_nothing_away() -> None:
    held = of_days(ORDINARY)
    both = held.merged(CarbonOutlook(zone=BERLIN, current=5.0))
    assert (both.slots, both.current) == (held.slots, 5.0)


def test_values_in_another_unit_do_not_compare() -> None:
    held = of_days(ORDINARY)
    other = CarbonOutlook(zone=BERLIN, unit="gCO2eq/kWh", current=1.0)
    assert held.merged(other) == other


def test_a_score_has_no_unit_and_is_no_share() -> None:
    score = GreenIndexOutlook(
        zone=BERLIN, published=runs(local(ORDINARY, BERLIN), 72.0)
    )
    assert score.unit is None
    assert CarbonOutlook(zone=BERLIN).unit == CO2_UNIT
    assert isinstance(score, Intensity) and not isinstance(score, CarbonOutlook)
    assert not hasattr(score, "share")
    assert not list(score.whole_days())
    assert not list(GreenIndexOutlook(zone=BERLIN).whole_days())


def test_a_moment_is_in_utc() -> None:
    outlook = of_days(AUTUMN)
    repeated = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert outlook.at(repeated) == grams(repeated - HALF)
    assert outlook.at(repeated + HOUR) == grams(repeated + HALF)
