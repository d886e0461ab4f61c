"""What is known of a span once its hours are stored."""

from collections import Counter
from dataclasses import replace
from datetime import date

from custom_components.energy_portals.history.hours import SeriesHours
from custom_components.energy_portals.history.noting import noted, with_totals
from custom_components.energy_portals.portals.history import Readings
from custom_components.energy_portals.portals.model.ledger import (
    CONSUMPTION,
    COST,
    Hours,
    LedgerSeries,
    Rewrite,
)
from custom_components.energy_portals.portals.model.ledger_days import Ledger
from tests.history.published import DAY, HOUR, START, ZONE

SPAN = START, START + 2 * DAY
LEDGER = Ledger(zone=ZONE, begin=START, asked_until=START, now=START + 20 * DAY)
FIRST = START.astimezone(ZONE).date()


def _part(key: str = CONSUMPTION, **days: float) -> SeriesHours:
    return SeriesHours(
        series=LedgerSeries(key),
        statistic_id=key,
        unit="kWh",
        hours=Hours({}, {}, START),
        refused=Counter(),
        days={date.fromisoformat(day): share for day, share in days.items()},
    )


def _stored(*numbers: int) -> Rewrite:
    states = {START + n * HOUR: 1.0 for n in numbers}
    return Rewrite(rows=(), states=states, unchanged=len(states))


def test_totals_of_old_days_go() -> None:
    old, new = LEDGER.oldest_day() - DAY, LEDGER.oldest_day()
    ledger = replace(LEDGER, totals={old: {COST: 1.0}, new: {COST: 2.0}})
    readings = Readings(series={}, totals={new: {CONSUMPTION: 3.0}})
    assert with_totals(ledger, readings).totals == {new: {COST: 2.0, CONSUMPTION: 3.0}}


def test_gaps_are_those_of_the_leading_series() -> None:
    stored = {CONSUMPTION: _stored(0, 1, 4), COST: _stored(0, 4)}
    ledger, gaps = noted(LEDGER, (_part(), _part(COST)), stored, SPAN)
    assert gaps == [(START + 2 * HOUR, START + 4 * HOUR)]
    assert set(ledger.by_series) == {CONSUMPTION, COST}
    assert ledger.lead is not None
    assert ledger.lead.latest == (START + 4 * HOUR, 1.0)


def test_a_series_of_which_nothing_was_stored_is_not_known() -> None:
    ledger, gaps = noted(LEDGER, (_part(),), {CONSUMPTION: _stored()}, SPAN)
    assert (ledger.by_series, gaps) == ({}, [])


def test_a_series_that_goes_on_elsewhere_begins_anew() -> None:
    ledger, _ = noted(LEDGER, (_part(),), {CONSUMPTION: _stored(0)}, SPAN)
    other = replace(_part(), statistic_id="other")
    ledger, _ = noted(ledger, (other,), {"other": _stored(30)}, SPAN)
    assert ledger.by_series[CONSUMPTION].statistic_id == "other"


def test_refused_days_of_other_spans_stay() -> None:
    later = FIRST + 5 * DAY
    refused = {CONSUMPTION: {FIRST: 0.5, later: 0.25}}
    part = replace(_part(), days={FIRST + DAY: 0.75})
    ledger, _ = noted(
        replace(LEDGER, refused=refused), (part,), {CONSUMPTION: _stored(0)}, SPAN
    )
    assert ledger.refused == {CONSUMPTION: {later: 0.25, FIRST + DAY: 0.75}}
