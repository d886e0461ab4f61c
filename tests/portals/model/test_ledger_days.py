"""The recent days of a history, and how far its import has come."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
import json
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals.model.ledger import (
    CONSUMPTION,
    COST,
    HOUR,
    LedgerSeries,
)
from custom_components.energy_portals.portals.model.ledger_aside import Aside
from custom_components.energy_portals.portals.model.ledger_days import Ledger
from custom_components.energy_portals.portals.model.ledger_series import SeriesDays
from custom_components.energy_portals.portals.model.periods import midnight

ROME = ZoneInfo("Europe/Rome")
# 10:30 in Rome, three days after the night of autumn.
NOW = datetime(2026, 10, 28, 9, 30, tzinfo=UTC)
TODAY = date(2026, 10, 28)
DAY = timedelta(days=1)


def book(
    first: date, *gaps: datetime, until: datetime = NOW, key: str = CONSUMPTION
) -> SeriesDays:
    """Return a series with 1 in every whole hour but some."""
    states = {}
    hour = midnight(first, ROME)
    while hour + HOUR <= until:
        if hour not in gaps:
            states[hour] = 1.0
        hour += HOUR
    span = midnight(first, ROME), until
    empty = SeriesDays(series=LedgerSeries(key), statistic_id=f"x:{key}")
    return empty.with_hours(states, (), span, ROME, date(2026, 1, 1))


def ledger(*known: SeriesDays, until: datetime = NOW) -> Ledger:
    return Ledger(
        zone=ROME,
        begin=NOW - 100 * DAY,
        asked_until=until,
        now=NOW,
        by_series={each.series.key: each for each in known},
    )


def test_sums() -> None:
    found = ledger(book(date(2026, 9, 1)))
    assert found.amount_today(CONSUMPTION, NOW) == 10
    assert found.yesterday(CONSUMPTION, NOW) == 24
    assert found.last_month(CONSUMPTION, NOW) == 30 * 24
    assert found.this_month(CONSUMPTION, NOW) == 27 * 24 + 1 + 10
    assert found.latest(CONSUMPTION) == (datetime(2026, 10, 28, 8, tzinfo=UTC), 1.0)
    assert found.yesterday(COST, NOW) is None


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 10, 25), 25), (date(2026, 3, 29), 23)]
)
def test_days_of_other_lengths(day: date, hours: int) -> None:
    morning = midnight(day + DAY, ROME) + 9 * HOUR
    whole = book(day - DAY, until=morning)
    span = midnight(day - DAY, ROME), morning
    found = ledger(whole)
    assert found.yesterday(CONSUMPTION, morning) == hours
    for n in range(hours):
        missing = midnight(day, ROME) + n * HOUR
        states = {
            hour: 1.0
            for each in range(24 + hours + 9)
            if (hour := span[0] + each * HOUR) != missing
        }
        holed = whole.with_hours(states, (), span, ROME, date(2026, 1, 1))
        found = ledger(holed)
        assert found.yesterday(CONSUMPTION, morning) is None
        assert found.gaps(morning) == ((missing, missing + HOUR),)


def test_what_is_not_whole_has_no_sum() -> None:
    found = ledger(book(date(2026, 9, 2)))
    assert found.last_month(CONSUMPTION, NOW) is None
    hole = datetime(2026, 10, 27, 12, tzinfo=UTC)
    found = ledger(book(date(2026, 9, 1), hole))
    assert found.yesterday(CONSUMPTION, NOW) is None
    assert found.this_month(CONSUMPTION, NOW) == 27 * 24 + 1 + 10 - 1


def test_before_the_first_hour_of_today_nothing_is_known_of_it() -> None:
    midnight_now = midnight(TODAY, ROME)
    found = ledger(book(date(2026, 10, 1), until=midnight_now))
    assert found.amount_today(CONSUMPTION, midnight_now + HOUR / 2) is None
    assert found.yesterday(CONSUMPTION, midnight_now + HOUR / 2) == 24


def test_a_day_that_one_reading_covers_is_whole() -> None:
    start, end = midnight(TODAY - DAY, ROME), midnight(TODAY, ROME)
    covered = [start + n * HOUR for n in range(1, 24)]
    empty = SeriesDays(series=LedgerSeries(CONSUMPTION), statistic_id="x:y")
    found = empty.with_hours(
        {start: 7.5}, covered, (start, end), ROME, date(2026, 9, 1)
    )
    assert ledger(found).yesterday(CONSUMPTION, NOW) == 7.5
    assert ledger(found).missing_hours(NOW) == 0


def test_gaps_lie_between_known_hours_of_the_last_30_days() -> None:
    old, first = (
        datetime(2026, 9, 27, 12, tzinfo=UTC),
        datetime(2026, 9, 28, 12, tzinfo=UTC),
    )
    last = datetime(2026, 10, 20, 5, tzinfo=UTC)
    found = ledger(book(date(2026, 9, 1), old, first, first + HOUR, last))
    assert found.gaps(NOW) == ((first, first + 2 * HOUR), (last, last + HOUR))
    assert found.missing_hours(NOW) == 3
    # What is not there yet is late, not missing.
    assert ledger(book(date(2026, 10, 1), until=NOW - 2 * DAY)).missing_hours(NOW) == 0


def test_progress() -> None:
    assert ledger(until=NOW - 100 * DAY).progress() == 0
    assert ledger(until=NOW - 25 * DAY).progress() == 75
    assert not ledger(until=NOW - 25 * DAY).is_complete
    assert ledger().progress() == 100
    assert ledger().is_complete


def put_aside(start: datetime, days: int, since: datetime = NOW) -> Aside:
    """Return days that could not be read."""
    return Aside(
        start=start, end=start + days * DAY, why="broken", since=since, asked=since
    )


def test_what_is_put_aside_is_not_imported_and_missing() -> None:
    """However old it is, and until the user leaves it."""
    begin = midnight(TODAY, ROME) - 80 * DAY
    known = ledger(book(date(2026, 9, 1)))
    found = replace(known, aside=(put_aside(begin, 10),))
    assert found.progress() == pytest.approx(90)
    assert found.missing_hours(NOW) == 240
    assert found.left(NOW) == found
    left = found.left(NOW + 7 * DAY)
    assert (left.progress(), left.missing_hours(NOW)) == (100, 0)
    partial = replace(found, aside=(replace(found.aside[0], is_partial=True),))
    assert (partial.progress(), partial.missing_hours(NOW)) == (100, 0)
    # Hours that came before their day failed are there.
    today = replace(known, aside=(put_aside(midnight(TODAY, ROME), 1),))
    assert (today.progress(), today.missing_hours(NOW)) == (100, 0)
    whole = book(date(2026, 9, 1), until=midnight(TODAY, ROME) - 2 * DAY)
    late = replace(ledger(whole), aside=(put_aside(midnight(TODAY, ROME), 1),))
    assert late.missing_hours(NOW) == 10
    ahead = replace(known, aside=(put_aside(NOW + DAY, 1),))
    assert ahead.missing_hours(NOW) == 0


def test_a_gap_that_is_put_aside_counts_once_and_left_no_more() -> None:
    hole = midnight(date(2026, 10, 20), ROME)
    known = ledger(book(date(2026, 9, 1), *(hole + n * HOUR for n in range(30))))
    assert known.missing_hours(NOW) == 30
    found = replace(known, aside=(put_aside(hole, 1),))
    assert found.missing_hours(NOW) == 30
    assert found.left(NOW + 7 * DAY).missing_hours(NOW) == 6


def test_the_user_is_asked_after_a_week() -> None:
    old = put_aside(NOW - 90 * DAY, 2, since=NOW - 7 * DAY)
    new = put_aside(NOW - 50 * DAY, 2, since=NOW - 6 * DAY)
    found = replace(ledger(), aside=(old, new))
    assert found.unread(NOW) == (old,)
    assert found.unread(NOW + DAY) == (old, new)
    left = found.left(NOW)
    # What failed since was not asked about.
    assert left.unread(NOW + DAY) == (new,)
    assert left.left(NOW + DAY).unread(NOW + DAY) == ()
    again = found.asked_again(NOW)
    assert again.unread(NOW + 6 * DAY) == ()
    assert all(each.is_due(NOW) for each in again.aside)
    assert left.asked_again(NOW).aside[0] == left.aside[0]


def test_consumption_leads() -> None:
    cost = book(date(2026, 10, 1), key=COST)
    fridge = book(date(2026, 10, 1), key="appliance_fridge")
    used = book(date(2026, 10, 1))
    assert ledger(fridge, cost).lead == cost
    assert ledger(cost, used, fridge).lead == used
    assert ledger(fridge).lead == fridge
    assert ledger().lead is None
    assert ledger().missing_hours(NOW) == 0


def test_holds_for_a_day() -> None:
    assert ledger().holds(NOW + timedelta(hours=23))
    assert not ledger().holds(NOW + DAY)
    assert ledger().next_change(NOW) == midnight(TODAY + DAY, ROME)


def test_kept_over_a_restart() -> None:
    before = Ledger(
        zone=ROME,
        begin=NOW - 100 * DAY,
        asked_until=NOW - HOUR,
        now=NOW,
        by_series={CONSUMPTION: book(date(2026, 10, 20))},
        totals={TODAY: {CONSUMPTION: 3.25}},
        refused_hours={CONSUMPTION: {NOW - HOUR / 2: "implausible"}},
        follows="energy_portals:a_b_",
        aside=(
            put_aside(NOW - 90 * DAY, 2),
            replace(put_aside(NOW - 50 * DAY, 1), is_partial=True, is_left=True),
        ),
    )
    stored = json.loads(json.dumps(before.as_dict()))
    assert Ledger.from_dict(stored, ROME) == before


def test_what_was_kept_before_hours_were_refused() -> None:
    """As the store of such a version has it."""
    stored = {
        "begin": 1784592000.0,
        "asked_until": 1793176200.0,
        "now": 1793179800.0,
        "books": [
            {
                "key": "consumption",
                "unit": "kWh",
                "name": None,
                "statistic_id": "energy_portals:a_b_consumption",
                "first": 1792965600.0,
                "latest": [1793174400.0, 0.25],
                "days": {"2026-10-27": [6.5, 16777215], "2026-10-28": [1.5, 511]},
            }
        ],
        "totals": {"2026-10-27": {"consumption": 6.5}},
        "refused": {"consumption": {"2026-10-26": 0.05}},
        "conflicts": {"energy_portals:a_b_cost": "EUR"},
        "follows": None,
    }
    found = Ledger.from_dict(stored, ROME)
    assert found.refused_hours == {}
    assert found.aside == ()
    assert found.yesterday(CONSUMPTION, NOW) == 6.5
    # Nor would such a version miss anything of what is kept now.
    assert json.loads(json.dumps(found.as_dict())) == stored


def test_refused_hours_are_missing_and_asked_for_again() -> None:
    hole = datetime(2026, 10, 20, 5, tzinfo=UTC)
    late, old = datetime(2026, 10, 28, 8, tzinfo=UTC), NOW - 40 * DAY
    known = ledger(book(date(2026, 9, 1), hole, until=NOW - HOUR))
    found = replace(
        known,
        refused_hours={
            CONSUMPTION: {
                hole: "ambiguous",
                late: "implausible",
                old: "implausible",
            },
            COST: {late - 2 * HOUR: "implausible", late - HOUR: "implausible"},
        },
    )
    spans = [(hour, hour + HOUR) for hour in (hole, late)]
    assert found.gaps(NOW) == (*spans,)
    assert found.missing_hours(NOW) == 2
    assert known.missing_hours(NOW) == 1
    assert found.lacking(NOW) == (spans[0], (late - 2 * HOUR, late + HOUR))
    assert [*found.refusals()] == [
        (CONSUMPTION, "ambiguous", spans[0]),
        (CONSUMPTION, "implausible", (old, old + HOUR)),
        (CONSUMPTION, "implausible", spans[1]),
        (COST, "implausible", (late - 2 * HOUR, late)),
    ]


@pytest.mark.parametrize(
    "spoil", ["books", "begin", "totals", "now", "refused_hours", "aside"]
)
def test_what_was_not_kept_is_refused(spoil: str) -> None:
    stored = ledger(book(date(2026, 10, 20))).as_dict()
    with pytest.raises(ValueError):
        Ledger.from_dict({**stored, spoil: [3]}, ROME)
    for moment in (-1.0, 1e12):
        with pytest.raises(ValueError):
            Ledger.from_dict({**stored, "now": moment}, ROME)
    with pytest.raises(ValueError):
        Ledger.from_dict(None, ROME)


def test_hours_at_their_mean_price() -> None:
    """They are kept, and told by series and span."""
    spans = (NOW - 9 * HOUR, NOW - 6 * HOUR), (NOW - 2 * HOUR, NOW - HOUR)
    known = ledger(book(date(2026, 10, 1)))
    found = replace(known, at_mean={COST: spans})
    assert Ledger.from_dict(found.as_dict(), ROME).at_mean == {COST: spans}
    assert found.count_at_mean() == 4
    assert found.hours_at_mean(COST, (NOW - 7 * HOUR, NOW)) == {
        NOW - 7 * HOUR,
        NOW - 2 * HOUR,
    }
    assert found.hours_at_mean(CONSUMPTION, (NOW - 7 * HOUR, NOW)) == set()
    assert "at_mean" not in str(known.as_dict())
