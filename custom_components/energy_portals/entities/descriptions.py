"""Rows of the tables of entities, and descriptions: rows that hold what they show.

A row says which platform it is for and hides what data it takes. A description is a
row that is generic in its data: source and functions go together, or mypy refuses it.
Tables are typed by rows, because the type that a table gives to a generic would stand
for any data, and mypy would look no further. Here are those of platforms that show;
`controls` has those by which the user acts.

Rows themselves are no dataclasses. Nothing is made of them, and making one takes a home
half a millisecond at each start.
"""

from abc import abstractmethod
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any, Final, override

from homeassistant.components.binary_sensor import BinarySensorEntityDescription
from homeassistant.components.calendar import CalendarEntityDescription
from homeassistant.components.event import EventEntityDescription
from homeassistant.components.sensor import SensorEntityDescription
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.typing import StateType

from ..portals.contract import Feed
from ..portals.model.agenda import Agenda

# A feed, or one of the model's kinds, which several feeds may hold.
type Source[DataT] = Feed[Any, DataT, Any, Any] | type[DataT]
type AnySource = Source[Any]
type SensorValue = StateType | date | datetime

# Of more things than these in the data of a site the rest is not looked at.
_THINGS: Final = 250


# --- any platform ---------------------------------------------------------------------


class EntityRow[ValueT](EntityDescription):
    """An entity of every site, whatever data it is of.

    What `names_others` is no voice assistant's unless the user says so. What `goes`
    says what another entity says: only accounts that have it on keep it.
    """

    source: AnySource
    names_others: bool = False
    goes: bool = False

    @abstractmethod
    def exists(self, data: Any) -> bool:
        """Say whether a site has it; there may be no data yet."""

    @abstractmethod
    def value(self, data: Any, now: datetime) -> ValueT:
        """Return what it shows."""


@dataclass(frozen=True, kw_only=True)
class PortalEntityDescription[DataT, ValueT](EntityRow[ValueT]):
    """An entity of every site.

    `value_fn` takes what the source has of the site and the time it is, and returns
    None for unknown. With `exists_fn`, the entity appears when the data first has it.
    """

    source: Source[DataT]
    names_others: bool = False
    goes: bool = False
    value_fn: Callable[[DataT, datetime], ValueT]
    exists_fn: Callable[[DataT], bool] | None = None

    @override
    def exists(self, data: DataT | None) -> bool:
        """Say whether a site has it; there may be no data yet."""
        return self.exists_fn is None or (data is not None and self.exists_fn(data))

    @override
    def value(self, data: DataT, now: datetime) -> ValueT:
        """Return what it shows."""
        return self.value_fn(data, now)


def is_there(data: object) -> bool:
    """Have an entity exist as soon as there is something of its source."""
    return True


class DynamicRows[RowT]:
    """Rows that appear when the data shows what they are about.

    Where their number comes from the data, an odd answer could show any: each waits for
    a second fetch that shows it, and goes when none does for long. Their keys begin
    with one of `begins`; without it their number is known.
    """

    source: AnySource
    begins: tuple[str, ...]

    @abstractmethod
    def describer(self) -> Callable[[Any], Iterable[RowT]]:
        """Return how to describe what data shows; each thing is described once."""


@dataclass(frozen=True, kw_only=True)
class DynamicEntities[DataT, ThingT: Hashable, RowT](DynamicRows[RowT]):
    """Entities of what the data shows: appliances, counters, series.

    `things` finds them. A thing is all that `describe` has to know, so that its
    description is the same at every site and after every fetch.
    """

    source: Source[DataT]
    things: Callable[[DataT], Iterable[ThingT]]
    describe: Callable[[ThingT], RowT]
    begins: tuple[str, ...] = ()

    @override
    def describer(self) -> Callable[[DataT], Iterable[RowT]]:
        """Return how to describe what data shows; each thing is described once."""
        describe = lru_cache(_THINGS)(self.describe)
        return lambda data: map(describe, islice(self.things(data), _THINGS))


type Rows[RowT] = tuple[RowT | DynamicRows[RowT], ...]


# --- sensors --------------------------------------------------------------------------


class SensorRow(EntityRow[SensorValue], SensorEntityDescription):
    """A row of sensors.

    `is_covered` says that it shows a part of what is imported where a history is: it
    is no meter of its own then, and has no statistics.
    """

    is_covered: bool = False

    @property
    @abstractmethod
    def counts(self) -> bool:
        """Say whether it counts from some time on."""

    @abstractmethod
    def counted_since(self, data: Any, now: datetime) -> datetime | None:
        """Return when what it counts began, None where that is not known."""

    @abstractmethod
    def unit_of(self, data: Any) -> str | None:
        """Return the unit that the data brings, None where it brings none."""

    @abstractmethod
    def attributes_of(self, data: Any) -> Mapping[str, SensorValue] | None:
        """Return what is told beside the value, None where nothing is."""


@dataclass(frozen=True, kw_only=True)
class PortalSensorDescription[DataT](
    PortalEntityDescription[DataT, SensorValue], SensorRow
):
    """A sensor; `last_reset_fn` says when what it counts began.

    `unit_fn` is for a unit that the data brings, such as a currency; `attributes_fn`
    for the few facts without which the value cannot be understood.
    """

    is_covered: bool = False
    last_reset_fn: Callable[[DataT, datetime], datetime | None] | None = None
    unit_fn: Callable[[DataT], str | None] | None = None
    attributes_fn: Callable[[DataT], Mapping[str, SensorValue]] | None = None

    @property
    @override
    def counts(self) -> bool:
        """Say whether it counts from some time on."""
        return self.last_reset_fn is not None

    @override
    def counted_since(self, data: DataT, now: datetime) -> datetime | None:
        """Return when what it counts began, None where that is not known."""
        return None if self.last_reset_fn is None else self.last_reset_fn(data, now)

    @override
    def unit_of(self, data: DataT) -> str | None:
        """Return the unit that the data brings, None where it brings none."""
        return None if self.unit_fn is None else self.unit_fn(data)

    @override
    def attributes_of(self, data: DataT) -> Mapping[str, SensorValue] | None:
        """Return what is told beside the value, None where nothing is."""
        return None if self.attributes_fn is None else self.attributes_fn(data)


# --- the other platforms that show ----------------------------------------------------


class BinarySensorRow(EntityRow[bool | None], BinarySensorEntityDescription):
    """A row of binary sensors."""


@dataclass(frozen=True, kw_only=True)
class PortalBinarySensorDescription[DataT](
    PortalEntityDescription[DataT, bool | None], BinarySensorRow
):
    """A binary sensor; its value is True, False or None."""


class CalendarRow(EntityRow[Agenda], CalendarEntityDescription):
    """A row of calendars."""


@dataclass(frozen=True, kw_only=True)
class PortalCalendarDescription[DataT](
    PortalEntityDescription[DataT, Agenda | None], CalendarRow
):
    """A calendar; its value is an agenda, None where nobody knows what is on."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that has happened; `mark` orders it among others of its event.

    `attributes` is asked only for what is news.
    """

    type: str
    mark: str
    attributes: Callable[[], Mapping[str, object]]


class EventRow(EntityRow[Iterable[Happening]], EventEntityDescription):
    """A row of events."""


@dataclass(frozen=True, kw_only=True)
class PortalEventDescription[DataT](
    PortalEntityDescription[DataT, Iterable[Happening]], EventRow
):
    """An event; its value is all happenings that the data still shows."""
