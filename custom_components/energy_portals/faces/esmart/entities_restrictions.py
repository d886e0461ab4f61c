"""eSmart's own entities of outages and restrictions at a meter."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Final

from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass

from ...entities.descriptions import (
    BinarySensorRow,
    EventRow,
    Happening,
    PortalBinarySensorDescription,
    PortalEventDescription,
    Rows,
)
from ...portals.esmart.feeds_restrictions import RESTRICTIONS, Change, Restrictions


def _changes(restrictions: Restrictions, now: datetime) -> Iterable[Happening]:
    """Return what has begun and ended lately."""
    for change in restrictions.changes:
        mark = f"{change.seen.isoformat()} {change.event}"
        yield Happening(
            "began" if change.has_begun else "ended", mark, partial(_of_change, change)
        )


def _of_change(change: Change) -> dict[str, str]:
    """Return what is told of a change."""
    return {"restriction": change.event, "seen": change.seen.isoformat()}


BINARY_SENSORS: Final[Rows[BinarySensorRow]] = (
    PortalBinarySensorDescription(
        key="restricted",
        translation_key="restricted",
        source=RESTRICTIONS,
        device_class=BinarySensorDeviceClass.PROBLEM,
        value_fn=lambda restrictions, now: restrictions.is_on(),
    ),
)

EVENTS: Final[Rows[EventRow]] = (
    PortalEventDescription(
        key="restriction",
        translation_key="restriction",
        source=RESTRICTIONS,
        event_types=["began", "ended"],
        value_fn=_changes,
    ),
)
