"""Readings as hours: in order, in the stored unit, without what cannot be right."""

from dataclasses import replace
from typing import Any

from custom_components.energy_portals.history.hours import SeriesHours, hours_of
from custom_components.energy_portals.portals.history import Readings
from custom_components.energy_portals.portals.model.ledger import (
    CONSUMPTION,
    COST,
    LedgerSeries,
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
    assert sum(parts["consumption"].refused.values()) == 48
    assert all(why.startswith("consumption.") for why in parts["consumption"].refused)
    assert len(parts["cost"].hours.amounts) == 48
