"""Digiwatt's bodies, read tolerantly into structs.

No answer but the token's has documented fields. What numbers are called, and in which
unit they are taken where none is told, stands in `fields`.

Source: what the portal's API reference says in prose of each operation's `data`.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time
import math
from typing import Final

from ..http.errors import UnexpectedResponse
from ..model.green import GreenOutlook, GreenWindow, green_windows
from ..model.power import PowerNow
from ..model.series import Slot
from ..reading.body import Body, Mismatch, Refused, number
from ..reading.clocks import counted_from
from ..reading.moments import Wall, clock_of, is_time, read_time
from ..reading.quantities import Field, Unit
from ..reading.rows import RowReader, of_home
from ..reading.words import folded
from .fields import ASSUMED, SPLIT, START, STOP, TIME, ZONE, Assumed
from .models import Performance, PowerRow, Saving, Totals
from .reads_months import single
from .splits import appliance_of, is_whole_home, split_of

__all__ = ["ZONE"]
_HOUR: Final = ("hour", "h", "time", "timestamp")


def realtime(data: Body, assumed: Assumed = ASSUMED) -> PowerNow:
    """Read the power of the whole home, W."""
    field = assumed.realtime
    place = data.unwrapped(*field.own, *field.weak)
    return PowerNow(
        watts=place.measure(field),
        measured_at=place.moment(ZONE, *TIME, required=False),
    )


def latest(data: Body, assumed: Assumed = ASSUMED) -> tuple[PowerRow, ...]:
    """Read the power of the whole home over six hours, W."""
    names = ("consumption", "latest", "consumptions", "values", "series", "items")
    rows = data.items("timestamp", is_time, *names)
    points = _reader(data, rows, assumed.row, assumed).read(_values(rows))
    return tuple(PowerRow(point.start, point.value) for point in points)


def consumption(data: Body, assumed: Assumed = ASSUMED) -> tuple[PowerRow, ...]:
    """Read the power over a period, W; a total, a split or rows of each is enough."""
    names = ("consumption", "consumptions", "values", "series", "items")
    rows = data.items("timestamp", is_time, *names)
    whole, parts = _by_appliance(rows)
    if parts and not whole:
        data.refuse("total")
    appliances: dict[datetime, dict[str, float | None]] = {}
    for name, its_rows in parts.items():
        reader = _reader(data, its_rows, assumed.item_power, assumed, is_part=True)
        for point in reader.read(_values(its_rows)):
            appliances.setdefault(point.start, {})[name] = point.value
    powers: dict[datetime, float | None] = {}
    reader = _reader(data, whole, assumed.total_row, assumed, beside=SPLIT)
    for point in reader.read(_values(whole)):
        powers[point.start] = point.value
        row = data.child(point.row)
        split = split_of(row, assumed.item_power, *SPLIT)
        appliances.setdefault(point.start, {}).update(split or {})
    return tuple(
        PowerRow(at, powers.get(at), split) for at, split in sorted(appliances.items())
    )


def totals(data: Body, assumed: Assumed = ASSUMED) -> Totals:
    """Read the energy of a period and of the one before it, Wh."""
    place = data.unwrapped(*assumed.total.own, *assumed.total.weak)
    total = place.measure(assumed.total)
    previous = place.measure(assumed.previous, required=False)
    variation = place.measure(assumed.variation, required=False)
    is_told = any(
        folded(name).startswith(("variation", "percentage")) for name in place.members()
    )
    if not is_told and total is not None and previous:
        change = (total - previous) / previous * 100
        variation = change if math.isfinite(change) else None
    names = ("appliances", "distribution", "devices", "totals", "breakdown")
    split = split_of(place, assumed.item_energy, *names)
    return Totals(total, previous, variation, split or {})


def performance(data: Body, assumed: Assumed = ASSUMED) -> Performance:
    """Read the energy of a period beside that of similar homes, Wh."""
    place = data.unwrapped(*assumed.user.own, *assumed.user.weak)
    return Performance(
        lowest=place.measure(assumed.lowest, required=False),
        highest=place.measure(assumed.highest, required=False),
        user=place.measure(assumed.user),
    )


def habits(data: Body, assumed: Assumed = ASSUMED) -> dict[int, float]:
    """Read the energy used in each local hour of the day, Wh.

    An hour that comes twice with two values is left out; so are all where hours could
    begin at 0 or at 1, and where the rows are of several days.
    """
    names = ("habits", "hours", "values", "consumption", "items")
    rows = of_home(data.items("hour", _is_hour, *names))
    # A part of the hours is read as what it is, and counted.
    data.is_whole(len(rows))
    hours = [row.read(_hour, *_HOUR) for row in rows]
    is_odd = any(
        hour is None and any(row.member(name) is not None for name in _HOUR)
        for row, hour in zip(rows, hours, strict=True)
    )
    told = [each for each in hours if isinstance(each, float)]
    first = counted_from(told) if told else 0
    days = {row.read(_day, "date", "day", required=False) for row in rows} - {None}
    if first is None or len(days) > 1 or is_odd:
        # What is odd is counted already.
        data.refuse("hour", 0 if is_odd else len(rows))
        return {}
    by_hour: dict[int, set[float | None]] = {}
    for row, hour in zip(rows, hours, strict=True):
        value = row.measure(assumed.hour_energy)
        if hour is not None:
            at = int(hour) - first if isinstance(hour, float) else hour
            by_hour.setdefault(at, set()).add(value)
    told_once = {hour: single(data, values) for hour, values in by_hour.items()}
    return {hour: value for hour, value in told_once.items() if value is not None}


def saving(data: Body, assumed: Assumed = ASSUMED) -> Saving:
    """Read what was used and saved, Wh; one of the two is enough."""
    place = data.unwrapped(*assumed.used.own, *assumed.saved.own)
    try:
        consumption = place.measure(assumed.used)
    except UnexpectedResponse:
        return Saving(None, place.measure(assumed.saved))
    return Saving(consumption, place.measure(assumed.saved, required=False))


def greenness(data: Body, assumed: Assumed = ASSUMED) -> GreenOutlook:
    """Read the renewable share and the green windows; one of the two is enough."""
    names = ("windows", "best_windows", "intervals", "slots")
    share = assumed.green_share
    is_list = isinstance(data.value, list)
    place = data if is_list else data.unwrapped(*names, *share.own, *share.weak)
    given = isinstance(place.value, list) or any(map(place.has, names))
    rows = of_home(place.items("start", lambda key: False, *names)) if given else []
    told = [place.value, *map(place.member, names)]
    is_told = any(isinstance(each, list) for each in told)
    if assumed.share is None:
        share = _as_told(place, rows, share)
    windows = [_window(row, share) for row in rows]
    return GreenOutlook(
        share=place.measure(share, required=not given),
        windows=green_windows(filter(None, windows)),
        is_whole=is_told and None not in windows and data.is_whole(len(rows)),
    )


def _as_told(place: Body, rows: Iterable[Body], share: Field) -> Field:
    """Return the field of shares with the scale that all of them show.

    Where none is above one, those between are fractions; of zeros and ones alone
    nobody can tell.
    """
    spot = [each.glance(share) for each in (place, *rows)]
    told = {value for value in spot if value is not None}
    if not told or max(told) > 1:
        return share
    is_fraction = any(0 < value < 1 for value in told)
    usual = Unit(100.0) if is_fraction else None if 1 in told else Unit()
    return replace(share, usual=usual)


def _window(row: Body, share: Field) -> GreenWindow | None:
    """Read a green window; None for what is none, which is counted."""
    start, stop = row.moment(ZONE, *START), row.moment(ZONE, *STOP)
    if start is None or stop is None or stop <= start:
        row.refuse("window")
        return None
    return Slot(start, stop, row.measure(share, required=False))


def _hour(value: object) -> float | int:
    """Read an hour of the day: a float as it is counted, a whole number by the clock.

    A time has the clock's.
    """
    try:
        return number(value, high=24)
    except Mismatch:
        pass
    except Refused:
        if (
            not isinstance(value, str)
            and isinstance(value, int | float)
            and value < 1e6
        ):
            raise
    if isinstance(value, str) and ":" in value and len(value) <= len("00:00:00"):
        return _hour_of(clock_of(value))
    read = read_time(value)
    local = read.when if isinstance(read, Wall) else read.astimezone(ZONE)
    return local.hour


def _hour_of(clock: time) -> int:
    """Return the hour that a clock shows when it begins."""
    if clock.minute or clock.second:
        raise Refused
    return clock.hour


def _day(value: object) -> str:
    """Read whatever tells days apart."""
    return str(value)


def _is_hour(key: str) -> bool:
    """Say whether a key is an hour of the day."""
    try:
        _hour(key)
    except Mismatch, Refused:
        return False
    return True


def _values(rows: Iterable[Body]) -> list[object]:
    """Return the rows as they came."""
    return [row.value for row in rows]


def _reader(
    data: Body,
    rows: list[Body],
    field: Field,
    assumed: Assumed,
    *,
    beside: tuple[str, ...] = (),
    is_part: bool = False,
) -> RowReader:
    """Return what reads rows of power."""
    owner = rows[0].around if rows and rows[0].around is not None else data
    return RowReader(
        owner, field, assumed.times, amounts=True, beside=beside, is_part=is_part
    )


def _by_appliance(rows: list[Body]) -> tuple[list[Body], dict[str, list[Body]]]:
    """Return the rows of the whole home, and those of each appliance."""
    whole: list[Body] = []
    parts: dict[str, list[Body]] = {}
    for row in rows:
        name = appliance_of(row.members())
        is_split = any(map(row.has, SPLIT))
        if name is not None and is_split:
            row.refuse("row_of_a_part")
        elif name is None or is_whole_home(name):
            whole.append(row)
        else:
            parts.setdefault(name, []).append(row)
    return whole, parts
