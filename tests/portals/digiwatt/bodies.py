"""Digiwatt's bodies as the developer reference assumes them, 5.2."""

from collections import Counter
from collections.abc import Callable
import copy
from datetime import UTC, datetime, timedelta
from typing import Any

from custom_components.energy_portals.portals.digiwatt import reads, reads_months
from custom_components.energy_portals.portals.digiwatt.models import (
    MonthlySplit,
    Performance,
    PowerRow,
    Saving,
    Totals,
)
from custom_components.energy_portals.portals.model.power import PowerNow
from custom_components.energy_portals.portals.reading.body import Body

T0, T1 = "2026-01-15T04:00:00+01:00", "2026-01-15T04:15:00+01:00"
AT0 = datetime(2026, 1, 15, 3, tzinfo=UTC)
AT1 = AT0 + timedelta(minutes=15)

# The bodies of the reference, 5.2, and how each is read.
BODIES: dict[str, tuple[Callable[[Body], Any], Any]] = {
    "realtime": (reads.realtime, {"realtime": 412, "timestamp": T0}),
    "latest": (
        reads.latest,
        {
            "consumption": [
                {"timestamp": T0, "value": 180},
                {"timestamp": T1, "value": 176.5},
            ]
        },
    ),
    "consumption": (
        reads.consumption,
        {
            "consumption": [
                {"timestamp": T0, "total": 420, "appliances": {"fridge": 60}}
            ]
        },
    ),
    "totals": (
        reads.totals,
        {
            "total": 8250,
            "previous_total": 7500,
            "variation": 10.0,
            "appliances": [{"appliance": "fridge", "value": 1450}],
        },
    ),
    "performance": (reads.performance, {"min": 5200, "max": 14100, "user": 8250}),
    "habits": (
        reads.habits,
        {"habits": [{"hour": 0, "value": 210}, {"hour": 1, "value": 190}]},
    ),
    "trend": (
        reads_months.trend,
        {"trend": [{"month": "2026-01", "F1": 61200, "F2": 48100, "F3": 70300}]},
    ),
    "distribution": (
        reads_months.distribution,
        {"months": [{"month": "2026-01", "appliances": {"fridge": 31000}}]},
    ),
    "compound": (
        reads_months.compound,
        {"months": [{"month": "2026-01", "appliances": {"fridge": 31000}}]},
    ),
    "saving": (reads.saving, {"consumption": 182000, "saving": 9400}),
    "greenness": (
        reads.greenness,
        {
            "percentage": 41.5,
            "windows": [{"start": T0, "stop": T1, "percentage": 58}],
        },
    ),
}
EXPECTED: dict[str, Any] = {
    "realtime": PowerNow(watts=412, measured_at=AT0),
    "latest": (PowerRow(AT0, 180), PowerRow(AT1, 176.5)),
    "consumption": (PowerRow(AT0, 420, {"fridge": 60}),),
    "totals": Totals(8250, 7500, 10, {"fridge": 1450}),
    "performance": Performance(5200, 14100, 8250),
    "habits": {0: 210, 1: 190},
    "trend": (MonthlySplit("2026-01", {"F1": 61200, "F2": 48100, "F3": 70300}),),
    "distribution": (MonthlySplit("2026-01", {"fridge": 31000}),),
    "compound": (MonthlySplit("2026-01", {"fridge": 31000}),),
    "saving": Saving(182000, 9400),
}


def read(key: str, data: Any, refused: Counter[str] | None = None) -> Any:
    return BODIES[key][0](Body(key, data, refused=refused))


def body_of(key: str) -> Any:
    return copy.deepcopy(BODIES[key][1])


def place(body: Any, path: str) -> Any:
    for step in filter(None, path.split(".")):
        body = body[int(step)] if step.isdecimal() else body[step]
    return body
