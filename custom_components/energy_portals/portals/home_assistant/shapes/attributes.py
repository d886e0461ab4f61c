"""Prices in the attributes of entities, read as it was found out once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
import re
from typing import Final
from zoneinfo import ZoneInfo

from ...house import EntityState
from ...http.errors import Unavailable
from ...model.periods import midnight
from ...model.series import Series
from ...reading.moments import Wall
from .listed import told_list
from .prices import PriceReading, newest
from .reading import Reading, Shape
from .slots import Point, laid, with_ends
from .switching import Told, resolved
from .units import told_unit
from .values import is_plain, misfit, told_items, told_mapping, told_number, told_time

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_HOUR_NAME: Final = re.compile(r"price_(next_day_)?([0-9]{2})h(_d)?", re.ASCII)
# How many values a day of 23, 24 or 25 hours has.
WHOLE_DAYS: Final = frozenset(
    hours * each for hours in (23, 24, 25) for each in (1, 2, 4)
)
STEPS: Final = ("start_utc", "deltas_in_minutes", "values")
OPERATION: Final = "attributes"
# The factors by which a list may differ from a state without another unit.
FACTORS: Final = (100.0, 1000.0, 1e7)


def read_attributes(
    reading: Reading, states: Sequence[EntityState], zone: ZoneInfo
) -> PriceReading:
    """Return the prices of one source, whose entities are in `states`.

    Of the same moment the entity that was written later wins. `zone` is that of times
    without an offset. Raises Unavailable where nothing is there, UnexpectedResponse
    where what came is not what was found out.
    """
    published: Series[float] = Series()
    predicted: Series[float] = Series()
    is_there = False
    for state in sorted(states, key=lambda state: state.written_at):
        names = _names(reading, state)
        if not names:
            continue
        is_there = True
        _check_unit(reading, state)
        foretold = reading.is_predicted or _says(state, reading.predicted_if)
        slots = _read(reading, state, reading.attributes, zone)
        if foretold:
            predicted = newest(predicted, slots)
        else:
            _check_state(reading, state, slots)
            published = newest(published, slots)
        if reading.forecasts:
            slots = _read(reading, state, reading.forecasts, zone)
            predicted = newest(predicted, slots)
    if not is_there:
        if all(state.state is None for state in states):
            raise Unavailable(OPERATION, "nothing is there")
        raise misfit(
            OPERATION, _expected(reading), [state.attributes for state in states]
        )
    return PriceReading(
        currency=reading.currency,
        tax=reading.tax,
        published=_divided(published, reading),
        predicted=_divided(predicted, reading),
    )


def hour_names(attributes: Mapping[str, object]) -> tuple[str, ...]:
    """Return the names of attributes that are hours of a day."""
    return tuple(name for name in attributes if _HOUR_NAME.fullmatch(str(name)))


def time_names(attributes: Mapping[str, object]) -> tuple[str, ...]:
    """Return the names of attributes that are times with an offset."""
    return tuple(name for name in attributes if isinstance(told_time(name), datetime))


def _names(reading: Reading, state: EntityState) -> tuple[str, ...]:
    """Return the attributes of an entity that a reading is about."""
    match reading.shape:
        case Shape.NAMES:
            return time_names(state.attributes)
        case Shape.HOURS:
            return hour_names(state.attributes)
    named = (*reading.attributes, *reading.forecasts)
    return tuple(name for name in named if name in state.attributes)


def _expected(reading: Reading) -> str:
    """Return what a reading needs, in words."""
    named = ", ".join((*reading.attributes, *reading.forecasts))
    kind = reading.keys.expected if reading.keys else reading.shape.value
    return f"{named}: {kind}" if named else kind


def _says(state: EntityState, name: str) -> bool:
    """Say whether an attribute is true."""
    return bool(name) and state.attributes.get(name) is True


def _check_unit(reading: Reading, state: EntityState) -> None:
    """Refuse an entity whose unit is another than it was."""
    if reading.unit is None or state.unit is None:
        return
    if state.unit.strip() != reading.unit.strip():
        # Whatever else may stand there is not repeated.
        came = f", not {state.unit}" if told_unit(state.unit) else ""
        raise misfit(OPERATION, f"values in {reading.unit}{came}", {"unit": state.unit})


def _check_state(reading: Reading, state: EntityState, slots: Series[float]) -> None:
    """Refuse values that went to another scale than the state they were proved by."""
    value = told_number(state.state)
    if not reading.proved or not value:
        return
    now = slots.at(state.written_at)
    if now is None:
        return
    unit = told_scale(reading)
    if scale_of(now.value / unit, value) not in {None, 1.0}:
        raise misfit(OPERATION, "values as the state has them", state.attributes)


def told_scale(reading: Reading) -> float:
    """Return by what a value of a list is divided to be in the unit of the state."""
    return 1e7 if reading.is_whole else 1.0


def scale_of(value: float, state: float) -> float | None:
    """Return how many times the state a value is: 1, 100, 1000, 1e7; None for others.

    Both are in the unit of the state, within 1 % or 0.0005 of it.
    """
    for factor in (1.0, *FACTORS, *(1 / each for each in FACTORS)):
        meant = value / factor
        near = abs(meant - state)
        if near <= abs(state) * 0.01 or (factor == 1.0 and near <= 0.0005):
            return factor
    return None


def _read(
    reading: Reading, state: EntityState, names: Iterable[str], zone: ZoneInfo
) -> Series[float]:
    """Return the slots of some attributes of an entity, in the unit of the lists."""
    step = None if reading.step is None else timedelta(minutes=reading.step)
    match reading.shape:
        case Shape.LISTS:
            lists = [_of_list(reading, state, name, zone) for name in names]
        case Shape.NAMES:
            named = {
                name: state.attributes[name] for name in time_names(state.attributes)
            }
            lists = [_of_mapping(reading, named, zone)]
        case Shape.HOURS:
            lists = [list(_of_hours(state, zone))]
        case Shape.NUMBERS:
            lists = [
                list(_of_numbers(state, name, day, zone))
                for day, name in enumerate(names)
            ]
        case Shape.MAPPING:
            lists = [
                _of_mapping(reading, _mapping(state, name), zone) for name in names
            ]
        case Shape.STEPS:
            lists = [list(_of_steps(state, name)) for name in names]
    points = [point for each in lists for point in with_ends(each, step)]
    if reading.is_whole and any(
        point.value is not None and point.value != int(point.value) for point in points
    ):
        raise misfit(OPERATION, "whole numbers", state.attributes)
    return laid(points, step)


def _of_list(
    reading: Reading, state: EntityState, name: str, zone: ZoneInfo
) -> list[Point]:
    """Return the points of one list."""
    value = state.attributes.get(name)
    if value is None or value == "":
        return []
    items = told_items(value)
    if items is None or reading.keys is None:
        raise misfit(OPERATION, _expected(reading), {name: value})
    return resolved(told_list(items, reading.keys, OPERATION), zone, reading.clock)


def _mapping(state: EntityState, name: str) -> Mapping[str, object]:
    """Return an attribute that holds values by name."""
    value = state.attributes.get(name)
    if value is None:
        return {}
    members = told_mapping(value)
    if members is None:
        raise misfit(OPERATION, f"{name}: values by time", {name: value})
    return members


def _of_mapping(
    reading: Reading, members: Mapping[str, object], zone: ZoneInfo
) -> list[Point]:
    """Return the points of values by time."""
    told: list[Told] = []
    for name, value in members.items():
        start = told_time(name)
        if start is not None and is_plain(value):
            told.append(Told(start, None, told_number(value)))
    if members and not told:
        raise misfit(OPERATION, _expected(reading), members)
    return resolved(told, zone, reading.clock)


def _of_hours(state: EntityState, zone: ZoneInfo) -> Iterator[Point]:
    """Yield the hours of the local day on which the state was written, and the next."""
    today = state.written_at.astimezone(zone).date()
    for name in hour_names(state.attributes):
        parts = _HOUR_NAME.fullmatch(name)
        value = told_number(state.attributes[name])
        if parts is None or int(parts[2]) > 23:
            continue
        start = midnight(today + _DAY if parts[1] else today, zone)
        wall = start.astimezone(zone).replace(tzinfo=None) + int(parts[2]) * _HOUR
        moments = Wall(wall).moments(zone)
        which = 1 if parts[3] else 0
        if which < len(moments):
            yield Point(moments[which], moments[which] + _HOUR, value)


def _of_numbers(
    state: EntityState, name: str, day: int, zone: ZoneInfo
) -> Iterator[Point]:
    """Yield the values of a day from its midnight on: today, or so many days later.

    A day has as many as fit in its hours; another number is another day's, or lacks
    some that nobody can tell.
    """
    value = state.attributes.get(name)
    items = told_items(value)
    if value is None or items == [] or (items and all(each is None for each in items)):
        return
    numbers = [told_number(each) for each in items or ()]
    if len(numbers) not in WHOLE_DAYS or all(each is None for each in numbers):
        raise misfit(OPERATION, f"{name}: numbers of a whole day", {name: value})
    date = state.written_at.astimezone(zone).date() + day * _DAY
    start, end = midnight(date, zone), midnight(date + _DAY, zone)
    hours = (end - start) // _HOUR
    if len(numbers) not in {hours, 2 * hours, 4 * hours}:
        return
    step = (end - start) / len(numbers)
    for place, number in enumerate(numbers):
        yield Point(start + place * step, start + (place + 1) * step, number)


def _of_steps(state: EntityState, name: str) -> Iterator[Point]:
    """Yield the points of a start, distances in minutes and values."""
    value = state.attributes.get(name)
    members = told_mapping(value)
    if value is None:
        return
    if members is None or not members.keys() >= set(STEPS):
        raise misfit(OPERATION, f"{name}: {', '.join(STEPS)}", {name: value})
    start, told, values = (members[each] for each in STEPS)
    numbers, minutes = told_items(values), told_items(told)
    if not numbers:
        return
    first = told_time(start)
    steps = [told_number(each) for each in minutes or ()]
    if (
        not isinstance(first, datetime)
        or len(steps) < len(numbers) - 1
        or not all(each is not None and 0 < each <= 1440 for each in steps)
    ):
        raise misfit(OPERATION, f"{name}: {', '.join(STEPS)}", {name: value})
    lengths = [timedelta(minutes=each or 0.0) for each in steps]
    moment = first
    # How long the last one is, nothing tells.
    for length, number in zip([*lengths, None], numbers, strict=False):
        end = None if length is None or length > _HOUR else moment + length
        yield Point(moment, end, told_number(number))
        if length is not None:
            moment += length


def _divided(slots: Series[float], reading: Reading) -> Series[float]:
    """Return slots in the main currency per kWh."""
    return Series(
        tuple(replace(slot, value=slot.value / reading.divisor) for slot in slots)
    )
