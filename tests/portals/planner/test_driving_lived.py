"""Days that are lived in: plans are kept, limits too, and nothing stays on.

A slice of `scripts/soak lived`, and the nights on which clocks change.
"""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tests.portals.planner.lived import CAR, DISHES, OSLO, VAN, Home

LORD_HOWE = ZoneInfo("Australia/Lord_Howe")


async def test_a_day() -> None:
    """Two cars that share a limit with a dishwasher, and all that goes wrong."""
    figures = await Home(1, 1, (CAR, VAN, DISHES)).live()
    assert figures.wrong == []
    assert figures.looked > 50
    assert figures.moves <= 0.05


@pytest.mark.parametrize(
    ("zone", "night"),
    [
        (OSLO, date(2026, 10, 24)),
        (OSLO, date(2027, 3, 27)),
        (LORD_HOWE, date(2026, 10, 3)),
        (LORD_HOWE, date(2027, 4, 3)),
    ],
)
async def test_nights_on_which_clocks_change(zone: ZoneInfo, night: date) -> None:
    """By an hour, or by half of one."""
    figures = await Home(3, 2, (CAR,), first=night, zone=zone).live()
    assert figures.wrong == []
    assert figures.deadlines
