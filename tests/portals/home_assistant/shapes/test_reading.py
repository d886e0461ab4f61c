"""What is kept of how an entity is read."""

import pytest

from custom_components.energy_portals.portals.home_assistant.shapes.listed import Keys
from custom_components.energy_portals.portals.home_assistant.shapes.reading import (
    Reading,
    Shape,
)
from custom_components.energy_portals.portals.home_assistant.shapes.switching import (
    Clock,
)
from custom_components.energy_portals.portals.model.prices import Tax


def test_kept_as_plain_data() -> None:
    """And read again."""
    reading = Reading(
        shape=Shape.LISTS,
        attributes=("raw_today", "raw_tomorrow"),
        forecasts=("forecast",),
        keys=Keys("start", "value", "end"),
        unit="Öre/kWh",
        currency="SEK",
        divisor=100.0,
        tax=Tax.INCLUDED,
        step=15,
        clock=Clock.DOUBLED,
    )
    kept = reading.as_dict()
    assert isinstance(kept, dict)
    assert kept["tax"] == "included"
    assert Reading.of(kept) == reading
    assert Reading.of({"shape": "names", "currency": "EUR"}).divisor == 1.0


@pytest.mark.parametrize(
    "change",
    [
        {"shape": "other"},
        {"currency": "euro"},
        {"divisor": 0},
        {"step": 0},
        {"tax": "some"},
        {"keys": {"time": "start"}},
        {"attributes": "prices"},
    ],
)
def test_anything_else_is_refused(change: dict[str, object]) -> None:
    """As a ValueError."""
    with pytest.raises(ValueError):
        Reading.of({"shape": "lists", "currency": "EUR", **change})
