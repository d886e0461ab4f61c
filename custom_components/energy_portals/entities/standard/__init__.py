"""The standard entities of the model's kinds, one module a kind.

A portal whose feed yields a kind has these, for every site, without a line of its own.
"""

from typing import Final

from ..tables import Tables
from . import caps, green, incentives, ledger, power, prices

TABLES: Final = Tables(
    sensors=(
        *power.SENSORS,
        *green.SENSORS,
        *prices.SENSORS,
        *incentives.SENSORS,
        *caps.SENSORS,
        *ledger.SENSORS,
    ),
    binary_sensors=(
        *green.BINARY_SENSORS,
        *prices.BINARY_SENSORS,
        *caps.BINARY_SENSORS,
    ),
    calendars=green.CALENDARS,
    events=prices.EVENTS,
)
