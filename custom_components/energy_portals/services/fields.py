"""Fields that several actions have."""

from collections.abc import Mapping
from datetime import date, datetime
from math import isfinite
from typing import Final

from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol


def number(value: object) -> float:
    """Take a number; what is true or false is none."""
    taken: float = vol.Coerce(float)(value)
    if isinstance(value, bool) or not isfinite(taken):
        raise vol.Invalid("expected a number")
    return taken


def whole(value: object) -> int:
    """Take a whole number; a form's number field gives it as 2.0."""
    taken = number(value)
    if not taken.is_integer():
        raise vol.Invalid("expected a whole number")
    return int(taken)


def moment(value: object) -> datetime:
    """Take a date and time as UTC; without an offset it is local.

    At an end of the calendar, its day in another zone would be beyond.
    """
    taken = cv.datetime(value)
    if not date.min.year < taken.year < date.max.year:
        raise vol.Invalid("beyond the calendar")
    return dt_util.as_utc(taken)


def _stripped(value: str) -> str:
    """Take a text without white space around it."""
    return value.strip()


TEXT: Final = vol.All(cv.string, _stripped, vol.Length(min=1))
# Half-open; either end may be left out.
SPAN: Final[Mapping[vol.Marker, object]] = {
    vol.Optional("start"): moment,
    vol.Optional("end"): moment,
}
