"""Tolerant reads of bodies whose shape the portal does not document."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
import math
import re
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from ..http.errors import UnexpectedResponse
from .skeletons import skeleton

_OTHER_UNIT: Final = re.compile(r"(?:^|[^a-z])(?:[km]?wh?|eur|euro)$|[km]wh$")
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_EPOCH: Final = re.compile(r"[0-9]{9,15}")
# What lies outside is a sentinel for "no time", not a time.
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2200
_MILLISECONDS_FROM: Final = 1e11


class Mismatch(Exception):
    """The value is not of the wanted type; the next name may hold one that is."""


class Refused(Exception):
    """The value is of the wanted type but cannot be true."""


@lru_cache(maxsize=4096)
def _folded(key: str) -> str:
    """Return the key without case, `_` and `-`."""
    return key.casefold().replace("_", "").replace("-", "")


def number(value: object, *, low: float | None = 0, high: float | None = None) -> float:
    """Read a finite number, or a string that spells one, between the limits.

    Its unit is what the portal means. Mismatch: it is none; Refused: it is beyond.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Mismatch
    # Python takes 1_0 for ten; no portal means that.
    if isinstance(value, str) and "_" in value:
        raise Mismatch
    try:
        result = float(value)
    except ValueError, OverflowError:
        raise Mismatch from None
    if (
        not math.isfinite(result)
        or (low is not None and result < low)
        or (high is not None and result > high)
    ):
        raise Refused
    return result


def signed(value: object) -> float:
    """Read a finite number that may be below zero, in the portal's unit."""
    return number(value, low=None)


def percent(value: object) -> float:
    """Read a share in percent."""
    return number(value, high=100)


class Body:
    """One place in a body, and how to read on from there.

    Names are tried in their order, without regard to case, `_` and `-`. A name counts
    only when it holds the wanted type or null; null, and a value that cannot be true,
    read as None. What is found under no name raises UnexpectedResponse.
    """

    def __init__(
        self,
        operation: str,
        value: object,
        *,
        root: object = None,
        refused: Counter[str] | None = None,
    ) -> None:
        """Stand at `value`; `root` is what an error describes."""
        self.operation = operation
        self.value = value
        self.refused: Counter[str] = Counter() if refused is None else refused
        self._root = value if root is None else root
        self._members: dict[str, object] | None = None

    @classmethod
    def of_json(cls, operation: str, body: bytes, refused: Counter[str]) -> Body:
        """Stand at the top of a JSON body."""
        try:
            value = msgspec.json.decode(body)
        except msgspec.DecodeError, UnicodeDecodeError, RecursionError:
            raise UnexpectedResponse(operation, "the body is not JSON") from None
        return cls(operation, value, refused=refused)

    def unexpected(self, detail: str) -> UnexpectedResponse:
        """Return the error for something that is missing here."""
        return UnexpectedResponse(self.operation, detail, skeleton(self._root))

    def read[ValueT](
        self,
        accept: Callable[[object], ValueT],
        *names: str,
        required: bool = True,
    ) -> ValueT | None:
        """Return the first of the named members that `accept` takes."""
        for name in names:
            if not self.has(name):
                continue
            value = self.member(name)
            if value is None:
                return None
            try:
                return accept(value)
            except Mismatch:
                continue
            except Refused:
                self.refused[f"{self.operation}.{names[0]}"] += 1
                return None
        if required:
            raise self.unexpected(f"{names[0]} is missing")
        return None

    def has(self, name: str) -> bool:
        """Say whether there is a member of this name."""
        return _folded(name) in self._folded_members()

    def member(self, name: str) -> object:
        """Return the member of this name, or None; an exact spelling goes first."""
        members = self.members()
        if name in members:
            return members[name]
        return self._folded_members().get(_folded(name))

    def members(self) -> Mapping[str, object]:
        """Return all members as they are spelt; what is no object has none."""
        return self.value if isinstance(self.value, Mapping) else {}

    def child(self, value: object) -> Body:
        """Stand at a place further inside."""
        return Body(self.operation, value, root=self._root, refused=self.refused)

    def items(self, key: str, is_key: Callable[[str], bool], *names: str) -> list[Body]:
        """Return the elements of the list under one of the names.

        A map whose keys are times, hours or months is read as the list of its pairs,
        `key` being what the elements call them; this place itself may be the list or
        the map.
        """
        candidates = [self.member(name) for name in names if self.has(name)]
        for value in (*candidates, self.value):
            if value is None and value is not self.value:
                return []
            if isinstance(value, list):
                return [self.child(element) for element in value]
            if isinstance(value, Mapping) and value and all(map(is_key, value)):
                return [
                    self.child(
                        {**inner, key: name}
                        if isinstance(inner, Mapping)
                        else {key: name, "value": inner}
                    )
                    for name, inner in value.items()
                ]
            if isinstance(value, Mapping) and not value and value is not self.value:
                return []
        raise self.unexpected(f"{names[0]} is missing")

    def amounts(
        self, *names: str, item: Iterable[str], value: Iterable[str], required: bool
    ) -> dict[str, float | None] | None:
        """Return a split: `{name: number}`, or a list of named numbers, in one unit."""

        def accept(split: object) -> dict[str, float | None]:
            if isinstance(split, list):
                rows = [self.child(element) for element in split]
                pairs = [
                    (row.read(_text, *item), row.read(number, *value)) for row in rows
                ]
                return {name: amount for name, amount in pairs if name is not None}
            if isinstance(split, Mapping):
                return self.child(split).numeric_members()
            raise Mismatch

        return self.read(accept, *names, required=required)

    def numeric_members(self, without: Iterable[str] = ()) -> dict[str, float | None]:
        """Return every numeric member under its own name.

        A name that ends in another unit raises: what it holds is not what it would
        be taken for.
        """
        left_out = {_folded(name) for name in without}
        numbers: dict[str, float | None] = {}
        for name, value in self.members().items():
            if _folded(name) in left_out or not (value is None or _numeric(value)):
                continue
            if _OTHER_UNIT.search(_HUMP.sub("_", name).casefold()):
                raise self.unexpected("a key names another unit")
            numbers[name] = self.child({name: value}).read(number, name)
        return numbers

    def _folded_members(self) -> dict[str, object]:
        """Return the members by folded name."""
        if self._members is None:
            self._members = {}
            for name, value in self.members().items():
                self._members.setdefault(_folded(name), value)
        return self._members


def _numeric(value: object) -> bool:
    """Say whether `number` would take or refuse the value, not pass it over."""
    try:
        number(value)
    except Mismatch:
        return False
    except Refused:
        pass
    return True


def _text(value: object) -> str:
    """Read a string that is not empty."""
    if not isinstance(value, str) or not value:
        raise Mismatch
    return value


def moment(value: object, zone: ZoneInfo, after: datetime | None = None) -> datetime:
    """Read a point in time as UTC.

    ISO 8601, or epoch seconds, or milliseconds when large. Without an offset the time
    is taken in `zone`: of the two moments a repeated hour may mean, the first that is
    later than `after`; a time that the spring change skips is refused.
    """
    if isinstance(value, bool):
        raise Mismatch
    if isinstance(value, str) and _EPOCH.fullmatch(value):
        value = int(value)
    if isinstance(value, int | float):
        try:
            seconds = value / 1000 if abs(value) > _MILLISECONDS_FROM else value
            return _plausible(datetime.fromtimestamp(seconds, UTC))
        except ValueError, OverflowError, OSError:
            raise Refused from None
    if not isinstance(value, str):
        raise Mismatch
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        raise Mismatch from None
    try:
        if parsed.tzinfo is not None:
            return _plausible(parsed.astimezone(UTC))
        first = parsed.replace(tzinfo=zone).astimezone(UTC)
        if first.astimezone(zone).replace(tzinfo=None) != parsed:
            raise Refused
        second = parsed.replace(tzinfo=zone, fold=1).astimezone(UTC)
    except OverflowError:
        raise Refused from None
    repeated = after is not None and first <= after < second
    return _plausible(second if repeated else first)


def _plausible(when: datetime) -> datetime:
    """Return a time of this age; refuse the ends of the calendar."""
    if not _FIRST_YEAR < when.year < _LAST_YEAR:
        raise Refused
    return when
