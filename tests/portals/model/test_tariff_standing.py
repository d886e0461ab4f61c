"""Standing charges: exact, whatever time they are cut into."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from math import fsum
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.series import Slot
from custom_components.energy_portals.portals.model.tariff import Tariff
from custom_components.energy_portals.portals.model.tariff_options import InvalidTariff
from custom_components.energy_portals.portals.model.tariff_standing import (
    Per,
    StandingCharge,
    standing_cost,
    standing_of,
    with_standing,
)

OSLO = ZoneInfo("Europe/Oslo")
HOUR = timedelta(hours=1)
SPRING, AUTUMN, ORDINARY = date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 20)
MONTHLY, DAILY = StandingCharge(12.9), StandingCharge(0.35, Per.DAY)


def of_days(*days: date) -> tuple[datetime, datetime]:
    return midnight(days[0], OSLO), midnight(days[-1] + timedelta(days=1), OSLO)


@pytest.mark.parametrize("day", [SPRING, AUTUMN, ORDINARY])
def test_a_day_costs_a_day_however_long_it_is(day: date) -> None:
    assert standing_cost((DAILY,), OSLO, *of_days(day)) == Fraction(0.35)


@pytest.mark.parametrize(("month", "last"), [(2, 28), (3, 31), (10, 31), (12, 31)])
def test_a_month_costs_a_month_however_long_it_is(month: int, last: int) -> None:
    span = of_days(date(2026, month, 1), date(2026, month, last))
    assert standing_cost((MONTHLY,), OSLO, *span) == Fraction(12.9)
    both = standing_cost((MONTHLY, DAILY), OSLO, *span)
    assert both == Fraction(12.9) + last * Fraction(0.35)


def test_a_month_is_paid_evenly_over_its_time() -> None:
    whole = of_days(date(2026, 10, 1), date(2026, 10, 31))
    hours = (whole[1] - whole[0]) // HOUR
    assert hours == 31 * 24 + 1
    autumn = standing_cost((MONTHLY,), OSLO, *of_days(AUTUMN))
    assert autumn == Fraction(12.9) * 25 / hours


def test_value_added_tax_is_on_top() -> None:
    charge = StandingCharge(10, Per.DAY, vat=25)
    assert standing_cost((charge,), OSLO, *of_days(ORDINARY)) == Fraction("12.5")


def test_nothing_is_paid_for_no_time_or_no_charge() -> None:
    start, end = of_days(ORDINARY)
    assert standing_cost((MONTHLY,), OSLO, start, start) == 0
    assert standing_cost((), OSLO, start, end) == 0


@given(
    st.lists(st.integers(0, 60 * 24 * 90), min_size=1, max_size=20),
    st.sampled_from([(MONTHLY,), (DAILY,), (MONTHLY, DAILY)]),
)
def test_parts_sum_to_the_whole_exactly(
    minutes: list[int], charges: tuple[StandingCharge, ...]
) -> None:
    start, end = midnight(date(2026, 2, 10), OSLO), midnight(date(2026, 5, 12), OSLO)
    cuts = sorted({start, end, *(start + timedelta(minutes=m) for m in minutes)})
    cuts = [cut for cut in cuts if cut <= end]
    total = sum(standing_cost(charges, OSLO, *part) for part in pairwise(cuts))
    assert total == standing_cost(charges, OSLO, start, end)


def test_costs_have_the_charges_of_their_time() -> None:
    start, end = of_days(AUTUMN)
    hours = [start + n * HOUR for n in range(25)]
    costs = [Slot[float | None](hour, hour + HOUR, 1.0) for hour in hours]
    costs[7] = Slot(hours[7], hours[8], None)
    charged = list(with_standing(costs, (DAILY,), OSLO))
    assert [(s.start, s.end) for s in charged] == [(s.start, s.end) for s in costs]
    # What is not known stays so.
    assert charged[7].value is None
    values = [slot.value for slot in charged if slot.value is not None]
    assert fsum(values) == pytest.approx(24 + 0.35 * 24 / 25, abs=1e-12)
    assert list(with_standing(costs, (), OSLO)) == costs
    assert hours[-1] + HOUR == end


def test_of_plain_options() -> None:
    rows = [{"amount": 9, "per": "day"}, {"amount": -1.5}]
    assert standing_of({"standing": rows}, 25) == (
        StandingCharge(9, Per.DAY, 25),
        StandingCharge(-1.5, Per.MONTH, 25),
    )
    assert Tariff.of({"vat": 25, "standing": rows}).standing[0].vat == 25
    assert standing_of({}, 0) == standing_of({"standing": None}, 0) == ()


@pytest.mark.parametrize(
    ("rows", "key", "row"),
    [
        ([{}], "missing_amount", "1"),
        ([{"amount": 1}, {"amount": "x"}], "invalid_number", "2"),
        ([{"amount": 1, "per": "week"}], "invalid_choice", "1"),
        ([{"amount": 1, "per": 3}], "invalid_choice", "1"),
        ([3], "invalid_row", "1"),
        ("none", "invalid_row", ""),
    ],
)
def test_what_is_malformed_is_named(rows: Any, key: str, row: str) -> None:
    with pytest.raises(InvalidTariff) as caught:
        standing_of({"standing": rows}, 0)
    assert (caught.value.key, caught.value.field, caught.value.row) == (
        *(key, "standing", row),
    )


def test_a_charge_is_of_the_local_month() -> None:
    # In UTC it is still October.
    now = datetime(2026, 10, 31, 23, tzinfo=UTC)
    rate = standing_cost((MONTHLY,), OSLO, now, now + HOUR)
    assert rate == Fraction(12.9) / (30 * 24)
