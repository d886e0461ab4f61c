"""Values as they travel: what is surely meant is read, everything else is not.

Names count without regard to letter case and separators. A number may be text, a time
an epoch; what can be read in two ways is `Unread`.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
import math
import re
from typing import Final

import msgspec

# Above it a float no longer tells whole numbers apart.
MOST: Final = 2**53
# A step longer than any, for which hours would be counted without end.
LONGEST_STEP: Final = timedelta(days=31)
# What lies outside is no time of an energy programme.
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2099
_MILLISECONDS_FROM: Final = 1e11
_EPOCH: Final = re.compile(r"[0-9]{9,15}")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)?")
# A thousand to some, one to others.
_EITHER: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_LEAP: Final = re.compile(r"(.+:[0-9]{2}):60(?!:)(.*)")
_CLOCK: Final = re.compile(r".{8,10}[Tt ][0-9]{2}.*")
_SPAN: Final = re.compile(
    r"(?:([0-9]+)\.)?([01]?[0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])(?:\.[0-9]+)?"
)
_ISO_SPAN: Final = re.compile(
    r"P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?"
)
_WHOLE_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ]00:00(:00)?.*)?")
_DOTTED: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
# Made here: under a clock that is replaced, types of times would not be known. It
# rounds where the standard library cuts off.
_MOMENT: Final = msgspec.json.Decoder(datetime)
_DAY: Final = msgspec.json.Decoder(date)


class Unread(Exception):
    """The value is not there, cannot be true, or can be read in two ways."""


@lru_cache(maxsize=1024)
def folded(name: str) -> str:
    """Return a name without letter case and separators."""
    return "".join(filter(str.isalnum, name.casefold()))


class Row:
    """The members of one object, whatever the letter case of their names."""

    def __init__(self, value: object) -> None:
        """Take an object; Unread for anything else."""
        if not isinstance(value, Mapping):
            raise Unread
        self._members: dict[str, list[object]] = {}
        for name, each in value.items():
            self._members.setdefault(folded(name), []).append(each)

    def __contains__(self, name: str) -> bool:
        """Say whether there is a member of this name."""
        return folded(name) in self._members

    def get(self, name: str) -> object:
        """Return a member, None without one; what comes twice and differs is Unread."""
        first, *others = self._members.get(folded(name), [None])
        if any(each != first for each in others):
            raise Unread
        return first

    def others(self, known: frozenset[str]) -> Mapping[str, object]:
        """Return the members that none of these folded names is."""
        return {
            name: each
            for name, values in self._members.items()
            if name not in known
            for each in values[:1]
        }


def any_text(value: object) -> str:
    """Read a string, an empty one too."""
    if not isinstance(value, str):
        raise Unread
    return value


def text(value: object) -> str:
    """Read a string that says something."""
    if not isinstance(value, str) or not value.strip():
        raise Unread
    return value


def flag(value: object) -> bool:
    """Read true or false."""
    if isinstance(value, str):
        value = {"true": True, "false": False}.get(value.casefold())
    if not isinstance(value, bool):
        raise Unread
    return value


def number(value: object, low: float = -math.inf, high: float = math.inf) -> float:
    """Read a finite number, or text that surely spells one, in the unit it is in."""
    if isinstance(value, str):
        value = _spelt(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unread
    try:
        read = float(value)
    except OverflowError:
        raise Unread from None
    if not math.isfinite(read) or not low <= read <= high:
        raise Unread
    return read


def _spelt(written: str) -> float:
    """Return the number that text spells."""
    if not _NUMBER.fullmatch(written) or _EITHER.fullmatch(written):
        raise Unread
    return float(written.replace(",", "."))


def whole(value: object) -> int:
    """Read a count: a whole number from 0 on."""
    read = number(value, 0, MOST - 1)
    if read != int(read):
        raise Unread
    return int(read)


def moment(value: object, zone: tzinfo = UTC) -> datetime:
    """Read a moment, as UTC: ISO 8601, or an epoch in seconds or milliseconds.

    Without an offset it is one of `zone`. A day alone is no moment. A leap second is
    the second that follows.
    """
    if isinstance(value, str) and _EPOCH.fullmatch(value):
        value = int(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _plausible(_since_epoch(value))
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise Unread
    leap = _LEAP.fullmatch(value)
    written = value if leap is None else f"{leap[1]}:59{leap[2]}"
    read = _plausible(_in_utc(_iso(written), zone))
    if leap is None:
        return read
    following = read + timedelta(seconds=1)
    if (following.hour, following.minute, following.second) != (0, 0, 0):
        raise Unread
    return _plausible(following)


def _since_epoch(value: float) -> datetime:
    """Return what an epoch means."""
    try:
        seconds = value / 1000 if abs(value) > _MILLISECONDS_FROM else value
        return datetime.fromtimestamp(seconds, UTC)
    except ValueError, OverflowError, OSError:
        raise Unread from None


def _iso(written: str) -> datetime:
    """Return what ISO 8601 says."""
    try:
        return _MOMENT.decode(msgspec.json.encode(written))
    except msgspec.MsgspecError:
        pass
    try:
        return datetime.fromisoformat(re.sub("[zZ]$", "+00:00", written))
    except ValueError:
        raise Unread from None


def _in_utc(when: datetime, zone: tzinfo) -> datetime:
    """Return a time in UTC; one that a zone has twice, or never, is Unread."""
    try:
        if when.tzinfo is not None:
            return when.astimezone(UTC)
        first, second = (
            when.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)
        )
    except OverflowError:
        raise Unread from None
    if first != second:
        raise Unread
    return first


def _plausible(when: datetime) -> datetime:
    """Return a time of this age."""
    if not _FIRST_YEAR <= when.year <= _LAST_YEAR:
        raise Unread
    return when


def day(value: object) -> date:
    """Read a day: ISO 8601, with midnight behind it or not, or `31.12.2026`."""
    if not isinstance(value, str):
        raise Unread
    if (dotted := _DOTTED.fullmatch(value)) is not None:
        value = f"{dotted[3]}-{dotted[2]:0>2}-{dotted[1]:0>2}"
    if not _WHOLE_DAY.fullmatch(value):
        raise Unread
    try:
        return _DAY.decode(msgspec.json.encode(value[:10]))
    except msgspec.MsgspecError:
        raise Unread from None


def duration(value: object) -> timedelta | None:
    """Return what `HH:MM:SS` or ISO 8601 says; None for nothing, or no time at all."""
    if not isinstance(value, str):
        return None
    match = _SPAN.fullmatch(value) or _ISO_SPAN.fullmatch(value)
    if match is None:
        return None
    try:
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except ValueError, OverflowError:
        return None
    return span if timedelta() < span <= LONGEST_STEP else None


def word_of(kind: Mapping[str, str]) -> Callable[[object], str]:
    """Return how to read a word of an enumeration; a new one stays as it is."""

    def read(value: object) -> str:
        written = text(value)
        return kind.get(folded(written), written)

    return read
