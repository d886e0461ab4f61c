"""What eSmart alone has, beside live power and prices."""

from typing import Final

from ...entities.tables import Tables
from . import entities_control, entities_customer, entities_energy

TABLES: Final = Tables(
    sensors=(
        *entities_energy.SENSORS,
        *entities_customer.SENSORS,
        *entities_control.SENSORS,
    ),
    binary_sensors=(
        *entities_customer.BINARY_SENSORS,
        *entities_control.BINARY_SENSORS,
    ),
    calendars=(*entities_customer.CALENDARS, *entities_control.CALENDARS),
    events=entities_customer.EVENTS,
)
