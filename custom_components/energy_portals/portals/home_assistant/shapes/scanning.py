"""Lists of prices in the attributes of an entity of any integration.

Several shapes may say the same: the first of them in a fixed order is taken, and within
a shape what only repeats another is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .attributes import STEPS, WHOLE_DAYS, time_names
from .listed import Keys
from .reading import Shape
from .values import Items, is_plain, told_items, told_mapping, told_number, told_time

_LISTS: Final = frozenset(("data", "prices", "forecast", "forecasts", "rates"))
_TIMES: Final = (
    *("start", "start_time", "from", "starts_at", "startsat", "start_date", "time"),
    *("hour", "datetime", "date_time", "timestamp", "period_start"),
)
_ENDS: Final = (
    "end",
    "end_time",
    "till",
    "to",
    "until",
    "ends_at",
    "endsat",
    "end_date",
)
_VALUES: Final = (
    *("price", "value", "price_per_kwh", "per_kwh", "value_inc_vat", "total"),
    *("price_ct_per_kwh", "electricity_price", "pricewithtax", "pricenotax"),
)
# Their unit is in their name.
HUNDREDTHS: Final = frozenset({"price_ct_per_kwh"})
_FEWEST_ITEMS: Final = 3
_FEWEST_NAMES: Final = 12
_LOOKED_AT: Final = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """A way to read the attributes of an entity."""

    shape: Shape
    attributes: tuple[str, ...] = ()
    keys: Keys | None = None


def candidates(attributes: Mapping[str, object]) -> list[Candidate]:
    """Return the ways in which the first shape that fits can be read."""
    named = {name: value for name, value in attributes.items() if isinstance(name, str)}
    for scan in (_pairs_of_lists, _lists, _names, _mappings, _steps, _numbers):
        fitting = list(scan(named))
        if fitting:
            return fitting
    return []


def is_text_alone(attributes: Mapping[str, object]) -> bool:
    """Say whether what should be a list is text that is not JSON."""
    return any(
        isinstance(value, str) and value[:1] in {"[", "{"} and told_items(value) is None
        for value in attributes.values()
        if told_mapping(value) is None
    )


def _twins(attributes: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield the names of attributes of today and tomorrow."""
    for name in attributes:
        twin = name.replace("today", "tomorrow").replace("Today", "Tomorrow")
        if twin != name and twin in attributes:
            yield name, twin


def _pairs_of_lists(attributes: Mapping[str, object]) -> Iterator[Candidate]:
    """Yield lists of today and tomorrow."""
    for pair in _twins(attributes):
        items = [item for name in pair for item in told_items(attributes[name]) or ()]
        for keys in _keys(items):
            yield Candidate(Shape.LISTS, pair, keys)


def _lists(attributes: Mapping[str, object]) -> Iterator[Candidate]:
    """Yield lists with all that is known."""
    for name, value in attributes.items():
        items = told_items(value)
        if name.casefold() in _LISTS and items and len(items) >= _FEWEST_ITEMS:
            for keys in _keys(items):
                yield Candidate(Shape.LISTS, (name,), keys)


def _names(attributes: Mapping[str, object]) -> Iterator[Candidate]:
    """Yield attributes whose names are times."""
    names = time_names(attributes)
    if len(names) >= _FEWEST_NAMES:
        if any(told_number(attributes[name]) is not None for name in names):
            yield Candidate(Shape.NAMES)


def _mappings(attributes: Mapping[str, object]) -> Iterator[Candidate]:
    """Yield attributes that hold values by time."""
    for name, value in attributes.items():
        members = told_mapping(value)
        if members is None or len(members) < _FEWEST_ITEMS:
            continue
        if all(map(told_time, members)) and all(map(is_plain, members.values())):
            yield Candidate(Shape.MAPPING, (name,))


def _steps(attributes: Mapping[str, object]) -> Iterator[Candidate]:
    """Yield attributes with a start, distances and values."""
    for name, value in attributes.items():
        members = told_mapping(value)
        if members is not None and members.keys() >= set(STEPS):
            yield Candidate(Shape.STEPS, (name,))


def _numbers(attributes: Mapping[str, object]) -> Iterator[Candidate]:
    """Yield numbers alone of whole days."""
    for pair in _twins(attributes):
        items = told_items(attributes[pair[0]])
        if items and len(items) in WHOLE_DAYS:
            if any(told_number(item) is not None for item in items):
                yield Candidate(Shape.NUMBERS, pair)


def _keys(items: Items) -> Iterator[Keys]:
    """Yield the names by which items may tell their time and value."""
    looked_at = [
        {name.casefold(): (name, value) for name, value in told.items()}
        for item in items[:_LOOKED_AT]
        if isinstance(item, Mapping) and (told := told_mapping(item)) is not None
    ]
    first = next((item for item in looked_at if _known(item, _TIMES)), None)
    if first is None:
        return
    times = _known(first, _TIMES)
    if len({told_time(first[name][1]) for name in times}) > 1:
        # They contradict each other, and nothing says which of them counts.
        return
    ends = _known(first, _ENDS)
    columns: dict[str, list[float | None]] = {}
    for name in _VALUES:
        if name in first and "." not in name:
            column = [told_number(item.get(name, ("", None))[1]) for item in looked_at]
            is_there = any(number is not None for number in column)
            if is_there and column not in columns.values():
                columns[name] = column
    if len(columns) > 1:
        # What is there in the main unit need not be read in hundredths.
        columns = {name: columns[name] for name in columns if name not in HUNDREDTHS}
    for name in columns:
        end = first[ends[0]][0] if ends else ""
        yield Keys(first[times[0]][0], first[name][0], end)


def _known(item: Mapping[str, tuple[str, object]], names: Sequence[str]) -> list[str]:
    """Return those of some names that hold a time."""
    return [
        name for name in names if name in item and told_time(item[name][1]) is not None
    ]
