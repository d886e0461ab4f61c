"""A house that an earlier version set up is taken over as it was, and quietly.

What lies in `stored` was made by `make_stored.py` with the version of its day: an
account of every kind, with parts, options, tokens, entities, prices and statistics.
Nothing here asks the integration how it calls things, because that must not change.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import (
    EVENT_HOMEASSISTANT_FINAL_WRITE,
    EVENT_HOMEASSISTANT_START,
    EVENT_STATE_CHANGED,
    EVENT_STATE_REPORTED,
)
from homeassistant.core import Event, EventStateEventData, HomeAssistant, callback
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
    restore_state as rs,
)
from homeassistant.helpers.entity_registry import RegistryEntryDisabler as Disabler
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from sqlalchemy import event

from tests.exchanges import Exchanges
from tests.journeys.takeover.stored import (
    BEGIN,
    DOMAIN,
    END,
    begin,
    entities,
    marks,
    read,
    send,
    shown,
    statistics,
    unfolded,
    whole,
)
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.server import Sandbox

pytestmark = pytest.mark.parametrize("load_registries", [False])

PORTALS: Final = {"autarc", "digiwatt", "epilot", "esmart", "planner", "volue"}
PARTS: Final = {"load", "location", "project", "resource", "vehicle"}
OPTIONS: Final = {"history", "spot_prices", "units"}
FEEDS: Final = {
    *("chosen", "contract_prices", "customers", "events", "history", "plans"),
    *("prices", "projects", "sites", "spot_prices"),
}
# All of these days' prices are kept, and all events are answered and reported.
NEEDLESS: Final = {
    "contract_prices",
    "getPrices",
    "meter_prices",
    "report_create",
    "spotprices",
}

# Entities that came with later versions, by their ids.
ADDED: Final[frozenset[str]] = frozenset()

type Storage = dict[str, Any]


@pytest.fixture(autouse=True)
def _custom_integrations(recorder: object, enable_custom_integrations: None) -> None:
    """Have the stored house and a recorder before the integration is there."""


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Spare the test the harness' debug mode."""


@pytest.fixture
def clock(freezer: FrozenDateTimeFactory) -> FrozenDateTimeFactory:
    """Go back to that day, before the portals are made up."""
    freezer.move_to(BEGIN)
    return freezer


@pytest.fixture
def storage(
    hass_storage: Storage, clock: FrozenDateTimeFactory, sandbox: Sandbox
) -> Storage:
    """Fill the storage with what is kept, and have the portals as on that day."""
    begin(sandbox)
    send(sandbox)
    clock.move_to(END)
    hass_storage |= read("storage", sandbox)
    hass_storage["core.entity_registry"] = read("entities", sandbox)
    hass_storage["core.device_registry"] = read("devices", sandbox)
    of_entities = hass_storage["core.entity_registry"]["data"]
    of_entities["entities"] = [*map(whole, unfolded(of_entities["entities"]))]
    of_devices = hass_storage["core.device_registry"]["data"]
    of_devices["devices"] = [*unfolded(of_devices["devices"])]
    hass_storage["core.restore_state"] = _restored(read("marks", sandbox))
    sandbox.portal(EpilotSandbox).identity.go_on(_kept_token(hass_storage))
    return hass_storage


def _restored(marks: Mapping[str, Any]) -> Storage:
    """Return last states and what was kept beside them as Home Assistant stores it."""
    now = END.isoformat()
    times = dict.fromkeys(("last_changed", "last_reported", "last_updated"), now)
    rows = [
        {
            "state": {"entity_id": key, "state": state, "attributes": {}, **times},
            "extra_data": extra,
            "last_seen": now,
        }
        for key, (state, extra) in marks.items()
    ]
    return {"version": 1, "minor_version": 1, "key": "core.restore_state", "data": rows}


def _kept_token(storage: Storage) -> str:
    """Return the refresh token that is kept; the one of the account is used up."""
    (kept,) = (each["data"] for key, each in storage.items() if key.endswith(".login"))
    token: str = kept["refresh_token"]
    return token


async def _fill(hass: HomeAssistant, series: Mapping[str, Any]) -> None:
    """Put the stored statistics into the recorder."""
    for each in series.values():
        rows: Any = [
            {"start": dt_util.utc_from_timestamp(start), "state": state, "sum": total}
            for start, state, total in each["hours"]
        ]
        async_add_external_statistics(hass, each["metadata"], rows)
    await async_wait_recording_done(hass)


@contextmanager
def _written(recorder: Recorder) -> Iterator[list[str]]:
    """Collect what is written into the tables of statistics."""
    written: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        verb, rest = statement.split(maxsplit=1)
        if verb in {"INSERT", "UPDATE", "DELETE"} and "statistics" in rest[:30]:
            written.append(statement)

    assert recorder.engine is not None
    event.listen(recorder.engine, "before_cursor_execute", note)
    yield written
    event.remove(recorder.engine, "before_cursor_execute", note)


def _follow(hass: HomeAssistant) -> dict[str, list[Any]]:
    """Collect all that is written of the integration's entities, changed or not."""
    seen: dict[str, list[Any]] = {}
    registry = er.async_get(hass)

    @callback
    def is_ours(data: EventStateEventData) -> bool:
        entity = registry.async_get(data["entity_id"])
        return entity is not None and entity.platform == DOMAIN

    @callback
    def note(change: Event[Any]) -> None:
        if (state := change.data["new_state"]) is not None:
            written = shown(state.state, state.attributes)
            seen.setdefault(state.entity_id, []).append(written)

    hass.bus.async_listen(EVENT_STATE_CHANGED, note, is_ours)
    hass.bus.async_listen(EVENT_STATE_REPORTED, note, is_ours)
    return seen


def _registered(hass: HomeAssistant) -> dict[str, Any]:
    """Return all that Home Assistant knows of accounts, devices and entities."""
    registry, accounts = dr.async_get(hass), hass.config_entries.async_entries(DOMAIN)
    devices = {
        device.id: device
        for each in accounts
        for device in dr.async_entries_for_config_entry(registry, each.entry_id)
    }
    known = {each.entry_id: deepcopy(each.as_dict()) for each in accounts}
    return {**known, **devices, **entities(hass)}


async def _start(hass: HomeAssistant) -> None:
    """Start the integration with all its accounts, and have Home Assistant started."""
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done(wait_background_tasks=True)
    # Entities that are registered but not there are shown as unavailable now.
    hass.bus.async_fire(EVENT_HOMEASSISTANT_START)
    await hass.async_block_till_done(wait_background_tasks=True)
    await async_wait_recording_done(hass)


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of two mappings differs, as it was and as it is."""
    return {
        key: (before.get(key), after.get(key))
        for key in (before.keys() | after.keys()) - ADDED
        if before.get(key) != after.get(key)
    }


def _ours(storage: Storage) -> Storage:
    """Return what the integration itself stores."""
    return {key: each for key, each in storage.items() if key.startswith(DOMAIN)}


def _check_is_whole(hass: HomeAssistant, storage: Storage) -> None:
    """See that there is something of each sort that could be lost."""
    accounts = hass.config_entries.async_entries(DOMAIN)
    assert {each.data["vendor"] for each in accounts} == PORTALS
    parts = [part for each in accounts for part in each.subentries.values()]
    assert {part.subentry_type for part in parts} == PARTS
    assert {key for each in accounts for key in each.options} == OPTIONS
    kept = {key for each in _ours(storage).values() for key in each["data"]}
    assert kept >= FEEDS
    off = {each.disabled_by for each in entities(hass).values()}
    assert off == {None, Disabler.INTEGRATION, Disabler.USER}


async def test_all_is_taken_over(
    hass: HomeAssistant, storage: Storage, recorder: Recorder, sandbox: Sandbox
) -> None:
    """Nothing is new, lost, renamed, asked for again or written that did not change."""
    kept, series = deepcopy(_ours(storage)), read("statistics", sandbox)
    _check_is_whole(hass, storage)
    await _fill(hass, series)
    before, seen = _registered(hass), _follow(hass)
    with _written(recorder) as written:
        async with Exchanges(sandbox) as exchanges:
            await _start(hass)

    accounts = hass.config_entries.async_entries(DOMAIN)
    assert {each.state for each in accounts} == {ConfigEntryState.LOADED}
    assert _changed(before, _registered(hass)) == {}
    assert [*ir.async_get(hass).issues] == []
    assert hass.config_entries.flow.async_progress() == []

    # Each entity is written once, with what it showed before.
    states = {key: [each] for key, each in read("states", sandbox).items()}
    assert _changed(states, seen) == {}
    assert written == []
    assert _changed(series, await statistics(hass)) == {}

    portals = sandbox.portals.values()
    assert {name for each in portals for name in each.operations()} >= NEEDLESS
    assert not NEEDLESS & {call.operation for each in portals for call in each.calls}
    logins = exchanges.under("/epilot/identity")
    assert {each.status for each in logins} == {200}
    assert all(_kept_token(kept).encode() in each.request_body for each in logins)

    await rs.async_get(hass).async_dump_states()
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert _changed(kept, _ours(storage)) == {}
    assert _changed(read("marks", sandbox), marks(storage)) == {}
