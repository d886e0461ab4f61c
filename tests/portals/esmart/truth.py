"""Series as eSmart could send them, and what is known of them once read."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.esmart import reads, wire
from custom_components.energy_portals.portals.esmart.models import Resolution
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.reading.body import Body

AT0 = datetime(2026, 1, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
VALUES = [0.5, 0.25, 1.75, 1.0]
TRUTH = dict(enumerate(VALUES))


def at(hour: float) -> str:
    """Return a time as the portal sends it, without an offset."""
    return (AT0 + HOUR * hour).replace(tzinfo=None).isoformat()


def rows(name: str = "Value", scale: float = 1, **members: Any) -> list[dict[str, Any]]:
    return [
        {"ValueTime": at(hour), name: value * scale, **members}
        for hour, value in enumerate(VALUES)
    ]


def place(operation: str, body: Any, refused: Counter[str] | None = None) -> Body:
    return Body(operation, wire.normalised(body), refused=refused)


def known(slots: Any) -> dict[float, float]:
    """Return the values that are known, by hours since AT0."""
    told = {
        (slot.start - AT0) / HOUR: getattr(slot.value, "value", slot.value)
        for slot in slots
    }
    return {hour: value for hour, value in told.items() if value is not None}


def prices(
    body: Any, area: str | None = "NO1", unit: str = "NOK/kWh", **options: Any
) -> dict[float, float]:
    """Return the prices that are known; none where all are refused."""
    try:
        found = reads.prices(unit, area, **options)(place("spotprices", body))
    except UnexpectedResponse:
        return {}
    return known(found.slots)


def consumption(body: Any, **options: Any) -> dict[float, float]:
    resolution = options.pop("resolution", Resolution.HOUR)
    read = reads.consumption(resolution, {"meterid": "M-1"}, **options)
    try:
        return known(read(place("consumption", body)).slots)
    except UnexpectedResponse:
        return {}


def costs(body: Any, **options: Any) -> dict[float, float]:
    read = reads.costs(Resolution.HOUR, {"meterid": "M-1"}, **options)
    try:
        return known(read(place("costs", body)).slots)
    except UnexpectedResponse:
        return {}


def temperatures(body: Any) -> dict[float, float]:
    try:
        return known(reads.temperatures(place("temperatures", body)).slots)
    except UnexpectedResponse:
        return {}


def nearly(values: dict[int, float] = TRUTH) -> Any:
    return pytest.approx(values)
