"""CO2 and sunshine that tests make up, without Home Assistant."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from custom_components.energy_portals.portals.model.series import Slot
from tests.market import BERLIN, DAY, HOUR, local


def grams(start: datetime) -> float:
    """Return the CO2 of a slot, which no other slot of some days has."""
    return float(int(start.timestamp()) // 900 * 7919 % 9973)


def starts_of(
    day: date, zone: ZoneInfo = BERLIN, step: timedelta = HOUR
) -> list[datetime]:
    """Return the starts of the slots of a local day."""
    start, end = local(day, zone), local(day + DAY, zone)
    return [start + n * step for n in range((end - start) // step)]


def sunny(
    day: date,
    zone: ZoneInfo = BERLIN,
    first: int = 7,
    last: int = 17,
    step: timedelta = HOUR,
) -> list[Slot[float]]:
    """Return the energies of a day between two hours, Wh, as most sources say them."""
    start, end = local(day, zone, first), local(day, zone, last)
    count = (end - start) // step
    return [
        Slot(start + n * step, start + (n + 1) * step, 100.0 + 10 * min(n, count - n))
        for n in range(count)
    ]
