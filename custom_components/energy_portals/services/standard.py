"""The standard actions, one for all portals that yield a kind."""

from typing import Final

from .action import AnyAction
from .forecasts import GET_FORECAST, GET_GREEN_WINDOWS
from .history import GET_HISTORY, GET_STATISTICS_IDS, IMPORT_HISTORY
from .prices import FETCH_PRICES, GET_PRICES
from .rescheduling import RESCHEDULE
from .windows import FIND_WINDOW

ACTIONS: Final[tuple[AnyAction, ...]] = (
    FIND_WINDOW,
    GET_GREEN_WINDOWS,
    GET_PRICES,
    FETCH_PRICES,
    RESCHEDULE,
    GET_FORECAST,
    GET_HISTORY,
    IMPORT_HISTORY,
    GET_STATISTICS_IDS,
)
