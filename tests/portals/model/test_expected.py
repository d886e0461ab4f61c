"""Prices that are expected: by the same quarter of the days before, and by the last."""

from datetime import date, timedelta
from statistics import mean
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals.model.expected import PastPrices
from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.prices import Price
from custom_components.energy_portals.portals.model.series import Series, Slot
from tests.portals.late_prices import OURS, RULES, regrets

OSLO = ZoneInfo("Europe/Oslo")
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)


def _quarters(first: date, days: int, level: float = 0.0) -> Series[Price]:
    """Return prices that are those of the clock's quarter, and a level."""
    at, end = midnight(first, OSLO), midnight(first + days * DAY, OSLO)
    slots = []
    while at < end:
        local = at.astimezone(OSLO)
        value = (local.hour * 4 + local.minute // 15) / 100 + level
        slots.append(Slot(at, at + QUARTER, Price(value)))
        at += QUARTER
    return Series(tuple(slots))


@pytest.mark.parametrize(
    "last", ["2026-03-28", "2026-03-30", "2026-10-25", "2026-06-10"]
)
def test_the_same_quarter_and_half_of_the_last_day(last: str) -> None:
    """Over nights on which clocks change too."""
    today = date.fromisoformat(last)
    now = midnight(today, OSLO) + 12 * timedelta(hours=1)
    before = _quarters(today - 16 * DAY, 15)
    past = PastPrices("a").noted(before, OSLO, now - DAY)
    past = past.noted(_quarters(today - DAY, 2, 0.28), OSLO, now)
    assert len(past.days) == 14
    start = midnight(today + DAY, OSLO)
    expected = past.expected(start, start + 2 * DAY, OSLO)
    # Two of the fourteen days are higher by 0.28, the last one by 0.24 than their mean.
    for slot in expected:
        local = slot.start.astimezone(OSLO)
        usual = (local.hour * 4 + local.minute // 15) / 100
        assert slot.value == pytest.approx(usual + 0.04 + 0.12, abs=0.02)
    assert expected.slots[0].start == start
    assert expected.slots[-1].end == start + 2 * DAY


def test_what_is_no_known_day() -> None:
    """A day with a gap, or with prices that are preliminary, is none."""
    today = date(2026, 6, 10)
    now = midnight(today, OSLO)
    whole = _quarters(today, 1).slots
    foretold = (*whole[:-1], Slot(whole[-1].start, whole[-1].end, Price(1.0, True)))
    for slots in (whole[:-1], whole[1:], (*whole[:7], *whole[8:]), foretold, ()):
        past = PastPrices("a").noted(Series(slots), OSLO, now)
        assert not past.days
        assert not past.expected(now, now + DAY, OSLO).slots
    assert PastPrices("a").noted(Series(whole), OSLO, now).days


def test_of_hours() -> None:
    """Hourly prices hold for each of their quarters, and a day may be corrected."""
    today = date(2026, 6, 10)
    start = midnight(today, OSLO)
    hours = tuple(
        Slot(start + n * 4 * QUARTER, start + (n + 1) * 4 * QUARTER, Price(float(n)))
        for n in range(24)
    )
    past = PastPrices("a").noted(Series(hours), OSLO, start)
    assert past.days[today][4:8] == (1.0,) * 4
    other = tuple(Slot(e.start, e.end, Price(e.value.value + 1)) for e in hours)
    corrected = past.noted(Series(other), OSLO, start)
    assert corrected.days[today][4:8] == (2.0,) * 4
    odd = start + 7 * timedelta(minutes=1)
    first = corrected.expected(odd, odd + QUARTER, OSLO).slots
    assert [slot.start for slot in first] == [odd, start + QUARTER]


@pytest.mark.parametrize(("late", "most"), [(0.0, 0.006), (0.5, 0.010)])
def test_prices_that_come_late_cost_little(late: float, most: float) -> None:
    """Against hindsight, and every job is done; without what is expected much more."""
    markets = [regrets(seed, 150, late) for seed in (1, 2)]
    assert mean(market[OURS] for market in markets) <= most
    for rule in RULES:
        assert mean(market[rule] for market in markets) > 4 * most
