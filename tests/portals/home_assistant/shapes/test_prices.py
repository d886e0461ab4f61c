"""What is published, and what is expected."""

from datetime import UTC, datetime, timedelta
from typing import Final

from custom_components.energy_portals.portals.home_assistant.shapes.prices import (
    PriceReading,
    newest,
)
from custom_components.energy_portals.portals.model.prices import Price, Tax
from custom_components.energy_portals.portals.model.series import Series, Slot

NOON: Final = datetime(2026, 11, 29, 12, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)


def slots(*values: float | None, start: int = 0) -> Series[float]:
    """Return hours with these values; None is a hole."""
    return Series(
        tuple(
            Slot(NOON + (start + hour) * HOUR, NOON + (start + hour + 1) * HOUR, value)
            for hour, value in enumerate(values)
            if value is not None
        )
    )


def test_predictions_never_cover_what_is_published() -> None:
    """They fill holes and go on after it, and are preliminary."""
    reading = PriceReading(
        currency="EUR",
        tax=Tax.INCLUDED,
        published=slots(0.1, None, -0.3),
        predicted=slots(9.0, 9.1, 9.2, 9.3),
    )
    assert [slot.value for slot in reading.prices.slots] == [
        *(Price(0.1), Price(9.1, preliminary=True)),
        *(Price(-0.3), Price(9.3, preliminary=True)),
    ]
    assert (reading.prices.currency, reading.prices.tax) == ("EUR", Tax.INCLUDED)
    assert reading.holes == ()


def test_holes() -> None:
    """Between what is known."""
    reading = PriceReading(currency="EUR", published=slots(0.0, None, 0.0))
    assert reading.holes == ((NOON + HOUR, NOON + 2 * HOUR),)
    assert PriceReading(currency="EUR").holes == ()
    assert not PriceReading(currency="EUR").prices.slots


def test_the_newer_wins() -> None:
    """Where it has anything."""
    both = newest(slots(1.0, 2.0, 3.0), slots(5.0, start=1))
    assert both == slots(1.0, 5.0, 3.0)
    assert newest(slots(1.0), Series()) == slots(1.0)
