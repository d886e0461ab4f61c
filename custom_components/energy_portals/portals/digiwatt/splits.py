"""How a home's use is split by appliance, as a map or as a list."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from ..http.errors import UnexpectedResponse
from ..reading.body import Body, Mismatch
from ..reading.quantities import Field
from ..reading.words import folded, is_object
from .fields import ITEM_NAME
from .models import Appliance

type Split = dict[str, float | None]

_KNOWN: Final = {folded(each.value): each.value for each in Appliance}
_WHOLE: Final = frozenset(
    {"total", "all", "whole", "home", "house", "sum", "household", "overall", "totale"}
)
# What stands beside appliances in a map, and is none.
_NO_APPLIANCES: Final = frozenset(
    {
        *("year", "month", "day", "days", "hour", "hours", "count", "number", "unit"),
        *(
            "timestamp",
            "time",
            "date",
            "average",
            "mean",
            "min",
            "max",
            "id",
            "version",
        ),
        *("percentage", "share", "cost", "price", "currency", "value", "quantity"),
        *("others", "other", "rest", "unknown", "remaining", "unassigned"),
        *("period", "index", "from", "to", "start", "end", "status", "quality", "week"),
    }
)
_NAMES: Final = ("appliance", "device", "appliance_name", "device_name")
_SURE: Final = frozenset(map(folded, _NAMES))


def is_whole_home(name: str) -> bool:
    """Say whether what stands for an appliance is the whole home."""
    return folded(name) in _WHOLE


def appliance_of(members: Mapping[str, object]) -> str | None:
    """Return which appliance a row says it is of, in the portal's spelling.

    A `name`, `type` or `id` counts where it is that of an appliance.
    """
    for name in _naming(tuple(members)):
        value = members[name]
        if not isinstance(value, str) or not value:
            continue
        is_sure = folded(name) in _SURE
        if is_sure or folded(value) in _KNOWN or is_whole_home(value):
            return _spelt(value)
    return None


@lru_cache(maxsize=64)
def _naming(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return which of an object's members may name an appliance, the surest first."""
    order = [folded(name) for name in (*_NAMES, *ITEM_NAME)]
    told = [name for name in names if folded(name) in order]
    return tuple(sorted(told, key=lambda name: order.index(folded(name))))


@lru_cache(maxsize=256)
def _spelt(name: str) -> str:
    """Return an appliance's name as the portal spells it; others stay."""
    return _KNOWN.get(folded(name.replace(" ", "")), name)


def split_of(place: Body, field: Field, *names: str) -> Split | None:
    """Return a split: a map of numbers, or a list of named ones; None for none."""
    for name in filter(place.has, names):
        value = place.member(name)
        if value is None:
            return None
        if isinstance(value, list):
            return _of_list(place, value, field)
        if is_object(value):
            inside = place.child(value)
            has_rows = any(isinstance(each, list) for each in value.values())
            rows = inside.wrapped() if has_rows else None
            return (
                _of_list(inside, rows, field)
                if isinstance(rows, list)
                else _of_map(inside, field)
            )
    return None


def is_null(place: Body, *names: str) -> bool:
    """Say whether a split is there and not available, which is no fault."""
    return any(place.has(name) and place.member(name) is None for name in names)


def _of_list(place: Body, rows: list[object], field: Field) -> Split:
    """Return a split that is a list of named amounts."""
    told: list[tuple[str, float | None]] = []
    for row in map(place.child, rows):
        try:
            name, value = row.read(_text, *ITEM_NAME), row.measure(field)
        except UnexpectedResponse:
            place.refuse("item_of_a_split")
            continue
        if name is not None:
            told.append((name, value))
    return _settled(place, told)


def _of_map(place: Body, field: Field) -> Split:
    """Return a split that is a map from appliances to amounts."""
    told = place.each(field)
    if not told and any(each is not None for each in place.members().values()):
        place.refuse("item_of_a_split")
    named = [pair for pair in told if folded(pair[0]) not in _NO_APPLIANCES]
    return _settled(place, named)


def _settled(place: Body, told: list[tuple[str, float | None]]) -> Split:
    """Return a split; an appliance that is told twice is two, or one told again."""
    split: Split = {}
    for name, value in told:
        if is_whole_home(name):
            continue
        appliance = _spelt(name)
        if appliance in split:
            place.refuse("two_of_one_appliance")
        split[appliance] = None if appliance in split else value
    return split


def _text(value: object) -> str:
    """Read a text that is not empty."""
    if not isinstance(value, str) or not value:
        raise Mismatch
    return value
