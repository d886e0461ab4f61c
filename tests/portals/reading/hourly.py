"""Rows of hours, and what is read of them."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.reading.body import Body
from custom_components.energy_portals.portals.reading.rows import (
    Point,
    RowReader,
    Times,
)
from tests.portals.reading.quantity import FIELDS

ROME = ZoneInfo("Europe/Rome")
HOUR = timedelta(hours=1)
AT0 = datetime(2026, 1, 15, tzinfo=UTC)
TIMES = Times(
    ("timestamp", "time", "date"), ("start", "from"), ("end", "to"), ROME, apart=True
)
ENERGY = FIELDS["energy"]
# Of a home that comes and goes.
VALUES = [0.3, 0.2, 0.25, 0.9]


def at(hour: float) -> str:
    return (AT0 + HOUR * hour).isoformat()


def hourly(count: int = 4, **members: Any) -> list[dict[str, Any]]:
    return [
        {"timestamp": at(hour), "Value": VALUES[hour % 4], **members}
        for hour in range(count)
    ]


def points(
    rows: list[Any],
    around: dict[str, Any] | None = None,
    refused: Counter[str] | None = None,
    times: Times = TIMES,
    **options: Any,
) -> list[Point]:
    owner = Body("op", {**(around or {}), "rows": rows}, refused=refused)
    return RowReader(owner, ENERGY, times, **options).read(rows)


def values(rows: list[Any], *args: Any, **options: Any) -> list[float | None]:
    return [point.value for point in points(rows, *args, **options)]


def by_hour(rows: list[Any], *args: Any, **options: Any) -> dict[float, float]:
    """Return the numbers that are known, by hours since AT0."""
    return {
        (point.start - AT0) / HOUR: point.value
        for point in points(rows, *args, **options)
        if point.value is not None
    }


def none_or_refused(rows: list[Any], *args: Any, **options: Any) -> bool:
    """Say whether no number is taken."""
    try:
        return not by_hour(rows, *args, **options)
    except UnexpectedResponse:
        return True


TRUTH = dict(zip(map(float, range(4)), VALUES, strict=True))
