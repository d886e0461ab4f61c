"""Lists whose items are a time and a value by name."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from ...model.plain import looked_up
from ...reading.moments import Wall
from .switching import Told
from .values import Items, has_member, is_plain, member, misfit, told_number, told_time

# Minutes.
_LONGEST: Final = 1440
# What stands in place of a price that could not be had.
_APOLOGIES: Final = frozenset({"error", "message"})


@looked_up
class Keys(msgspec.Struct, frozen=True):
    """By which names an item tells its time, its end (or ""), and its value.

    Where it may tell its length instead, in minutes, that is named too. A value may lie
    deeper: `price.amount`.
    """

    time: str
    value: str
    end: str = ""
    length: str = ""

    @property
    def expected(self) -> str:
        """Return what an item is made of."""
        names = filter(None, (self.time, self.end, self.value))
        return f"items of {', '.join(names)}"


def told_list(items: Items, keys: Keys, operation: str) -> list[Told]:
    """Return the items of a list in its order, in its own unit.

    Raises UnexpectedResponse if there are items and none has these keys.
    """
    told: list[Told] = []
    has_others = False
    for item in items:
        one = _told(item, keys)
        if one is not None:
            told.append(one)
        elif item is not None and not _is_apology(item):
            has_others = True
    if has_others and not told:
        raise misfit(operation, keys.expected, items)
    return told


def _told(item: object, keys: Keys) -> Told | None:
    """Return one item, None where it has not these keys."""
    start = told_time(member(item, keys.time))
    value = member(item, keys.value)
    if start is None or not has_member(item, keys.value):
        return None
    if not is_plain(value):
        return None
    start = _whole(start)
    return Told(start, _end(item, keys, start), told_number(value))


def _end(item: object, keys: Keys, start: datetime | Wall) -> datetime | Wall | None:
    """Return the end of an item, if it says any."""
    end = told_time(member(item, keys.end)) if keys.end else None
    if end is not None:
        return _whole(end)
    length = told_number(member(item, keys.length)) if keys.length else None
    if length is None or not 0 < length <= _LONGEST or isinstance(start, Wall):
        return None
    return start + timedelta(minutes=length)


def _whole(told: datetime | Wall) -> datetime | Wall:
    """Return a time at its whole minute: some slots start a second late."""
    if isinstance(told, Wall):
        return Wall(told.when.replace(second=0, microsecond=0))
    return told.replace(second=0, microsecond=0)


def _is_apology(item: object) -> bool:
    """Say whether an item says that there is nothing."""
    return isinstance(item, Mapping) and not _APOLOGIES.isdisjoint(item)
