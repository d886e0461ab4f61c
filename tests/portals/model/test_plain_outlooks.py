"""Outlooks over a restart: what was written comes back, and nothing else does."""

from datetime import UTC, datetime, timedelta
import json
from zoneinfo import ZoneInfo

import msgspec
import pytest

from custom_components.energy_portals.portals.model.intensity import CarbonOutlook
from custom_components.energy_portals.portals.model.plain import zone_of
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.model.sun import SolarOutlook

START = datetime(2026, 10, 24, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROME = ZoneInfo("Europe/Rome")
SERIES = Series(
    (Slot(START, START + HOUR, -0.0), Slot(START + 3 * HOUR, START + 4 * HOUR, 1e-9))
)
OUTLOOKS = [
    CarbonOutlook(zone=ROME),
    CarbonOutlook(zone=ROME, unit="gCO2eq/kWh", published=SERIES, predicted=SERIES),
    SolarOutlook(zone=ROME, told=SERIES),
    SolarOutlook(zone=ROME, told=SERIES, is_whole=True),
]


@pytest.mark.parametrize("outlook", OUTLOOKS)
def test_comes_back_as_it_was(outlook: CarbonOutlook | SolarOutlook) -> None:
    stored = json.loads(json.dumps(outlook.as_dict()))
    assert type(outlook).from_dict(stored) == outlook


def test_what_is_said_of_now_does_not_outlast_a_restart() -> None:
    outlook = CarbonOutlook(zone=ROME, current=300.0)
    assert CarbonOutlook.from_dict(outlook.as_dict()).current is None


ROW = [START.isoformat(), (START + HOUR).isoformat(), 1.0]
FAR = [START.isoformat(), (START + 2000 * HOUR).isoformat(), 1.0]


@pytest.mark.parametrize("outlook", OUTLOOKS)
@pytest.mark.parametrize(
    "rows",
    [
        [ROW, ROW],
        [[*ROW[:2], "1"]],
        [[*ROW[:2], float("nan")]],
        [[ROW[1], ROW[0], 1.0]],
        [["2026-10-24T22:00:00", *ROW[1:]]],
        [["2026-10-24T22:00:00+02:00", *ROW[1:]]],
        [FAR],
        [ROW[:2]],
        {},
        None,
    ],
    ids=str,
)
def test_anything_else_is_refused(
    outlook: CarbonOutlook | SolarOutlook, rows: object
) -> None:
    stored = outlook.as_dict()
    for key in {"published", "told"} & stored.keys():
        with pytest.raises(ValueError):
            type(outlook).from_dict({**stored, key: rows})
    for broken in (None, [], {}, {**stored, "zone": "Nowhere/Land"}):
        with pytest.raises((ValueError, msgspec.ValidationError)):
            type(outlook).from_dict(broken)


@pytest.mark.parametrize("key", ["", "Nowhere", "../secrets", "/etc/passwd", "Europe"])
def test_a_zone_is_one_or_an_error(key: str) -> None:
    with pytest.raises(ValueError):
        zone_of(key)
