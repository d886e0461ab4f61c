"""The tables of entities by platform."""

from collections.abc import Mapping
from dataclasses import dataclass

from homeassistant.const import Platform

from .entity import Row


@dataclass(frozen=True, kw_only=True)
class Tables:
    """What is shown on each platform: a row an entity, or what describes several."""

    sensors: tuple[Row, ...] = ()
    binary_sensors: tuple[Row, ...] = ()
    buttons: tuple[Row, ...] = ()
    calendars: tuple[Row, ...] = ()
    events: tuple[Row, ...] = ()
    numbers: tuple[Row, ...] = ()
    switches: tuple[Row, ...] = ()
    times: tuple[Row, ...] = ()
    todos: tuple[Row, ...] = ()

    def by_platform(self) -> Mapping[Platform, tuple[Row, ...]]:
        """Return the tables by the platform that shows them."""
        return {
            Platform.BINARY_SENSOR: self.binary_sensors,
            Platform.BUTTON: self.buttons,
            Platform.CALENDAR: self.calendars,
            Platform.EVENT: self.events,
            Platform.NUMBER: self.numbers,
            Platform.SENSOR: self.sensors,
            Platform.SWITCH: self.switches,
            Platform.TIME: self.times,
            Platform.TODO: self.todos,
        }
