"""The standard entities of the model's kinds, one module a kind.

A portal whose feed yields a kind has these, for every site, without a line of its own.
"""

from typing import Final

from . import caps, green, incentives, ledger, power, prices

SENSORS: Final = (
    *power.SENSORS,
    *green.SENSORS,
    *prices.SENSORS,
    *incentives.SENSORS,
    *caps.SENSORS,
    *ledger.SENSORS,
)
BINARY_SENSORS: Final = (
    *green.BINARY_SENSORS,
    *prices.BINARY_SENSORS,
    *caps.BINARY_SENSORS,
)
CALENDARS: Final = green.CALENDARS
EVENTS: Final = prices.EVENTS
TODOS: Final = ()
BUTTONS: Final = ()
NUMBERS: Final = ()
SWITCHES: Final = ()
TIMES: Final = ()
