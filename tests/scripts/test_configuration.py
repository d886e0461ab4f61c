"""What of a log the demo and the browser's run find fault with."""

import pytest

from scripts.configuration import complaints

WHEN = "2026-11-30 03:44:53.025"


@pytest.mark.parametrize(
    ("level", "said"),
    [
        ("INFO", "Setup of domain energy_portals took 0.1 seconds"),
        ("ERROR", "Error fetching nordpool data"),
        (
            "WARNING",
            "We found a custom integration energy_portals which has not been tested by",
        ),
        ("WARNING", "Setup of energy_portals is taking over 10 seconds."),
        (
            "WARNING",
            "Setup of sensor platform energy_portals is taking over 10 seconds.",
        ),
        (
            "WARNING",
            "Updating energy_portals took longer than the scheduled update interval",
        ),
        (
            "WARNING",
            "Thread is still running at shutdown: energy_portals\n    highs.run()",
        ),
        (
            "WARNING",
            "Updating state for a.b (<class 'energy_portals.X'>) took 0.6 seconds.",
        ),
    ],
)
def test_no_complaint(level: str, said: str) -> None:
    """Not about the integration, expected, or about a slow machine."""
    assert complaints(f"{WHEN} {level} (MainThread) [homeassistant] {said}\n") == []


def test_complaints() -> None:
    """All else that names it, a line each, with what a traceback ends in."""
    log = (
        f"{WHEN} ERROR (MainThread) [homeassistant.setup] Setup of 'energy_portals' is"
        " taking longer than 300 seconds.\n"
        f"{WHEN} ERROR (MainThread) [custom_components.energy_portals] It broke\n"
        "Traceback (most recent call last):\n"
        "ValueError: so it is\n"
    )
    first, second = complaints(log)
    assert "longer than 300 seconds" in first
    assert second.endswith("It broke | ValueError: so it is")
