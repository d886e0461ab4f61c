"""Where records lie in time, and of which interval they are."""

from collections import Counter as Tally
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.epilot.bodies import Rows
from custom_components.energy_portals.portals.epilot.gathering import (
    Gathered,
    begin_of,
    end_of,
    gathered,
    kind_of,
    windows,
)
from custom_components.energy_portals.portals.epilot.hooks import (
    Consumption,
    Hook,
    MoneyRecord,
    Period,
)
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse

HOUR = timedelta(hours=1)
QUARTER = HOUR / 4
START = datetime(2026, 6, 14, 22, tzinfo=UTC)
# The night in which clocks show the hour from 2 to 3 twice.
NIGHT = datetime(2026, 10, 24, 22, tzinfo=UTC)


class _Client:
    """Counts what is refused."""

    def __init__(self) -> None:
        self.refused: Tally[str] = Tally()

    def refuse(self, name: str, count: int = 1) -> None:
        self.refused[name] += count


async def _gathered(
    rows: Sequence[Any],
    start: datetime = START,
    length: timedelta = 24 * HOUR,
    interval: str = "PT1H",
    operation: str = "getConsumption",
    **told: Any,
) -> tuple[Gathered[Any], Tally[str]]:
    client: Any = _Client()

    async def ask(*asked: object) -> Rows[Any]:
        return Rows(rows, **told)

    span = start, start + length
    found = await gathered(
        *(client, ask, Hook(extension_id="e"), (), span, interval), operation=operation
    )
    return found, +client.refused


def _row(stamp: str | datetime, value: float | None = 1.0, **more: Any) -> Consumption:
    text = stamp if isinstance(stamp, str) else stamp.isoformat()
    return Consumption(timestamp=text, value=value, **more)


def _values(found: Gathered[Any]) -> dict[datetime, float | None]:
    return {start: record.value for (start, _), record in found.records.items()}


@pytest.mark.parametrize("hours", [1, 23, 24, 25, 24 * 31, 24 * 31 + 1, 24 * 400])
@pytest.mark.parametrize("interval", ["PT15M", "PT1H", "P1D"])
def test_windows(hours: int, interval: str) -> None:
    longest = {"PT15M": 24, "PT1H": 24 * 31, "P1D": 24 * 366}[interval]
    end = START + hours * HOUR
    cut = list(windows((START, end), interval))
    assert cut[0][0] == START
    assert cut[-1][1] == end
    assert all(one[1] == other[0] for one, other in pairwise(cut))
    assert all(last - first <= longest * HOUR for first, last in cut)


@pytest.mark.parametrize("interval", ["PT15M", "PT1H", "P1D"])
@pytest.mark.parametrize("minutes", [0, 1, 59, 60 * 3, 60 * 30])
def test_every_moment_is_in_one_interval(interval: str, minutes: int) -> None:
    moment = NIGHT + timedelta(minutes=minutes)
    begin = begin_of(moment, interval)
    assert begin <= moment < end_of(begin, interval)
    assert begin_of(begin, interval) == begin


def test_types_in_another_spelling() -> None:
    for spelt in ("HT", " ht", "Feed_In", "FEED-OUT"):
        usual = spelt.strip().casefold().replace("_", "-")
        assert kind_of(_row(START, type=spelt)) == usual
    assert kind_of(_row(START, type="Wärme")) == "Wärme"
    assert kind_of(_row(START)) is None


# What comes twice


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((1, 1), 1),
        ((1, 2), None),
        ((1, 2, 1), None),
        ((1, 1, 2, 2), None),
        ((None, 1), None),
    ],
)
async def test_records_of_one_moment(
    values: tuple[float, ...], expected: float | None
) -> None:
    found, refused = await _gathered([_row(START + HOUR, each) for each in values])
    assert _values(found) == {START + HOUR: expected}
    assert bool(refused) is (expected is None)


async def test_units_of_one_moment_that_differ() -> None:
    rows = [_row(START + HOUR, 1, unit=unit) for unit in ("kWh", "MWh")]
    assert _values((await _gathered(rows))[0]) == {START + HOUR: None}


async def test_prices_of_one_moment() -> None:
    def price(amount: int, area: str) -> MoneyRecord:
        return MoneyRecord(START.isoformat(), area, "inclusive", 19, amount)

    one, other = price(30, "EUR"), price(31, "EUR")
    found, refused = await _gathered([one, other], operation="getPrices")
    assert [each.unit_amount for each in found.records.values()] == [None]
    assert refused == {"getPrices.twice": 1}


# Clocks


def _walls(times: Sequence[str], values: Sequence[float] = ()) -> list[Consumption]:
    numbers = values or range(len(times))
    return [
        _row(f"2026-10-25T{time}:00", value)
        for time, value in zip(times, numbers, strict=True)
    ]


@pytest.mark.parametrize("order", [1, -1])
async def test_an_hour_that_is_shown_twice(order: int) -> None:
    """Rows in order tell the two apart, whichever way they go."""
    rows = _walls(["00:00", "01:00", "02:00", "02:00", "03:00", "04:00"])[::order]
    found, refused = await _gathered(rows, NIGHT)
    assert _values(found) == {NIGHT + n * HOUR: n for n in range(6)}
    assert found.is_whole
    assert not refused


async def test_quarters_of_an_hour_that_is_shown_twice() -> None:
    times = [f"02:{n:02}" for n in (0, 15, 30, 45)] * 2
    found, _ = await _gathered(_walls(times), NIGHT, interval="PT15M")
    assert list(_values(found).values()) == [*range(8)]
    assert list(_values(found)) == [NIGHT + 2 * HOUR + n * QUARTER for n in range(8)]


@pytest.mark.parametrize(
    "times",
    [
        # One of them is missing, and nobody knows which.
        ["00:00", "01:00", "02:00", "03:00", "04:00"],
        # Which of the two comes first?
        ["02:00", "02:00"],
        ["02:00"],
        ["00:00", "04:00", "02:00", "03:00", "02:00", "01:00"],
        # Every row comes twice.
        ["01:00", "01:00", "02:00", "02:00", "03:00", "03:00"],
        ["01:00", "02:00", "02:00", "02:00", "03:00"],
    ],
)
async def test_an_hour_that_cannot_be_told_apart(times: list[str]) -> None:
    found, refused = await _gathered(_walls(times, [1.0] * len(times)), NIGHT)
    twice = {NIGHT + 2 * HOUR, NIGHT + 3 * HOUR}
    assert not twice & set(_values(found))
    assert refused["getConsumption.timestamp"] == times.count("02:00")
    assert not found.is_whole
    # The others are what they say.
    later = NIGHT + 4 * HOUR in _values(found)
    assert later is ("03:00" in times)


async def test_types_are_told_apart_each_by_itself() -> None:
    times = ["01:00", "02:00", "02:00", "03:00"]
    rows = [
        _row(f"2026-10-25T{time}:00", n, type=kind)
        for kind in ("ht", "nt")
        for n, time in enumerate(times)
    ]
    found, _ = await _gathered(rows, NIGHT)
    assert {start for start, _ in found.records} == {
        NIGHT + n * HOUR for n in range(1, 5)
    }
    assert len(found.records) == 8


async def test_an_hour_that_no_clock_shows() -> None:
    spring = datetime(2026, 3, 28, 23, tzinfo=UTC)
    rows = [_row(f"2026-03-29T0{hour}:00:00", hour) for hour in (1, 2, 3)]
    found, _ = await _gathered(rows, spring)
    assert _values(found) == {spring + HOUR: 1, spring + 2 * HOUR: 3}


@given(st.integers(1, 6), st.integers(1, 8), st.booleans())
async def test_any_run_of_clock_times(begin: int, count: int, falling: bool) -> None:
    """Each is where it was, or refused."""
    true = [NIGHT + (begin + n) * HOUR for n in range(count)]
    rows = [
        _row(
            (each + timedelta(hours=2 if each < NIGHT + 3 * HOUR else 1)).strftime(
                "%Y-%m-%dT%H:%M:%S"
            ),
            n,
        )
        for n, each in enumerate(true)
    ]
    found, _ = await _gathered(rows[::-1] if falling else rows, NIGHT)
    assert all(true[int(value or 0)] == at for at, value in _values(found).items())


# Intervals


@pytest.mark.parametrize(
    ("stamp", "interval"),
    [
        # Half a time, or none.
        *(("2026-06-15", "PT1H"), ("15.06.2026", "PT15M"), ("soon", "PT1H")),
        *(("2026-06-14T22:07:00Z", "PT1H"), ("2026-06-14T22:07:00Z", "PT15M")),
        *(("2026-06-15T05:00:00Z", "P1D"), ("2026-06-15T00:00:00Z", "P1D")),
    ],
)
async def test_what_is_no_beginning(stamp: str, interval: str) -> None:
    found, refused = await _gathered([_row(stamp)], interval=interval)
    assert not found.records
    assert not found.is_whole
    assert refused == {"getConsumption.timestamp": 1}


async def test_days() -> None:
    stamps = ("2026-06-15", "16.06.2026", "2026-06-16T22:00:00z")
    rows = [_row(stamp, n) for n, stamp in enumerate(stamps)]
    found, _ = await _gathered(rows, length=72 * HOUR, interval="P1D")
    assert _values(found) == {START + n * 24 * HOUR: n for n in range(3)}


async def test_quarters_where_hours_were_asked_for() -> None:
    """What lies within an hour says that the record at its beginning is not whole."""
    rows = [_row(START + n * QUARTER, n) for n in range(5)]
    found, refused = await _gathered(rows)
    assert _values(found) == {START: None, START + HOUR: 4}
    assert refused == {"getConsumption.timestamp": 3}


@pytest.mark.parametrize(
    ("interval", "apart", "length"),
    [
        ("PT15M", HOUR, 24 * HOUR),
        ("PT1H", 24 * HOUR, 72 * HOUR),
        ("PT1H", 48 * HOUR, 24 * HOUR),
    ],
)
async def test_records_of_a_longer_interval(
    interval: str, apart: timedelta, length: timedelta
) -> None:
    rows = [_row(START + n * apart) for n in range(3)]
    with pytest.raises(UnexpectedResponse):
        await _gathered(rows, length=length, interval=interval)


async def test_months_where_days_were_asked_for() -> None:
    start = datetime(2026, 5, 31, 22, tzinfo=UTC)
    with pytest.raises(UnexpectedResponse):
        await _gathered([_row(start)], start, 30 * 24 * HOUR, "P1D")
    # A day may be the first of its month.
    found, _ = await _gathered([_row(start)], start, 24 * HOUR, "P1D")
    assert _values(found) == {start: 1}


@pytest.mark.parametrize("place", [0, 1])
async def test_a_period_says_where_a_record_begins(place: int) -> None:
    """Whether its time is that of its beginning or of its end."""
    ends = START + HOUR, START + 2 * HOUR
    period = Period(*(each.isoformat() for each in ends))
    found, _ = await _gathered([_row(ends[place], 5, period=period)])
    assert _values(found) == {ends[0]: 5}


@pytest.mark.parametrize(
    ("begin", "end"),
    [(0, 2), (1, 1), (1, 25), (3, 4), (0.5, 1.5)],
)
async def test_a_period_of_something_else(begin: float, end: float) -> None:
    period = Period(
        (START + begin * HOUR).isoformat(), (START + end * HOUR).isoformat()
    )
    found, refused = await _gathered([_row(START + HOUR, period=period)])
    assert not found.records
    assert refused


async def test_whether_all_is_there() -> None:
    rows = [_row(START + HOUR)]
    assert (await _gathered(rows))[0].is_whole
    assert not (await _gathered(rows, lost=1))[0].is_whole
    assert not (await _gathered(rows, has_more=True))[0].is_whole
