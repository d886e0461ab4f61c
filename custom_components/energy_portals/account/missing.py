"""What an account relies on that is not there: repairs, while it lasts."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntryState
from homeassistant.core import (
    CALLBACK_TYPE,
    CoreState,
    HomeAssistant,
    callback,
    valid_entity_id,
)
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import (
    async_track_state_change_event,
    async_track_time_interval,
)
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..portals.portal import AnyPortal, AsksHouse, LivesOnSources, Parts
from .coordinator import PortalConfigEntry, async_refresh_all
from .named import async_settle_names, entity_of, is_there, names_of, title_of
from .sources import ALIVE, SIGNAL_KNOWN, source

SOURCES_MISSING: Final = "sources_missing"
ENTITY_MISSING: Final = "entity_missing"
READ_MISSING: Final = "read_missing"
# Much comes by itself within this time of a start, or of an account set up anew.
_PATIENCE: Final = timedelta(minutes=10)
_STEP: Final = timedelta(minutes=1)


@callback
def missing_sources(hass: HomeAssistant, entry: PortalConfigEntry) -> Mapping[str, str]:
    """Return the sources of an account that hold nothing, by the keys of its data."""
    lives_on = entry.runtime_data.portal.capability(LivesOnSources)
    if lives_on is None:
        return {}
    return {
        key: named
        for key, named in lives_on.named(entry.data).items()
        if source(hass, lives_on.kinds[key], named) is None
    }


@callback
def is_removed(hass: HomeAssistant, key: str) -> bool:
    """Say whether the account that had a source is removed."""
    accounts = hass.config_entries.async_entries(DOMAIN)
    return not any(key.startswith(f"{each.unique_id}:") for each in accounts)


@callback
def title_of_source(hass: HomeAssistant, key: str) -> str:
    """Return what tells a source from others, whether or not it is there."""
    for entry in hass.config_entries.async_entries(DOMAIN):
        if key.startswith(f"{entry.unique_id}:"):
            device = dr.async_get(hass).async_get_device_by_identifier(
                (DOMAIN, key), entry.entry_id
            )
            name = None if device is None else device.name_by_user or device.name
            title: str = entry.title
            return title if name in {None, title} else f"{title}: {name}"
    return key


class Missing:
    """Watches what an account relies on.

    Sources, entities that its parts name, and what a source of the house is read from.
    """

    def __init__(self, hass: HomeAssistant, entry: PortalConfigEntry) -> None:
        """Take the account, which is set up."""
        self._hass = hass
        self._entry = entry
        self._since: dict[str, datetime] = {}
        self._followed: set[str] = set()
        self._ends: list[CALLBACK_TYPE] = []
        self._has_ended = False
        self._unfollow: CALLBACK_TYPE | None = None
        self._has_waited = False

    @staticmethod
    @callback
    def prepare(
        hass: HomeAssistant, entry: PortalConfigEntry, portal: AnyPortal
    ) -> None:
        """Have what an account relies on stored by what lasts, before it is set up."""
        if (beneath := portal.capability(Parts)) is not None:
            keys = (*beneath.entities, *beneath.statistics)
            async_settle_names(hass, entry, keys)

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Begin once Home Assistant has started: until then, much is still to come."""
        self._has_waited = self._hass.state is not CoreState.running
        self._ends.append(async_at_started(self._hass, self._begin))
        return self._end

    @callback
    def _begin(self, hass: HomeAssistant) -> None:
        """Look now, every minute, and whenever something may be there or go."""
        self._ends.append(async_track_time_interval(hass, self._look, _STEP))
        for signal in (SIGNAL_KNOWN, SIGNAL_CONFIG_ENTRY_CHANGED):
            self._ends.append(async_dispatcher_connect(hass, signal, self._look))
        self._look()
        if self._has_waited:
            self._plan_again()

    @callback
    def _end(self) -> None:
        """Watch no longer, also if a look is on its way."""
        self._has_ended = True
        for each in (*self._ends, self._unfollow):
            if each is not None:
                each()

    @callback
    def _look(self, *_: object) -> None:
        """Bring the issues into line with what is missing, and since when."""
        if self._has_ended or self._entry.state not in ALIVE:
            return
        # One may be registered by now that was not when the account was set up.
        self.prepare(self._hass, self._entry, self._entry.runtime_data.portal)
        now = dt_util.utcnow()
        lacks = missing_sources(self._hass, self._entry)
        if self._entry.runtime_data.portal.capability(AsksHouse) is not None:
            # One of what it is read from, and told with the rest of that.
            lacks = {}
        unseen = self._missing_entities()
        unread = set(self._not_read())
        missing = {*lacks, *unseen, *unread}
        is_back = bool(self._since.keys() - missing)
        self._since = {each: self._since.get(each, now) for each in missing}
        late = {each for each in missing if self._since[each] + _PATIENCE <= now}
        late |= {each for each in lacks if is_removed(self._hass, lacks[each])}
        self._tell_sources(lacks, late)
        self._tell_entities(unseen, late)
        self._tell_unread(unread, late)
        if is_back:
            self._plan_again()

    def _plan_again(self) -> None:
        """Have an account that lives on others look at what there is by now."""
        if self._entry.runtime_data.portal.capability(LivesOnSources) is not None:
            self._entry.async_create_task(self._hass, async_refresh_all(self._entry))

    def _missing_entities(self) -> dict[str, str]:
        """Return the entities that cannot be asked, by part; follow all there are."""
        missing: dict[str, str] = {}
        there: set[str] = set()
        for part_id, name in self._relied_on():
            if (entity_id := entity_of(self._hass, name)) is not None:
                there.add(entity_id)
            if entity_id is None or not is_there(self._hass, entity_id):
                missing[part_id] = name
        if there != self._followed:
            if self._unfollow is not None:
                self._unfollow()
            self._followed = there
            self._unfollow = async_track_state_change_event(
                self._hass, there, self._look
            )
        return missing

    def _not_read(self) -> Iterator[str]:
        """Yield what a source of the house is read from that is not there."""
        asks = self._entry.runtime_data.portal.capability(AsksHouse)
        if asks is None:
            return
        for name in asks.entities(self._entry.data):
            entity_id = entity_of(self._hass, name)
            if entity_id is None or not is_there(self._hass, entity_id):
                yield title_of(self._hass, name)
        for source_key in missing_sources(self._hass, self._entry).values():
            yield title_of_source(self._hass, source_key)
        for name in asks.statistics(self._entry.data):
            # One that is no entity's, or of one in no registry, cannot be told.
            is_registered = not valid_entity_id(name) and ":" not in name
            if is_registered and entity_of(self._hass, name) is None:
                yield title_of(self._hass, name)
        for entry_id in asks.entries(self._entry.data):
            entry = self._hass.config_entries.async_get_entry(entry_id)
            if entry is None:
                yield self._entry.title
            elif entry.state is not ConfigEntryState.LOADED:
                yield entry.title

    def _relied_on(self) -> Iterator[tuple[str, str]]:
        """Yield the entities that parts rely on, by part.

        A statistic may have no entity; where it had one, that is registered.
        """
        if (beneath := self._entry.runtime_data.portal.capability(Parts)) is None:
            return
        for part_id, _, name in names_of(self._entry, beneath.entities):
            yield part_id, name
        for part_id, _, name in names_of(self._entry, beneath.statistics):
            if not valid_entity_id(name) and ":" not in name:
                yield part_id, name

    def _tell_sources(self, lacks: Mapping[str, str], late: set[str]) -> None:
        """Tell of the sources, in one issue."""
        issue_id = f"{SOURCES_MISSING}:{self._entry.entry_id}"
        if not self._is_told(issue_id, bool(lacks), bool(late & lacks.keys())):
            return
        titles = [title_of_source(self._hass, each) for each in lacks.values()]
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=SOURCES_MISSING,
            translation_placeholders={
                "account": self._entry.title,
                "sources": "\n".join(f"- {title}" for title in titles),
            },
        )

    def _tell_entities(self, unseen: Mapping[str, str], late: set[str]) -> None:
        """Tell of the entities, in an issue a part."""
        for part_id, part in self._entry.subentries.items():
            issue_id = f"{ENTITY_MISSING}:{self._entry.entry_id}:{part_id}"
            if self._is_told(issue_id, part_id in unseen, part_id in late):
                ir.async_create_issue(
                    self._hass,
                    DOMAIN,
                    issue_id,
                    is_fixable=False,
                    severity=ir.IssueSeverity.WARNING,
                    translation_key=ENTITY_MISSING,
                    translation_placeholders={
                        "account": self._entry.title,
                        "part": part.title,
                        "entity": title_of(self._hass, unseen[part_id]),
                    },
                )

    def _tell_unread(self, unread: set[str], late: set[str]) -> None:
        """Tell of what the source is read from, in one issue."""
        issue_id = f"{READ_MISSING}:{self._entry.entry_id}"
        if self._is_told(issue_id, bool(unread), bool(late & unread)):
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                issue_id,
                is_fixable=False,
                severity=ir.IssueSeverity.WARNING,
                translation_key=READ_MISSING,
                translation_placeholders={
                    "account": self._entry.title,
                    "sources": "\n".join(f"- {each}" for each in sorted(unread)),
                },
            )

    def _is_told(self, issue_id: str, is_missing: bool, is_late: bool) -> bool:
        """Say whether an issue is to be raised; withdraw what is not missing."""
        issue = ir.async_get(self._hass).async_get_issue(DOMAIN, issue_id)
        # One of an earlier run holds that the user ignored it.
        is_raised = issue is not None and issue.active
        if is_raised and not is_missing:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        return is_missing and (is_late or is_raised)
