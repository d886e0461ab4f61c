"""The tables of entities by platform."""

from collections.abc import Mapping
from dataclasses import dataclass

from homeassistant.const import Platform

from .descriptions import (
    BinarySensorRow,
    ButtonRow,
    CalendarRow,
    EntityRow,
    EventRow,
    NumberRow,
    Rows,
    SensorRow,
    SwitchRow,
    TimeRow,
    TodoRow,
)


@dataclass(frozen=True, kw_only=True)
class Tables:
    """What is shown on each platform: a row an entity, or what describes several."""

    sensors: Rows[SensorRow] = ()
    binary_sensors: Rows[BinarySensorRow] = ()
    buttons: Rows[ButtonRow] = ()
    calendars: Rows[CalendarRow] = ()
    events: Rows[EventRow] = ()
    numbers: Rows[NumberRow] = ()
    switches: Rows[SwitchRow] = ()
    times: Rows[TimeRow] = ()
    todos: Rows[TodoRow] = ()

    def by_platform(self) -> Mapping[Platform, Rows[EntityRow[object]]]:
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
