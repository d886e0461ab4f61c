"""What epilot alone has, beside prices and history."""

from typing import Final

from ...entities.tables import Tables
from . import entities_customer, entities_energy

TABLES: Final = Tables(
    sensors=(*entities_customer.SENSORS, *entities_energy.SENSORS),
    binary_sensors=entities_customer.BINARY_SENSORS,
    calendars=entities_customer.CALENDARS,
    events=entities_customer.EVENTS,
)
