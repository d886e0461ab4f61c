"""Occasions that may overlap: what is on, what comes, and when that changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.model.agenda import Agenda, Occasion
from custom_components.energy_portals.portals.model.series import Changing, Series, Slot

OSLO = ZoneInfo("Europe/Oslo")
START = datetime(2026, 11, 18, 12, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def hours(first: float, last: float, title: str | None = None) -> Occasion:
    """Return an occasion between hours after the start."""
    return Occasion(start=START + first * HOUR, end=START + last * HOUR, title=title)


def at(hour: float) -> datetime:
    return START + hour * HOUR


LONG, INNER, LATER = hours(0, 6, "long"), hours(1, 2, "inner"), hours(4, 8, "later")
AGENDA = Agenda.of([LATER, INNER, LONG])


def test_occasions_are_put_in_order() -> None:
    assert list(AGENDA) == [LONG, INNER, LATER]
    twin = hours(0, 3)
    assert list(Agenda.of([LONG, twin])) == [twin, LONG]
    with pytest.raises(ValueError):
        Agenda((INNER, LONG))


@pytest.mark.parametrize(
    ("hour", "expected"),
    [
        (-0.1, None),
        (0, LONG),
        (1.5, LONG),
        (4, LONG),
        (5.9, LONG),
        # One that began first is over, and the one behind it is still on.
        (6, LATER),
        (7.9, LATER),
        (8, None),
    ],
)
def test_of_several_what_began_first_is_on(
    hour: float, expected: Occasion | None
) -> None:
    assert AGENDA.at(at(hour)) == expected


@pytest.mark.parametrize(
    ("hour", "expected"),
    [(-1, LONG), (0, INNER), (0.9, INNER), (1, LATER), (3.9, LATER), (4, None)],
)
def test_what_starts_next_comes_after_now(
    hour: float, expected: Occasion | None
) -> None:
    assert AGENDA.after(at(hour)) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (-2, 0, []),
        (-2, 0.1, [LONG]),
        (2, 4, [LONG]),
        (1.9, 4.1, [LONG, INNER, LATER]),
        (6, 9, [LATER]),
        (8, 9, []),
        (-9, 99, [LONG, INNER, LATER]),
    ],
)
def test_a_span_has_what_shares_time_with_it(
    first: float, last: float, expected: list[Occasion]
) -> None:
    assert list(AGENDA.between(at(first), at(last))) == expected


@pytest.mark.parametrize(
    ("hour", "expected"),
    [(-1, 0), (0, 1), (1, 2), (2, 4), (4, 6), (5.5, 6), (6, 8), (8, None)],
)
def test_it_changes_when_something_starts_or_ends(
    hour: float, expected: float | None
) -> None:
    assert AGENDA.next_change(at(hour)) == (None if expected is None else at(expected))
    assert isinstance(AGENDA, Changing)


def test_an_empty_agenda_has_nothing() -> None:
    empty = Agenda()
    assert empty.at(START) is empty.after(START) is empty.next_change(START) is None
    assert empty.between(START, at(99)) == ()
    assert repr(empty) == "<Agenda of 0 occasions>"


@pytest.mark.parametrize(
    ("day", "length"),
    [(date(2026, 3, 29), 23), (date(2026, 11, 18), 24), (date(2026, 10, 25), 25)],
)
def test_a_whole_day_is_a_local_one(day: date, length: int) -> None:
    occasion = Occasion.on(day, OSLO, title="due", detail="7")
    assert (occasion.end - occasion.start) / HOUR == length
    for moment in (occasion.start, occasion.end - MINUTE):
        assert moment.astimezone(OSLO).date() == day
    assert (occasion.day, occasion.title, occasion.detail) == (day, "due", "7")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (START, START),
        (START + HOUR, START),
        (START.replace(tzinfo=None), START + HOUR),
        (START, (START + HOUR).astimezone(OSLO)),
    ],
)
def test_what_is_no_interval_in_utc_is_refused(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError):
        Occasion(start=start, end=end)


def test_a_series_has_no_titles() -> None:
    series = Series.of([Slot(at(2), at(3), 40.0), Slot(at(0), at(1), 50.0)])
    agenda = Agenda.of_series(series, lambda slot: f"{slot.value:g} %")
    assert [(each.start, each.end, each.title, each.detail) for each in agenda] == [
        (at(0), at(1), None, "50 %"),
        (at(2), at(3), None, "40 %"),
    ]


OCCASIONS = st.builds(
    lambda start, length: hours(start, start + length),
    st.integers(0, 20),
    st.integers(1, 9),
)


@given(st.lists(OCCASIONS, max_size=8))
def test_every_half_hour_agrees_with_a_walk_through_all(found: list[Occasion]) -> None:
    agenda = Agenda.of(found)
    for half in range(-1, 62):
        now = at(half / 2)
        on = [each for each in found if each.start <= now < each.end]
        first = agenda.at(now)
        assert (first is not None) == bool(on)
        if first is not None:
            assert first in on
            assert first.start == min(each.start for each in on)
        coming = min((each.start for each in found if each.start > now), default=None)
        after = agenda.after(now)
        assert (after and after.start) == coming
        ends = [moment for each in found for moment in (each.start, each.end)]
        assert agenda.next_change(now) == min(
            (m for m in ends if m > now), default=None
        )
        shared = [each for each in found if each.start < now + HOUR and each.end > now]
        assert sorted(agenda.between(now, now + HOUR), key=hash) == sorted(
            shared, key=hash
        )
