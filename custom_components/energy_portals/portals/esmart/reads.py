"""eSmart's series, prices and powers, read tolerantly.

In each read the first name is the published or the assumed one and the others are tried
in turn; a real account that shows yet another one changes the names here and in the
other `reads` modules, and nothing else.

Source: the help pages of `wattmeter/v2`, `comparedwithothers` and
`controlplanrequests`; the other bodies are assumed. Energy, temperatures and costs are
in the unit that the answer names.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
import math
from typing import Final
from zoneinfo import ZoneInfo

from ..model.periods import midnight, month_start, next_midnight
from ..model.prices import Price, PriceSeries, PriceUnit, price_unit
from ..model.series import Series, Slot, spaced
from ..reading.body import Body, Refused, number, signed
from .models import (
    Comparison,
    Expenses,
    Peak,
    Reading,
    Readings,
    Resolution,
    Subscribed,
    WattMeter,
)
from .reads_values import flag, inner, integer, optional, rows_if_any, text, when

# The portal's days, months and years are Norwegian.
ZONE: Final = ZoneInfo("Europe/Oslo")

_TIME: Final = (
    *("ValueTime", "Time", "FromTime", "FromTimeUtc", "StartTime"),
    *("TimeUtc", "DateTime", "Date", "ValidFrom"),
)
_END: Final = ("EndTime", "ToTime", "ToTimeUtc", "ValidTo")
_VALUE: Final = (
    *("Value", "Price", "SpotPrice", "Consumption", "Cost", "Amount", "Temperature"),
)
_UNIT: Final = ("Unit", "PriceUnit", "Currency")
_POINTS: Final = ("Values", "Points", "Prices", "TimeSeries")
_RESOLUTION: Final = ("Resolution", "ConsumptionTimeseriesResolution")
_TOTAL: Final = ("Total", "Sum", "TotalAmount")

_WATT_METERS: Final = ("maxMonthWattmeter", "subscribedPowerWattmeter")

# The currency of the utilities that run this API; `øre` and `kr` mean its own.
MINOR: Final = "NOK"
_WATTS: Final[Mapping[str, float]] = {"w": 1, "kw": 1000}
_HOUR: Final = timedelta(hours=1)

type Ends = Callable[[datetime], datetime | None]


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
    accept: Callable[[object], float], resolution: Resolution
) -> Callable[[Body], Readings]:
    """Return the read of a series in the unit it names.

    The answer's own resolution holds where it says one, else that of the request.
    """

    def read(data: Body) -> Readings:
        owner, points = _points(data)
        length = optional(owner, _resolution, *_RESOLUTION) or resolution
        return Readings(_unit(owner, points), _slots(points, accept, length))

    return read


def consumption(resolution: Resolution) -> Callable[[Body], Readings]:
    """Return the read of a meter's consumption."""
    return readings(number, resolution)


def costs(resolution: Resolution) -> Callable[[Body], Readings]:
    """Return the read of costs, which may be an income."""
    return readings(signed, resolution)


def temperatures(data: Body) -> Readings:
    """Read the temperature outside, hour by hour."""
    return readings(signed, Resolution.HOUR)(data)


def requested(data: Body) -> Series[float | None]:
    """Read the plan that demand response asks for; the portal names no unit."""
    _, points = _points(data)
    return spaced([span for _, span in _timed(points, signed, None)], _HOUR)


def _price_unit(named: str | None, default_unit: str) -> PriceUnit | None:
    """Return the unit an answer names; a currency alone has the default's energy."""
    usual = price_unit(default_unit, minor=MINOR)
    if named is None:
        return usual
    if usual is not None and named.strip().upper() == usual.currency:
        return usual
    return price_unit(named, minor=MINOR)


def prices(default_unit: str) -> Callable[[Body], PriceSeries]:
    """Return the read of prices, in main currency per kWh; tax is not stated.

    `default_unit` holds where the answer names none. A point without a price leaves a
    gap.
    """

    def read(data: Body) -> PriceSeries:
        owner, points = _points(data)
        unit = _price_unit(_unit(owner, points), default_unit)
        if unit is None:
            raise data.unexpected("the unit of the prices is not understood")

        def value(raw: object) -> float:
            return _finite(signed(raw) / unit.divisor)

        spans = [
            (
                start,
                end,
                None if price is None else Price(price, preliminary=_preliminary(item)),
            )
            for item, (start, end, price) in _timed(points, value, None)
        ]
        slots = tuple(
            Slot(slot.start, slot.end, slot.value)
            for slot in spaced(spans, _HOUR)
            if slot.value is not None
        )
        return PriceSeries(unit.currency, slots=Series(slots))

    return read


def watt_meter(default_unit: str) -> Callable[[Body], WattMeter]:
    """Return the read of the watt meter, in W, of either version.

    The unit of the subscribed power holds for all where it is W or kW; else
    `default_unit`.
    """

    def read(data: Body) -> WattMeter:
        is_second = any(map(data.has, _WATT_METERS))
        if not is_second and not any(map(data.has, ("Last", "ThisMonthMax", "Max"))):
            raise data.unexpected(f"{_WATT_METERS[0]} is missing")
        powers = inner(data, _WATT_METERS[0]) if is_second else data
        subscription = inner(data, _WATT_METERS[1])
        bought = inner(subscription, "subscribedPower") if subscription else None
        said = optional(bought, text, "unit") if bought else None
        unit = _WATTS.get((said or "").strip().casefold())
        factor = unit or _WATTS.get(default_unit.strip().casefold())
        if factor is None:
            raise data.unexpected("the unit of the powers is not understood")
        return WattMeter(
            last=_peak(powers, "Last", factor),
            month_max=_peak(powers, "ThisMonthMax", factor),
            max=_peak(powers, "Max", factor),
            # A unit that is named but not understood makes no watts.
            subscribed=_subscribed(
                subscription, bought, factor if unit or not said else None
            ),
        )

    return read


def comparison(data: Body) -> Comparison:
    """Read this home beside others, day by day."""

    def series(name: str, *, required: bool = False) -> Series[Reading]:
        if data.member(name) is None:
            if required and not data.has(name):
                raise data.unexpected(f"{name} is missing")
            return Series()
        _, points = _points(data.child(data.member(name)))
        return _slots(points, number, Resolution.DAY)

    return Comparison(
        score=optional(data, integer, "Score"),
        efficient_percentage=optional(data, integer, "EfficientComparisonPercentage"),
        reference_percentage=optional(
            data, integer, "ReferenceGroupComparisonPercentage"
        ),
        own=series("MeterAverage", required=True),
        reference=series("ReferenceGroupAverage"),
        efficient=series("EfficientsAverage"),
    )


def expenses(data: Body) -> Expenses:
    """Read what a contract cost; a total or items are enough."""
    items: dict[str, float | None] = {}
    for row in rows_if_any(data, "Items"):
        name = row.read(text, "Name")
        value = row.read(signed, *_VALUE)
        if name is None:
            continue
        # Two items of one name are two expenses.
        held = items.get(name, 0.0)
        both = math.nan if held is None or value is None else held + value
        items[name] = both if math.isfinite(both) else None
    return Expenses(
        unit=optional(data, text, *_UNIT),
        total=data.read(signed, *_TOTAL, required=not items),
        items=items,
    )


def total(data: Body) -> float | None:
    """Read the total beside a series."""
    return optional(data, number, *_TOTAL)


def _points(data: Body) -> tuple[Body, list[Body]]:
    """Return the points of a series, and the place that names its unit.

    A bare list of points, an object with one, a list of such objects, or an object
    whose one list holds points.
    """
    if isinstance(data.value, list):
        rows = [data.child(row) for row in data.value if row is not None]
        if not any(map(_has_points, rows)):
            return data, rows
        return _points(_chosen(data, rows))
    if _has_points(data):
        return data, rows_if_any(data, *_POINTS)
    if isinstance(data.value, Mapping):
        lists = [member for member in data.value.values() if isinstance(member, list)]
        if len(lists) == 1:
            rows = [data.child(row) for row in lists[0] if row is not None]
            if rows and all(any(map(row.has, _TIME)) for row in rows):
                return data, rows
    raise data.unexpected(f"{_POINTS[0]} is missing")


def _has_points(place: Body) -> bool:
    """Say whether an object has a list of points, be it null."""
    return any(
        place.has(name) and isinstance(place.member(name), list | None)
        for name in _POINTS
    )


def _chosen(data: Body, series: list[Body]) -> Body:
    """Return the series that is consumption, or the only one."""
    consumed = [
        row for row in series if optional(row, integer, "ConsumptionUnitType") == 1
    ]
    wanted = consumed or series
    if len(wanted) != 1 or not _has_points(wanted[0]):
        raise data.unexpected("which of the series is meant is not said")
    return wanted[0]


def _unit(owner: Body, points: list[Body]) -> str | None:
    """Return the one unit that a series and its points name."""
    said = (optional(place, text, *_UNIT) for place in (owner, *points))
    units = {unit.strip().casefold(): unit for unit in said if unit is not None}
    if len(units) > 1:
        raise owner.unexpected("the units of one series differ")
    return next(iter(units.values()), None)


def _timed(
    points: list[Body], accept: Callable[[object], float], end_of: Ends | None
) -> list[tuple[Body, tuple[datetime, datetime | None, float | None]]]:
    """Return each point that has a time, with start, end and value."""
    timed = []
    for item in points:
        start = item.read(when, *_TIME)
        value = item.read(accept, *_VALUE)
        end = optional(item, when, *_END)
        if start is None:
            continue
        if end is not None and end <= start:
            item.refused[f"{item.operation}.{_END[0]}"] += 1
            end = None
        if end is None and end_of is not None:
            end = end_of(start)
        timed.append((item, (start, end, value)))
    return timed


def _slots(
    points: list[Body], accept: Callable[[object], float], resolution: Resolution
) -> Series[Reading]:
    """Return the points as a series, each with its status."""
    timed = _timed(points, accept, None)
    end_of = ends(resolution)
    if resolution is Resolution.HOUR:
        # Where meters are read by the quarter, a missing one makes no longer slot.
        step = _shortest(start for _, (start, _, _) in timed)

        def end_of(start: datetime) -> datetime:
            return start + step

    return spaced(
        [
            (start, end or end_of(start), _reading(item, value))
            for item, (start, end, value) in timed
        ],
        _HOUR,
    )


def _reading(item: Body, value: float | None) -> Reading:
    """Return a point's value and status."""
    return Reading(value, optional(item, integer, "Status"))


def _shortest(starts: Iterable[datetime]) -> timedelta:
    """Return the shortest distance between points, an hour at most."""
    distances = (later - earlier for earlier, later in pairwise(sorted(set(starts))))
    return min((_HOUR, *distances))


def _resolution(value: object) -> Resolution | None:
    """Read a resolution; one that is not published says nothing."""
    told = integer(value)
    return next((known for known in Resolution if known == told), None)


def _preliminary(item: Body) -> bool:
    """Say whether a price may change yet."""
    return optional(item, flag, "IsPreliminary", "Preliminary") or False


def _peak(powers: Body | None, name: str, factor: float) -> Peak | None:
    """Read a power and its time."""
    place = None if powers is None else inner(powers, name)
    if place is None:
        return None
    return Peak(place.read(_power(factor), *_VALUE), optional(place, when, *_TIME))


def _subscribed(
    subscription: Body | None, bought: Body | None, factor: float | None
) -> Subscribed | None:
    """Read the subscribed power; without a factor no number of it has a meaning."""
    if subscription is None or factor is None:
        return None
    sections = inner(subscription, "sections")
    steps = [
        subscription.child(step)
        for step in (sections.members().values() if sections else ())
        if isinstance(step, Mapping)
    ]
    watts = _power(factor)
    return Subscribed(
        watts=None if bought is None else bought.read(watts, "value"),
        sections=tuple(
            (optional(step, watts, "from"), optional(step, watts, "to"))
            for step in steps
        ),
    )


def _power(factor: float) -> Callable[[object], float]:
    """Return the read of a power as W."""

    def watts(value: object) -> float:
        return _finite(signed(value) * factor)

    return watts


def _finite(value: float) -> float:
    """Return a number that arithmetic has not overflowed."""
    if not math.isfinite(value):
        raise Refused
    return value
