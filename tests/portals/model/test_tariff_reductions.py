"""What is taken off a price, and where it ends."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.model.ledger import costs
from custom_components.energy_portals.portals.model.ledger_costs import (
    nothing,
    reckoned,
    reckoned_with_limits,
)
from custom_components.energy_portals.portals.model.prices import (
    HOUR,
    Price,
    PriceSeries,
    Tax,
)
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.model.tariff import Tariff
from custom_components.energy_portals.portals.model.tariff_options import InvalidTariff
from custom_components.energy_portals.portals.model.tariff_reductions import (
    Counted,
    costs_with_limits,
    counted_from,
    without_limited,
)

OSLO = ZoneInfo("Europe/Oslo")
START = datetime(2026, 11, 1, tzinfo=OSLO).astimezone(UTC)


def _raw(*values: float, tax: Tax = Tax.EXCLUDED) -> PriceSeries:
    """Return prices by the hour from the beginning of November."""
    slots = tuple(
        Slot(START + n * HOUR, START + (n + 1) * HOUR, Price(value))
        for n, value in enumerate(values)
    )
    return PriceSeries("NOK", tax, Series(slots))


def _energy(*values: float | None) -> list[Slot[float | None]]:
    """Return energy by the hour from the beginning of November."""
    return [
        Slot(START + n * HOUR, START + (n + 1) * HOUR, value)
        for n, value in enumerate(values)
    ]


def _tariff(*rows: dict[str, Any], **options: Any) -> Tariff:
    """Return a tariff with these reductions."""
    return Tariff.of({"reductions": list(rows), "counted": "sensor.m", **options})


def _prices(tariff: Tariff, raw: PriceSeries) -> list[float]:
    """Return what is shown, each the sum of its components."""
    shown = tariff.shown(raw, OSLO)
    for slot in shown.slots:
        parts = [amount for _, amount in slot.value.components]
        assert sum(parts) == pytest.approx(slot.value.value)
    return [round(slot.value.value, 6) for slot in shown.slots]


# --- prices


def test_a_share_above_a_threshold() -> None:
    support = _tariff({"share": 90, "above": 0.77}, vat=25)
    assert _prices(support, _raw(1.77, 0.77, 0.5, -0.1)) == [
        round((1.77 - 0.9) * 1.25, 6),
        0.9625,
        0.625,
        -0.125,
    ]
    # A raw price with its tax is reduced with its tax.
    assert _prices(support, _raw(1.77, tax=Tax.INCLUDED)) == [0.87]
    cap = _tariff({"share": 100, "above": 0.4})
    assert _prices(cap, _raw(0.9, 0.3)) == [0.4, 0.3]


def test_an_amount_goes_with_what_is_added() -> None:
    tariff = _tariff({"amount": 0.1}, {"amount": -0.02}, fixed=0.3, vat=10)
    assert _prices(tariff, _raw(1.0, tax=Tax.INCLUDED)) == [1 + 0.22 * 1.1]


def test_prices_before_and_after_a_limit() -> None:
    tariff = _tariff({"share": 90, "above": 0.77, "up_to": 5}, vat=25)
    raw = _raw(1.77)
    assert _prices(tariff, raw) == [round(0.87 * 1.25, 6)]
    used = Counted(_energy(3.0, 2.0), OSLO)
    before, after = (START + n * HOUR for n in (1, 2))
    assert used.ended(tariff.limits, before) == frozenset()
    ended = used.ended(tariff.limits, after)
    assert ended == {(1, date(2026, 11, 1))}
    beyond = Tariff(vat=25, reductions=tariff.reductions, ended=ended)
    assert _prices(beyond, raw) == [round(1.77 * 1.25, 6)]
    # Whichever of the two it was, what it is beyond all limits can be told.
    for each in (tariff, beyond):
        (slot,) = without_limited(each.shown(raw, OSLO)).slots
        assert slot.value.value == pytest.approx(1.77 * 1.25)
    # December begins anew.
    month = timedelta(days=30)
    december = PriceSeries(
        "NOK",
        Tax.EXCLUDED,
        Series(tuple(Slot(s.start + month, s.end + month, s.value) for s in raw.slots)),
    )
    assert _prices(beyond, december) == [round(0.87 * 1.25, 6)]


# --- costs


def _cost(tariff: Tariff, energy: list[Slot[float | None]], *raw: float) -> list[Any]:
    """Return costs, once by each of the two that make them."""
    shown = tariff.shown(_raw(*raw), OSLO)
    counted = Counted(energy, OSLO)
    limits = tariff.limits
    made = costs_with_limits(costs, energy, shown, limits, counted)
    other, _ = reckoned_with_limits(energy, shown, nothing, limits, counted)
    known = [slot.value for slot in made if slot.value is not None]
    assert [slot.value for slot in other if slot.value is not None] == pytest.approx(
        known
    )
    return [slot.value for slot in made]


def test_a_limit_is_crossed_within_an_hour() -> None:
    tariff = _tariff({"amount": 0.5, "up_to": 5})
    assert _cost(tariff, _energy(3.0, 4.0, 1.0), 1.0, 1.0, 1.0) == pytest.approx(
        [1.5, 4.0 - 1.0, 1.0]
    )


def test_two_limits_of_a_month_and_of_a_year() -> None:
    tariff = _tariff(
        {"amount": 0.5, "up_to": 2, "each": "month"},
        {"amount": 0.1, "up_to": 5, "each": "year"},
        {"amount": 0.01},
    )
    made = _cost(tariff, _energy(4.0, 4.0), 1.0, 1.0)
    assert made == pytest.approx([4 * 0.99 - 1.0 - 0.4, 4 * 0.99 - 0.1])


def test_a_year_counts_from_january_on() -> None:
    tariff = _tariff({"amount": 0.5, "up_to": 100, "each": "year"})
    begun = counted_from(tariff.limits, START, OSLO)
    assert begun == datetime(2026, 1, 1, tzinfo=OSLO)
    earlier = [Slot(begun - HOUR, begun, 500.0), Slot(begun, begun + HOUR, 99.0)]
    energy = _energy(2.0)
    counted = Counted([*earlier, *energy], OSLO)
    shown = tariff.shown(_raw(1.0), OSLO)
    (slot,) = costs_with_limits(costs, energy, shown, tariff.limits, counted)
    assert slot.value == pytest.approx(2.0 - 0.5)
    assert counted_from((), START, OSLO) == START


def test_what_is_not_known_has_no_cost() -> None:
    tariff = _tariff({"amount": 0.5, "up_to": 5})
    assert _cost(tariff, _energy(None, 1.0, 1.0), 1.0, 1.0) == [None, 0.5, None]


def test_a_mean_keeps_its_bounds() -> None:
    """An hour over two prices is at their mean, within limits as well."""
    tariff = _tariff({"amount": 0.5, "up_to": 5})
    half = HOUR / 2
    slots = (
        Slot(START, START + half, Price(1.0)),
        Slot(START + half, START + HOUR, Price(2.0)),
    )
    shown = tariff.shown(PriceSeries("NOK", Tax.EXCLUDED, Series(slots)), OSLO)
    energy = _energy(4.0)
    counted = Counted(energy, OSLO)
    made, told = reckoned_with_limits(energy, shown, nothing, tariff.limits, counted)
    assert made[0].value == pytest.approx(6.0 - 2.0)
    assert told.at_mean[START] == pytest.approx((2.0, 6.0))
    plain, _ = reckoned_with_limits(energy, shown, nothing, (), counted)
    assert plain == reckoned(energy, shown)[0]


@given(
    hours=st.lists(st.floats(0, 50), min_size=1, max_size=24),
    up_to=st.floats(0, 200),
)
def test_no_more_is_taken_off_than_the_limit_holds(
    hours: list[float], up_to: float
) -> None:
    tariff = _tariff({"amount": 0.25, "up_to": up_to})
    made = _cost(tariff, _energy(*hours), *(1.0 for _ in hours))
    off = sum(hours) - sum(made)
    assert off == pytest.approx(0.25 * min(sum(hours), up_to), abs=1e-6)


def test_of_two_readings_of_a_time_one_counts() -> None:
    counted = Counted([*_energy(2.0), Slot(START, START + HOUR / 2, 1.0)], OSLO)
    limit = _tariff({"amount": 1, "up_to": 9}).limits[0]
    assert counted.used(limit, START + HOUR) == 2.0
    assert counted.used(limit, START + HOUR / 2) == 1.0
    assert counted.used(limit, START) == 0.0
    # Where nothing is used, a limit holds until it is reached.
    later = START + 5 * HOUR
    assert counted.share(limit, later, later + HOUR) == 1.0


# --- options


@pytest.mark.parametrize(
    ("rows", "key", "row"),
    [
        ([{}], "missing_amount", "1"),
        ([{"name": "a", "share": "x"}], "invalid_number", "1 (a)"),
        ([{"amount": 1, "each": "week"}], "invalid_choice", "1"),
        ([{"amount": 1, "up_to": -1}], "invalid_number", "1"),
        (["a"], "invalid_row", "1"),
    ],
)
def test_malformed_rows(rows: list[Any], key: str, row: str) -> None:
    with pytest.raises(InvalidTariff) as caught:
        Tariff.of({"reductions": rows, "counted": "sensor.m"})
    assert (caught.value.key, caught.value.field) == (key, "reductions")
    assert caught.value.row == row


def test_a_limit_needs_what_it_counts() -> None:
    rows = [{"amount": 1, "up_to": 10}]
    with pytest.raises(InvalidTariff) as caught:
        Tariff.of({"reductions": rows})
    assert (caught.value.key, caught.value.field) == ("missing_counted", "counted")
    with pytest.raises(InvalidTariff):
        Tariff.of({"reductions": rows, "counted": 7})
    # Without a limit there is nothing to count.
    assert Tariff.of({"reductions": [{"amount": 1}], "counted": ""}).counted is None
