"""What epilot alone has, beside prices and history."""

from typing import Final

from . import entities_customer, entities_energy

SENSORS: Final = (*entities_customer.SENSORS, *entities_energy.SENSORS)
BINARY_SENSORS: Final = entities_customer.BINARY_SENSORS
CALENDARS: Final = entities_customer.CALENDARS
EVENTS: Final = entities_customer.EVENTS
