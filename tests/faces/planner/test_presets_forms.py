"""What the forms of usual loads mean."""

import pytest

from custom_components.energy_portals.faces.planner.presets_forms import (
    PRESETS,
    data_of,
)
from custom_components.energy_portals.portals.planner.sites import load_of


@pytest.mark.parametrize("preset", PRESETS)
def test_what_a_form_begins_with_can_run(preset: str) -> None:
    load = load_of(data_of(preset, PRESETS[preset].form))
    assert load.takes_part


def test_hours_of_a_day_are_even_over_its_windows() -> None:
    data = data_of("hot_water", {"hours": 3, "more": {"name": "Tank", "power": 2}})
    assert data["duration"] == 90
    assert "name" not in data


def test_a_car_has_from_one_morning_to_the_next() -> None:
    data = data_of("car", {"end": "06:30:00", "energy": 8, "more": {"power": 11}})
    assert data["begin"] == data["end"] == "06:30:00"
    assert "duration" not in data
