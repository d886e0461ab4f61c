"""Solar forecasts: energies by time of Home Assistant's hook, and mean powers."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from ...house import EntityState
from ...model.series import Series, Slot
from ...reading.moments import Wall
from .attributes import OPERATION
from .listed import Keys, told_list
from .slots import laid
from .switching import Clock, resolved
from .values import Items, misfit, told_items, told_mapping, told_number, told_time

_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)
_HALF_HOURS: Final = "detailedForecast"
_HOURS: Final = "detailedHourly"
_ENERGIES: Final = ("wh_period_15m", "wh_period")
_ANSWERS: Final = ("wh_hours", "wh_period")
_POWERS: Final = Keys("period_start", "pv_estimate")


def read_energies(energies: object, zone: ZoneInfo) -> Series[float]:
    """Return energies by the start of their period as slots, Wh.

    A period ends at the next start, or with its hour on the clock if that is sooner.
    They may be a member `wh_hours` (the hook's answer) or `wh_period` (an action's).
    `zone` is that of times without an offset. Raises UnexpectedResponse if it is no
    such mapping.
    """
    members = told_mapping(energies)
    for name in _ANSWERS:
        if members is not None and name in members:
            members = told_mapping(members[name])
    if members is None:
        raise misfit("solar", "energies by time", energies)
    values: dict[datetime, set[float]] = {}
    hours: dict[datetime, datetime] = {}
    for name, value in members.items():
        start, hour = _period(name, zone)
        number = told_number(value)
        if start is None or hour is None or number is None or number < 0:
            continue
        values.setdefault(start, set()).add(number)
        hours[start] = hour
    if members and not values and any(value is not None for value in members.values()):
        raise misfit("solar", "energies by time", energies)
    starts = sorted(values)
    slots: list[Slot[float]] = []
    for start, following in zip(starts, [*starts[1:], None], strict=False):
        end = hours[start] if following is None else min(hours[start], following)
        # Two energies of one period are none.
        if len(values[start]) == 1:
            slots.append(Slot(start, end, *values[start]))
    return Series(tuple(slots))


def by_start(forecast: object) -> object:
    """Return the hook's answer of who names each period by its end, by its start.

    What is no such answer stays as it is, for the reader to refuse.
    """
    members = told_mapping(forecast)
    energies = None if members is None else told_mapping(members.get("wh_hours"))
    if energies is None:
        return forecast
    ends: dict[str, datetime] = {}
    for name in energies:
        end = told_time(name)
        if not isinstance(end, datetime):
            return forecast
        ends[name] = end
    ordered = sorted(ends, key=ends.__getitem__)
    return {"wh_hours": {start: energies[end] for start, end in pairwise(ordered)}}


def read_sun(states: Sequence[EntityState], zone: ZoneInfo) -> Series[float]:
    """Return the forecast that the entities of one roof have in attributes, Wh.

    These are mean powers in kW (Solcast), or energies by time (Open-Meteo and others);
    of the same time the finer of what an entity has. Raises UnexpectedResponse where
    there is none of them.
    """
    known: Series[float] = Series()
    is_there = False
    for state in sorted(states, key=lambda state: state.written_at):
        slots = _of_powers(state, zone)
        if slots is None:
            slots = _of_energies(state, zone)
        if slots is None:
            continue
        is_there = True
        known = _over(known, slots)
    if not is_there:
        raise misfit(
            OPERATION,
            f"{_HALF_HOURS}: {_POWERS.expected}, or {_ENERGIES[-1]}: energies by time",
            [state.attributes for state in states],
        )
    return known


def has_sun(attributes: Mapping[str, object]) -> bool:
    """Say whether an entity has a solar forecast in its attributes."""
    return any(
        told_items(attributes.get(name)) is not None for name in (_HALF_HOURS, _HOURS)
    ) or any(told_mapping(attributes.get(name)) is not None for name in _ENERGIES)


def _of_powers(state: EntityState, zone: ZoneInfo) -> Series[float] | None:
    """Return the energies of mean powers in kW, Wh; None where there are none."""
    lists = ((_HALF_HOURS, 30), (_HOURS, 60))
    told: tuple[Items, int] | None = next(
        (
            (items, minutes)
            for name, minutes in lists
            if (items := told_items(state.attributes.get(name)))
        ),
        None,
    )
    if told is None:
        return None
    items, minutes = told
    points = resolved(told_list(items, _POWERS, OPERATION), zone, Clock.RIGHT)
    powers = laid(
        (point for point in points if point.value is None or point.value >= 0),
        minutes * _MINUTE,
    )
    return Series(
        tuple(
            Slot(
                slot.start,
                slot.end,
                slot.value * 1000 * ((slot.end - slot.start) / _HOUR),
            )
            for slot in powers
        )
    )


def _of_energies(state: EntityState, zone: ZoneInfo) -> Series[float] | None:
    """Return the energies that an entity has by time, Wh; None where there are none."""
    for name in _ENERGIES:
        if told_mapping(state.attributes.get(name)) is not None:
            return read_energies(state.attributes[name], zone)
    return None


def _over(older: Series[float], newer: Series[float]) -> Series[float]:
    """Return both; what is newer wins, and no energy is cut."""
    left = [slot for slot in older if not newer.between(slot.start, slot.end)]
    return Series.of((*left, *newer))


def _period(name: str, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """Return when a period starts, and when the hour on its clock is over."""
    told = told_time(name)
    if isinstance(told, Wall):
        moments = told.moments(zone)
        start = moments[0] if len(moments) == 1 else None
    else:
        start = told
    if start is None:
        return None, None
    # Some clocks run half an hour beside those of others.
    local = start.astimezone(zone)
    into = timedelta(minutes=local.minute, seconds=local.second)
    return start, (start - into + _HOUR).astimezone(UTC)
