"""Actions that may take yesterday for today for a while."""

from collections.abc import Iterator
from datetime import datetime
import time
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals.home_assistant.shapes import BY_DOMAIN

BERLIN = ZoneInfo("Europe/Berlin")
GREEN_PLANET = BY_DOMAIN["green_planet_energy"]


@pytest.fixture
def machine(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Let the machine have a zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("at", "machine", "is_settled"),
    [
        ("2026-11-10T23:59:00", "UTC", True),
        ("2026-11-11T00:00:00", "UTC", False),
        # The machine has no new day before one, and asks anew within an hour.
        ("2026-11-11T01:30:00", "UTC", False),
        ("2026-11-11T02:04:00", "UTC", False),
        ("2026-11-11T02:05:00", "UTC", True),
        ("2026-11-11T01:04:00", "Europe/Berlin", False),
        ("2026-11-11T01:05:00", "Europe/Berlin", True),
        ("2026-11-10T22:30:00", "Europe/Helsinki", True),
        ("2026-11-10T23:30:00", "Europe/Helsinki", False),
    ],
    indirect=["machine"],
)
def test_settled(at: str, machine: str, is_settled: bool) -> None:
    """Not before midnight is over on both clocks, and an hour since."""
    now = datetime.fromisoformat(at).replace(tzinfo=BERLIN)
    assert GREEN_PLANET.is_settled(now, BERLIN) is is_settled
    assert BY_DOMAIN["omie"].is_settled(now, BERLIN)
