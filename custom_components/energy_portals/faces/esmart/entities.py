"""What eSmart alone has, beside live power and prices."""

from typing import Final

from . import entities_control, entities_customer, entities_energy

SENSORS: Final = (
    *entities_energy.SENSORS,
    *entities_customer.SENSORS,
    *entities_control.SENSORS,
)
BINARY_SENSORS: Final = (
    *entities_customer.BINARY_SENSORS,
    *entities_control.BINARY_SENSORS,
)
CALENDARS: Final = (*entities_customer.CALENDARS, *entities_control.CALENDARS)
EVENTS: Final = entities_customer.EVENTS
