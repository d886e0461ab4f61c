"""Days on which clocks change, as the integrations' own code tells them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals.home_assistant.shapes.slots import Point
from custom_components.energy_portals.portals.home_assistant.shapes.switching import (
    Clock,
    Told,
    change_of,
    resolved,
)
from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.reading.moments import Wall

CET: Final = ZoneInfo("Europe/Brussels")
QUARTER: Final = timedelta(minutes=15)
AUTUMN: Final = date(2026, 10, 25)
SPRING: Final = date(2026, 3, 29)
WINTER: Final = date(2026, 12, 1)
DAYS: Final = (AUTUMN, SPRING, WINTER, date(2027, 10, 31), date(2027, 3, 28))

type Truth = dict[datetime, float]


def truth(day: date, step: timedelta = QUARTER) -> Truth:
    """Return a price for each slot of a day of the market, by its start in UTC."""
    start, end = midnight(day, CET), midnight(day + timedelta(days=1), CET)
    count = (end - start) // step
    return {start + place * step: float(place) for place in range(count)}


def by_wall(day: date) -> list[Told]:
    """Return a day as core's omie labels it: quarters run by the clock on the wall."""
    begin = datetime.combine(day, time(), CET)
    labels: Truth = {}
    for place, price in enumerate(truth(day).values()):
        wall = begin + place * QUARTER
        labels[datetime.fromisoformat(wall.isoformat()).astimezone(UTC)] = price
    return [Told(start, start + QUARTER, price) for start, price in labels.items()]


def held(points: list[Point]) -> Truth:
    """Return what has a value."""
    return {point.start: each for point in points if (each := point.value) is not None}


@pytest.mark.parametrize("day", DAYS)
def test_counted_quarters(day: date) -> None:
    """In autumn all is right again; in spring all but the hour that was lost."""
    told = held(resolved(by_wall(day), CET, Clock.COUNTED))
    lost = 4 if day.month == 3 else 0
    assert told.items() <= truth(day).items()
    assert len(told) == len(truth(day)) - lost


@pytest.mark.parametrize("day", DAYS)
def test_counted_quarters_that_are_right(day: date) -> None:
    """An integration that has learned it is believed."""
    items = [Told(start, None, price) for start, price in truth(day).items()]
    assert held(resolved(items, CET, Clock.COUNTED)) == truth(day)


@pytest.mark.parametrize("day", DAYS)
def test_counted_quarters_in_part(day: date) -> None:
    """What part of a day says is right, or left out."""
    random = Random(3)
    items = by_wall(day)
    beginning = [item for item in items if item.start < items[4].start]
    for _ in range(60):
        some = random.sample(items[4:], random.randrange(len(items) - 4))
        told = held(resolved([*beginning, *some], CET, Clock.COUNTED))
        assert told.items() <= truth(day).items()
    for last in range(len(items)):
        told = held(resolved(items[:last], CET, Clock.COUNTED))
        assert told.items() <= truth(day).items()


def by_hour_and_minute(day: date, begin: datetime) -> Iterator[Told]:
    """Yield a day as core's green_planet_energy has it.

    Its prices are kept by hour and minute, and it walks by the clock on the wall.
    """
    kept = {
        (local.hour, local.minute): price
        for start, price in truth(day).items()
        if (local := start.astimezone(CET))
    }
    current = begin.astimezone(CET)
    while current.date() == day:
        price = kept.get((current.hour, current.minute))
        following = current + QUARTER
        if price is not None:
            yield Told(current.astimezone(UTC), following.astimezone(UTC), price)
        current = following


@pytest.mark.parametrize("day", DAYS)
def test_doubtful_hour(day: date) -> None:
    """Of a repeated hour there is nothing, wherever in the day it begins."""
    for begin in truth(day):
        items = list(by_hour_and_minute(day, begin))
        told = held(resolved(items, CET, Clock.DOUBTFUL))
        assert told.items() <= truth(day).items()
        if begin == midnight(day, CET):
            left_out = 8 if day.month == 10 else 0
            assert len(told) == len(truth(day)) - left_out


@pytest.mark.parametrize("day", DAYS)
def test_doubtful_hour_that_is_told(day: date) -> None:
    """Two passes with prices of their own are believed."""
    items = [Told(start, None, price) for start, price in truth(day).items()]
    assert held(resolved(items, CET, Clock.DOUBTFUL)) == truth(day)


def without_fold(day: date, step: timedelta) -> list[Told]:
    """Return a day whose times are put together from hours and minutes."""
    return [
        Told(
            start.astimezone(CET).replace(fold=0).astimezone(UTC),
            None,
            price,
        )
        for start, price in truth(day, step).items()
    ]


STEPS: Final = (QUARTER, timedelta(minutes=30), timedelta(hours=1))


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("day", DAYS)
def test_doubled_times(day: date, step: timedelta) -> None:
    """The order tells the passes apart, as they come and sorted by the clock."""
    items = without_fold(day, step)
    by_clock = sorted(items, key=lambda item: str(item.start))
    for each in (items, by_clock):
        assert held(resolved(each, CET, Clock.DOUBLED)) == truth(day, step)
    right = [Told(start, None, price) for start, price in truth(day, step).items()]
    assert held(resolved(right, CET, Clock.DOUBLED)) == truth(day, step)
    # Nothing is told where the order says nothing.
    for each in (items[::-1], [*items, *items]):
        told = held(resolved(each, CET, Clock.DOUBLED))
        assert told.items() <= truth(day, step).items()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("day", DAYS)
def test_times_of_a_wall(day: date, step: timedelta) -> None:
    """Without an offset, with ends."""
    items = [
        Told(
            Wall(local),
            Wall((start + step).astimezone(CET).replace(tzinfo=None)),
            price,
        )
        for start, price in truth(day, step).items()
        if (local := start.astimezone(CET).replace(tzinfo=None, fold=0))
    ]
    points = resolved(items, CET, Clock.RIGHT)
    assert held(points) == truth(day, step)
    assert all(point.end == point.start + step for point in points)
    lost = resolved(items[: 2 * len(items) // 25], CET, Clock.RIGHT)
    assert held(lost).items() <= truth(day, step).items()


def test_one_time_alone_of_a_repeated_hour() -> None:
    """It may be either."""
    wall = Wall(datetime(2026, 10, 25, 2, 30))
    assert held(resolved([Told(wall, None, 1.0)], CET, Clock.RIGHT)) == {}
    assert held(resolved([Told(wall, None, 1.0)] * 3, CET, Clock.RIGHT)) == {}
    skipped = Wall(datetime(2026, 3, 29, 2, 30))
    assert resolved([Told(skipped, None, 1.0)], CET, Clock.RIGHT) == []


def test_when_the_clock_is_changed() -> None:
    """To the quarter of an hour, as far as any zone changes it."""
    day = timedelta(days=1)
    for zone, date_, moment in (
        (CET, AUTUMN, datetime(2026, 10, 25, 1, tzinfo=UTC)),
        (CET, SPRING, datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (
            ZoneInfo("Australia/Lord_Howe"),
            date(2026, 4, 5),
            datetime(2026, 4, 4, 15, tzinfo=UTC),
        ),
    ):
        bounds = midnight(date_, zone), midnight(date_ + day, zone)
        assert change_of(*bounds, zone) == moment


def test_nothing() -> None:
    """Nothing comes of nothing."""
    for clock in Clock:
        assert resolved([], CET, clock) == []
