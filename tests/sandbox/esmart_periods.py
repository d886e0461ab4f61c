"""What the simulated eSmart's resolutions mean: hours, Norwegian days and longer."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from tests.sandbox.esmart_prices import slots
from tests.sandbox.esmart_wire import day_of, midnight
from tests.sandbox.periods import first_of_month

NONE, HOUR, DAY, MONTH, YEAR = 0, 7, 20, 40, 50
_DAY: Final = timedelta(days=1)


def _next_period(resolution: int, at: datetime) -> tuple[datetime, datetime]:
    """Return the bounds of the Norwegian day, month or year that holds a moment."""
    day = day_of(at)
    if resolution == DAY:
        return midnight(day), midnight(day + _DAY)
    first = first_of_month(day, 0 if resolution == MONTH else day.month - 1)
    after = first_of_month(first, -1 if resolution == MONTH else -12)
    return midnight(first), midnight(after)


def periods(
    resolution: int, start: datetime, stop: datetime, step: timedelta
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the periods of a resolution that start in [start, stop)."""
    if resolution in (NONE, HOUR):
        for at in slots(start, stop, step):
            yield at, at + step
        return
    at = start
    while True:
        first, after = _next_period(resolution, at)
        if first >= stop:
            return
        if first >= start:
            yield first, after
        at = after
