"""What a home draws by itself: read from its meters, and expected by its past."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from statistics import fmean, median
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.public_holidays import Holidays
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.base_load import (
    ASSUMED,
    BaseLoad,
    Basis,
    Flows,
    base_load,
)
from tests.portals.optimum.households import HOUR, ZONE, household, noons

DAY = timedelta(days=1)
NOW = datetime(2026, 6, 10, 11, tzinfo=UTC)
HOMES = 30


def _hourly(begin: datetime, values: list[float]) -> Series[float]:
    """Return hours with these values."""
    starts = (begin + n * HOUR for n in range(len(values)))
    return Series(
        tuple(Slot(at, at + HOUR, value) for at, value in zip(starts, values, strict=1))
    )


def _flat(days: float, value: float = 0.5, now: datetime = NOW) -> Series[float]:
    """Return hours up to now that are all alike."""
    hours = round(days * 24)
    return _hourly(now - hours * HOUR, [value] * hours)


# --- reading --------------------------------------------------------------------------


def test_base_is_what_is_left_of_all_meters() -> None:
    """Of homes by chance, whatever runs in them."""
    chance = Random(7)
    for _ in range(50):
        base, sun, load, battery = (
            [chance.uniform(*span) for _ in range(48)]
            for span in ((0.1, 2), (0, 4), (0, 3), (-2, 2))
        )
        begin = NOW - 48 * HOUR
        net = [b + x + c - s for b, s, x, c in zip(base, sun, load, battery, strict=1)]
        flows = Flows(
            drawn=(_hourly(begin, [max(each, 0) for each in net]),),
            fed_in=(_hourly(begin, [max(-each, 0) for each in net]),),
            sun=(_hourly(begin, sun),),
            charged=(_hourly(begin, [max(each, 0) for each in battery]),),
            discharged=(_hourly(begin, [max(-each, 0) for each in battery]),),
            loads=(_hourly(begin, load),),
        )
        found = [each.value for each in flows.base()]
        assert found == pytest.approx(base)


def test_five_minutes_make_an_hour() -> None:
    """And an hour with a gap in it is not known."""
    fine = [
        Slot(NOW + n * HOUR / 12, NOW + (n + 1) * HOUR / 12, 0.1)
        for n in range(24)
        if n != 15
    ]
    base = Flows(drawn=(Series(tuple(fine)),)).base()
    assert [(each.start, each.value) for each in base] == [(NOW, pytest.approx(1.2))]


def test_of_several_hours_together_only_nothing_is_known() -> None:
    """A roof that tells nothing by night has yielded nothing; else when is unknown."""
    drawn = _hourly(NOW, [1.0] * 6)

    def base(value: float) -> list[datetime]:
        sun = Series(
            (
                Slot(NOW, NOW + 3 * HOUR, value),
                *_hourly(NOW + 3 * HOUR, [0.0] * 3),
            )
        )
        return [each.start for each in Flows(drawn=(drawn,), sun=(sun,)).base()]

    assert base(0.0) == [NOW + n * HOUR for n in range(6)]
    assert base(0.4) == [NOW + n * HOUR for n in range(3, 6)]


def test_what_is_below_nothing_is_nothing() -> None:
    """Meters do not tell at the same moment; and without a meter nothing is known."""
    drawn, load = _hourly(NOW, [1.0, 1.0]), _hourly(NOW, [1.2, 0.2])
    base = Flows(drawn=(drawn,), loads=(load,)).base()
    assert [each.value for each in base] == [0.0, pytest.approx(0.8)]
    assert not Flows(loads=(load,)).base().slots


# --- expecting ------------------------------------------------------------------------


def _errors(seeds: range) -> tuple[list[float], list[bool], dict[str, list[float]]]:
    """Return how far expectations lie off, whether highs hold, and what others err."""
    errors: list[float] = []
    holds: list[bool] = []
    others: dict[str, list[float]] = {"day": [], "weekdays": [], "median": []}
    for seed in seeds:
        past = household(seed)
        known = {each.start: each.value for each in past}
        for now in noons():
            for slot in base_load(past, now, now + 36 * HOUR, ZONE).slots:
                if (real := known.get(slot.start)) is None:
                    continue
                errors.append(slot.value.mean - real)
                holds.append(real <= slot.value.high)
                before = [slot.start - n * DAY for n in range(1, 29)]
                before = [each for each in before if each < now and each in known]
                is_free = slot.start.astimezone(ZONE).weekday() >= 5
                alike = [
                    known[each]
                    for each in before
                    if (each.astimezone(ZONE).weekday() >= 5) is is_free
                ]
                same = [
                    known[each] for each in before if (slot.start - each).days % 7 == 0
                ]
                others["day"].append(known[before[0]] - real)
                others["weekdays"].append(fmean(same) - real)
                others["median"].append(median(alike) - real)
    return errors, holds, others


def test_homes_by_chance() -> None:
    """Nearer than yesterday and than four weekdays, and without a bias."""
    errors, holds, others = _errors(range(HOMES))
    mean = {key: fmean(map(abs, each)) for key, each in others.items()}
    error = fmean(map(abs, errors))
    assert error < 0.8 * mean["day"]
    assert error < mean["weekdays"]
    assert error < 1.02 * mean["median"]
    assert abs(fmean(errors)) < 0.02 < abs(fmean(others["median"]))
    assert 0.82 < fmean(holds) < 0.92


def test_an_absence_is_left_out() -> None:
    """Three days of four weeks in which nobody was at home change little."""
    there, away = (
        _hourly(
            NOW - 28 * DAY,
            [0.1 if n // 24 in days else 0.6 for n in range(28 * 24)],
        )
        for days in ((), (8, 9, 10))
    )
    usual, less = (
        fmean(each.value.mean for each in base_load(past, NOW, NOW + DAY, ZONE).slots)
        for past in (there, away)
    )
    assert usual == pytest.approx(0.6)
    assert less == pytest.approx(usual, abs=0.03)


def test_what_is_nearer_weighs_more() -> None:
    """Half as much for each ten days."""
    values = [0.2 if n < 18 * 24 else 0.8 for n in range(28 * 24)]
    past = _hourly(NOW - 28 * DAY, values)
    later = NOW + 20 * HOUR
    slot = base_load(past, NOW, later, ZONE).slots.slots[-1]
    # The last ten days have six tenths of the weight, and a tenth is left out twice.
    assert 0.55 < slot.value.mean < 0.8


@pytest.mark.parametrize("more", [0.3, -0.2])
def test_what_lay_off_goes_on(more: float) -> None:
    """Of the last hours for some hours, of the last day for longer."""
    values = [0.5] * (28 * 24)
    values[-3:] = [0.5 + more] * 3
    soon = base_load(_hourly(NOW - 28 * DAY, values), NOW, NOW + DAY, ZONE).slots
    offs = [(each.value.mean - 0.5) / more for each in soon]
    assert 0.45 < offs[0] < 0.7
    assert all(one > other for one, other in pairwise(offs[:10]))
    assert 0.0 < offs[-1] < 0.1
    values[-24:] = [0.5 + more] * 24
    later = base_load(_hourly(NOW - 28 * DAY, values), NOW, NOW + DAY, ZONE).slots
    offs = [(each.value.mean - 0.5) / more for each in later]
    assert 0.3 < offs[-4] < 0.55
    high = base_load(_flat(28, 0.05), NOW, NOW + DAY, ZONE).slots
    assert all(0 <= each.value.mean <= each.value.high for each in high)


def test_workdays_and_free_days() -> None:
    """A holiday is like a Sunday, and a day that never was is like the others."""
    begin = midnight(date(2026, 4, 6), ZONE)
    values = [
        2.0 if (begin + n * HOUR).astimezone(ZONE).weekday() >= 5 else 1.0
        for n in range(28 * 24)
    ]
    past = _hourly(begin, values)
    now = begin + 28 * DAY
    holidays = Holidays(dates=frozenset({(5, 5)}))
    week = base_load(past, now, now + 7 * DAY, ZONE, holidays)
    assert week.basis is Basis.DAYS
    by_day = {
        day: fmean(
            each.value.mean
            for each in week.slots
            if each.start.astimezone(ZONE).day == day
        )
        for day in (5, 6, 9)
    }
    assert by_day[5] == pytest.approx(by_day[9], abs=0.1)
    assert by_day[9] - by_day[6] == pytest.approx(1, abs=0.1)
    # Nothing but workdays is known; what comes is a Saturday, of one hour only.
    friday = datetime(2026, 5, 8, 22, tzinfo=UTC)
    free = {5, 6}
    work = [s for s in past if s.start.astimezone(ZONE).weekday() not in free]
    saturday = base_load(Series(tuple(work)), friday, friday + DAY, ZONE)
    assert saturday.slots.slots[5].value.mean == pytest.approx(1)
    held = [each for each in work if each.start.astimezone(ZONE).hour != 4]
    unknown = base_load(Series(tuple(held)), friday, friday + DAY, ZONE)
    assert unknown.slots.slots[4].value.mean == pytest.approx(1)


def _basis(load: BaseLoad) -> tuple[Basis, float]:
    """Return what a forecast stands on, and its mean."""
    return load.basis, fmean(each.value.mean for each in load.slots)


def test_with_little_past() -> None:
    """By the hour alone, then what the user said, then what is assumed."""
    span = (NOW, NOW + DAY, ZONE)
    assert _basis(base_load(_flat(7), *span)) == (Basis.DAYS, pytest.approx(0.5))
    assert _basis(base_load(_flat(6.9), *span)) == (Basis.HOURS, pytest.approx(0.5))
    assert _basis(base_load(_flat(1), *span)) == (Basis.HOURS, pytest.approx(0.5))
    assert _basis(base_load(_flat(0.9), *span)) == (
        Basis.ASSUMED,
        pytest.approx(ASSUMED),
    )
    given = base_load(Series(), *span, given=1.5)
    assert _basis(given) == (Basis.GIVEN, pytest.approx(1.5))
    # What is too old, or is still to come, counts for nothing.
    old = _flat(5, now=NOW - 28 * DAY)
    coming = _flat(5, now=NOW + 5 * DAY)
    for past in (old, coming):
        assert base_load(past, *span).basis is Basis.ASSUMED


def test_a_home_that_draws_nothing() -> None:
    """Nothing is expected of it."""
    load = base_load(_flat(10, 0.0), NOW, NOW + DAY, ZONE)
    assert _basis(load) == (Basis.DAYS, 0.0)


@pytest.mark.parametrize("zone", ["Europe/Oslo", "Australia/Lord_Howe", "Asia/Kolkata"])
def test_hours_lie_end_to_end(zone: str) -> None:
    """Also on nights on which clocks change, and from within an hour on."""
    for now in (
        datetime(2026, 3, 28, 11, 20, tzinfo=UTC),
        datetime(2026, 10, 24, 11, 59, 30, tzinfo=UTC),
        datetime(2026, 4, 4, 11, tzinfo=UTC),
    ):
        whole = now.replace(minute=0, second=0)
        end = now + 35 * HOUR + timedelta(minutes=10)
        slots = base_load(_flat(10, now=whole), now, end, ZoneInfo(zone)).slots.slots
        assert (slots[0].start, slots[-1].end) == (now, end)
        assert all(one.end == other.start for one, other in pairwise(slots))
