"""Fields that several actions have."""

from datetime import date, datetime
from math import isfinite
from typing import Any, Final

from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol


def number(value: Any) -> float:
    """Take a number; what is true or false is none."""
    found: float = vol.Coerce(float)(value)
    if isinstance(value, bool) or not isfinite(found):
        raise vol.Invalid("expected a number")
    return found


def whole(value: Any) -> int:
    """Take a whole number; a form's number field gives it as 2.0."""
    found = number(value)
    if not found.is_integer():
        raise vol.Invalid("expected a whole number")
    return int(found)


def moment(value: Any) -> datetime:
    """Take a date and time as UTC; without an offset it is local.

    At an end of the calendar, its day in another zone would be beyond.
    """
    found = cv.datetime(value)
    if not date.min.year < found.year < date.max.year:
        raise vol.Invalid("beyond the calendar")
    return dt_util.as_utc(found)


def _stripped(value: str) -> str:
    """Take a text without white space around it."""
    return value.strip()


TEXT: Final = vol.All(cv.string, _stripped, vol.Length(min=1))
