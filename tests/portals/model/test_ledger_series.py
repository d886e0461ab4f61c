"""The recent days of one series, and spans of days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from custom_components.energy_portals.portals.model.ledger import (
    CONSUMPTION,
    HOUR,
    LedgerSeries,
)
from custom_components.energy_portals.portals.model.ledger_series import (
    SeriesDays,
    days_between,
    days_in,
    days_of,
    joined_spans,
    spans_of,
    whole_days,
    without_span,
)
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


def test_a_span_replaces_its_days_alone() -> None:
    held = book(date(2026, 10, 1))
    span = midnight(date(2026, 10, 10), ROME), midnight(date(2026, 10, 12), ROME)
    states = {span[0] + n * HOUR: 2.0 for n in range(24)}
    found = held.with_hours(states, (), span, ROME, date(2026, 9, 1))
    assert found.days[date(2026, 10, 9)].amount == 24
    assert found.days[date(2026, 10, 10)].amount == 48
    assert date(2026, 10, 11) not in found.days
    assert found.latest == held.latest
    assert found.first == held.first


def test_old_days_are_let_go() -> None:
    found = book(date(2026, 9, 1)).with_hours(
        {}, (), (NOW - HOUR, NOW), ROME, date(2026, 10, 1)
    )
    assert min(found.days) == date(2026, 10, 1)


def test_the_latest_hour_may_be_withdrawn() -> None:
    held = book(date(2026, 10, 1))
    start = midnight(TODAY, ROME)
    found = held.with_hours({start: 3.0}, (), (start, NOW), ROME, date(2026, 9, 1))
    assert found.latest == (start, 3.0)


def test_days_of_a_span() -> None:
    """The night of autumn is one of 25 hours."""
    first, last = date(2026, 10, 24), date(2026, 10, 26)
    span = midnight(first, ROME) + HOUR, midnight(last, ROME) + HOUR
    assert days_of(span, ROME) == (first, last)
    assert days_in(span, ROME) == 3
    assert [*days_between(first, last)] == [first, first + DAY, last]
    assert whole_days(span, ROME) == (
        midnight(first, ROME),
        midnight(last + DAY, ROME),
    )
    assert days_in((span[0], midnight(last, ROME)), ROME) == 2


def test_runs_of_hours() -> None:
    hours = {NOW, NOW + HOUR, NOW + 3 * HOUR}
    assert [*spans_of(hours)] == [
        (NOW, NOW + 2 * HOUR),
        (NOW + 3 * HOUR, NOW + 4 * HOUR),
    ]


def test_spans_without_another() -> None:
    one, two = (NOW, NOW + 4 * HOUR), (NOW + 6 * HOUR, NOW + 8 * HOUR)
    assert [*without_span((one, two), (NOW + HOUR, NOW + 7 * HOUR))] == [
        (NOW, NOW + HOUR),
        (NOW + 7 * HOUR, NOW + 8 * HOUR),
    ]
    inner = NOW + HOUR, NOW + 2 * HOUR
    left = [*without_span((one,), inner)]
    assert left == [(NOW, NOW + HOUR), (NOW + 2 * HOUR, NOW + 4 * HOUR)]
    assert joined_spans((*left, two, inner)) == (one, two)
    assert [*without_span((one, two), (NOW - HOUR, NOW))] == [one, two]
