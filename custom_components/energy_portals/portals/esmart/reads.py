"""eSmart's series, prices and powers, read tolerantly.

What numbers are called stands in `fields`.

Source: the help pages of `wattmeter/v2`, `comparedwithothers` and
`controlplanrequests`; the other bodies are assumed. Energy is in kWh, money in the main
currency, temperatures in °C, power in W.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
import math
from typing import Final

from ..http.errors import UnexpectedResponse
from ..model.periods import midnight, month_start, next_midnight
from ..model.prices import Price, PriceSeries
from ..model.series import Series, Slot, spaced
from ..reading.body import WRAPPERS, Body, Mismatch, Refused, elements
from ..reading.moments import is_time
from ..reading.nothing import says_nothing
from ..reading.quantities import Field, Unit
from ..reading.rows import Point, RowReader, is_about
from ..reading.said import Position
from ..reading.words import folded, is_object, words
from . import fields
from .fields import MINOR, TIME, ZONE
from .models import Comparison, Expenses, Reading, Readings, Resolution
from .reads_values import integer, optional, text, whole

__all__ = ["MINOR", "ZONE"]
_POINTS: Final = ("Values", "Points", "Prices", "TimeSeries")
_RESOLUTION: Final = ("Resolution", "ConsumptionTimeseriesResolution")
# One user's practice, and the only word there is: above it a value is a bad one.
BAD_STATUS: Final = 3999
_NO_STATUS: Final = -1
_HOUR: Final = timedelta(hours=1)
# Names of a list that say no more than that it is one.
_PLAIN: Final = frozenset({"time", "series", "hour", "hourly", "list", "points"})
NOTHING_ASKED: Final[Mapping[str, str]] = {}
type Ends = Callable[[datetime], datetime | None]
type Asked = Mapping[str, str]


def ends(resolution: Resolution) -> Ends:
    """Return where a slot of a resolution ends; days and longer are Norwegian."""

    def end(start: datetime) -> datetime:
        day = start.astimezone(ZONE).date()
        match resolution:
            case Resolution.HOUR:
                return start + _HOUR
            case Resolution.DAY:
                return next_midnight(start, ZONE)
            case Resolution.MONTH:
                return midnight(month_start(day, -1), ZONE)
            case Resolution.YEAR:
                return midnight(date(day.year + 1, 1, 1), ZONE)

    return end


def readings(
    field: Field,
    resolution: Resolution,
    *,
    asked: Asked = NOTHING_ASKED,
    position: Position = Position.START,
    unit: str | None = None,
) -> Callable[[Body], Readings]:
    """Return the read of a series; `unit` is what its values are kept in if told.

    The answer's own resolution holds where it says one, else that of the request.
    Without `unit` that is the currency.
    """

    def read(data: Body) -> Readings:
        owner, rows = _points(data, field, asked)
        length = optional(owner, _resolution, *_RESOLUTION) or resolution
        reader = RowReader(
            owner,
            field,
            fields.times(position),
            asked=asked,
            amounts=unit == "kWh" and length in {Resolution.HOUR, Resolution.DAY},
            length=fields.longest(length),
        )
        slots = _slots(owner, reader.read(rows), length)
        told = {unit or each.currency for each in reader.units}
        if len(told) > 1:
            raise owner.unexpected("the units of one series differ")
        return Readings(next(iter(told), None), slots)

    return read


def consumption(
    resolution: Resolution,
    asked: Asked = NOTHING_ASKED,
    position: Position = Position.START,
) -> Callable[[Body], Readings]:
    """Return the read of a meter's consumption, kWh."""
    field = fields.energy(resolution)
    return readings(field, resolution, asked=asked, position=position, unit="kWh")


def costs(
    resolution: Resolution,
    asked: Asked = NOTHING_ASKED,
    position: Position = Position.START,
    currency: str = MINOR,
) -> Callable[[Body], Readings]:
    """Return the read of costs, which may be an income, in the main currency."""
    field = fields.cost(currency)
    return readings(field, resolution, asked=asked, position=position)


def temperatures(data: Body) -> Readings:
    """Read the temperature outside, hour by hour, °C."""
    told = readings(fields.TEMPERATURES, Resolution.HOUR, unit="°C")(data)
    # A part of the hours is read as what it is, and counted.
    data.is_whole(len(told.slots))
    return told


def requested(data: Body) -> Series[float | None]:
    """Read the plan that demand response asks for; the portal names no unit."""
    owner, rows = _points(data, fields.REQUESTED, {})
    points = RowReader(owner, fields.REQUESTED, fields.times(Position.START)).read(rows)
    return spaced([(each.start, each.end, each.value) for each in points], _HOUR)


def prices(
    default_unit: str, area: str | None = None, position: Position = Position.START
) -> Callable[[Body], PriceSeries]:
    """Return the read of prices, in main currency per kWh; tax is not stated.

    `default_unit` holds where the answer names none, `area` is the one asked for. A
    point without a price leaves a gap.
    """
    field = fields.prices(default_unit)
    asked = {"area": area} if area else {}

    def read(data: Body) -> PriceSeries:
        owner, rows = _points(data, field, asked)
        reader = RowReader(
            owner, field, fields.times(position), asked=asked, length=_HOUR
        )
        spans = [
            (each.start, each.end, _price(owner, each)) for each in reader.read(rows)
        ]
        slots = tuple(
            Slot(slot.start, slot.end, slot.value)
            for slot in spaced(spans, _HOUR)
            if slot.value is not None
        )
        currencies = {each.currency for each in (*reader.units, field.usual) if each}
        told = {each.currency for each in reader.units} or currencies
        if len(told) != 1:
            raise data.unexpected("the unit of the prices is not understood")
        return PriceSeries(next(iter(told)), slots=Series(slots))

    return read


def _price(owner: Body, point: Point) -> Price | None:
    """Return a point's price, None where it has none or is called bad."""
    status = _status(owner, point.row)
    if point.value is None or status is None or status > BAD_STATUS:
        return None
    return Price(point.value, preliminary=point.is_preliminary)


def comparison(data: Body) -> Comparison:
    """Read this home beside others, day by day, kWh."""
    names = ("MeterAverage", "ReferenceGroupAverage", "EfficientsAverage")
    place = data.unwrapped(*names)
    field = fields.energy(Resolution.DAY)

    def series(name: str, *, required: bool = False) -> Series[Reading]:
        if place.member(name) is None:
            if required and not place.has(name):
                raise data.unexpected(f"{name} is missing")
            return Series()
        owner, rows = _points(place.child(place.member(name)), field, {})
        reader = RowReader(owner, field, fields.times(Position.START))
        return _slots(owner, reader.read(rows), Resolution.DAY)

    return Comparison(
        score=optional(place, whole, "Score"),
        efficient_percentage=optional(place, integer, "EfficientComparisonPercentage"),
        reference_percentage=optional(
            place, integer, "ReferenceGroupComparisonPercentage"
        ),
        own=series(names[0], required=True),
        reference=series(names[1]),
        efficient=series(names[2]),
    )


def expenses(data: Body, currency: str = MINOR) -> Expenses:
    """Read what a contract cost; a total or items are enough."""
    place = data.unwrapped("Items", *fields.TOTAL)
    before = data.refused.total()
    items: dict[str, float | None] = {}
    units: set[Unit | None] = set()
    for value in _listed(place, "Items"):
        row = place.child(value)
        name = optional(row, text, "Name", "Description")
        amount = _expense(row, currency)
        units.add(row.unit_of(fields.expense(currency)))
        if name is None:
            place.refuse("Items")
            continue
        # Two items of one name are two expenses.
        held = items.get(name, 0.0)
        both = math.nan if held is None or amount is None else held + amount
        items[name] = both if math.isfinite(both) else None
    total_field = fields.amount(currency, *fields.TOTAL)
    total = place.measure(total_field, required=not items)
    if says_nothing((total, items)) and place.refused.total() > before:
        raise data.unexpected("no expense can be read")
    told = {unit.currency for unit in (*units, place.unit_of(total_field)) if unit}
    if len(told) > 1:
        raise data.unexpected("the currencies of the expenses differ")
    return Expenses(unit=next(iter(told), None), total=total, items=items)


def _expense(row: Body, currency: str) -> float | None:
    """Return an amount, None for none, which is counted unless it is null."""
    try:
        return row.measure(fields.expense(currency))
    except UnexpectedResponse:
        row.refuse("Items")
        return None


def total(data: Body) -> float | None:
    """Read the energy beside a series of days, kWh."""
    place = data.unwrapped(*fields.TOTAL, *_POINTS)
    return place.measure(fields.CHARGED, required=False)


def _listed(place: Body, name: str) -> list[object]:
    """Return the rows of a list that may be missing."""
    value = place.member(name)
    return [row for row in value if row is not None] if isinstance(value, list) else []


def _points(data: Body, field: Field, asked: Asked) -> tuple[Body, list[object]]:
    """Return the points of a series, and the place that names its unit.

    A bare list of points, an object with one, a list of such objects, an object of
    lists by area, or an object whose one list holds points; each within wrappers.
    """
    if isinstance(data.value, list):
        # Of rows that have the same names one is enough to tell.
        shapes = {tuple(row): row for row in data.value if is_object(row)}
        if not any(_has_points(data.child(row)) for row in shapes.values()):
            return data, data.value
        rows = [data.child(row) for row in data.value if row is not None]
        return _points(_chosen(data, rows, asked), field, asked)
    if _has_points(data):
        if not is_about(data, asked):
            raise data.unexpected("the series is of something else than asked for")
        told = [elements(data.member(name), TIME[0], is_time) for name in _POINTS]
        return data, next((each for each in told if each is not None), [])
    if (rows_by_time := elements(data.value, TIME[0], is_time)) and data.value != {}:
        return data, rows_by_time
    for name, member in data.members().items():
        if isinstance(member, list) and _is_asked_area(name, asked):
            return data.child(member), member
    lists = [
        (name, member)
        for name, member in data.members().items()
        if isinstance(member, list)
    ]
    if len(lists) == 1 and _is_plain(lists[0][0], field):
        return data, lists[0][1]
    inside = data.wrapped()
    if inside is not None:
        return _points(data.child(inside), field, asked)
    raise data.unexpected(f"{_POINTS[0]} is missing")


def _is_asked_area(name: str, asked: Asked) -> bool:
    """Say whether a list stands under the area that is asked for."""
    return "area" in asked and folded(name) == folded(asked["area"])


def _is_plain(name: str, field: Field) -> bool:
    """Say whether a list's name tells of no other thing than the field's numbers."""
    return folded(name) in WRAPPERS or set(words(name)) <= field.words | _PLAIN


def _has_points(place: Body) -> bool:
    """Say whether an object has a list of points, be it null."""
    return any(
        place.has(name)
        and (
            place.member(name) is None
            or elements(place.member(name), TIME[0], is_time) is not None
        )
        for name in _POINTS
    )


def _chosen(data: Body, series: list[Body], asked: Asked) -> Body:
    """Return the series that is consumption of what is asked, or the only one."""
    wanted = [
        row
        for row in series
        if optional(row, integer, "ConsumptionUnitType") in {None, 1}
        and optional(row, integer, "TimeSeriesTypeClass", "TypeClass") in {None, 1}
        and is_about(row, asked)
    ]
    told = [row for row in wanted if optional(row, integer, "ConsumptionUnitType") == 1]
    wanted = told or wanted
    if len(wanted) != 1 or not _has_points(wanted[0]):
        raise data.unexpected("which of the series is meant is not said")
    return wanted[0]


def _slots(owner: Body, points: list[Point], resolution: Resolution) -> Series[Reading]:
    """Return the points as a series, each with its status."""
    end_of = ends(resolution)
    if resolution is Resolution.HOUR:
        # Where meters are read by the quarter, a missing one makes no longer slot.
        step = _shortest(point.start for point in points)

        def end_of(start: datetime) -> datetime:
            return start + step

    return spaced(
        [
            (point.start, point.end or end_of(point.start), _reading(owner, point))
            for point in points
        ],
        _HOUR,
    )


def _reading(owner: Body, point: Point) -> Reading:
    """Return a point's value and status."""
    status = _status(owner, point.row)
    if status is None:
        return Reading(None)
    return Reading(point.value, None if status == _NO_STATUS else status)


def _status(owner: Body, row: Mapping[str, object]) -> int | None:
    """Return a point's status, -1 for none, None where it is not understood."""
    value = row.get("Status")
    if type(value) is int:
        return value
    if value is None:
        told = [each for name, each in row.items() if folded(name) == "status"]
        value = next((each for each in told if each is not None), None)
    # What a text says is understood with the number itself.
    if value is None or isinstance(value, str):
        return _NO_STATUS
    try:
        return integer(value)
    except Mismatch, Refused:
        owner.refuse("Status")
        return None


def _shortest(starts: Iterable[datetime]) -> timedelta:
    """Return the shortest distance between points, an hour at most."""
    distances = (later - earlier for earlier, later in pairwise(sorted(set(starts))))
    return min((_HOUR, *distances))


def _resolution(value: object) -> Resolution | None:
    """Read a resolution; one that is not published says nothing."""
    told = integer(value)
    return next((known for known in Resolution if known == told), None)
