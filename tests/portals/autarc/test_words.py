"""The portal's words in snake case, and back."""

import pytest

from custom_components.energy_portals.portals.autarc import models
from custom_components.energy_portals.portals.autarc.words import snake, spelt


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("inProgress", "in_progress"),
        ("from1995To2001", "from1995_to2001"),
        ("done", "done"),
        ("windMill2", "wind_mill2"),
    ],
)
def test_snake(word: str, expected: str) -> None:
    assert snake(word) == expected


def test_back() -> None:
    words = spelt(models.ProjectStatus)
    assert set(words.values()) == set(models.ProjectStatus)
    assert words["in_progress"] == models.ProjectStatus.IN_PROGRESS
