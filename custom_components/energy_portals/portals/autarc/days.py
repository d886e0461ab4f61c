"""Days and times in the forms that an answer may have them in."""

from datetime import UTC, date, datetime, time, timedelta
import re
from typing import Final
from zoneinfo import ZoneInfo

from .amounts import Refused

# The portal's customers are installers in Germany; it names no zone for its days.
ZONE: Final = ZoneInfo("Europe/Berlin")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_GERMAN: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
_EPOCH: Final = re.compile(r"-?[0-9]{9,13}")
_MILLISECONDS_FROM: Final = 1e11
# What lies outside is a sentinel for "no time", not a time.
FIRST: Final = datetime(1971, 1, 1, tzinfo=UTC)
LAST: Final = datetime(2200, 1, 1, tzinfo=UTC)


def moment(value: object) -> datetime:
    """Read a time: ISO 8601, or epoch seconds or milliseconds; without offset, UTC."""
    if isinstance(value, str) and _EPOCH.fullmatch(value):
        value = int(value)
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if abs(value) >= _MILLISECONDS_FROM else value
            return _plausible(datetime.fromtimestamp(seconds, UTC))
        if isinstance(value, str) and _TIME.fullmatch(value):
            return _plausible(_iso(value.upper()))
    except ValueError, OverflowError, OSError:
        pass
    raise Refused


def _iso(text: str) -> datetime:
    """Read ISO 8601; a leap second is the next second."""
    head, sign, tail = text.partition(":59:60")
    if sign:
        return datetime.fromisoformat(f"{head}:59:59{tail}") + timedelta(seconds=1)
    return datetime.fromisoformat(text)


def _plausible(when: datetime) -> datetime:
    """Return a time of this age."""
    told = when.replace(tzinfo=UTC) if when.tzinfo is None else when
    if not FIRST < told < LAST:
        raise Refused
    return told


def day(value: object) -> date:
    """Read a day: ISO 8601, as Germans write it, or a time on it."""
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
        if isinstance(value, str) and (parts := _GERMAN.fullmatch(value)) is not None:
            return date(*(int(part) for part in reversed(parts.groups())))
    except ValueError:
        raise Refused from None
    return _day_of(moment(value))


def _day_of(when: datetime) -> date:
    """Return the day that a time stands for, where it is the same for everybody."""
    local = when.astimezone(ZONE)
    if local.date() == when.date() or local.time() == time():
        return local.date()
    raise Refused
