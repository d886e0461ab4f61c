"""When a published day is looked at again, and when its prices look wrong."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from itertools import pairwise

import pytest

from custom_components.energy_portals.portals.model.price_days import PriceOutlook
from custom_components.energy_portals.portals.model.price_looks import PublishedDay
from custom_components.energy_portals.portals.model.prices import (
    Price,
    PriceSeries,
    Tax,
)
from custom_components.energy_portals.portals.model.series import Series, Slot
from tests.market import (
    AUTUMN,
    DAY,
    HOUR,
    MINUTE,
    ORDINARY,
    OSLO,
    QUARTER,
    SPRING,
    local,
    price_at,
)

DAYS = [SPRING, ORDINARY, AUTUMN]
HALF = 30 * MINUTE

type Of = Callable[[datetime], float]


def usual(at: datetime) -> float:
    """Return a price that is another one each day."""
    return 1 + price_at(at)


def by_clock(at: datetime) -> float:
    """Return a price that goes by the hour of the day."""
    return float(at.astimezone(OSLO).hour)


def fixed(at: datetime) -> float:
    """Return a price that is always the same."""
    return 0.25


def nothing(at: datetime) -> float:
    """Return no price."""
    return 0.0


def series(days: Mapping[date, Of], length: object = QUARTER) -> PriceSeries:
    """Return the prices of whole days, each by its own rule."""
    slots = []
    for day, of in days.items():
        at = local(day, OSLO)
        while at < local(day + DAY, OSLO):
            slots.append(Slot(at, at + QUARTER, Price(of(at))))
            at += QUARTER
    return PriceSeries("NOK", Tax.EXCLUDED, Series.of(slots))


def lived(last: date, *rules: Of, before: PriceOutlook | None = None) -> PriceOutlook:
    """Return what is known when days that ended with `last` came one by one."""
    first = last - (len(rules) - 1) * DAY
    days: dict[date, Of] = {}
    for n, rule in enumerate(rules):
        day = first + n * DAY
        days[day] = rule
        # Yesterday to tomorrow, as a feed holds them.
        days = {each: days[each] for each in days if each >= day - 2 * DAY}
        now = local(day - DAY, OSLO, 13)
        outlook = PriceOutlook.of(series(days), OSLO)
        before = outlook.noted(before, now)
    assert before is not None
    return before


def looks_wrong(last: date, *rules: Of) -> bool:
    """Say whether the last of these days looks wrong once it is published."""
    return lived(last, *rules).looks_wrong(last, local(last - DAY, OSLO, 13))


def times(of: Of, factor: float) -> Of:
    """Return a rule's prices so many times over."""
    return lambda at: of(at) * factor


def as_the_day_before(of: Of) -> Of:
    """Return the prices that a rule has at the same time of the day before."""

    def rule(at: datetime) -> float:
        clock = at.astimezone(OSLO)
        return of(local(clock.date() - DAY, OSLO, clock.hour, clock.minute))

    return rule


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(
    "rules",
    [
        (usual, usual, nothing),
        (usual, usual, nothing, nothing),
        (usual, nothing),
        (nothing,),
        (usual, usual, as_the_day_before(usual)),
        (usual,) * 6 + (as_the_day_before(usual),),
        # A portal that goes on with one day's prices.
        (usual,) * 4
        + (as_the_day_before(usual), as_the_day_before(as_the_day_before(usual))),
        (fixed, times(fixed, 10.001)),
        (times(fixed, -1), times(fixed, -10.001)),
        (fixed, *(times(fixed, 0.5),) * 6, times(fixed, 10.001)),
        (usual, lambda at: 1e6 if at.hour == 10 and not at.minute else 1.0),
    ],
)
def test_what_looks_wrong(day: date, rules: tuple[Of, ...]) -> None:
    assert looks_wrong(day, *rules)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(
    "rules",
    [
        (usual,),
        (usual,) * 9,
        # A contract without a price, a fixed one, and one that goes by the hour.
        (nothing,) * 3,
        (fixed, fixed),
        (fixed,) * 9,
        (by_clock,) * 9,
        # A fixed price that is another one now, and then stays.
        (*(fixed,) * 5, times(fixed, 2)),
        (*(fixed,) * 5, times(fixed, 2), times(fixed, 2)),
        (nothing, nothing, usual),
        (fixed, times(fixed, 10)),
        # A week that had it too.
        (times(fixed, 5), *(fixed,) * 6, times(fixed, 49)),
    ],
)
def test_what_looks_right(day: date, rules: tuple[Of, ...]) -> None:
    assert not looks_wrong(day, *rules)


def test_the_highest_of_a_week_is_forgotten_after_it() -> None:
    high = times(fixed, 5)
    dear = times(fixed, 49)
    assert not looks_wrong(ORDINARY, high, *(fixed,) * 6, dear)
    assert looks_wrong(ORDINARY, high, *(fixed,) * 7, dear)


@pytest.mark.parametrize("day", DAYS)
def test_it_looks_wrong_until_it_begins(day: date) -> None:
    outlook = lived(day, usual, usual, nothing)
    begins = local(day, OSLO)
    assert outlook.looks_wrong(day, begins - MINUTE)
    assert not outlook.looks_wrong(day, begins)
    assert not outlook.looks_wrong(day - DAY, begins - MINUTE)
    assert not outlook.looks_wrong(day + 5 * DAY, begins - MINUTE)


def _followed(
    outlook: PriceOutlook, day: date, *, fails: bool = False
) -> list[datetime]:
    """Look whenever it is due, until the day is over; return when."""
    looks: list[datetime] = []
    end = local(day + DAY, OSLO)
    now = local(day - DAY, OSLO, 13)
    while (look := outlook.next_look(now, day)) is not None and look < end:
        assert look > now
        now = look
        looks.append(now)
        days = [day]
        outlook = outlook.noted(outlook, now, days, days if fails else ())
    return looks


def test_the_first_look_of_several_days_counts() -> None:
    outlook = lived(ORDINARY, usual, usual)
    now = local(ORDINARY - DAY, OSLO, 13)
    own = [outlook.next_look(now, day) for day in (ORDINARY - DAY, ORDINARY)]
    assert own == [local(ORDINARY - 2 * DAY, OSLO, 14, 1), now + HOUR + MINUTE]
    assert outlook.next_look(now) == own[0]
    assert outlook.next_look(local(ORDINARY, OSLO)) == own[1]
    assert outlook.next_look(local(ORDINARY + DAY, OSLO)) is None


def _clock(moments: list[datetime], day: date) -> list[tuple[int, int, int]]:
    """Return days before the day, hours and minutes of local times."""
    local_times = [each.astimezone(OSLO) for each in moments]
    return [((each.date() - day).days, each.hour, each.minute) for each in local_times]


@pytest.mark.parametrize("day", DAYS)
def test_a_day_is_looked_at_three_times(day: date) -> None:
    """An hour after it came, in the evening, and after its midnight."""
    looks = _clock(_followed(lived(day, usual, usual), day), day)
    assert looks == [(-1, 14, 1), (-1, 20, 0), (0, 0, 2)]


@pytest.mark.parametrize("day", DAYS)
def test_what_looks_wrong_is_looked_at_sooner_and_ever_more_seldom(day: date) -> None:
    looks = _clock(_followed(lived(day, usual, usual, nothing), day), day)
    assert looks == [
        *((-1, 13, 30), (-1, 14, 1), (-1, 16, 1), (-1, 20, 0)),
        *((0, 0, 2),),
    ]


@pytest.mark.parametrize("day", DAYS)
def test_a_look_that_fails_comes_again_ever_more_seldom(day: date) -> None:
    looks = _followed(lived(day, usual, usual), day, fails=True)
    gaps = [later - look for look, later in pairwise(looks)]
    assert gaps == [2 * HOUR, 8 * HOUR]


@pytest.mark.parametrize("minutes", [0, 5, 9])
def test_installations_do_not_look_in_the_same_minute(minutes: int) -> None:
    first = local(ORDINARY - DAY, OSLO, 13, minutes)
    day = PublishedDay(first=first, looked=first + 2 * HOUR, peak=1.0)
    look = day.next_look(ORDINARY, OSLO)
    assert look == local(ORDINARY - DAY, OSLO, 20) + 2 * minutes * MINUTE
    late = PublishedDay(first=first, looked=first + 12 * HOUR - HALF, peak=1.0)
    assert late.next_look(ORDINARY, OSLO) is None


def test_a_look_shortly_before_serves_the_next_moment() -> None:
    first = local(ORDINARY - DAY, OSLO, 13)
    evening = local(ORDINARY - DAY, OSLO, 20)
    midnight = local(ORDINARY, OSLO, 0, 2)
    for before, expected in ((29, midnight), (30, evening)):
        looked = evening - before * MINUTE
        day = PublishedDay(first=first, looked=looked, peak=1.0)
        assert day.next_look(ORDINARY, OSLO) == expected


def test_other_prices_are_a_change_and_other_slots_are_none() -> None:
    now = local(ORDINARY - DAY, OSLO, 15)
    held = lived(ORDINARY, by_clock, times(by_clock, 2))
    same = PriceOutlook.of(held.raw.hourly(), OSLO).noted(held, now, [ORDINARY])
    assert same.published[ORDINARY].changed is None
    raw = series({ORDINARY - DAY: by_clock, ORDINARY: times(by_clock, 3)})
    other = PriceOutlook.of(raw, OSLO).noted(same, now + HOUR, [ORDINARY])
    assert other.published[ORDINARY].changed == now + HOUR
    assert other.published[ORDINARY].looks == 2
    assert other.published[ORDINARY - DAY].changed is None


def test_what_is_in_another_currency_is_not_compared() -> None:
    held = lived(ORDINARY, usual, usual)
    day = ORDINARY + DAY
    now = local(ORDINARY, OSLO, 13)
    dear = series({day: times(usual, 1000)})
    for currency, wrong in (("NOK", True), ("EUR", False)):
        raw = PriceSeries(currency, Tax.EXCLUDED, dear.slots)
        outlook = PriceOutlook.of(raw, OSLO).noted(held, now)
        assert outlook.looks_wrong(day, now) == wrong
