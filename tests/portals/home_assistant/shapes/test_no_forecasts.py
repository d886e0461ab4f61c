"""Who knows the price of now alone has neighbours that know more."""

from custom_components.energy_portals.portals.home_assistant.shapes import (
    ACTIONS,
    NO_FORECASTS,
)


def test_neighbours() -> None:
    """They are read."""
    known = {row.domain for row in ACTIONS} | {"epex_spot", "octopus_energy"}
    for row in NO_FORECASTS.values():
        assert row.domain not in known
        assert set(row.neighbours) <= known
