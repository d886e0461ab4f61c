"""Times in any form: ISO 8601, epochs, dates of a country, a date and an hour apart."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
import re
from typing import Final
from zoneinfo import ZoneInfo

from .numbers import Mismatch, Refused

_EPOCH: Final = re.compile(r"[0-9]{9,15}", re.ASCII)
# What lies outside is a sentinel for "no time", not a time.
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2200
_MILLISECONDS_FROM: Final = 1e11
_SECONDS_FROM: Final = 1e9
_LOCAL: Final = re.compile(
    r"([0-9]{1,2})([./])([0-9]{1,2})\2([0-9]{4})(?:[ T,]+([0-9]{1,2}:[0-9:]{2,5}))?",
    re.ASCII,
)
_LEAP: Final = re.compile(r"(.*[T ][0-9]{2}:[0-9]{2}):60(?:[.,]0+)?(.*)", re.ASCII)
_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_CLOCK: Final = re.compile(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.0+)?)?", re.ASCII)
_COUNTRIES_YEARS: Final = 12


@dataclass(frozen=True, slots=True)
class Wall:
    """A time on the clock of a wall, `when` being naive; `is_day` for a day alone.

    In the hour that comes twice it means two moments.
    """

    when: datetime
    is_day: bool = False

    def moments(self, zone: ZoneInfo) -> tuple[datetime, ...]:
        """Return the moments in UTC that it may mean: none, one or two."""
        try:
            first = self.when.replace(tzinfo=zone).astimezone(UTC)
            second = self.when.replace(tzinfo=zone, fold=1).astimezone(UTC)
        except OverflowError:
            return ()
        if first.astimezone(zone).replace(tzinfo=None) != self.when:
            return ()
        return (first,) if first == second else (first, second)

    def only(self, zone: ZoneInfo) -> datetime:
        """Return the one moment that it means; Refused where it means none or two."""
        moments = self.moments(zone)
        if len(moments) != 1:
            raise Refused
        return moments[0]


def read_time(value: object) -> datetime | Wall:
    """Read a time: in UTC where it says its offset, else as the wall has it.

    ISO 8601, epoch seconds, or milliseconds when large, or a date with the day first.
    Mismatch: it is none; Refused: it cannot be true, or means one of two days.
    """
    if isinstance(value, str):
        if not _EPOCH.fullmatch(value):
            return _of_text(value)
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Mismatch
    try:
        seconds = value / 1000 if abs(value) > _MILLISECONDS_FROM else value
        # Fewer seconds are a date in digits, such as 20260115 or 202601151000.
        if seconds < _SECONDS_FROM:
            raise Refused
        return _plausible(datetime.fromtimestamp(seconds, UTC))
    except ValueError, OverflowError, OSError:
        raise Refused from None


def _of_text(text: str) -> datetime | Wall:
    """Read a time in words and digits."""
    if text[-1:] == "z":
        text = f"{text[:-1]}Z"
    leap = _LEAP.fullmatch(text)
    if leap is not None:
        text = f"{leap[1]}:59{leap[2]}"
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return _of_country(text)
    if parsed.tzinfo is None:
        wall = Wall(_plausible(parsed), bool(_ISO_DATE.fullmatch(text)))
        return wall if leap is None else Wall(wall.when + timedelta(seconds=1))
    try:
        moment = _plausible(parsed.astimezone(UTC))
    except OverflowError:
        raise Refused from None
    return moment if leap is None else moment + timedelta(seconds=1)


def _of_country(text: str) -> Wall:
    """Read a date as Italians, Germans and Norwegians write it, the day first."""
    parts = _LOCAL.fullmatch(text.strip())
    if parts is None:
        raise Mismatch
    day, month = int(parts[1]), int(parts[3])
    # With a stroke some put the month first.
    if parts[2] == "/" and day <= _COUNTRIES_YEARS and day != month:
        raise Refused
    try:
        read = date(int(parts[4]), month, day)
    except ValueError:
        raise Refused from None
    clock = time() if parts[5] is None else clock_of(parts[5])
    return Wall(_plausible(datetime.combine(read, clock)), is_day=parts[5] is None)


def clock_of(text: str) -> time:
    """Read the clock of a day; Mismatch where it is none."""
    if not _CLOCK.fullmatch(text.strip()):
        raise Mismatch
    parts = [int(part) for part in text.strip().split(".")[0].split(":")]
    hour, minute, second = (*parts, 0)[:3]
    try:
        return time(hour, minute, second)
    except ValueError:
        raise Refused from None


def moment(value: object, zone: ZoneInfo, after: datetime | None = None) -> datetime:
    """Read a point in time as UTC.

    Without an offset the time is taken in `zone`: of the two moments a repeated hour
    may mean, the first that is later than `after`; where that tells nothing, and for a
    time that the spring change skips, Refused.
    """
    read = read_time(value)
    if isinstance(read, datetime):
        return read
    moments = read.moments(zone)
    if len(moments) == 2 and after is not None and moments[0] <= after < moments[1]:
        return moments[1]
    return read.only(zone)


def is_time(key: str) -> bool:
    """Say whether a key is a time, and no number that could be something else."""
    try:
        read_time(int(key) if key.isdecimal() else key)
    except Mismatch, ValueError:
        return False
    except Refused:
        return not key.isdecimal()
    return True


def _plausible(when: datetime) -> datetime:
    """Return a time of this age; refuse the ends of the calendar."""
    if not _FIRST_YEAR < when.year < _LAST_YEAR:
        raise Refused
    return when
