"""What Digiwatt's answers come to."""

import pytest

from custom_components.energy_portals.portals.digiwatt.models import Performance


@pytest.mark.parametrize(
    ("told", "position"),
    [
        ((1000.0, 3000.0, 1500.0), 25.0),
        ((1000.0, 3000.0, 1000.0), 0.0),
        ((1000.0, 3000.0, 3000.0), 100.0),
        # Beyond what the portal calls the highest.
        ((1000.0, 3000.0, 4000.0), 150.0),
        ((1000.0, 1000.0, 1000.0), None),
        ((3000.0, 1000.0, 2000.0), None),
        ((None, 3000.0, 1500.0), None),
        ((1000.0, None, 1500.0), None),
        ((1000.0, 3000.0, None), None),
    ],
)
def test_position_among_similar_homes(
    told: tuple[float | None, float | None, float | None], position: float | None
) -> None:
    assert Performance(*told).position == position
