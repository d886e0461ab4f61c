"""A week of blocks on the clock: what a `schedule` helper says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from ...model.bands import Band, held
from ...model.series import Series, Slot
from .values import Items, member, misfit, told_items, told_mapping, told_number

_DAYS: Final = (
    *("monday", "tuesday", "wednesday", "thursday"),
    *("friday", "saturday", "sunday"),
)
_MINUTES: Final = 24 * 60
# 24:00 is no time of a clock: the helper says the last moment of the day instead.
_ENDS: Final = frozenset({"24:00:00", "24:00"})
_LAST: Final = time(23, 59, 59)
_LONGEST: Final = 20
_OPERATION: Final = "schedule.get_schedule"
_EXPECTED: Final = "days of the week with blocks of from, to"


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a weekday, 0 being Monday, in minutes on the clock since midnight.

    `price` is its own, in the unit that the user chose, None where it has none.
    """

    weekday: int
    start: int
    end: int
    price: float | None = None


def read_blocks(reply: object, entity_id: str) -> tuple[Block, ...]:
    """Return the blocks of a week, by weekday and time.

    `reply` is that of `schedule.get_schedule`, by entity, with `time` objects or their
    text; the whole of a day ends at `time.max` or 24:00. A block's own price is in the
    currency that the user chose, per kWh. Raises UnexpectedResponse for anything else.
    """
    week = told_mapping((told_mapping(reply) or {}).get(entity_id))
    if week is None or not week.keys() & set(_DAYS):
        raise misfit(_OPERATION, _EXPECTED, reply)
    blocks: list[Block] = []
    for weekday, name in enumerate(_DAYS):
        items: Items | None = told_items(week.get(name, ()))
        if items is None:
            raise misfit(_OPERATION, _EXPECTED, reply)
        for item in items:
            start, end = (_minute(member(item, key)) for key in ("from", "to"))
            if start is None or end is None or end <= start:
                raise misfit(_OPERATION, _EXPECTED, reply)
            price = told_number(member(item, "data.price"))
            blocks.append(Block(weekday, start, end, price))
    return tuple(blocks)


def block_prices(
    blocks: Sequence[Block],
    prices: Mapping[bool, float],
    span: tuple[datetime, datetime],
    zone: ZoneInfo,
) -> Series[float]:
    """Return the prices of a span, in the unit of those that are given.

    `prices` are those within a block that has none of its own (True), and outside of
    all (False). Neighbours that are alike are one slot. A block is where the clock
    shows its time: twice in an hour that comes twice, never in one that is skipped.
    """
    start, end = span
    bands = (*(_band(each, prices[True]) for each in blocks), Band(prices[False]))
    slots: list[Slot[float]] = []
    for each in held(bands, start, end, zone).between(start, end):
        begun, value = max(each.start, start), prices[False]
        if each.value is not None:
            value = each.value.amount
        if slots and slots[-1].value == value:
            begun = slots.pop().start
        slots.append(Slot(begun, min(each.end, end), value))
    return Series(tuple(slots))


def _band(block: Block, price: float) -> Band:
    """Return a block as a band, with this price unless it has its own."""
    return Band(
        price if block.price is None else block.price,
        _wall(block.start),
        _wall(block.end % _MINUTES),
        frozenset({block.weekday}),
    )


def _wall(minute: int) -> time:
    """Return the time that clocks show so many minutes after midnight."""
    return time(minute // 60, minute % 60)


def _minute(value: object) -> int | None:
    """Return the minute of a day, 1440 for its end; None for what is no time of it."""
    if isinstance(value, str):
        if value in _ENDS:
            return _MINUTES
        try:
            value = time.fromisoformat(value) if len(value) <= _LONGEST else None
        except ValueError:
            return None
    if not isinstance(value, time):
        return None
    if value.replace(tzinfo=None) >= _LAST:
        return _MINUTES
    return value.hour * 60 + value.minute
