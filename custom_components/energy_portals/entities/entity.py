"""The base entity, and how tables of descriptions become entities."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import partial
from itertools import batched
from typing import Any, Final, override

from homeassistant.components.binary_sensor import BinarySensorEntityDescription
from homeassistant.components.button import ButtonEntityDescription
from homeassistant.components.calendar import CalendarEntityDescription
from homeassistant.components.event import EventEntityDescription
from homeassistant.components.number import NumberEntityDescription
from homeassistant.components.sensor import SensorEntityDescription
from homeassistant.components.switch import SwitchEntityDescription
from homeassistant.components.time import TimeEntityDescription
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity
from homeassistant.util import dt as dt_util

from ..account.coordinator import FeedCoordinator, PortalConfigEntry
from ..const import DOMAIN
from ..portals.contract import Site
from ..portals.model.agenda import Agenda
from ..portals.model.series import Lasting
from ..portals.model.tasks import Task

# Entities that are added in one go, while the recorder writes the states of the last.
_AT_ONCE: Final = 10

type Source = str | type[Any]


@dataclass(frozen=True, kw_only=True)
class PortalEntityDescription[DataT](EntityDescription):
    """An entity of every site.

    `source` is the key of a feed or one of the model's kinds; `value_fn` takes what
    that source has of the site and the time it is, and returns None for unknown.
    """

    source: Source
    value_fn: Callable[[DataT, datetime], Any]


@dataclass(frozen=True, kw_only=True)
class PortalSensorDescription[DataT](
    PortalEntityDescription[DataT], SensorEntityDescription
):
    """A sensor; `last_reset_fn` says when what it counts began.

    `unit_fn` is for a unit that the data brings, such as a currency.
    """

    last_reset_fn: Callable[[DataT, datetime], datetime | None] | None = None
    unit_fn: Callable[[DataT], str | None] | None = None


@dataclass(frozen=True, kw_only=True)
class PortalBinarySensorDescription[DataT](
    PortalEntityDescription[DataT], BinarySensorEntityDescription
):
    """A binary sensor; its value is True, False or None."""


@dataclass(frozen=True, kw_only=True)
class PortalCalendarDescription[DataT](
    PortalEntityDescription[DataT], CalendarEntityDescription
):
    """A calendar; its value is an agenda."""

    value_fn: Callable[[DataT, datetime], Agenda]


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that has happened; `mark` orders it among others of its event.

    `attributes` is asked only for what is news.
    """

    type: str
    mark: str
    attributes: Callable[[], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class PortalEventDescription[DataT](
    PortalEntityDescription[DataT], EventEntityDescription
):
    """An event; its value is all happenings that the data still shows."""

    value_fn: Callable[[DataT, datetime], Iterable[Happening]]


@dataclass(frozen=True, slots=True)
class TaskChange[ClientT]:
    """What the user has made of a task; `is_done` says that it is ticked off."""

    client: ClientT
    before: Task
    after: Task
    is_done: bool


@dataclass(frozen=True, kw_only=True)
class PortalTodoDescription[DataT](PortalEntityDescription[DataT]):
    """A to-do list; its value is the tasks that are left.

    `change_fn` has the portal agree to a change, and raises PortalError.
    """

    value_fn: Callable[[DataT, datetime], tuple[Task, ...]]
    change_fn: Callable[[TaskChange[Any]], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class PortalButtonDescription[DataT](
    PortalEntityDescription[DataT], ButtonEntityDescription
):
    """A button; `press_fn` makes of what the feed holds what it then does."""

    value_fn: Callable[[DataT, datetime], Any] = lambda data, now: None
    press_fn: Callable[[DataT, datetime], DataT]


@dataclass(frozen=True, kw_only=True)
class PortalNumberDescription[DataT](
    PortalEntityDescription[DataT], NumberEntityDescription
):
    """A number that the user has set of a part; `change_fn` is what of its data."""

    change_fn: Callable[[float], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class PortalTimeDescription[DataT](
    PortalEntityDescription[DataT], TimeEntityDescription
):
    """A time of day that the user has set of a part."""

    change_fn: Callable[[time], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class PortalSwitchDescription[DataT](
    PortalEntityDescription[DataT], SwitchEntityDescription
):
    """A switch that the user has set of a part."""

    change_fn: Callable[[bool], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class DynamicEntities[DataT]:
    """Entities that appear when the data first shows what they are about."""

    source: Source
    describe: Callable[[DataT], Iterable[PortalEntityDescription[DataT]]]


class PortalEntity(CoordinatorEntity[FeedCoordinator[Any]]):
    """An entity of one site, written only when what it shows has changed.

    `found` is what the description made of the source when it was last woken: by a
    fetch, or by the ticker when a boundary passed.
    """

    _attr_has_entity_name = True
    entity_description: PortalEntityDescription[Any]
    found: Any

    def __init__(
        self,
        coordinator: FeedCoordinator[Any],
        site: Site,
        description: PortalEntityDescription[Any],
    ) -> None:
        """Take the site and what to show of it."""
        super().__init__(coordinator)
        self.entity_description = description
        self.site_key = site.key
        self._kind_of = _kind_of(coordinator, description.source)
        entry = coordinator.config_entry
        portal = entry.runtime_data.portal
        self._attr_unique_id = unique_id(entry, site.key, description.key)
        self._attr_device_info = DeviceInfo(
            identifiers={device_identifier(entry, site.key)},
            entry_type=DeviceEntryType.SERVICE,
            name=site.name,
            manufacturer=portal.name,
            model=site.model,
        )
        self._shown = self._show()

    @property
    def source(self) -> Any:
        """Return what the source has of this site, or None."""
        data = self.coordinator.data.get(self.site_key)
        return None if data is None else self._kind_of(data)

    @property
    @override
    def available(self) -> bool:
        """Say whether there is something of this site that is true now."""
        return self._holds(self.source, dt_util.utcnow())

    def _holds(self, source: Any, now: datetime) -> bool:
        """Say whether what the source has of this site is true at this moment."""
        if source is None:
            return False
        coordinator = self.coordinator
        if coordinator.last_update_success and self.site_key not in coordinator.failed:
            return True
        return isinstance(source, Lasting) and source.holds(now)

    def shows(self) -> Any:
        """Return everything that a state of this entity would hold."""
        return self.found

    def _show(self) -> tuple[bool, Any]:
        """Take the value of now; return what is shown, to compare with the last."""
        source, now = self.source, dt_util.utcnow()
        self.found = (
            None if source is None else self.entity_description.value_fn(source, now)
        )
        available = self._holds(source, now)
        return available, self.shows() if available else None

    @override
    @callback
    def _handle_coordinator_update(self) -> None:
        """Write the state when it differs from the one written last."""
        if (shown := self._show()) != self._shown:
            self._shown = shown
            self.async_write_ha_state()


def unique_id(entry: PortalConfigEntry, site_key: str, key: str) -> str:
    """Return the unique id of an entity."""
    return f"{entry.unique_id}:{site_key}:{key}"


def device_identifier(entry: PortalConfigEntry, site_key: str) -> tuple[str, str]:
    """Return the identifier of a site's device."""
    return (DOMAIN, f"{entry.unique_id}:{site_key}")


def _kind_of(coordinator: FeedCoordinator[Any], source: Source) -> Callable[[Any], Any]:
    """Return how to take a description's source out of a feed's data."""
    if isinstance(source, str):
        return lambda data: data
    return coordinator.feed.kinds[source]


def coordinators_of(
    entry: PortalConfigEntry, source: Source
) -> tuple[FeedCoordinator[Any], ...]:
    """Return the coordinators that have a source, in the portal's order."""
    feeds = entry.runtime_data.feeds
    if isinstance(source, str):
        return (feeds[source],) if source in feeds else ()
    return tuple(each for each in feeds.values() if source in each.feed.kinds)


type Row = PortalEntityDescription[Any] | DynamicEntities[Any]
# An entity, and the part of the account that it belongs to.
type _New[EntityT] = tuple[str | None, EntityT]


@dataclass(frozen=True)
class _Walk[EntityT: Entity]:
    """One platform's walk through its tables for one account."""

    entry: PortalConfigEntry
    rows: Mapping[FeedCoordinator[Any], Sequence[Row]]
    make: Callable[[FeedCoordinator[Any], Site, PortalEntityDescription[Any]], EntityT]
    add: AddConfigEntryEntitiesCallback
    known: dict[str, set[str]] = field(default_factory=dict)

    @callback
    def begin(self) -> None:
        """Add the entities that there are when the platform is set up."""
        self._add(list(self._all_new(self.rows)))

    @callback
    def follow(self, coordinators: Iterable[FeedCoordinator[Any]]) -> None:
        """Add the entities of these feeds that are not there yet."""
        # A site that went took its entities along; if it comes back, so do they.
        for gone in self.known.keys() - self.entry.runtime_data.sites.data.keys():
            del self.known[gone]
        batches = batched(self._all_new(coordinators), _AT_ONCE, strict=False)
        if (first := next(batches, None)) is None:
            return
        self._add(first)
        if len(first) == _AT_ONCE:
            sites = self.entry.runtime_data.sites
            self.entry.async_create_task(sites.hass, self._add_in_turns(batches))

    def _add(self, new: Iterable[_New[EntityT]]) -> None:
        """Add entities, each beneath the part of the account that its site is."""
        if self.entry.state is ConfigEntryState.UNLOAD_IN_PROGRESS:
            # They would outlive the platform, and stand in the way of the next.
            return
        by_part: dict[str | None, list[EntityT]] = {}
        for subentry, entity in new:
            by_part.setdefault(subentry, []).append(entity)
        for subentry, entities in by_part.items():
            self.add(entities, config_subentry_id=subentry)

    async def _add_in_turns(self, batches: Iterable[Sequence[_New[EntityT]]]) -> None:
        """Add many entities, and let others have their turn between."""
        await asyncio.sleep(0)
        for batch in batches:
            self._add(batch)
            await asyncio.sleep(0)

    def _all_new(
        self, coordinators: Iterable[FeedCoordinator[Any]]
    ) -> Iterator[_New[EntityT]]:
        """Yield the entities of these feeds that are not there yet."""
        for coordinator in coordinators:
            if not coordinator.has_begun:
                continue
            for site in coordinator.sites:
                if site.key not in self.entry.runtime_data.sites.data:
                    # It went while others were added.
                    continue
                if site.key in coordinator.data or site.key in coordinator.failed:
                    for entity in self._new(coordinator, site):
                        yield site.subentry, entity

    def _new(self, coordinator: FeedCoordinator[Any], site: Site) -> Iterable[EntityT]:
        """Return the entities of a feed at a site that are not there yet."""
        known = self.known.setdefault(site.key, set())
        for row in self.rows[coordinator]:
            for description in _descriptions(coordinator, site, row):
                if description.key not in known:
                    known.add(description.key)
                    yield self.make(coordinator, site, description)


def _descriptions(
    coordinator: FeedCoordinator[Any], site: Site, row: Row
) -> Iterable[PortalEntityDescription[Any]]:
    """Return what a row of a table stands for at a site."""
    if not isinstance(row, DynamicEntities):
        return (row,)
    if (data := coordinator.data.get(site.key)) is None:
        return ()
    return row.describe(_kind_of(coordinator, row.source)(data))


@callback
def add_described[EntityT: Entity](
    entry: PortalConfigEntry,
    table: Iterable[Row],
    make: Callable[[FeedCoordinator[Any], Site, PortalEntityDescription[Any]], EntityT],
    add: AddConfigEntryEntitiesCallback,
) -> None:
    """Add an entity for every site and row, now and whenever a new one appears."""
    rows: dict[FeedCoordinator[Any], list[Row]] = {}
    for row in table:
        for coordinator in coordinators_of(entry, row.source):
            rows.setdefault(coordinator, []).append(row)
    walk = _Walk(entry, rows, make, add)
    walk.begin()
    sites = entry.runtime_data.sites
    entry.async_on_unload(sites.async_follow(partial(walk.follow, rows)))
    for coordinator in rows:
        follower = partial(walk.follow, (coordinator,))
        entry.async_on_unload(coordinator.async_follow(follower))
