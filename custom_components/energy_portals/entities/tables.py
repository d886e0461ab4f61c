"""The tables of entities by platform."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from homeassistant.const import Platform

if TYPE_CHECKING:
    from .controls import ButtonRow, NumberRow, SwitchRow, TimeRow, TodoRow
    from .descriptions import (
        BinarySensorRow,
        CalendarRow,
        EntityRow,
        EventRow,
        Rows,
        SensorRow,
    )
    from .shown import Shown


@dataclass(frozen=True, kw_only=True)
class Tables:
    """What is shown on each platform: a row an entity, or what describes several.

    `shown` is what of it is on when it is first there.
    """

    sensors: Rows[SensorRow] = ()
    binary_sensors: Rows[BinarySensorRow] = ()
    buttons: Rows[ButtonRow] = ()
    calendars: Rows[CalendarRow] = ()
    events: Rows[EventRow] = ()
    numbers: Rows[NumberRow] = ()
    switches: Rows[SwitchRow] = ()
    times: Rows[TimeRow] = ()
    todos: Rows[TodoRow] = ()
    shown: Shown = field(default_factory=dict)

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


def joined(every: Collection[Tables]) -> Tables:
    """Return tables as one, in their order."""
    return Tables(
        sensors=_rows(each.sensors for each in every),
        binary_sensors=_rows(each.binary_sensors for each in every),
        buttons=_rows(each.buttons for each in every),
        calendars=_rows(each.calendars for each in every),
        events=_rows(each.events for each in every),
        numbers=_rows(each.numbers for each in every),
        switches=_rows(each.switches for each in every),
        times=_rows(each.times for each in every),
        todos=_rows(each.todos for each in every),
        shown=dict(chain.from_iterable(each.shown.items() for each in every)),
    )


def _rows[RowT](tables: Iterable[Rows[RowT]]) -> Rows[RowT]:
    """Return the rows of several tables."""
    return tuple(chain.from_iterable(tables))
