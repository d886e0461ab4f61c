"""The grid the household hangs on: renewable share and price, known ahead of time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import cos, exp, pi
from random import Random

from tests.sandbox.load import SLOTS_A_DAY, ZONE, local_offset

SLOT = timedelta(minutes=15)
_LEAST_WINDOW_SLOTS = 4


@dataclass(frozen=True)
class GreenWindow:
    """A stretch of a local day in which the renewable share is high."""

    start: datetime
    stop: datetime
    percentage: float


def local_midnight(day: date) -> datetime:
    """Return the first moment of a local day, in UTC."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def slot_start(at: datetime) -> datetime:
    """Return the start of the quarter-hour that a moment lies in, in UTC."""
    at = at.astimezone(UTC)
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)


def _index(slot: datetime) -> int:
    """Return the place of a slot within its UTC day."""
    return slot.hour * 4 + slot.minute // 15


class Grid:
    """Renewable share and price of every quarter-hour, past and to come."""

    def __init__(self, seed: int) -> None:
        """Hold the seed that all curves follow from."""
        self._seed = seed
        self._shares: dict[date, tuple[float, ...]] = {}
        self._prices: dict[date, tuple[float, ...]] = {}

    def share(self, at: datetime) -> float:
        """Return the renewable share in percent of the slot that holds a moment."""
        slot = slot_start(at)
        return self._day_shares(slot.date())[_index(slot)]

    def price(self, at: datetime) -> float:
        """Return the price in EUR/kWh of the slot that holds a moment."""
        slot = slot_start(at)
        return self._day_prices(slot.date())[_index(slot)]

    def windows(self, day: date) -> list[GreenWindow]:
        """Return the green windows of a local day, oldest first."""
        start, stop = local_midnight(day), local_midnight(day + timedelta(days=1))
        slots = [start + SLOT * n for n in range((stop - start) // SLOT)]
        shares = [self.share(slot) for slot in slots]
        mean = sum(shares) / len(shares)
        # Relative to the day, so that a dull winter day has its best hours too.
        threshold = mean + 0.35 * (max(shares) - mean)
        windows: list[GreenWindow] = []
        first: int | None = None
        for n, share in enumerate([*shares, 0.0]):
            if share >= threshold:
                first = n if first is None else first
            elif first is not None:
                if n - first >= _LEAST_WINDOW_SLOTS:
                    percentage = round(sum(shares[first:n]) / (n - first), 1)
                    windows.append(
                        GreenWindow(slots[first], slots[n - 1] + SLOT, percentage)
                    )
                first = None
        return windows

    def _fraction(self, what: str, day: date) -> float:
        return Random(f"{self._seed}/{what}/{day}").random()

    def _day_shares(self, day: date) -> tuple[float, ...]:
        if (known := self._shares.get(day)) is None:
            known = self._shares[day] = tuple(self._make_shares(day))
        return known

    def _make_shares(self, day: date) -> list[float]:
        wind = 12 + 32 * self._fraction("wind", day)
        wind_next = 12 + 32 * self._fraction("wind", day + timedelta(days=1))
        season = (1 - cos(2 * pi * (day.timetuple().tm_yday + 10) / 365)) / 2
        half_day = 4.4 + 2.8 * season
        sun = (24 + 18 * season) * (0.55 + 0.45 * self._fraction("sky", day))
        gust = 22 * self._fraction("gust", day)
        gust_hour = 2.5 + 1.5 * self._fraction("gust hour", day)
        shares = []
        for slot in range(SLOTS_A_DAY):
            hour = slot / 4
            light = max(-1.0, min(1.0, (hour - 11.2) / half_day))
            share = wind + (wind_next - wind) * hour / 24
            share += sun * cos(pi / 2 * light)
            share += gust * exp(-((hour - gust_hour) ** 2))
            shares.append(round(min(97.0, share), 1))
        return shares

    def _day_prices(self, day: date) -> tuple[float, ...]:
        if (known := self._prices.get(day)) is None:
            known = self._prices[day] = tuple(self._make_prices(day))
        return known

    def _make_prices(self, day: date) -> list[float]:
        random = Random(f"{self._seed}/price/{day}")
        offset = local_offset(day)
        level = 0.11 if day.weekday() >= 5 else 0.15
        prices = []
        for slot, share in enumerate(self._day_shares(day)):
            hour = (slot / 4 + offset) % 24
            peak = 0.04 if 7 <= hour < 9 else 0.06 if 18 <= hour < 21 else 0.0
            price = level + peak - 0.0042 * (share - 40) + random.gauss(0, 0.004)
            prices.append(round(price, 5))
        return prices
