"""What is known of a published day: when it was looked at, and whether it looks right.

Sources correct what they have published. A day is looked at again about an hour after
it was first complete, in the evening before it, and shortly after its midnight; one
that looks wrong sooner and more often, until it begins.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from .periods import local_time, midnight
from .plain import Finite, Moment, looked_up
from .prices import HOUR, PriceSeries

_DAY: Final = timedelta(days=1)
_QUARTER: Final = timedelta(minutes=15)
# The first look at what looks wrong; one that came so shortly before a look serves it.
_SOON: Final = timedelta(minutes=30)
# Beyond the hour itself: whoever looks on the hour finds it as it was.
_LATER: Final = timedelta(minutes=61)
_AFTER_FAILURE: Final = 2 * HOUR
_EVENING: Final = time(20)
_AFTER_MIDNIGHT: Final = timedelta(minutes=2)
# Installations are spread over so long, by the moment that they first had the day.
_SPREAD: Final = timedelta(minutes=20)
_CYCLE: Final = timedelta(minutes=10)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WEEK: Final = 7 * _DAY
# Beyond so many times the highest price of the week, a price is no price.
_TIMES: Final = 10


@looked_up
class PublishedDay(msgspec.Struct, frozen=True):
    """What is known of one local day of prices, beside the prices.

    It is whole and final since `first`. It was looked at `looks` times, last at
    `looked`; other prices came last at `changed`. Since then `failures` looks failed,
    the last at `tried`. `peak` is its highest absolute price, per kWh; `repeats` says
    whether it equals the day before, None where that is not known.
    """

    first: Moment
    looked: Moment
    peak: Finite
    repeats: bool | None = None
    looks: int = 0
    changed: Moment | None = None
    tried: Moment | None = None
    failures: int = 0
    looks_wrong: bool = False

    def next_look(self, day: date, zone: ZoneInfo) -> datetime | None:
        """Return when the day is to be looked at again; None for never again."""
        begins = midnight(day, zone)
        spread = _SPREAD * ((self.first - _EPOCH) % _CYCLE / _CYCLE)
        moments = [
            self.first + _LATER,
            local_time(day - _DAY, _EVENING, zone) + spread,
            begins + _AFTER_MIDNIGHT + spread,
        ]
        if self.looks_wrong:
            soon = self.looked + _SOON * 2 ** min(self.looks, 8)
            moments += [soon] if soon < begins else []
        left = (moment for moment in moments if moment >= self.looked + _SOON)
        coming = min(left, default=None)
        if coming is None or self.tried is None or not self.failures:
            return coming
        again: timedelta = _AFTER_FAILURE * 4 ** min(self.failures - 1, 2)
        return max(coming, self.tried + again)


def noted(
    known: Mapping[date, PublishedDay],
    before: PriceSeries | None,
    prices: PriceSeries,
    final: Collection[date],
    zone: ZoneInfo,
    now: datetime,
    *,
    looked: Collection[date] = (),
    failed: Collection[date] = (),
) -> dict[date, PublishedDay]:
    """Return what is known of the days, those of the last week included.

    `before` are the prices that were held, `prices` those that are now, of which the
    local days `final` are whole and final. Of the days that were looked at again, those
    `failed` brought nothing.
    """
    today = now.astimezone(zone).date()
    is_comparable = before is None or before.is_like(prices)
    days = {
        day: each
        for day, each in (known if is_comparable else {}).items()
        if today - _WEEK <= day <= today + _DAY
    }
    for day in sorted(final):
        if today - _WEEK <= day <= today + _DAY:
            each = days.get(day)
            if each is None:
                each = PublishedDay(first=now, looked=now, peak=0.0)
            elif day in failed:
                each = _replaced(each, tried=now, failures=each.failures + 1)
            elif day in looked:
                has_changed = before is not None and _steps(
                    before, day, zone
                ) != _steps(prices, day, zone)
                each = _replaced(
                    each,
                    looked=now,
                    looks=each.looks + 1,
                    failures=0,
                    changed=now if has_changed else each.changed,
                )
            days[day] = _judged(each, day, days, prices, zone)
    return days


_replaced = msgspec.structs.replace


def _judged(
    each: PublishedDay,
    day: date,
    days: Mapping[date, PublishedDay],
    prices: PriceSeries,
    zone: ZoneInfo,
) -> PublishedDay:
    """Return what is known of a day with what its prices and the week's tell."""
    repeats = _repeats(prices, day, zone)
    # The day before is let go in time; what was seen of it holds.
    repeats = each.repeats if repeats is None else repeats
    peak = max(abs(price) for _, price in _steps(prices, day, zone))
    week = [days[other] for other in days if day - _WEEK <= other < day]
    highest = max((other.peak for other in week), default=None)
    # What is fixed or goes by the hour repeats itself on most days.
    seldom = sum({False: 1, True: -1, None: 0}[other.repeats] for other in week) > 0
    looks_wrong = (
        (peak == 0 and highest != 0)
        or (bool(highest) and peak > _TIMES * (highest or 0.0))
        or (repeats is True and seldom)
    )
    return _replaced(each, peak=peak, repeats=repeats, looks_wrong=looks_wrong)


def _steps(
    prices: PriceSeries, day: date, zone: ZoneInfo
) -> list[tuple[datetime, float]]:
    """Return from when on which price holds on a day, however long its slots are."""
    slots = prices.within(midnight(day, zone), midnight(day + _DAY, zone)).slots
    by_price = groupby(slots, key=lambda slot: slot.value.value)
    return [(next(alike).start, price) for price, alike in by_price]


def _repeats(prices: PriceSeries, day: date, zone: ZoneInfo) -> bool | None:
    """Say whether a day has the prices of the day before, at the same times."""
    yesterday = midnight(day - _DAY, zone), midnight(day, zone)
    if not prices.covers(*yesterday):
        return None
    one = _by_clock(prices, day - _DAY, zone)
    other = _by_clock(prices, day, zone)
    # An hour that only one of them has says nothing.
    return all(other[at] == one[at] for at in one.keys() & other.keys())


def _by_clock(prices: PriceSeries, day: date, zone: ZoneInfo) -> dict[time, float]:
    """Return the price at each quarter-hour of the clock, of two the first."""
    at, end = midnight(day, zone), midnight(day + _DAY, zone)
    by_clock: dict[time, float] = {}
    while at < end:
        if (slot := prices.slots.at(at)) is not None:
            by_clock.setdefault(at.astimezone(zone).time(), slot.value.value)
        at += _QUARTER
    return by_clock
