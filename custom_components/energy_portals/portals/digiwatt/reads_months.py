"""Digiwatt's months, split by tariff band or by appliance.

Source: what the portal's API reference says in prose of each operation's `data`.
"""

from collections.abc import Callable, Mapping
import re
from typing import Final

from ..http.errors import UnexpectedResponse
from ..reading.body import Body, Mismatch, Refused, number
from ..reading.moments import Wall, read_time
from ..reading.rows import is_of_part, of_home
from ..reading.said_names import BANDS as BANDS_TOLD
from .fields import ASSUMED, BANDS, MONTH, SPLIT, ZONE, Assumed
from .models import MonthlySplit
from .splits import appliance_of, is_null, split_of

_APPLIANCES: Final = frozenset({"appliance", "device"})
_MONTH_TEXT: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(-\d{2}.*)?", re.ASCII)
_COUNTRY_MONTH: Final = re.compile(r"(0?[1-9]|1[0-2])[./](\d{4})", re.ASCII)
_MONTHS: Final = 12


def trend(data: Body, assumed: Assumed = ASSUMED) -> tuple[MonthlySplit, ...]:
    """Read the energy of each month by tariff band, Wh."""
    names = ("trend", "trends", "months", "values", "consumption", "items")

    def bands(row: Body) -> dict[str, float | None]:
        for place in (row, *map(row.child, _inner(row, "bands", "tariffs", "periods"))):
            told = {
                name: place.measure(field)
                for name, field in assumed.bands.items()
                if any(map(place.has, (name, f"{name}_wh", f"{name}_kwh")))
            }
            if told:
                return told
        named = row.read(_band, "band", "tariff", "name", "fascia", required=False)
        if named is None:
            raise row.unexpected("F1 is missing")
        return {named: row.measure(assumed.item_energy)}

    rows = [
        row
        for row in data.items("month", _is_month, *names)
        if not any(map(row.has, BANDS)) or not is_of_part(row)
    ]
    return _months(data, of_home(rows, BANDS_TOLD), bands)


def distribution(data: Body, assumed: Assumed = ASSUMED) -> tuple[MonthlySplit, ...]:
    """Read the energy of each month by appliance, Wh."""
    return _split_months(data, "distribution", assumed)


def compound(data: Body, assumed: Assumed = ASSUMED) -> tuple[MonthlySplit, ...]:
    """Read the energy of each month by appliance, Wh, as the portal compounds it."""
    return _split_months(data, "compound", assumed)


def _split_months(data: Body, name: str, assumed: Assumed) -> tuple[MonthlySplit, ...]:
    """Read the months under a name."""

    def split(row: Body) -> Mapping[str, float | None]:
        amounts = split_of(row, assumed.item_energy, *SPLIT)
        if amounts is not None or is_null(row, *SPLIT):
            return amounts or {}
        named = appliance_of(row.members())
        if named is None:
            raise row.unexpected(f"{SPLIT[0]} is missing")
        return {named: row.measure(assumed.item_energy)}

    names = ("months", name, "values", "consumption", "items")
    rows = data.items("month", _is_month, *names)
    rows = [row for row in rows if not any(map(row.has, SPLIT)) or not is_of_part(row)]
    return _months(data, of_home(rows, _APPLIANCES), split)


def _month(value: object) -> str:
    """Read a month, given as such or as a date."""
    if isinstance(value, str) and (parts := _COUNTRY_MONTH.fullmatch(value)):
        return f"{parts[2]}-{int(parts[1]):02}"
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}", value):
        if not _MONTH_TEXT.fullmatch(value):
            raise Refused
        return value
    if isinstance(value, int | float) and value <= _MONTHS:
        raise Mismatch
    read = read_time(value)
    local = read.when if isinstance(read, Wall) else read.astimezone(ZONE)
    return f"{local:%Y-%m}"


def _month_of(row: Body) -> str | None:
    """Read the month of a row, which may stand apart from its year."""
    year = row.read(_whole, "year", required=False)
    month = row.read(_whole, "month", required=False)
    if month is not None and 1 <= month <= _MONTHS:
        if year is None:
            raise row.unexpected("the year is missing")
        return f"{year:04}-{month:02}"
    return row.read(_month, *MONTH)


def _whole(value: object) -> int:
    """Read a small whole number."""
    read = number(value, high=9999)
    if read != int(read):
        raise Mismatch
    return int(read)


def _band(value: object) -> str:
    """Read the name of a tariff band."""
    if not isinstance(value, str) or value.strip().upper() not in BANDS:
        raise Mismatch
    return value.strip().upper()


def _inner(row: Body, *names: str) -> list[object]:
    """Return the objects under some names."""
    return [member for name in names if isinstance(member := row.member(name), Mapping)]


def _is_month(key: str) -> bool:
    """Say whether a key is a month."""
    return (_MONTH_TEXT.fullmatch(key) or _COUNTRY_MONTH.fullmatch(key)) is not None


def single(data: Body, values: set[float | None]) -> float | None:
    """Return what is told once or alike, in its unit; None and a count for all else."""
    if len(values) != 1:
        data.refuse("two_values_of_one")
        return None
    return next(iter(values))


def _months(
    data: Body, rows: list[Body], split: Callable[[Body], Mapping[str, float | None]]
) -> tuple[MonthlySplit, ...]:
    """Read a list of months, oldest first; a value that is told twice is unknown."""
    before = data.refused.total()
    months: dict[str, dict[str, set[float | None]]] = {}
    for row in rows:
        try:
            month, told = _month_of(row), split(row)
        except UnexpectedResponse:
            data.refuse("row")
            continue
        if month is not None:
            held = months.setdefault(month, {})
            for name, value in told.items():
                held.setdefault(name, set()).add(value)
    if rows and not months:
        raise data.unexpected(f"{MONTH[0]} is missing")
    splits = {
        month: {name: single(data, told) for name, told in months[month].items()}
        for month in sorted(months)
    }
    if data.refused.total() > before and not any(splits.values()):
        raise data.unexpected("no month can be read")
    return tuple(MonthlySplit(month, told) for month, told in splits.items())
