"""Power drawn at this moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

# A portal that stopped measuring still answers, with its last value. Half an hour
# is twice the slowest step seen (a quarter-hour).
STALE_AFTER: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerNow:
    """Power in W as the portal last measured it.

    `measured_at` is None where the portal does not say when; the value is then
    as old as the fetch.
    """

    watts: float | None
    measured_at: datetime | None = None

    def at(self, now: datetime) -> float | None:
        """Return the power, or None when the measurement is too old to be now."""
        if self.measured_at is not None and now - self.measured_at >= STALE_AFTER:
            return None
        return self.watts

    def next_change(self, now: datetime) -> datetime | None:
        """Return when the measurement becomes too old."""
        if self.measured_at is None or self.watts is None:
            return None
        stale = self.measured_at + STALE_AFTER
        return stale if stale > now else None
