"""Prices that are expected: of time of which none are published yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import fsum
from typing import Final
from zoneinfo import ZoneInfo

from .periods import midnight
from .plain import Finite, looked_up
from .prices import Price
from .series import Series, Slot

_QUARTER: Final = timedelta(minutes=15)
_DAY: Final = timedelta(days=1)
_QUARTERS: Final = 96
# So many days are the ground of what is expected.
_DAYS: Final = 14
# How far the last of them lay off counts by half.
_HALF: Final = 0.5


@looked_up
@dataclass(frozen=True, slots=True)
class PastPrices:
    """The prices of the last known days of a source, named by `of`.

    Each day has one price for each quarter-hour that clocks show, per kWh; None for one
    that they skip. Of a quarter-hour that comes twice it is the first.
    """

    of: str
    days: Mapping[date, tuple[Finite | None, ...]] = field(default_factory=dict)

    def noted(self, prices: Series[Price], zone: ZoneInfo, now: datetime) -> PastPrices:
        """Return them with the days that these prices have whole."""
        days = dict(self.days)
        today = now.astimezone(zone).date()
        # A day does not change often; the last two may have been corrected.
        for day in (today + _DAY * n for n in range(-_DAYS, 2)):
            if day in days and day < today - _DAY:
                continue
            if (values := _whole_day(prices, day, zone)) is not None:
                days[day] = values
        last = sorted(day for day in days if day <= today + _DAY)[-_DAYS:]
        return PastPrices(self.of, {day: days[day] for day in last})

    def expected(self, start: datetime, end: datetime, zone: ZoneInfo) -> Series[float]:
        """Return what is expected of a span, quarter by quarter; empty if nothing is.

        The mean of the same quarter over the days, and half of how far the last of
        them lay off.
        """
        profile = self._profile()
        if not profile:
            return Series()
        return Series(tuple(_in_quarters(profile, start, end, zone)))

    def _profile(self) -> dict[int, float]:
        """Return what is expected of each quarter-hour of a day."""
        if not self.days:
            return {}
        means: dict[int, float] = {}
        for place in range(_QUARTERS):
            known = [day[place] for day in self.days.values() if len(day) > place]
            values = [value for value in known if value is not None]
            if values:
                means[place] = fsum(values) / len(values)
        last = self.days[max(self.days)]
        offs = [
            value - means[place]
            for place, value in enumerate(last)
            if value is not None and place in means
        ]
        off = _HALF * fsum(offs) / len(offs) if offs else 0.0
        mean = fsum(means.values()) / len(means) if means else 0.0
        return {
            place: means.get(place, mean) + off for place in range(_QUARTERS) if means
        }


def _whole_day(
    prices: Series[Price], day: date, zone: ZoneInfo
) -> tuple[float | None, ...] | None:
    """Return the prices of a day, None where they are not all known."""
    reached, end = midnight(day, zone), midnight(day + _DAY, zone)
    for slot in prices.between(reached, end):
        if slot.start > reached or slot.value.preliminary:
            return None
        reached = slot.end
    if reached < end:
        return None
    values: dict[int, float] = {}
    at = midnight(day, zone)
    for slot in prices.between(at, end):
        while at < min(slot.end, end):
            local = at.astimezone(zone)
            # Of a quarter-hour that comes twice the first counts.
            values.setdefault(_place(local), slot.value.value)
            at += _QUARTER
    return tuple(values.get(place) for place in range(_QUARTERS))


def _place(local: datetime) -> int:
    """Return which quarter-hour of the day clocks show."""
    return local.hour * 4 + local.minute // 15


def _in_quarters(
    profile: Mapping[int, float], start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[Slot[float]]:
    """Yield what is expected, quarter by quarter."""
    at = start.replace(
        minute=start.minute - start.minute % 15, second=0, microsecond=0
    ).astimezone(UTC)
    while at < end:
        local = at.astimezone(zone)
        after = at + _QUARTER
        yield Slot(max(at, start), min(after, end), profile[_place(local)])
        at = after
