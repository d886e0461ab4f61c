"""What the highest power of a month costs: by definition, and by known tariffs."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
import json
from random import Random
from zoneinfo import ZoneInfo

import msgspec
import pytest

from custom_components.energy_portals.portals.model.bands import Band
from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.plain import plain
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.peak_fee import (
    ELLEVIO,
    FLANDERS,
    GOETEBORG,
    NORWAY,
    SHAPES,
    THRESHOLDS,
    PeakDays,
    PeakFee,
    Per,
    energy_of,
)

OSLO = ZoneInfo("Europe/Oslo")
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
# A year's prices of a grid company in Norway, by its first five steps, before taxes.
YEARLY = (1440, 2400, 4032, 5616, 7248)
STEPS = tuple(
    (from_, price / 12) for from_, price in zip(THRESHOLDS, YEARLY, strict=False)
)
NORWEGIAN = PeakFee(steps=STEPS)
WORKDAYS = frozenset(range(5))


def _energy(
    start: datetime, powers: Iterable[float], length: timedelta = HOUR
) -> list[Slot[float]]:
    """Return the energy of means that follow each other, kWh."""
    return [
        Slot(start + n * length, start + (n + 1) * length, power * (length / HOUR))
        for n, power in enumerate(powers)
    ]


def _days(fee: PeakFee, *highest: float, since: date = date(2026, 11, 1)) -> PeakDays:
    """Return what days were like that have these highest hours."""
    held, now = PeakDays(), midnight(since + len(highest) * DAY, OSLO)
    for n, power in enumerate(highest):
        start = midnight(since + n * DAY, OSLO)
        held = held.noted(
            fee, _energy(start, [0.2] * 17 + [power] + [0.2] * 6), now, OSLO
        )
    return held


@pytest.mark.parametrize(
    ("highest", "price"),
    [
        ((1.9, 2.0, 2.05), 120),
        ((2.0, 2.0, 2.0), 200),
        ((4.9, 5.0, 5.1), 336),
        ((4.899, 5.0, 5.1), 200),
        ((9.0, 3.0, 3.0), 336),
        ((9.0, 3.0), 200),
        ((9.0, 8.9, 12.1), 468),
        ((9.0, 8.9, 12.1, 2.0, 3.0), 468),
        ((30.0, 30.0, 30.0), 604),
        ((), 120),
    ],
)
def test_steps_of_norway(highest: tuple[float, ...], price: float) -> None:
    """The mean of the three highest days; a threshold belongs to the next step."""
    days = _days(NORWEGIAN, *highest)
    values = [
        v for each in days.values(NORWEGIAN, date(2026, 11, 1)).values() for v in each
    ]
    assert NORWEGIAN.fee(NORWEGIAN.peak(values)) == pytest.approx(price)


def test_two_hours_of_one_day_count_once() -> None:
    """And three of a day as one where any hour counts."""
    start = midnight(date(2026, 11, 2), OSLO)
    energy = _energy(start, [1.0, 6.0, 9.0, 9.0] + [1.0] * 20)
    now = start + DAY
    any_hour = PeakFee(per=Per.ANY)
    assert PeakDays().noted(NORWEGIAN, energy, now, OSLO).so_far(
        NORWEGIAN, now, OSLO
    ) == pytest.approx(3)
    assert PeakDays().noted(any_hour, energy, now, OSLO).so_far(
        any_hour, now, OSLO
    ) == pytest.approx(8)


def test_flanders_by_the_quarter() -> None:
    """At least 2.5 kW, and a kW more in a month costs a twelfth of the year's rate."""
    fee = PeakFee(
        **{
            name: getattr(SHAPES[FLANDERS], name)
            for name in ("window", "per", "count", "rolling", "floor")
        },
        rate=48.0,
    )
    start = midnight(date(2026, 11, 2), ZoneInfo("Europe/Brussels"))
    energy = _energy(start, [0.5, 4.0, 6.0, 0.5], QUARTER)
    now = start + HOUR
    days = PeakDays().noted(fee, energy, now, OSLO)
    assert days.so_far(fee, now, OSLO) == pytest.approx(6)
    assert fee.fee(6.0) == pytest.approx(24)
    assert fee.fee(7.0) - fee.fee(6.0) == pytest.approx(4)
    assert fee.fee(1.0) == fee.fee(2.5) == pytest.approx(10)
    (due,) = fee.due(days, now, now + HOUR, OSLO)
    assert (due.rate, due.floor, due.past) == (4.0, 2.5, (6.0,))
    assert [window.day for window in due.windows] == [None] * 4
    # Of an hour alone it is known that some quarter was at least its mean.
    coarse = PeakDays().noted(fee, _energy(start, [2.75]), now, OSLO)
    assert coarse.so_far(fee, now, OSLO) == pytest.approx(2.75)
    # What was known of its quarters once stays.
    both = days.noted(fee, _energy(start, [2.75]), now, OSLO)
    assert both.so_far(fee, now, OSLO) == pytest.approx(6)


def test_nights_of_stockholm_count_by_half() -> None:
    """Ellevio's fee, whose night belongs to the day on which it is."""
    fee, zone = SHAPES[ELLEVIO], ZoneInfo("Europe/Stockholm")
    start = midnight(date(2026, 11, 2), zone)
    powers = [8.0] * 6 + [3.0] * 16 + [10.0] * 2
    days = PeakDays().noted(fee, _energy(start, powers), start + DAY, zone)
    assert days.days == {date(2026, 11, 2): (5.0, 5.0, 4.0)}
    weights = [each.weight for each in fee.windows(start, start + DAY, zone)]
    assert weights == [0.5] * 6 + [1.0] * 16 + [0.5] * 2
    assert SHAPES[GOETEBORG] == PeakFee()
    assert [from_ for from_, _ in SHAPES[NORWAY].steps] == list(THRESHOLDS)
    assert not any(price for _, price in SHAPES[NORWAY].steps)
    assert not any(each.rate for each in SHAPES.values())


def test_hours_and_months_that_do_not_count() -> None:
    """A winter's fee of workdays."""
    fee = PeakFee(
        weights=(Band(1.0, time(7), time(20), WORKDAYS),),
        otherwise=0.0,
        months=frozenset({11, 12, 1, 2, 3}),
    )
    friday = midnight(date(2026, 11, 6), OSLO)
    windows = list(fee.windows(friday, friday + 4 * DAY, OSLO))
    assert {w.start.astimezone(OSLO).weekday() for w in windows} == {4, 0}
    assert {w.start.astimezone(OSLO).hour for w in windows} == set(range(7, 20))
    april = midnight(date(2026, 4, 1), OSLO)
    assert not list(fee.windows(april, april + DAY, OSLO))
    assert not fee.due(PeakDays(), april, april + DAY, OSLO)
    days = PeakDays().noted(fee, _energy(friday, [5.0] * 24), friday + DAY, OSLO)
    assert days.days == {date(2026, 11, 6): (5.0, 5.0, 5.0)}
    assert PeakDays().so_far(fee, friday, OSLO) is None


def test_the_highest_weeks_of_a_year() -> None:
    """Each by its month's factor, as in a rolling tariff."""
    fee = PeakFee(
        per=Per.WEEK,
        count=5,
        weights=(Band(0.25, months=frozenset({6, 7, 8})),),
        rolling=12,
        rate=60.0,
    )
    days = PeakDays()
    first = date(2026, 1, 5)
    now = midnight(date(2026, 11, 20), OSLO)
    for week in range(44):
        monday = midnight(first + 7 * week * DAY, OSLO)
        for place in (0, 3):
            power = 3 + (week * 7 % 11) / 10 + place / 100
            start = monday + place * DAY
            days = days.noted(fee, _energy(start, [power]), now, OSLO)
    found = days.so_far(fee, now, OSLO)
    weekly = sorted(
        (
            (3 + (week * 7 % 11) / 10 + 0.03)
            * (0.25 if (first + (7 * week + 3) * DAY).month in {6, 7, 8} else 1)
            for week in range(44)
        ),
        reverse=True,
    )
    assert found == pytest.approx(sum(weekly[:5]) / 5)
    (due,) = fee.due(days, now, now + DAY, OSLO)
    assert due.rate == 60.0
    assert {window.day for window in due.windows} == {date(2026, 11, 16)}
    # What is older than a year is forgotten.
    later = days.noted(fee, [], now + 300 * DAY, OSLO)
    assert min(later.days) >= date(2026, 8, 24)


# --- what may still come --------------------------------------------------------------


def test_what_is_due() -> None:
    """The windows from now on, what is over, and what today has reached."""
    days = _days(NORWEGIAN, 3.0, 6.0, 4.0, 2.5)
    today = midnight(date(2026, 11, 5), OSLO)
    now = today + 18 * HOUR + timedelta(minutes=20)
    days = days.noted(NORWEGIAN, _energy(today, [0.3] * 17 + [5.0]), now, OSLO)
    (due,) = NORWEGIAN.due(days, now, now + 30 * HOUR, OSLO, drawn=0.8)
    assert due.past == (6.0, 4.0, 3.0)
    assert due.reached == {date(2026, 11, 5): 5.0}
    assert due.count == 3
    assert due.windows[0].start == now - timedelta(minutes=20)
    assert (due.windows[0].drawn, due.windows[1].drawn) == (0.8, 0.0)
    assert all(one.end == other.start for one, other in pairwise(due.windows))
    assert due.peak([5.0]) == pytest.approx(5)
    assert due.fee(due.peak([5.0])) == NORWEGIAN.fee(5.0) == 336
    assert due.expected == pytest.approx(5)


def test_a_month_is_expected_to_be_like_the_last() -> None:
    """The less the more of it is over; and what comes after it like it."""
    october = _days(NORWEGIAN, 6.0, 6.0, 6.0, since=date(2026, 10, 5))
    now = midnight(date(2026, 11, 16), OSLO)
    days = october.noted(
        NORWEGIAN, _energy(now - 3 * DAY, ([0.5] * 23 + [3.0]) * 3), now, OSLO
    )
    (due,) = NORWEGIAN.due(days, now, now + DAY, OSLO)
    assert due.expected == pytest.approx(3 + 3 * 15 / 30)
    end = midnight(date(2026, 11, 30), OSLO)
    this, following = NORWEGIAN.due(days, end, end + 2 * DAY, OSLO)
    assert this.expected == pytest.approx(3 + 3 * 1 / 30)
    assert (following.past, following.reached) == ((), {})
    assert following.expected == pytest.approx(this.expected)
    assert following.windows[0].start == midnight(date(2026, 12, 1), OSLO)
    # Of the first month nothing is expected.
    (first,) = NORWEGIAN.due(PeakDays(), now, now + DAY, OSLO)
    assert first.expected == 0


def test_by_definition() -> None:
    """Of import by chance, against a sum of fractions."""
    chance = Random(3)
    for _ in range(25):
        fee = PeakFee(
            window=chance.choice((QUARTER, HOUR)),
            per=chance.choice((Per.ANY, Per.DAY)),
            count=chance.choice((1, 2, 3, 5)),
            weights=(Band(0.5, time(22), time(6)),) * chance.choice((0, 1)),
        )
        start = midnight(date(2026, 11, 1), OSLO)
        powers = [chance.randrange(0, 900) / 100 for _ in range(6 * 96)]
        energy = _energy(start, powers, QUARTER)
        now = start + 6 * DAY
        means: dict[object, list[Fraction]] = {}
        per = 4 if fee.window == HOUR else 1
        for place in range(0, len(powers), per):
            local = (start + place * QUARTER).astimezone(OSLO)
            mean = sum(Fraction(str(p)) for p in powers[place : place + per]) / per
            if fee.weights and (local.hour >= 22 or local.hour < 6):
                mean /= 2
            key = local.date() if fee.per is Per.DAY else place
            means.setdefault(key, []).append(mean)
        best = sorted((max(each) for each in means.values()), reverse=True)
        exact = sum(best[: fee.count]) / fee.count
        held = PeakDays()
        # As it is looked at while time goes by.
        for reached in range(0, len(energy) + 1, 37):
            held = held.noted(fee, energy[max(0, reached - 60) : reached], now, OSLO)
        held = held.noted(fee, energy, now, OSLO)
        assert held.so_far(fee, now, OSLO) == float(round(exact, 9))


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_nights_on_which_clocks_change(day: str) -> None:
    """A day has 23 or 25 hours, each of them one."""
    start = midnight(date.fromisoformat(day), OSLO)
    end = midnight(date.fromisoformat(day) + DAY, OSLO)
    windows = list(NORWEGIAN.windows(start, end, OSLO))
    assert len(windows) == (end - start) // HOUR
    assert {each.day for each in windows} == {date.fromisoformat(day)}


def test_windows_go_by_the_clock() -> None:
    """Where clocks are off by half an hour, too; and over a loop of the year."""
    zone = ZoneInfo("Asia/Kolkata")
    at = datetime(2026, 6, 1, 10, 50, 7, tzinfo=UTC)
    assert PeakFee().begin(at, zone) == datetime(2026, 6, 1, 10, 30, tzinfo=UTC)
    assert SHAPES[FLANDERS].begin(at, zone) == datetime(2026, 6, 1, 10, 45, tzinfo=UTC)


def test_only_what_is_over_counts() -> None:
    """The window that runs may still come to less."""
    start = midnight(date(2026, 11, 2), OSLO)
    now = start + 90 * timedelta(minutes=1)
    power = Series((Slot(start, now, 4.0),))
    days = PeakDays().noted(NORWEGIAN, energy_of(power), now, OSLO)
    assert days.days == {date(2026, 11, 2): (4.0,)}
    kept = json.loads(json.dumps(plain(days)))
    assert kept == {"days": {"2026-11-02": [4.0]}}
    assert msgspec.convert(kept, PeakDays) == days
