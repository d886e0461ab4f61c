"""How eSmart's API writes and reads: times, references, and what a call brings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
import json
from math import isfinite
import re
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

OSLO: Final = ZoneInfo("Europe/Oslo")
NET: Final = 1
POWER: Final = 2
_PLAIN_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_BODY_TIME: Final = re.compile(
    _PLAIN_TIME.pattern + r"(\.\d{1,7})?(Z|[+-]\d\d:\d\d)?", re.ASCII
)
_YEARS: Final = range(2000, 2200)
_SEVEN_DIGITS_EVERY: Final = 5

type Data = Mapping[str, object]


class Refused(Exception):
    """A request the portal refuses, with the status and the reason."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


# What is sent


class Tracked(dict[str, object]):
    """An object that the serializer numbers, and refers to where it comes again."""


def encoded(value: object) -> str:
    """Return a body as JSON, with `$id` and `$ref` for what is tracked."""
    return json.dumps(_referenced(value, {}), ensure_ascii=False)


def _referenced(value: object, known: dict[int, str]) -> object:
    if isinstance(value, str | float | int):
        # Most are, and to ask whether they are mappings takes long.
        return value
    if isinstance(value, Tracked):
        if (number := known.get(id(value))) is not None:
            return {"$ref": number}
        known[id(value)] = f"{len(known) + 1}"
        first = {"$id": known[id(value)]}
        return first | {key: _referenced(part, known) for key, part in value.items()}
    if isinstance(value, Mapping):
        return {key: _referenced(part, known) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_referenced(part, known) for part in value]
    return value


def stamp(at: datetime) -> str:
    """Return a moment as most answers carry it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+00:00"


def precise(at: datetime, digit: int = 4) -> str:
    """Return a moment with the seven fractional digits that some answers carry."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}{digit}+00:00"


def point_time(at: datetime, place: int) -> str:
    """Return the time of a point of a series, now and then with seven digits."""
    return stamp(at) if (place + 1) % _SEVEN_DIGITS_EVERY else precise(at, 0)


# Days of the sources


def midnight(day: date) -> datetime:
    """Return the first moment of a Norwegian day, in UTC."""
    return at_clock(day, 0)


def at_clock(day: date, hour: int) -> datetime:
    """Return an hour of a Norwegian day, in UTC."""
    return datetime.combine(day, time(hour), OSLO).astimezone(UTC)


def day_of(at: datetime) -> date:
    """Return the Norwegian day that a moment lies in."""
    return at.astimezone(OSLO).date()


# What is received


def plain_time(value: str, name: str) -> datetime:
    """Return a time of a query: UTC, to the second, without an offset."""
    if not _PLAIN_TIME.fullmatch(value):
        raise Refused(400, f"{name} must be YYYY-MM-DDTHH:MM:SS")
    return _time(value, name)


def _time(value: str, name: str) -> datetime:
    try:
        at = datetime.fromisoformat(value)
    except ValueError as error:
        raise Refused(400, f"{name} is no time") from error
    # Far ends would overflow, and take an age to walk to.
    if at.year not in _YEARS:
        raise Refused(400, f"{name} is out of range")
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def moment(value: object, name: str) -> datetime:
    """Return a time of a body, which may carry an offset."""
    if not isinstance(value, str) or not _BODY_TIME.fullmatch(value):
        raise Refused(400, f"{name} must be a time")
    return _time(value, name)


def whole(value: object, name: str) -> int:
    """Return an integer of a body."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refused(400, f"{name} must be an integer")
    return value


def number(value: object, name: str) -> float:
    """Return a number of a body."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise Refused(400, f"{name} must be a number")
    if not isfinite(value):
        raise Refused(400, f"{name} must be finite")
    return value


def text(value: object, name: str) -> str:
    """Return a string of a body."""
    if not isinstance(value, str):
        raise Refused(400, f"{name} must be a string")
    return value


def flag(value: object, name: str) -> bool:
    """Return a boolean of a body."""
    if not isinstance(value, bool):
        raise Refused(400, f"{name} must be a boolean")
    return value


def items(value: object, name: str) -> Sequence[object]:
    """Return a list of a body."""
    if not isinstance(value, list):
        raise Refused(400, f"{name} must be a list")
    return value


@dataclass(frozen=True)
class Ask:
    """What a call asks for, once its sender is known."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    area: int
    raw: bytes = b""
    content_type: str = "application/json"
    address: str = ""

    def path_number(self, name: str) -> int:
        """Return an integer of the path."""
        return self._integer(self.path[name], name)

    def path_guid(self, name: str) -> str:
        """Return a GUID of the path."""
        value = self.path[name]
        try:
            return f"{UUID(value)}"
        except ValueError as error:
            raise Refused(400, f"{name} must be a GUID") from error

    def query_number(self, name: str, default: int | None = None) -> int:
        """Return an integer of the query; without a default it is required."""
        if name not in self.query and default is not None:
            return default
        return self._integer(self._asked(name), name)

    def query_flag(self, name: str, *, required: bool = False) -> bool:
        """Return a boolean of the query, false where it is missing and may be."""
        value = self._asked(name) if required else self.query.get(name, "false")
        if value not in ("true", "false"):
            raise Refused(400, f"{name} must be true or false")
        return value == "true"

    def query_time(self, name: str, default: datetime | None = None) -> datetime:
        """Return a time of the query; without a default it is required."""
        if name not in self.query and default is not None:
            return default
        return plain_time(self._asked(name), name)

    def query_span(self) -> tuple[datetime, datetime]:
        """Return the half-open range of a query for prices."""
        start, stop = self.query_time("fromTimeUtc"), self.query_time("toTimeUtc")
        return _ordered(start, stop, "toTimeUtc is before fromTimeUtc")

    def body(self) -> Data:
        """Return the JSON object that was sent."""
        if self.content_type not in ("application/json", "text/json"):
            raise Refused(400, "the body must be application/json")
        try:
            value = json.loads(self.raw)
        except ValueError as error:
            raise Refused(400, "the body is not JSON") from error
        if not isinstance(value, dict):
            raise Refused(400, "the body must be an object")
        return value

    def body_span(self) -> tuple[datetime, datetime]:
        """Return the half-open range of a body."""
        start = moment(self.given("FromTime"), "FromTime")
        stop = moment(self.given("ToTime"), "ToTime")
        return _ordered(start, stop, "ToTime is before FromTime")

    def given(self, key: str) -> object:
        """Return a member of the body that is required."""
        value = self.body().get(key)
        if value is None:
            raise Refused(400, f"The {key} field is required.")
        return value

    def agrees(self, key: str, expected: int) -> None:
        """Refuse a body that names another object than the path does."""
        value = self.body().get(key)
        if value is not None and whole(value, key) != expected:
            raise Refused(400, f"{key} is not that of the path")

    def page[ItemT](self, rows: Sequence[ItemT], name: str = "page") -> list[ItemT]:
        """Return the page of a list that was asked for; past the end it is empty."""
        page, size = self.query_number(name, 1), self.query_number("pageSize", 10)
        if page < 1 or size < 1:
            raise Refused(400, f"{name} and pageSize must be at least 1")
        return list(rows[(page - 1) * size : page * size])

    def _asked(self, name: str) -> str:
        if name not in self.query:
            raise Refused(400, f"{name} is required")
        return self.query[name]

    @staticmethod
    def _integer(value: str, name: str) -> int:
        if not re.fullmatch(r"-?\d{1,18}", value, re.ASCII):
            raise Refused(400, f"{name} must be an integer")
        return int(value)


def _ordered(
    start: datetime, stop: datetime, complaint: str
) -> tuple[datetime, datetime]:
    if stop < start:
        raise Refused(400, complaint)
    return start, stop
