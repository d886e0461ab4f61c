"""Digiwatt's bodies, read tolerantly into structs.

No answer but the token's has documented fields. In each read the first name is the
assumed one and the others are tried in turn; a real account that shows yet another one
changes the names here and nothing else.

Source: what the portal's API reference says in prose of each operation's `data`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
import math
import re
from typing import Final
from zoneinfo import ZoneInfo

from ..http.errors import UnexpectedResponse
from ..model.green import GreenOutlook, GreenWindow, green_windows
from ..model.power import PowerNow
from ..model.series import Slot
from ..reading.body import Body, Mismatch, Refused, moment, number, percent, signed
from .models import MonthlySplit, Performance, PowerRow, Saving, Totals

# The supply points are Italian; the portal names no zone.
ZONE: Final = ZoneInfo("Europe/Rome")

_TIME: Final = ("timestamp", "time", "datetime", "date", "ts")
_MONTH: Final = ("month", "year_month", "date", "period")
_SPLIT: Final = ("appliances", "devices", "distribution", "breakdown")
_ITEM_NAME: Final = ("appliance", "name", "type", "id")
_ITEM_VALUE: Final = ("value", "total", "consumption", "energy", "power")
_BANDS: Final = ("F1", "F2", "F3")
_MONTH_TEXT: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-\d{2}.*)?")
_LAST_HOUR: Final = 23
# No hour of a day is this large; a time in epoch seconds always is.
_EPOCH_FROM: Final = 1e6


def realtime(data: Body) -> PowerNow:
    """Read the power of the whole home, W."""
    watts = data.read(
        number,
        *("realtime", "realtime_consumption", "power", "consumption"),
        *("total", "value", "watt"),
    )
    measured_at = data.read(_certain_moment, *_TIME, required=False)
    return PowerNow(watts=watts, measured_at=measured_at)


def latest(data: Body) -> tuple[PowerRow, ...]:
    """Read the power of the whole home over six hours, W."""
    names = ("consumption", "latest", "consumptions", "values", "series", "items")
    value = ("value", "total", "consumption", "power", "watt")
    return _rows(
        data.items("timestamp", _is_time, *names),
        lambda item: (item.read(number, *value), {}),
    )


def consumption(data: Body) -> tuple[PowerRow, ...]:
    """Read the power over a period, W; a total or a split is enough."""
    names = ("consumption", "consumptions", "values", "series", "items")
    total = ("total", "value", "consumption", "global", "power", "watt")

    def values(item: Body) -> tuple[float | None, dict[str, float | None]]:
        split = item.amounts(
            *_SPLIT, item=_ITEM_NAME, value=_ITEM_VALUE, required=False
        )
        # A split that is null is not available; the item is in order all the same.
        given = split is not None or any(
            item.has(name) and item.member(name) is None for name in _SPLIT
        )
        return item.read(number, *total, required=not given), split or {}

    return _rows(data.items("timestamp", _is_time, *names), values)


def totals(data: Body) -> Totals:
    """Read the energy of a period and of the one before it, Wh."""
    total = data.read(number, "total", "total_consumption", "consumption", "value")
    previous = data.read(
        number,
        *("previous_total", "total_previous", "previous"),
        *("previous_consumption", "previous_period"),
        required=False,
    )
    variation = data.read(
        signed,
        *("variation", "variation_percentage", "variation_percent", "percentage"),
        required=False,
    )
    if variation is None and total is not None and previous:
        change = (total - previous) / previous * 100
        variation = change if math.isfinite(change) else None
    split = data.amounts(
        *("appliances", "distribution", "devices", "totals", "breakdown"),
        item=_ITEM_NAME,
        value=_ITEM_VALUE,
        required=False,
    )
    return Totals(total, previous, variation, split or {})


def performance(data: Body) -> Performance:
    """Read the energy of a period beside that of similar homes, Wh."""
    return Performance(
        lowest=data.read(number, "min", "minimum", "min_consumption", required=False),
        highest=data.read(number, "max", "maximum", "max_consumption", required=False),
        user=data.read(number, "user", "user_consumption", "consumption", "value"),
    )


def habits(data: Body) -> dict[int, float]:
    """Read the energy used in each local hour of the day, Wh."""
    names = ("habits", "hours", "values", "consumption", "items")
    by_hour: dict[int, float] = {}
    for item in data.items("hour", _is_hour, *names):
        hour = item.read(_hour, "hour", "h", "time", "timestamp")
        value = item.read(number, "value", "total", "consumption", "energy")
        if hour is not None and value is not None:
            by_hour[hour] = value
    return by_hour


def trend(data: Body) -> tuple[MonthlySplit, ...]:
    """Read the energy of each month by tariff band, Wh."""
    names = ("trend", "trends", "months", "values", "consumption", "items")

    def bands(item: Body) -> dict[str, float | None]:
        if any(map(item.has, _BANDS)):
            return {band: item.read(number, band) for band in _BANDS if item.has(band)}
        for name in ("bands", "tariffs", "periods"):
            if isinstance(inner := item.member(name), Mapping):
                return item.child(inner).numeric_members()
        if isinstance(item.value, Mapping) and (
            members := item.numeric_members(without=(*_MONTH, *_ITEM_VALUE))
        ):
            return members
        raise item.unexpected("F1 is missing")

    return _months(data.items("month", _is_month, *names), bands)


def by_appliance(name: str) -> Callable[[Body], tuple[MonthlySplit, ...]]:
    """Return the read of the energy of each month by appliance, Wh."""

    def split(item: Body) -> dict[str, float | None]:
        amounts = item.amounts(
            *_SPLIT, item=_ITEM_NAME, value=_ITEM_VALUE, required=True
        )
        return amounts or {}

    def read(data: Body) -> tuple[MonthlySplit, ...]:
        names = ("months", name, "values", "consumption", "items")
        return _months(data.items("month", _is_month, *names), split)

    return read


def saving(data: Body) -> Saving:
    """Read what was used and saved, Wh; one of the two is enough."""
    used = ("consumption", "total_consumption", "total")
    saved = ("saving", "savings", "saved")
    try:
        consumption = data.read(number, *used)
    except UnexpectedResponse:
        return Saving(None, data.read(number, *saved))
    return Saving(consumption, data.read(number, *saved, required=False))


def greenness(data: Body) -> GreenOutlook:
    """Read the renewable share and the green windows; one of the two is enough."""
    share = (
        *("percentage", "greenness", "green_percentage"),
        *("renewable_percentage", "renewable", "value"),
    )
    windows = ("windows", "best_windows", "intervals", "slots")
    given = isinstance(data.value, list) or any(map(data.has, windows))

    def window(item: Body) -> GreenWindow | None:
        start = item.read(_moment, "start", "start_time", "from", "begin")

        def after_start(value: object) -> datetime:
            return moment(value, ZONE, after=start)

        stop = item.read(after_start, "stop", "stop_time", "end", "end_time", "to")
        if start is None or stop is None or stop <= start:
            item.refused["greenness.window"] += 1
            return None
        return Slot(start, stop, item.read(percent, *share, required=False))

    items = data.items("start", lambda key: False, *windows) if given else []
    return GreenOutlook(
        share=data.read(percent, *share, required=not given),
        windows=green_windows(filter(None, map(window, items))),
    )


def _moment(value: object) -> datetime:
    """Read a time of the portal's."""
    return moment(value, ZONE)


def _certain_moment(value: object) -> datetime:
    """Read a time of the portal's that means one moment, even in a repeated hour."""
    first = moment(value, ZONE)
    if moment(value, ZONE, after=first) != first:
        raise Refused
    return first


def _hour(value: object) -> int:
    """Read an hour of the day, given as such or as a time."""
    try:
        hour = number(value)
    except Mismatch:
        return _moment(value).astimezone(ZONE).hour
    if hour >= _EPOCH_FROM:
        return _moment(hour).astimezone(ZONE).hour
    if hour > _LAST_HOUR or hour != int(hour):
        raise Refused
    return int(hour)


def _month(value: object) -> str:
    """Read a month, given as such or as a date."""
    if not isinstance(value, str) or not _MONTH_TEXT.fullmatch(value):
        raise Mismatch
    if len(value) > len("2026-01-31"):
        return f"{_moment(value).astimezone(ZONE):%Y-%m}"
    return value[:7]


def _is_time(key: str) -> bool:
    """Say whether a key is a time."""
    try:
        _moment(int(key) if key.isdecimal() else key)
    except Mismatch, Refused, ValueError:
        return False
    return True


def _is_hour(key: str) -> bool:
    """Say whether a key is an hour of the day."""
    try:
        _hour(key)
    except Mismatch, Refused:
        return False
    return True


def _is_month(key: str) -> bool:
    """Say whether a key is a month."""
    return _MONTH_TEXT.fullmatch(key) is not None


def _rows(
    items: list[Body],
    values: Callable[[Body], tuple[float | None, Mapping[str, float | None]]],
) -> tuple[PowerRow, ...]:
    """Read powers, oldest first; of two rows at one time the later one holds."""
    rows: dict[datetime, PowerRow] = {}
    last: datetime | None = None

    def time_of_row(value: object) -> datetime:
        # A repeated hour without offsets is told apart by the order of the rows.
        return moment(value, ZONE, after=last)

    for item in items:
        time = item.read(time_of_row, *_TIME)
        total, appliances = values(item)
        if time is not None:
            rows[time] = PowerRow(time, total, appliances)
            last = time
    return tuple(rows[time] for time in sorted(rows))


def _months(
    items: list[Body], split: Callable[[Body], Mapping[str, float | None]]
) -> tuple[MonthlySplit, ...]:
    """Read a list of months, oldest first."""
    months = {}
    for item in items:
        month = item.read(_month, *_MONTH)
        if month is not None:
            months[month] = MonthlySplit(month, split(item))
    return tuple(months[month] for month in sorted(months))
