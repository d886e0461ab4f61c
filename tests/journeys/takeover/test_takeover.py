"""A house that an earlier version set up is taken over as it was, and quietly.

What lies in `stored` was made by `make_stored.py` with the version of its day: an
account of every kind, with parts, options, tokens, entities, prices and statistics.
Nothing here asks the integration how it calls things, because that must not change.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
import re
from typing import Any, Final

from attr import evolve
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
from homeassistant.util import dt as dt_util, slugify
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from sqlalchemy import event

from custom_components.energy_portals.entities.slimming import was_off
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
ADDED: Final[frozenset[str]] = frozenset(
    {
        "button.esmart_42_fetch_prices_again",
        "button.kundenportal_der_stadtwerke_fetch_prices_again",
        "binary_sensor.my_dishwasher_falls_short",
        "event.my_dishwasher_shortfall_told",
        # How far that event has been told.
        "energy_portals.01M7QFPXX03D0RN9XZVX1NSAC2.told",
        "energy_portals.01M7QFPXX0NGG8MKQQNGHS8CKF.told",
        "sensor.my_dishwasher_shortfall",
        # Restrictions, load control, and the history of chargers and heaters.
        *("binary_sensor.home_outage_or_restriction", "event.home_restriction"),
        "number.esmart_42_home_load_control_threshold",
        *("sensor.charger_history_imported", "sensor.heater_history_imported"),
        # All runs of a planner in one calendar.
        "calendar.my_planner_runs",
        # What plans save, and why; prices beyond which a load waits.
        *("sensor.my_planner_saved_this_month", "sensor.my_dishwasher_why_then"),
        "sensor.my_planner_saving_of_all_plans_against_at_once",
        "button.my_planner_import_history_again",
        "number.my_dishwasher_never_above",
        "sensor.charger_missing_hours_in_the_last_30_days",
        "sensor.heater_missing_hours_in_the_last_30_days",
    }
)
NAMING_OTHERS: Final = (
    "calendar.autarc_8bb73d03_installations",
    "event.autarc_8bb73d03_project_changed",
    "todo.autarc_8bb73d03_open_projects",
)

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


def _without_known(storage: Storage) -> Storage:
    """Return it as it was before planners kept what they know, and moved anything.

    And before restrictions were looked at, and what chargers and heaters used.
    """
    for each in storage.values():
        each["data"].pop("restrictions", None)
        each["data"].pop("contract-1001-3001:restriction", None)
        for site in ("device-601", "device-611"):
            each["data"].get("history", {}).pop(site, None)
        # What plans save begins to be counted.
        if each["data"].pop("savings", None):
            assert set(each["data"].pop("history")) == {"planner"}
        driven = each["data"].pop("driving", {})
        assert not any(load["is_bound"] for load in driven.values())
        plans = each["data"].get("plans", {})
        if "planner" in plans:
            assert plans.pop("planner")["by_what"].keys() <= {"price", "green", "caps"}
            plans["planner"] = None
    return storage


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


def _is_no_meter_now(registered: Mapping[str, Any], key: str) -> bool:
    """Say whether a sensor has no class of a meter's."""
    return key.startswith("sensor.") and registered[key].capabilities is None


_SAVED: Final = re.compile(r":planner_.*_(saved|paid|paid_at_once)$")
_SENSOR: Final = re.compile(r"sensor\.")
# Accounts with money in one other currency have got it.
_NEW: Final = ("number.esmart_42_exchange_rate", "number.my_planner_exchange_rate")


def _classed(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return sensors with the class of their unit, and no class of a meter's.

    Nothing of these was recorded: what was keeps its class.
    """
    classed: dict[str, Any] = {}
    for key in filter(_SENSOR.match, before.keys() & now.keys()):
        old, new = before[key], now[key]
        changes: dict[str, Any] = {}
        if old.capabilities == {"state_class": "total"} and new.capabilities is None:
            changes["capabilities"] = None
        if old.original_device_class is None is not new.original_device_class:
            changes["original_device_class"] = new.original_device_class
            changes["options"] = {**old.options, **new.options}
        if changes:
            classed[key] = evolve(old, modified_at=new.modified_at, **changes)
    return classed


# A helper goes by it.
USED: Final = "sensor.digiwatt_1234567890_energy_this_month"
# Named by the user, hidden by the user, and enabled by the user.
CHANGED: Final = ("sensor.what_it_costs", "sensor.price_area_no1_next_price")
MOST_OF_A_DEVICE: Final = 12


_CODES: Final = {
    f"sensor.zahler_{meter}_last_reading_{slugify(code)}": code
    for meter, code in (
        ("1esy0001", "1-1:1.8.0"),
        ("1esy0001", "1-1:2.8.0"),
        ("7gmt0002", "7-20:3.0.0"),
        ("8wz0003", "8-1:1.0.0"),
    )
}
# What has another name; ids and what the user has named stay.
RENAMED: Final = {
    *("green_window", "green_windows", "next_green_window_start"),
    *("next_green_window_end", "lowest_price_today_start", "mean_price_today"),
    *("highest_price_today_start", "mean_price_tomorrow", "last_reading"),
    *("meter_reading", "expenses_this_month", "power_cap", "power_capped"),
    *("next_power_cap", "next_power_cap_start", "next_power_cap_end"),
    *("cap_to_answer", "power_cap_sent", "run_now", "start_by_hand"),
    *("done_for_today", "expected_saving", "window_end", "price_grid_fee"),
    *("price_auction_price", "price_margin", "price_other", "price_source_fee"),
    *("price_taxes_levies", "price_vat", "current_consumption", "last_reading_date"),
    *("counter_direction", "counter_tariff"),
}


def _renamed(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return what this version calls otherwise."""
    renamed = {}
    for key in before.keys() & now.keys():
        old, new = before[key], now[key]
        if getattr(old, "translation_key", None) in RENAMED:
            names = {each: getattr(new, each) for each in _NAMES}
            renamed[key] = evolve(old, **names)
    return renamed


_NAMES: Final = ("object_id_base", "original_name", "translation_key", "modified_at")


def _gone_off(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return what has gone off with this version, and accounts to which that is done.

    Few are on, whatever their account; ids stay, and so does what somebody uses.
    """
    done: dict[str, Any] = {}
    on: Counter[str] = Counter()
    for key, old in before.items():
        new = now[key]
        if isinstance(old, dict):
            assert new["minor_version"] == 2
            changes = {each: new[each] for each in ("minor_version", "modified_at")}
            done[key] = {**old, **changes}
        elif isinstance(old, er.RegistryEntry) and old.disabled_by is None:
            if new.disabled_by is Disabler.INTEGRATION:
                off = {"disabled_by": new.disabled_by, "modified_at": new.modified_at}
                done[key] = evolve(old, **off)
            elif not was_off(str(old.translation_key)):
                on[str(old.device_id)] += 1
    assert not done.keys() & {USED, *CHANGED}
    assert max(on.values()) <= MOST_OF_A_DEVICE + len(CHANGED)
    assert len(done) > len(on) * 2
    return done


async def test_all_is_taken_over(
    hass: HomeAssistant, storage: Storage, recorder: Recorder, sandbox: Sandbox
) -> None:
    """Nothing is new, lost, renamed, asked for again or written that did not change."""
    kept, series = deepcopy(_ours(storage)), read("statistics", sandbox)
    _check_is_whole(hass, storage)
    await _fill(hass, series)
    helper = MockConfigEntry(domain="min_max", options={"entity_ids": [USED]})
    helper.add_to_hass(hass)
    before, seen = _registered(hass), _follow(hass)
    assert before.keys() >= {USED, *CHANGED}
    with _written(recorder) as written:
        async with Exchanges(sandbox) as exchanges:
            await _start(hass)

    accounts = hass.config_entries.async_entries(DOMAIN)
    assert {each.state for each in accounts} == {ConfigEntryState.LOADED}
    # What a load can be doing has another word: "not possible" told nobody what to do.
    status = "sensor.dishwasher_status"
    now = _registered(hass)[status]
    assert "impossible" not in now.capabilities["options"]
    changed = {"capabilities": now.capabilities, "modified_at": now.modified_at}
    before[status] = evolve(before[status], **changed)
    # Other people's names are kept from voice assistants where nobody chose.
    for key in NAMING_OTHERS:
        now = _registered(hass)[key]
        kept_from = {"options": now.options, "modified_at": now.modified_at}
        before[key] = evolve(before[key], **kept_from)
    before |= _classed(before, _registered(hass))
    before |= {key: _registered(hass)[key] for key in _NEW}
    before |= _renamed(before, _registered(hass))
    gone_off = _gone_off(before, _registered(hass))
    before |= gone_off
    assert _changed(before, _registered(hass)) == {}
    assert [*ir.async_get(hass).issues] == []
    assert hass.config_entries.flow.async_progress() == []

    # Each entity is written once, with what it showed before.
    assert all([each for each, *_ in seen.pop(key)] == ["unknown"] for key in _NEW)
    states = {
        key: [each]
        for key, each in read("states", sandbox).items()
        if key not in gone_off
    }
    for key in gone_off:
        seen.pop(key, None)
    # Its events are called what it is.
    states["calendar.digiwatt_1234567890_green_windows"][0][1]["message"] = (
        "Green hours"
    )
    # The code of a counter is told beside what it showed, not in its name.
    for key, code in _CODES.items():
        states[key][0].append({"obis_code": code})
    for key in [each for each in states if _is_no_meter_now(before, each)]:
        # When a figure began to count is told of what is a meter alone.
        state, *told = states[key][0]
        left = [{k: v for k, v in each.items() if k != "last_reset"} for each in told]
        states[key] = [[state, *filter(None, left)]]
    assert _changed(states, seen) == {}
    known = await statistics(hass)
    # What is saved is new: its series begin, and nothing else is written.
    begun = [each["hours"] for key, each in known.items() if _SAVED.search(key)]
    assert len(written) == len(begun) + sum(map(len, begun))
    assert not [each for each in written if not each.startswith("INSERT")]
    known = {key: each for key, each in known.items() if not _SAVED.search(key)}
    assert _changed(series, known) == {}

    portals = sandbox.portals.values()
    assert {name for each in portals for name in each.operations()} >= NEEDLESS
    assert not NEEDLESS & {call.operation for each in portals for call in each.calls}
    logins = exchanges.under("/epilot/identity")
    assert {each.status for each in logins} == {200}
    assert all(_kept_token(kept).encode() in each.request_body for each in logins)

    await rs.async_get(hass).async_dump_states()
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert _changed(kept, _without_known(_ours(storage))) == {}
    assert _changed(read("marks", sandbox), marks(storage)) == {}
