"""What is kept as JSON, beside msgspec's own types."""

from datetime import date, datetime, timedelta
import sys
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from .series import Series, Slot

# More than any source foretells; a corrupt year must not have an age looked at.
_LONGEST: Final = timedelta(days=60)

# A number, and neither NaN nor infinite: JSON has no word for those.
type Finite = Annotated[
    float, msgspec.Meta(ge=-sys.float_info.max, le=sys.float_info.max)
]
type Moment = Annotated[datetime, msgspec.Meta(tz=True)]
msgspec.json.Decoder(Moment)
# Slots, each with its start, its end and its value.
type Rows = list[tuple[Moment, Moment, Finite]]


def looked_up[KindT](kind: type[KindT]) -> type[KindT]:
    """Have a class's annotations read at once, and not in the event loop."""
    msgspec.json.Decoder(kind)
    return kind


def plain(data: object) -> object:
    """Return structs and dataclasses as plain data, times in ISO 8601."""
    return msgspec.to_builtins(data, enc_hook=_iso)


def _iso(when: object) -> str:
    """Return a time as text that a clock has made of a class of its own."""
    if isinstance(when, date):
        return when.isoformat()
    raise TypeError(f"{type(when).__name__} is not plain")


def rows_of(series: Series[float]) -> list[list[object]]:
    """Return a series, in whatever unit, as plain data; `series_of` reads it."""
    return [[e.start.isoformat(), e.end.isoformat(), e.value] for e in series]


def series_of(rows: Rows) -> Series[float]:
    """Return the series of rows, in their unit.

    Raises ValueError where they are none, or more than a few weeks.
    """
    series = Series(tuple(Slot(*row) for row in rows))
    if rows and series.slots[-1].end - series.slots[0].start > _LONGEST:
        raise ValueError("more than a few weeks")
    return series


def zone_of(key: str) -> ZoneInfo:
    """Return the zone of a key; ValueError where there is none."""
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, OSError) as err:
        raise ValueError("no time zone") from err
