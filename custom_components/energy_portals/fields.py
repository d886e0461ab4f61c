"""Fields that several actions have."""

from datetime import date, datetime
from typing import Any, Final

from homeassistant.helpers import config_validation as cv
import voluptuous as vol


def whole(value: Any) -> int:
    """Take a whole number; a form's number field gives it as 2.0."""
    number = vol.Coerce(float)(value)
    if isinstance(value, bool) or not number.is_integer():
        raise vol.Invalid("expected a whole number")
    return int(number)


def moment(value: Any) -> datetime:
    """Take a date and time that is not at an end of the calendar.

    Its day in another zone, or the day after it, would be beyond.
    """
    found = cv.datetime(value)
    if not date.min.year < found.year < date.max.year:
        raise vol.Invalid("beyond the calendar")
    return found


def _stripped(value: str) -> str:
    """Take a text without white space around it."""
    return value.strip()


TEXT: Final = vol.All(cv.string, _stripped, vol.Length(min=1))
