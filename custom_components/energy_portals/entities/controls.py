"""Rows of what the user acts by: to-do lists, buttons, numbers, times, switches.

Most homes have none of them.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from homeassistant.components.button import ButtonEntityDescription
from homeassistant.components.number import NumberEntityDescription
from homeassistant.components.switch import SwitchEntityDescription
from homeassistant.components.time import TimeEntityDescription

from ..portals.contract import Feed
from ..portals.model.tasks import Task
from .descriptions import EntityRow, PortalEntityDescription


@dataclass(frozen=True, slots=True)
class TaskChange[ClientT]:
    """What the user has made of a task; `is_done` says that it is ticked off."""

    client: ClientT
    before: Task
    after: Task
    is_done: bool


class TodoRow(EntityRow[tuple[Task, ...] | None]):
    """A row of to-do lists."""

    change_fn: Callable[[TaskChange[Any]], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class PortalTodoDescription[ClientT, DataT](
    PortalEntityDescription[DataT, tuple[Task, ...] | None], TodoRow
):
    """A to-do list; its value is the tasks that are left, None where they are unknown.

    `change_fn` has the portal agree to a change, and raises PortalError.
    """

    source: Feed[ClientT, DataT, Any, Any]
    change_fn: Callable[[TaskChange[ClientT]], Awaitable[None]]


class ButtonRow(EntityRow[None], ButtonEntityDescription):
    """A row of buttons."""

    press_fn: Callable[[Any, datetime], object]


@dataclass(frozen=True, kw_only=True)
class PortalButtonDescription[DataT](PortalEntityDescription[DataT, None], ButtonRow):
    """A button; `press_fn` makes of what the feed holds what it then does."""

    source: Feed[Any, DataT, Any, Any]
    value_fn: Callable[[DataT, datetime], None] = lambda data, now: None
    press_fn: Callable[[DataT, datetime], DataT]


class NumberRow(EntityRow[float | None], NumberEntityDescription):
    """A row of numbers.

    `change_fn` is what of a part's data a number changes, `portal_fn` has the portal
    change it; a row has one of the two. `unit_fn` is for a unit that the data brings.
    """

    change_fn: Callable[[float], Mapping[str, object]] | None = None
    portal_fn: Callable[[Any, float], Awaitable[None]] | None = None
    unit_fn: Callable[[Any], str | None] | None = None


@dataclass(frozen=True, kw_only=True)
class PortalNumberDescription[DataT](
    PortalEntityDescription[DataT, float | None], NumberRow
):
    """A number that the user has set of a part."""

    change_fn: Callable[[float], Mapping[str, object]]


@dataclass(frozen=True, kw_only=True)
class NumberAtPortalDescription[ClientT, DataT](
    PortalEntityDescription[DataT, float | None], NumberRow
):
    """A number that the portal holds; `portal_fn` raises PortalError."""

    source: Feed[ClientT, DataT, Any, Any]
    portal_fn: Callable[[ClientT, float], Awaitable[None]]
    unit_fn: Callable[[DataT], str | None] | None = None


class TimeRow(EntityRow[time | None], TimeEntityDescription):
    """A row of times of day; `change_fn` is what of a part's data a time changes."""

    change_fn: Callable[[time], Mapping[str, object]]


@dataclass(frozen=True, kw_only=True)
class PortalTimeDescription[DataT](
    PortalEntityDescription[DataT, time | None], TimeRow
):
    """A time of day that the user has set of a part."""

    change_fn: Callable[[time], Mapping[str, object]]


class SwitchRow(EntityRow[bool | None], SwitchEntityDescription):
    """A row of switches; `change_fn` is what of a part's data a switch changes."""

    change_fn: Callable[[bool], Mapping[str, object]]


@dataclass(frozen=True, kw_only=True)
class PortalSwitchDescription[DataT](
    PortalEntityDescription[DataT, bool | None], SwitchRow
):
    """A switch that the user has set of a part."""

    change_fn: Callable[[bool], Mapping[str, object]]
