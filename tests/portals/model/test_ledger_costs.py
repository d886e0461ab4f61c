"""What measured energy costs, as exactly as it can be known."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import inf, nan

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.model.ledger import NO_PRICE, Reckoned
from custom_components.energy_portals.portals.model.ledger_costs import (
    PRICE_CHANGES,
    reckoned,
)
from custom_components.energy_portals.portals.model.prices import Price, PriceSeries
from custom_components.energy_portals.portals.model.series import Series, Slot

HOUR = timedelta(hours=1)
START = datetime(2026, 10, 24, 22, tzinfo=UTC)


def at(hours: float) -> datetime:
    return START + hours * HOUR


def slots[V](step: float, *values: V, first: float = 0) -> list[Slot[V]]:
    return [
        Slot(at(first + n * step), at(first + (n + 1) * step), value)
        for n, value in enumerate(values)
    ]


def quarters(*values: float | None) -> PriceSeries:
    found = (
        Slot(slot.start, slot.end, Price(slot.value))
        for slot in slots(0.25, *values)
        if slot.value is not None
    )
    return PriceSeries("EUR", slots=Series.of(found))


def cost(
    energy: Sequence[Slot[float]], prices: PriceSeries
) -> tuple[list[float | None], Reckoned]:
    found, known = reckoned(energy, prices)
    return [slot.value for slot in found], known


PRICES = quarters(0.1, 0.2, -0.3, 0.4)


def test_each_part_of_an_hour_costs_its_price() -> None:
    """Whatever the register's step, as long as no reading lasts over a change."""
    exact = 1 * 0.1 + 2 * 0.2 - 3 * 0.3 + 4 * 0.4
    amounts, known = cost(slots(0.25, 1.0, 2.0, 3.0, 4.0), PRICES)
    assert amounts == [pytest.approx(exact, abs=1e-12)]
    fine = [value / 3 for value in (1.0, 2.0, 3.0, 4.0) for _ in range(3)]
    assert cost(slots(1 / 12, *fine), PRICES)[0] == [pytest.approx(exact, abs=1e-12)]
    assert (known.unknown, known.at_mean) == ({}, {})


def test_an_hour_is_taken_at_its_mean_price_and_told() -> None:
    amounts, known = cost(slots(1, 10.0), PRICES)
    assert amounts == [pytest.approx(1.0)]
    assert known.at_mean == {at(0): (-3.0, 4.0)}
    # A restart: nothing is known of five minutes, across a change of the price.
    energy = slots(0.25, 1.0, 2.0, 3.0)
    energy[1:] = [Slot(at(0.25), at(1), 5.0)]
    amounts, known = cost(energy, PRICES)
    assert amounts == [pytest.approx(0.6)]
    assert known.at_mean.keys() == {at(0)}
    # Of a register that stood still, it is known.
    energy[1:] = [Slot(at(0.25), at(1), 0.0)]
    amounts, known = cost(energy, PRICES)
    assert (amounts, known.at_mean) == ([pytest.approx(0.1)], {})


def test_one_price_needs_no_mean() -> None:
    """Neither of an hour nor of what is longer."""
    flat = quarters(*[0.25] * 12)
    amounts, known = cost(slots(1, 4.0), flat)
    assert (amounts, known.at_mean) == ([1.0], {})
    amounts, known = cost([Slot(at(0), at(3), 8.0)], flat)
    assert (amounts, known.unknown) == ([2.0], {})


def test_a_gap_over_a_change_of_the_price_has_no_cost() -> None:
    energy = [Slot(at(0), at(2), 8.0)]
    amounts, known = cost(energy, quarters(*[0.1] * 4, *[0.2] * 4))
    assert amounts == [None]
    assert known.unknown == {at(0): PRICE_CHANGES, at(1): PRICE_CHANGES}


@pytest.mark.parametrize(
    "prices", [(None, 0.2, 0.3, 0.4), (0.1, None, 0.3, 0.4), (0.1, 0.2, 0.3, None)]
)
def test_an_hour_without_a_price_is_unknown(prices: tuple[float | None, ...]) -> None:
    """However little of it lacks one, and be its energy nothing."""
    for value in (1.0, 0.0):
        amounts, known = cost(slots(0.25, *[value] * 4), quarters(*prices))
        assert amounts == [None]
        assert known.unknown == {at(0): NO_PRICE}
    assert cost(slots(1, 1.0), PriceSeries(""))[1].unknown == {at(0): NO_PRICE}


def test_a_register_that_goes_back() -> None:
    """Within a price that is made up; over prices the hour tells, if it can be true."""
    fine = [0.5, -0.1, 0.6, *[0.0] * 9]
    amounts, known = cost(slots(1 / 12, *fine), PRICES)
    assert (amounts, known.at_mean) == ([pytest.approx(0.1)], {})
    amounts, known = cost(slots(0.25, 1.0, -0.5, 1.0, 0.5), PRICES)
    assert amounts == [pytest.approx(0.2)]
    assert known.at_mean == {at(0): (-0.6, 0.8)}
    amounts, known = cost(slots(1, -1.0), PRICES)
    assert (amounts, known.unknown) == ([None], {at(0): "negative"})
    # What two sums lose by rounding is no energy.
    assert cost(slots(1, -1e-12), PRICES)[0] == [0.0]
    parts = slots(0.25, 1.0, -1e-12, 1.0, 0.0)
    assert cost(parts, PRICES)[1].at_mean == {}


@pytest.mark.parametrize(
    ("value", "why"), [(nan, "not_finite"), (inf, "not_finite"), (1e3, "implausible")]
)
def test_what_cannot_be_true_has_no_cost(value: float, why: str) -> None:
    amounts, known = cost(slots(1, value, 1.0), quarters(*[0.1] * 8))
    assert amounts == [None, 0.1]
    assert known.unknown == {at(0): why}


def test_an_hour_that_is_not_filled_is_a_gap() -> None:
    assert cost(slots(0.25, 1.0, 1.0, 1.0), PRICES) == ([], Reckoned())


def test_two_answers_are_one() -> None:
    one = Reckoned({at(0): NO_PRICE}, {at(1): (0.0, 1.0)})
    other = Reckoned({at(2): NO_PRICE}, {at(3): (0.0, 1.0)})
    both = one.joined(other)
    assert both.unknown.keys() == {at(0), at(2)}
    assert both.at_mean.keys() == {at(1), at(3)}


def _oracle(energy: Sequence[float], prices: Sequence[float]) -> Iterator[Fraction]:
    """Yield the exact cost of each hour of quarters, in whole thousandths."""
    for hour in range(0, len(energy), 4):
        yield sum(
            (
                Fraction(round(energy[n] * 1000), 1000)
                * Fraction(round(prices[n] * 1000), 1000)
                for n in range(hour, hour + 4)
            ),
            Fraction(),
        )


@given(
    st.lists(
        st.tuples(st.integers(0, 9000), st.integers(-500, 3000)),
        min_size=8,
        max_size=100,
    )
)
def test_any_day_costs_what_its_quarters_cost(told: list[tuple[int, int]]) -> None:
    told = told[: len(told) // 4 * 4]
    energy, prices = ([each[n] / 1000 for each in told] for n in (0, 1))
    amounts, known = cost(slots(0.25, *energy), quarters(*prices))
    assert not known.at_mean
    assert amounts == [
        pytest.approx(float(each), abs=1e-9) for each in _oracle(energy, prices)
    ]
    # By the hour, each is between what it may have cost.
    hours = [sum(energy[n : n + 4]) for n in range(0, len(energy), 4)]
    _, known = cost(slots(1, *hours), quarters(*prices))
    for hour, exact in zip(range(len(hours)), amounts, strict=True):
        assert exact is not None
        if at(hour) in known.at_mean:
            least, most = known.at_mean[at(hour)]
            assert least - 1e-9 <= exact <= most + 1e-9
