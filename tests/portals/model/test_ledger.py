"""Readings of any length by the hour, and the smallest rewrite of what is stored."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
import math
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals.model.ledger import (
    HOUR,
    costs,
    differences,
    gaps,
    hourly,
    integrated,
)
from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.prices import Price, PriceSeries
from custom_components.energy_portals.portals.model.series import Series, Slot

ROME = ZoneInfo("Europe/Rome")
START = datetime(2026, 10, 24, 22, tzinfo=UTC)
QUARTER = HOUR / 4
DAY = timedelta(days=1)


def at(hours: float) -> datetime:
    return START + hours * HOUR


def slot(start: float, length: float, value: float | None) -> Slot[float | None]:
    return Slot(at(start), at(start + length), value)


def by_hour(*slots: Slot[float | None], signed: bool = False) -> dict[float, float]:
    found = hourly(slots, signed=signed, refused=Counter())
    return {(hour - START) / HOUR: each for hour, each in found.amounts.items()}


# Readings by the hour


def test_hours_are_taken_as_they_are() -> None:
    assert by_hour(slot(0, 1, 1.5), slot(1, 1, 0.0)) == {0: 1.5, 1: 0.0}


def test_quarters_are_summed_once_they_fill_the_hour() -> None:
    quarters = [slot(n / 4, 0.25, 0.1 * n) for n in range(7)]
    assert by_hour(*quarters) == {0: math.fsum([0, 0.1, 0.2, 0.1 * 3])}


def test_mixed_lengths_fill_an_hour() -> None:
    assert by_hour(slot(0, 0.5, 1), slot(0.5, 0.25, 2), slot(0.75, 0.25, 3)) == {0: 6}


def test_finer_goes_before_coarser_when_it_is_whole() -> None:
    quarters = [slot(n / 4, 0.25, 1) for n in range(4)]
    assert by_hour(*quarters, slot(0, 1, 4.01)) == {0: 4}
    assert by_hour(*quarters[:3], slot(0, 1, 99)) == {0: 99}
    assert by_hour(*quarters[:3]) == {}


def test_a_reading_that_is_told_twice_counts_once() -> None:
    assert by_hour(slot(0, 1, 1), slot(0, 1, 1)) == {0: 1}
    quarters = [slot(n / 4, 0.25, 1) for n in range(4)]
    assert by_hour(*quarters, *quarters) == {0: 4}


@pytest.mark.parametrize(
    ("value", "why"),
    [(-0.1, "negative"), (math.nan, "not_finite"), (-math.inf, "not_finite")],
)
def test_what_cannot_be_is_refused_by_name(value: float, why: str) -> None:
    refused: Counter[str] = Counter()
    found = hourly([slot(0, 1, value), slot(1, 1, 1)], signed=False, refused=refused)
    assert found.amounts == {at(1): 1}
    assert found.since == at(0)
    assert refused == {why: 1}


def test_a_refused_reading_does_not_leave_the_one_before_it() -> None:
    assert by_hour(slot(0, 1, 1), slot(0, 1, -1)) == {}


def test_hours_of_which_not_all_could_be_read() -> None:
    told = [slot(0, 1, 1), slot(1, 0.5, 1), slot(1.5, 0.5, None), slot(3, 2, None)]
    found = hourly(told, signed=False, refused=Counter())
    assert found.amounts == {at(0): 1}
    assert found.unread == {at(1), at(3), at(4)}
    assert found.without(at(3), at(4)).unread == {at(1), at(4)}
    # What is refused could be read.
    told = [slot(0, 0.5, -1), slot(0.5, 0.5, None)]
    assert not hourly(told, signed=False, refused=Counter()).unread


def test_costs_may_be_negative() -> None:
    assert by_hour(slot(0, 1, -0.5), signed=True) == {0: -0.5}


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 1, 1), 24)],
)
def test_a_day_counts_for_its_first_hour(day: date, hours: int) -> None:
    start, end = midnight(day, ROME), midnight(day + DAY, ROME)
    found = hourly([Slot(start, end, 7.0)], signed=False, refused=Counter())
    assert found.amounts == {start: 7.0}
    assert found.until == {start: end}
    assert len(found.covered()) == hours - 1


def test_a_day_never_goes_over_finer_readings() -> None:
    refused: Counter[str] = Counter()
    readings = [slot(0, 24, 10), slot(5, 1, 1), slot(24, 24, 20)]
    found = hourly(readings, signed=False, refused=refused)
    assert found.amounts == {at(5): 1, at(24): 20}
    assert refused == {"coarser": 1}


def test_a_day_stands_where_nothing_finer_is_whole() -> None:
    assert by_hour(slot(0, 24, 10), slot(5, 0.25, 1)) == {0: 10}


def test_a_month_gives_way_to_its_days() -> None:
    assert by_hour(slot(0, 240, 99), slot(24, 24, 3)) == {24: 3}


def test_readings_across_hours_count_where_they_begin() -> None:
    assert by_hour(slot(0.5, 1, 2), slot(1.5, 1, 3)) == {0: 2, 1: 3}
    assert by_hour(slot(0, 0.75, 1), slot(0.75, 0.75, 2), slot(1.5, 0.75, 4)) == {
        0: 2,
        1: 4,
    }


# Power


def test_power_is_integrated_by_slot_length() -> None:
    found = [*integrated([slot(0, 0.25, 400), slot(0.25, 0.25, None)])]
    assert found == [slot(0, 0.25, 0.1), slot(0.25, 0.25, None)]


def test_power_is_cut_at_hours() -> None:
    found = [*integrated([slot(0.5, 2, 1000)])]
    assert found == [slot(0.5, 0.5, 0.5), slot(1, 1, 1.0), slot(2, 0.5, 0.5)]


# Costs


def priced(*prices: tuple[float, float, float]) -> PriceSeries:
    slots = [Slot(at(start), at(start + len_), Price(p)) for start, len_, p in prices]
    return PriceSeries("EUR", slots=Series.of(slots))


def test_costs_slot_by_slot() -> None:
    prices = priced((0, 1, 0.2), (1, 0.5, 0.1), (1.5, 0.5, -0.3))
    energy = [slot(0, 0.25, 2), slot(1, 1, 2), slot(2, 1, 5), slot(0.25, 0.25, None)]
    found = [each.value for each in costs(energy, prices)]
    assert found == [pytest.approx(0.4), pytest.approx(-0.2), None, None]


@pytest.mark.parametrize("energy", [-1.0, math.inf, math.nan, 1.7e308])
def test_what_was_never_drawn_is_never_paid(energy: float) -> None:
    """However the price is: what is infinite is refused by name afterwards."""
    for price in (0.3, -0.3, 1.7e308):
        found = [*costs([slot(0, 1, energy)], priced((0, 0.5, price), (0.5, 0.5, 2)))]
        hours = by_hour(*found, signed=True)
        assert hours == {}


def test_a_day_is_priced_only_where_the_price_stays() -> None:
    flat = priced(*((n, 1, 0.25) for n in range(24)))
    moving = priced(*((n, 1, 0.25 + n) for n in range(24)))
    assert [each.value for each in costs([slot(0, 24, 8)], flat)] == [2.0]
    assert [each.value for each in costs([slot(0, 24, 8)], moving)] == [None]


# The portal's own totals


def test_days_that_differ_by_more_than_two_percent() -> None:
    day = date(2026, 10, 25)
    readings = [(at(n), at(n + 1), 1.0) for n in range(25)]
    assert differences(readings, {day: 25.0}, ROME) == {}
    assert differences(readings, {day: 24.6}, ROME) == {}
    assert differences(readings, {day: 24.0}, ROME) == {day: pytest.approx(1 / 24)}
    assert differences(readings, {day: 26.0}, ROME) == {day: pytest.approx(-1 / 26)}
    assert differences(readings, {day: 0.0}, ROME) == {day: 1.0}
    assert differences([], {day: 25.0}, ROME) == {}
    assert differences([(at(0), at(1), 0.0)], {day: 0.0}, ROME) == {}


def test_gaps() -> None:
    assert gaps([at(0), at(1), at(5), at(3)]) == [(at(2), at(3)), (at(4), at(5))]
    assert gaps([]) == []
