"""Readings as hours: in order, in the stored unit, without what cannot be right."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.energy_portals.history.hours import SeriesHours, hours_of
from custom_components.energy_portals.portals.history import Readings
from custom_components.energy_portals.portals.model.ledger import (
    CONSUMPTION,
    COST,
    NO_PRICE,
    LedgerSeries,
    Reckoned,
)
from custom_components.energy_portals.portals.model.ledger_days import Ledger
from custom_components.energy_portals.portals.model.series import Slot
from tests.history.published import DAY, HOUR, START, ZONE

KWH, EUR = LedgerSeries(CONSUMPTION), LedgerSeries(COST, "EUR")
SPAN = START, START + 2 * DAY
LEDGER = Ledger(zone=ZONE, begin=START, asked_until=START, now=START + 2 * DAY)


def _hours(
    ledger: Ledger = LEDGER, stored: dict[str, Any] | None = None, **values: float
) -> dict[str, SeriesHours]:
    """Return what comes of a constant value in each hour of two days, by series."""
    used = {"consumption": KWH, "cost": EUR}
    readings = Readings(
        series={
            used[key]: tuple(
                Slot(START + n * HOUR, START + (n + 1) * HOUR, value)
                for n in range(-1, 49)
            )
            for key, value in values.items()
        }
    )
    ids = {used[key]: key for key in values}
    parts = hours_of(readings, ids, stored or {}, ledger, SPAN)
    return {each.statistic_id: each for each in parts}


def test_energy_leads_and_what_was_not_asked_for_is_left_out() -> None:
    parts = _hours(cost=1.0, consumption=0.5)
    assert list(parts) == ["consumption", "cost"]
    assert parts["consumption"].hours.since == START
    assert len(parts["consumption"].hours.amounts) == 48


def test_energy_goes_on_in_the_unit_in_which_it_is_stored() -> None:
    parts = _hours(stored={"consumption": {"unit_of_measurement": "Wh"}}, consumption=2)
    assert parts["consumption"].unit == "Wh"
    assert set(parts["consumption"].hours.amounts.values()) == {2000}


def test_a_day_that_differs_from_the_portals_total_is_left_out() -> None:
    first = START.astimezone(ZONE).date()
    totals = {first: {CONSUMPTION: 12.0}, first + DAY: {CONSUMPTION: 13.0}}
    parts = _hours(replace(LEDGER, totals=totals), consumption=0.5)
    assert list(parts["consumption"].days) == [first + DAY]
    assert len(parts["consumption"].hours.amounts) == 24


def test_what_is_counted_cannot_be_negative() -> None:
    parts = _hours(consumption=-1.0, cost=-1.0)
    assert not parts["consumption"].hours.amounts
    assert parts["consumption"].refused == {"consumption.negative": 48}
    assert len(parts["cost"].hours.amounts) == 48


def _with(hour: float, **values: float | tuple[float, ...]) -> dict[str, SeriesHours]:
    """Return what comes of ones, but for one hour of some series, by their keys."""
    readings = {}
    for key, value in values.items():
        unit = "EUR" if key in {COST, "compensation"} else "kWh"
        readings[LedgerSeries(key, unit)] = tuple(
            Slot(START + n * HOUR, START + (n + 1) * HOUR, each)
            for n in range(48)
            for each in (
                (1.0,) if n != hour else value if isinstance(value, tuple) else (value,)
            )
        )
    ids = {series: series.key for series in readings}
    parts = hours_of(Readings(series=readings), ids, {}, LEDGER, SPAN)
    return {each.statistic_id: each for each in parts}


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (24_000.0, "implausible"),
        (1.7e308, "implausible"),
        (float("inf"), "not_finite"),
        ((1.0, 2.0), "ambiguous"),
    ],
)
@pytest.mark.parametrize(
    ("energy", "money"), [("consumption", "cost"), ("feed_in", "compensation")]
)
def test_money_of_energy_that_is_refused_is_refused(
    value: float | tuple[float, ...], why: str, energy: str, money: str
) -> None:
    parts = _with(5, **{energy: value, money: 0.3})
    refused = START + 5 * HOUR
    assert parts[energy].hours.refused == {refused: why}
    assert parts[energy].refused == {f"{energy}.{why}": 1}
    assert parts[money].hours.refused == {refused: "made_of_refused"}
    assert parts[money].refused == {f"{money}.made_of_refused": 1}
    for part in parts.values():
        assert len(part.hours.amounts) == 47
        assert refused not in part.hours.amounts


def test_a_total_of_which_a_part_is_refused_is_refused() -> None:
    """With the money, and without what is no part of it."""
    values = {"consumption": 2.0, "consumption_ht": -1.0, "cost": 0.5}
    parts = _with(3, **values, consumption_nt=3.0, feed_in=1.0)
    refused = START + 3 * HOUR
    whys = {key: part.hours.refused.get(refused) for key, part in parts.items()}
    assert whys == {
        "consumption": "made_of_refused",
        "consumption_ht": "negative",
        "consumption_nt": None,
        "cost": "made_of_refused",
        "feed_in": None,
    }


def test_a_site_that_may_draw_more_than_a_home() -> None:
    readings = Readings(series={KWH: (Slot(START, START + HOUR, 1800.0),)})
    for power, hours in ((None, 0), (1500.0, 0), (2000.0, 1), (float("nan"), 0)):
        told = replace(readings, power=power)
        (part,) = hours_of(told, {KWH: "consumption"}, {}, LEDGER, SPAN)
        assert len(part.hours.amounts) == hours


def test_days_are_held_against_what_can_be_believed() -> None:
    """Once each: what is infinite, or repeated, makes no sum."""
    day = START.astimezone(ZONE).date()
    ledger = replace(LEDGER, totals={day: {CONSUMPTION: 24.0}})
    slots = [Slot(START + n * HOUR, START + (n + 1) * HOUR, 1.0) for n in range(24)]
    huge = Slot(START + 24 * HOUR - HOUR / 4, START + 24 * HOUR, 1.7e308)
    readings = Readings(series={KWH: (*slots, *slots, huge, huge)})
    (part,) = hours_of(readings, {KWH: "consumption"}, {}, ledger, SPAN)
    assert part.days == {}
    assert len(part.hours.amounts) == 24
    assert part.refused == {"consumption.implausible": 1}


def test_money_that_was_reckoned() -> None:
    """What has no price is left and named; what lies beyond the span is another's."""
    money = LedgerSeries(COST, "EUR")
    slots = tuple(
        Slot(START + n * HOUR, START + (n + 1) * HOUR, None if n == 1 else 1.0)
        for n in range(3)
    )
    known = Reckoned(
        {START + HOUR: NO_PRICE, START + 3 * HOUR: "negative", SPAN[1]: NO_PRICE},
        {START: (0.5, 1.5), START + 9 * HOUR: (0.0, 1.0)},
    )
    readings = Readings(series={money: slots}, reckoned={COST: known})
    (part,) = hours_of(readings, {money: "cost"}, {}, LEDGER, SPAN)
    assert part.hours.refused == {
        START + HOUR: NO_PRICE,
        START + 3 * HOUR: "negative",
    }
    assert part.hours.left == {START + HOUR}
    assert part.hours.at_mean == {START: (0.5, 1.5)}
    assert part.refused == {"cost.no_price": 1, "cost.negative": 1}


def test_hours_that_may_only_not_be_told_yet_are_left() -> None:
    """What is stored of them stays; before them it is taken back as ever."""
    open_from = START + 40 * HOUR
    slots = tuple(
        Slot(START + n * HOUR, START + (n + 1) * HOUR, 1.0) for n in range(36)
    )
    readings = Readings(series={KWH: slots}, open_from=open_from)
    [part] = hours_of(readings, {KWH: "consumption"}, {}, LEDGER, SPAN)
    assert part.hours.left == {START + n * HOUR for n in range(40, 48)}
    [part] = hours_of(
        replace(readings, open_from=None), {KWH: "consumption"}, {}, LEDGER, SPAN
    )
    assert not part.hours.left
