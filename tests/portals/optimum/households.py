"""Homes by chance: what they draw hour by hour, with cooking, weekends and absences."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import exp
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from custom_components.energy_portals.portals.model.series import Series, Slot

ZONE: Final = ZoneInfo("Europe/Oslo")
HOUR: Final = timedelta(hours=1)
BEGIN: Final = datetime(2026, 4, 6, tzinfo=UTC)


def household(seed: int, days: int = 37, away: int = 3) -> Series[float]:
    """Return the mean power of each hour, kW; for `away` days nobody is at home."""
    chance = Random(seed)
    standby = chance.uniform(0.08, 0.2)
    morning, evening = chance.uniform(6, 8), chance.uniform(17, 20)
    size = chance.uniform(0.25, 0.6)
    cooks = chance.uniform(0.6, 1.8)
    at_home = chance.uniform(0, 0.25)
    gone = chance.randrange(3, days - away - 2)
    drift, slots = 0.0, []
    for place in range(days * 24):
        start = BEGIN + place * HOUR
        local = start.astimezone(ZONE)
        day = place // 24
        drift = 0.97 * drift + chance.gauss(0, 0.03)
        power = standby + chance.uniform(0, 0.08)
        if not gone <= day < gone + away:
            is_free = local.weekday() >= 5
            rises = morning + (2.0 if is_free else 0.0)
            power += size * 0.6 * _hump(local.hour, rises, 1.2)
            power += size * _hump(local.hour, evening, 2.2)
            power += at_home * (1.6 if is_free else 0.6) * _hump(local.hour, 13, 3.5)
            dinner = evening - (1 if is_free else 0)
            if abs(local.hour - dinner) <= 1 and chance.random() < 0.6:
                power += cooks * chance.uniform(0.4, 1.2)
            if 7 <= local.hour <= 22:
                power += chance.choice((0.0, 0.1, 0.2, 0.4, 0.6))
            power *= max(1 + drift + chance.gauss(0, 0.25), 0.3)
        slots.append(Slot(start, start + HOUR, max(power, 0.05)))
    return Series(tuple(slots))


def _hump(hour: float, middle: float, width: float) -> float:
    """Return how much of an evening there is at an hour."""
    return exp(-(((hour - middle) / width) ** 2))


def noons(days: int = 37, since: int = 28) -> Iterator[datetime]:
    """Yield one o'clock of the days of which enough of the past is known."""
    for day in range(since, days - 1):
        local = (BEGIN + day * 24 * HOUR).astimezone(ZONE)
        yield local.replace(hour=13).astimezone(UTC)
