"""What a household truly used and paid, hour by hour, for all who import it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from homeassistant.util import dt as dt_util

# Imported here, or the harness' own package of this name would hide it.
from custom_components.energy_portals.portals.model.series import Slot

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

type Amounts = tuple[Slot[float | None], ...]


@dataclass
class Truth:
    """The hours of some days until now.

    `calls` counts what an importer asks of its portal.
    """

    days: int
    calls: int = 0
    end: datetime = field(init=False)
    used: Amounts = field(init=False)
    paid: Amounts = field(init=False)

    def __post_init__(self) -> None:
        """Let the hours be over that are."""
        self.end = dt_util.utcnow().replace(minute=0, second=0, microsecond=0)
        hours = [self.begin + n * HOUR for n in range(self.days * 24)]
        self.used = _slots((hour, _used(hour)) for hour in hours)
        self.paid = _slots((hour, round(_used(hour) * 1.37, 4)) for hour in hours)

    @property
    def begin(self) -> datetime:
        """Return the first hour."""
        return self.end - self.days * DAY

    def within(self, amounts: Amounts, start: datetime, end: datetime) -> Amounts:
        """Return the hours of a span."""
        first, last = (max((at - self.begin) // HOUR, 0) for at in (start, end))
        return amounts[first:last]

    def correct(self, hour: datetime) -> int:
        """Correct what was used in an hour; return how many rows have to change."""
        n = (hour - self.begin) // HOUR
        corrected = _slots([(hour, _used(hour) + 1)])
        self.used = (*self.used[:n], *corrected, *self.used[n + 1 :])
        return (self.end - hour) // HOUR


def _slots(amounts: Iterable[tuple[datetime, float]]) -> Amounts:
    """Return amounts of hours as slots."""
    return tuple(Slot(hour, hour + HOUR, amount) for hour, amount in amounts)


def _used(hour: datetime) -> float:
    """Return what was used in an hour, in kWh."""
    return round(0.2 + int(hour.timestamp() // 3600) * 37 % 101 / 40, 3)
