"""What is known of a span once its hours are stored."""

from collections import Counter
from dataclasses import replace
from datetime import date
import math

import pytest

from custom_components.energy_portals.history.hours import SeriesHours
from custom_components.energy_portals.history.noting import noted, with_totals
from custom_components.energy_portals.portals.history import Readings
from custom_components.energy_portals.portals.model.ledger import (
    CONSUMPTION,
    COST,
    Hours,
    LedgerSeries,
)
from custom_components.energy_portals.portals.model.ledger_days import Ledger
from custom_components.energy_portals.portals.model.ledger_rewrite import Rewrite
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
    assert with_totals(ledger, readings, Counter()).totals == {
        new: {COST: 2.0, CONSUMPTION: 3.0}
    }


@pytest.mark.parametrize("total", [math.nan, math.inf, -1.0, 1e9])
def test_a_total_that_cannot_be_true_is_refused(total: float) -> None:
    """It would be a day's that nothing equals, or that is kept as no number."""
    refused: Counter[str] = Counter()
    readings = Readings(series={}, totals={FIRST: {CONSUMPTION: total, COST: 1.0}})
    assert with_totals(LEDGER, readings, refused).totals == {FIRST: {COST: 1.0}}
    assert refused == {"consumption.total": 1}
    beyond = Readings(series={}, totals={date.max: {CONSUMPTION: 1.0}})
    assert with_totals(LEDGER, beyond, refused).totals == {}


def _refusing(*numbers: int, key: str = CONSUMPTION) -> SeriesHours:
    """Return a series of which readings of some hours were refused."""
    hours = {START + n * HOUR: "implausible" for n in numbers}
    return replace(_part(key), hours=Hours({}, {}, START, refused=hours))


def test_hours_that_are_refused_are_known_to_be_missing() -> None:
    """Until they are asked for again, or something is stored of them after all."""
    ledger, _ = noted(LEDGER, (_refusing(1, 2),), {CONSUMPTION: _stored(0, 2)}, SPAN)
    assert ledger.refused_hours == {CONSUMPTION: {START + HOUR: "implausible"}}
    assert ledger.missing_hours(LEDGER.now) == 1
    other = SPAN[1], SPAN[1] + DAY
    part = _refusing(60, key=COST)
    ledger, _ = noted(ledger, (part,), {COST: _stored()}, other)
    assert set(ledger.refused_hours) == {CONSUMPTION, COST}
    assert ledger.lacking(LEDGER.now) == (
        (START + HOUR, START + 2 * HOUR),
        (START + 60 * HOUR, START + 61 * HOUR),
    )
    # Of what it costs, nobody counts the hours.
    assert ledger.missing_hours(LEDGER.now) == 1
    ledger, _ = noted(ledger, (_part(),), {CONSUMPTION: _stored(0, 1, 2)}, SPAN)
    assert set(ledger.refused_hours) == {COST}
    later = replace(ledger, now=LEDGER.now + 40 * DAY)
    ledger, _ = noted(later, (), {}, SPAN)
    assert ledger.refused_hours == {}


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


def test_what_is_at_a_mean_price_stays_so_until_it_is_told() -> None:
    """Of the span the second is untold, the third exact now; one is of another span."""
    known = (START, START + 3 * HOUR), (START + 5 * DAY, START + 5 * DAY + HOUR)
    ledger = replace(LEDGER, at_mean={COST: known})
    part = replace(
        _part(COST), hours=Hours({START: 1.0, START + 2 * HOUR: 1.0}, {}, START)
    )
    change = replace(_stored(0, 1, 2), at_mean=frozenset({START}))
    found, _ = noted(ledger, [part], {COST: change}, SPAN)
    assert found.at_mean == {COST: ((START, START + 2 * HOUR), known[1])}
    nothing = replace(ledger, at_mean={COST: known[:1]})
    found, _ = noted(nothing, [part], {COST: _stored(0, 2)}, SPAN)
    assert found.at_mean == {}
