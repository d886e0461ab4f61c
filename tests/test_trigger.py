"""Triggers: real automations, which only this integration's entities start."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import CoreState, HomeAssistant, ServiceCall
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.trigger import async_validate_trigger_config
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service
import voluptuous as vol

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.trigger import TRIGGERS
from tests.accounts import pass_time
from tests.automations import automate, by, device_of, register, shows, when
from tests.market import ORDINARY, OSLO, QUARTER, Market, local
from tests.priced import Priced, entry_of, set_up, use

CHEAP = {"level": ["very_cheap", "cheap"]}
BELOW = {"threshold": 0.2}
CLEAN = {"threshold": 200}

# For each trigger its key, its options, a state before and the one that fires.
FIRES = {
    "co2_falls_below": ("co2_intensity", CLEAN, "200", "199.9"),
    "co2_rises_above": ("co2_intensity", CLEAN, "200", "200.1"),
    "green_window_ended": ("green_window", {}, "on", "off"),
    "green_window_started": ("green_window", {}, "off", "on"),
    "load_does_not_follow": ("does_not_follow", {}, "off", "on"),
    "load_ended": ("run_now", {}, "on", "off"),
    "load_falls_short": ("falls_short", {}, "off", "on"),
    "load_started": ("run_now", {}, "off", "on"),
    "low_co2_ended": ("low_co2", {}, "on", "off"),
    "low_co2_started": ("low_co2", {}, "off", "on"),
    "power_cap_ended": ("power_capped", {}, "on", "off"),
    "power_cap_started": ("power_capped", {}, "off", "on"),
    "price_falls_below": ("price", BELOW, "0.25", "0.15"),
    "price_level_becomes": ("price_level", CHEAP, "normal", "cheap"),
}
EACH = pytest.mark.parametrize(
    ("trigger", "key", "options", "before", "after"),
    [(trigger, *facts) for trigger, facts in FIRES.items()],
    ids=FIRES,
)
KEY = "energy_portals.last_known"


def test_all_are_tried() -> None:
    assert FIRES.keys() == TRIGGERS.keys()


@EACH
async def test_fires(
    hass: HomeAssistant,
    trigger: str,
    key: str,
    options: Mapping[str, Any],
    before: str,
    after: str,
) -> None:
    """It fires each time that it becomes so, and not on the way back."""
    entity = register(hass, key)
    await shows(hass, entity, after)
    target = {"entity_id": entity}
    calls = await automate(hass, triggers=when(trigger, target, **options))
    await shows(hass, entity, after, before)
    assert by(calls) == []
    await shows(hass, entity, after)
    assert by(calls) == [entity]
    hass.states.async_set(entity, after, {"friendly_name": "Another"})
    await hass.async_block_till_done()
    assert by(calls) == []
    await shows(hass, entity, before, after)
    assert by(calls) == [entity]


@EACH
async def test_first_state_is_no_change(
    hass: HomeAssistant,
    trigger: str,
    key: str,
    options: Mapping[str, Any],
    before: str,
    after: str,
) -> None:
    """After a start, what is found is no news."""
    entity = register(hass, key)
    target = {"entity_id": entity}
    calls = await automate(hass, triggers=when(trigger, target, **options))
    await shows(hass, entity, "unavailable", "unknown", after)
    assert by(calls) == []


@EACH
async def test_outage(
    hass: HomeAssistant,
    trigger: str,
    key: str,
    options: Mapping[str, Any],
    before: str,
    after: str,
) -> None:
    """An outage starts and ends nothing by itself; what came meanwhile has come."""
    entity = register(hass, key)
    await shows(hass, entity, after)
    target = {"entity_id": entity}
    calls = await automate(hass, triggers=when(trigger, target, **options))
    for gap in ("unavailable", "unknown"):
        await shows(hass, entity, gap, after)
        assert by(calls) == []
    await shows(hass, entity, before, "unavailable", "unknown", after)
    assert by(calls) == [entity]
    await shows(hass, entity, "unavailable", before)
    assert by(calls) == []


def _known(hass: HomeAssistant, entity_id: str) -> str:
    """Return the id of an entity that lasts."""
    entry = er.async_get(hass).async_get(entity_id)
    assert entry is not None
    return entry.id


@EACH
async def test_known_at_once(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    trigger: str,
    key: str,
    options: Mapping[str, Any],
    before: str,
    after: str,
) -> None:
    """What is known is on the disk whenever Home Assistant ends, however it ends."""
    entity = register(hass, key)
    await shows(hass, entity, before)
    target = {"entity_id": entity}
    await automate(hass, triggers=when(trigger, target, **options))
    for state in (after, before, after):
        await shows(hass, entity, state, "unavailable")
        assert hass_storage[KEY]["data"] == {_known(hass, entity): state}
    (automation,) = hass.states.async_entity_ids("automation")
    await hass.services.async_call(
        "automation", "turn_off", {"entity_id": automation}, blocking=True
    )
    await hass.async_block_till_done()
    assert hass_storage[KEY]["data"] == {}


def _last_run(
    hass: HomeAssistant, storage: dict[str, Any], entity: str, **of: Any
) -> None:
    """Let it be the start after a run that knew this of an entity."""
    hass.set_state(CoreState.not_running)
    storage[KEY] = {
        "version": 1,
        "data": {_known(hass, entity): state for state in of.values()},
    }


@pytest.mark.parametrize("found", [("{}",), ("unavailable", "{}"), ()], ids=str)
@EACH
async def test_start_of_home_assistant(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    trigger: str,
    key: str,
    options: Mapping[str, Any],
    before: str,
    after: str,
    found: tuple[str, ...],
) -> None:
    """What became true while Home Assistant was down fires once, when it is there."""
    entity = register(hass, key)
    _last_run(hass, hass_storage, entity, state=before)
    await shows(hass, entity, *(each.format(after) for each in found[:1]))
    target = {"entity_id": entity}
    calls = await automate(hass, triggers=when(trigger, target, **options))
    assert by(calls) == []
    await hass.async_start()
    await hass.async_block_till_done()
    await shows(hass, entity, *(each.format(after) for each in found[1:] or (after,)))
    assert by(calls) == [entity]
    await shows(hass, entity, "unavailable", after)
    assert by(calls) == []
    assert hass_storage[KEY]["data"] == {_known(hass, entity): after}


@EACH
async def test_gone_and_back(
    hass: HomeAssistant,
    trigger: str,
    key: str,
    options: Mapping[str, Any],
    before: str,
    after: str,
) -> None:
    """What became true while an entity was disabled fires when it is back, once."""
    entity = register(hass, key)
    await shows(hass, entity, before)
    target = {"entity_id": entity}
    calls = await automate(hass, triggers=when(trigger, target, **options))
    for fired in ([entity], []):
        hass.states.async_remove(entity)
        await shows(hass, entity, after)
        assert by(calls) == fired


@EACH
async def test_start_without_news(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    trigger: str,
    key: str,
    options: Mapping[str, Any],
    before: str,
    after: str,
) -> None:
    """What was true before is no news, nor is what is not true."""
    entity = register(hass, key)
    _last_run(hass, hass_storage, entity, state=after)
    await shows(hass, entity, after)
    target = {"entity_id": entity}
    calls = await automate(hass, triggers=when(trigger, target, **options))
    await hass.async_start()
    await hass.async_block_till_done()
    await shows(hass, entity, before)
    assert by(calls) == []


async def test_what_another_release_knew(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    """It is nothing to go by."""
    entity = register(hass, "run_now")
    _last_run(hass, hass_storage, entity, state="off")
    hass_storage[KEY]["version"] = 9
    await shows(hass, entity, "on")
    calls = await automate(hass, triggers=when("load_started", {"entity_id": entity}))
    await hass.async_start()
    await hass.async_block_till_done()
    assert by(calls) == []


async def test_switched_off_meanwhile(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    """What came while an automation was off is not caught up with."""
    entity = register(hass, "run_now")
    await shows(hass, entity, "off")
    calls = await automate(hass, triggers=when("load_started", {"entity_id": entity}))
    (automation,) = hass.states.async_entity_ids("automation")
    data = {"entity_id": automation}
    await hass.services.async_call("automation", "turn_off", data, blocking=True)
    await shows(hass, entity, "on")
    await hass.services.async_call("automation", "turn_on", data, blocking=True)
    await hass.async_block_till_done()
    assert by(calls) == []


@pytest.mark.parametrize(
    ("behavior", "home", "fired"),
    [
        ("each", "cheap", ["cabin", "home"]),
        ("each", "expensive", ["cabin"]),
        ("first", "cheap", ["cabin"]),
        ("all", "cheap", ["home"]),
        ("all", "expensive", []),
    ],
)
async def test_behavior_after_a_start(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    behavior: str,
    home: str,
    fired: list[str],
) -> None:
    """Of several that changed while down each fires, or the first, or the last."""
    sites = {site: register(hass, "price_level", site) for site in ("cabin", "home")}
    hass.set_state(CoreState.not_running)
    known = {_known(hass, entity): "normal" for entity in sites.values()}
    hass_storage[KEY] = {"version": 1, "data": known}
    await shows(hass, sites["cabin"], "cheap")
    await shows(hass, sites["home"], home)
    options = {**CHEAP, "behavior": behavior}
    target = {"entity_id": list(sites.values())}
    trigger = when("price_level_becomes", target, **options)
    calls = await automate(hass, triggers=trigger)
    await hass.async_start()
    await hass.async_block_till_done()
    assert by(calls) == [sites[site] for site in fired]


async def test_renamed(hass: HomeAssistant, hass_storage: dict[str, Any]) -> None:
    """What is known of an entity stays known when the user gives it another id."""
    entity = register(hass, "run_now")
    await shows(hass, entity, "off")
    target = {"device_id": device_of(hass, entity)}
    calls = await automate(hass, triggers=when("load_started", target))
    renamed = "binary_sensor.by_another_name"
    er.async_get(hass).async_update_entity(entity, new_entity_id=renamed)
    hass.states.async_remove(entity)
    await shows(hass, renamed, "off", "unavailable", "on")
    assert by(calls) == [renamed]
    assert hass_storage[KEY]["data"] == {_known(hass, renamed): "on"}
    er.async_get(hass).async_update_entity(renamed, new_entity_id=entity)
    hass.states.async_remove(renamed)
    await shows(hass, entity, "on")
    assert by(calls) == []


@EACH
async def test_device(
    hass: HomeAssistant,
    trigger: str,
    key: str,
    options: Mapping[str, Any],
    before: str,
    after: str,
) -> None:
    """Of a device, what it is about fires, also when it came later."""
    sites = [register(hass, key), register(hass, key, "cabin")]
    others = [register(hass, each) for each in ("run_now", "green_window", "price")]
    device = device_of(hass, sites[0])
    target = {"device_id": device}
    calls = await automate(hass, triggers=when(trigger, target, **options))
    for entity in {*sites, *others}:
        await shows(hass, entity, before, after)
    assert by(calls) == [sites[0]]
    er.async_get(hass).async_update_entity(sites[1], device_id=device)
    await hass.async_block_till_done()
    await shows(hass, sites[1], before, after)
    assert by(calls) == [sites[1]]


@EACH
async def test_others_do_not_fire(
    hass: HomeAssistant,
    trigger: str,
    key: str,
    options: Mapping[str, Any],
    before: str,
    after: str,
) -> None:
    """Another integration's entity may have the same key, or the user name it."""
    foreign = register(hass, key, owner="other")
    unregistered = f"{foreign}_unregistered"
    different = register(hass, "price" if key == "price_level" else "price_level")
    setting = register(hass, key, platform="number")
    others = [foreign, unregistered, different, setting]
    target = {"entity_id": others}
    calls = await automate(hass, triggers=when(trigger, target, **options))
    for entity in others:
        await shows(hass, entity, before, after)
    assert by(calls) == []


async def test_levels(hass: HomeAssistant) -> None:
    """A change among the chosen levels is none; one from outside is, from anywhere."""
    entity = register(hass, "price_level")
    target = {"entity_id": entity}
    calls = await automate(hass, triggers=when("price_level_becomes", target, **CHEAP))
    await shows(hass, entity, "very_expensive", "very_cheap")
    assert by(calls) == [entity]
    await shows(hass, entity, "cheap", "very_cheap", "normal", "expensive")
    assert by(calls) == []
    await shows(hass, entity, "cheap")
    assert by(calls) == [entity]


async def test_threshold_itself_is_not_below(hass: HomeAssistant) -> None:
    """At the threshold the price is not below; negative prices are numbers."""
    entity = register(hass, "price")
    options = {"threshold": -0.05}
    target = {"entity_id": entity}
    calls = await automate(hass, triggers=when("price_falls_below", target, **options))
    await shows(hass, entity, "0.1", "-0.05")
    assert by(calls) == []
    await shows(hass, entity, "-0.0501")
    assert by(calls) == [entity]
    await shows(hass, entity, "-0.2", "-0.05")
    assert by(calls) == []


@pytest.mark.parametrize("outage", [(), ("unavailable",)])
@pytest.mark.parametrize(
    ("behavior", "fired"),
    [("each", ["home", "cabin"]), ("first", ["home"]), ("all", ["cabin"])],
)
async def test_behavior(
    hass: HomeAssistant, behavior: str, fired: list[str], outage: tuple[str, ...]
) -> None:
    """Of several entities each fires, or the first of them, or the last."""
    sites = {site: register(hass, "price_level", site) for site in ("home", "cabin")}
    for entity in sites.values():
        await shows(hass, entity, "normal")
    target = {"entity_id": list(sites.values())}
    options = {**CHEAP, "behavior": behavior}
    trigger = when("price_level_becomes", target, **options)
    calls = await automate(hass, triggers=trigger)
    for entity in sites.values():
        await shows(hass, entity, *outage, "cheap")
    assert by(calls) == [sites[site] for site in fired]


@pytest.mark.parametrize(
    ("key", "before", "after", "trigger"),
    [
        ("price_level", "normal", "cheap", "price_level_becomes"),
        ("run_now", "off", "on", "load_started"),
    ],
)
async def test_duration(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    key: str,
    before: str,
    after: str,
    trigger: str,
) -> None:
    """It must last; an outage begins the time anew."""
    entity = register(hass, key)
    await shows(hass, entity, before)
    options = {**(CHEAP if key == "price_level" else {}), "for": {"minutes": 10}}
    target = {"entity_id": entity}
    calls = await automate(hass, triggers=when(trigger, target, **options))
    await shows(hass, entity, after)
    await pass_time(hass, freezer, timedelta(minutes=9))
    assert by(calls) == []
    await shows(hass, entity, before, after)
    await pass_time(hass, freezer, timedelta(minutes=9))
    assert by(calls) == []
    await pass_time(hass, freezer, timedelta(minutes=1, seconds=1))
    assert by(calls) == [entity]


@pytest.mark.parametrize("gap", [("unavailable",), ("unavailable", "unknown")])
async def test_duration_over_an_outage(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, gap: tuple[str, ...]
) -> None:
    """What had not lasted long enough begins anew, and is not lost."""
    entity = register(hass, "run_now")
    await shows(hass, entity, "off")
    target = {"entity_id": entity}
    trigger = when("load_started", target, **{"for": {"minutes": 10}})
    calls = await automate(hass, triggers=trigger)
    await shows(hass, entity, "on")
    await pass_time(hass, freezer, timedelta(minutes=9))
    await shows(hass, entity, *gap, "on")
    await pass_time(hass, freezer, timedelta(minutes=9))
    hass.states.async_set(entity, "on", {"friendly_name": "Another"})
    await hass.async_block_till_done()
    assert by(calls) == []
    await pass_time(hass, freezer, timedelta(minutes=1, seconds=1))
    assert by(calls) == [entity]
    await shows(hass, entity, *gap, "on")
    await pass_time(hass, freezer, timedelta(minutes=11))
    assert by(calls) == []


@pytest.mark.parametrize("caught_up", [False, True])
async def test_what_has_lasted_is_known_at_once(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
    caught_up: bool,
) -> None:
    """A crash right after it fired does not have it fire again."""
    entity = register(hass, "run_now")
    target = {"entity_id": entity}
    trigger = when("load_started", target, **{"for": {"minutes": 10}})
    await shows(hass, entity, "off")
    calls = await automate(hass, triggers=trigger)
    (key,) = hass_storage[KEY]["data"]
    assert key.startswith(f"{_known(hass, entity)}:")
    if caught_up:
        (automation,) = hass.states.async_entity_ids("automation")
        data = {"entity_id": automation}
        kept = hass_storage[KEY]
        await hass.services.async_call("automation", "turn_off", data, blocking=True)
        del hass.data[KEY]
        await hass.async_block_till_done()
        hass_storage[KEY] = kept
        hass.set_state(CoreState.starting)
    await shows(hass, entity, "on")
    if caught_up:
        await hass.services.async_call("automation", "turn_on", data, blocking=True)
        hass.set_state(CoreState.running)
    await hass.async_block_till_done()
    assert hass_storage[KEY]["data"] == {key: "too short"}
    await pass_time(hass, freezer, timedelta(minutes=10, seconds=1))
    assert by(calls) == [entity]
    assert hass_storage[KEY]["data"] == {key: "on"}


@pytest.mark.parametrize("ends", [False, True])
async def test_duration_over_a_restart(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
    ends: bool,
) -> None:
    """What had not lasted when Home Assistant ended begins anew after its start."""
    entity = register(hass, "run_now")
    await shows(hass, entity, "off")
    target = {"entity_id": entity}
    trigger = when("load_started", target, **{"for": {"minutes": 10}})
    calls = await automate(hass, triggers=trigger)
    await shows(hass, entity, "on")
    await pass_time(hass, freezer, timedelta(minutes=9))
    kept = hass_storage[KEY]
    # The next run, in the place of this one.
    (automation,) = hass.states.async_entity_ids("automation")
    data = {"entity_id": automation}
    await hass.services.async_call("automation", "turn_off", data, blocking=True)
    del hass.data[KEY]
    await hass.async_block_till_done()
    hass_storage[KEY] = kept
    hass.set_state(CoreState.starting)
    await hass.services.async_call("automation", "turn_on", data, blocking=True)
    hass.set_state(CoreState.running)
    await pass_time(hass, freezer, timedelta(minutes=9))
    assert by(calls) == []
    if ends:
        await shows(hass, entity, "off")
    await pass_time(hass, freezer, timedelta(minutes=1, seconds=1))
    assert by(calls) == ([] if ends else [entity])


async def _tell_another(
    hass: HomeAssistant, entity: str, trigger: str, options: Mapping[str, Any]
) -> list[ServiceCall]:
    """Have an automation tell what another entity shows when it runs."""
    calls = async_mock_service(hass, "test", "tell")
    await automate(
        hass,
        triggers=when(trigger, {"entity_id": entity}, **options),
        actions=[{"action": "test.tell", "data": {"what": "{{ states(OTHER) }}"}}],
        variables={"OTHER": "sensor.other"},
    )
    return calls


@EACH
async def test_runs_once_all_is_shown(
    hass: HomeAssistant,
    trigger: str,
    key: str,
    options: Mapping[str, Any],
    before: str,
    after: str,
) -> None:
    """What comes with a state may be shown after it; while it is set up, much later."""
    entity = register(hass, key)
    await shows(hass, entity, before)
    calls = await _tell_another(hass, entity, trigger, options)
    hass.states.async_set(entity, after)
    hass.states.async_set("sensor.other", "what came with it")
    await hass.async_block_till_done()
    assert [call.data["what"] for call in calls] == ["what came with it"]
    (owner,) = hass.config_entries.async_entries(DOMAIN)
    await shows(hass, entity, before)
    async with owner.setup_lock:
        hass.states.async_set(entity, after)
        for _ in range(10):
            await asyncio.sleep(0)
        assert len(calls) == 1
        hass.states.async_set("sensor.other", "what came last")
    await hass.async_block_till_done()
    assert [call.data["what"] for call in calls][1:] == ["what came last"]


@EACH
async def test_stops_with_its_automation(
    hass: HomeAssistant,
    trigger: str,
    key: str,
    options: Mapping[str, Any],
    before: str,
    after: str,
) -> None:
    """An automation that is off hears nothing, and nothing listens for it."""
    entity = register(hass, key)
    target = {"entity_id": entity}
    calls = await automate(hass, triggers=when(trigger, target, **options))
    (automation,) = hass.states.async_entity_ids("automation")
    listening = []
    for switch in ("turn_off", "turn_on", "turn_off"):
        await hass.services.async_call(
            "automation", switch, {"entity_id": automation}, blocking=True
        )
        listening.append(hass.bus.async_listeners())
    assert listening[2] == listening[0] != listening[1]
    await shows(hass, entity, before, after)
    assert by(calls) == []


@pytest.mark.parametrize(
    ("trigger", "options"),
    [
        ("price_level_becomes", {}),
        ("price_level_becomes", {"level": []}),
        ("price_level_becomes", {"level": "free"}),
        ("price_falls_below", {}),
        ("price_falls_below", {"threshold": "low"}),
        ("load_started", {"level": "cheap"}),
        ("load_started", {"behavior": "some"}),
    ],
)
async def test_refused(
    hass: HomeAssistant, trigger: str, options: dict[str, Any]
) -> None:
    """What makes no sense is refused before it runs."""
    target = {"entity_id": "sensor.home"}
    with pytest.raises(vol.Invalid):
        await async_validate_trigger_config(
            hass,
            [
                {"platform": f"energy_portals.{trigger}", "target": target}
                | {"options": options}
            ],
        )


# An account of a portal


@pytest.fixture
def market() -> Market:
    """Return a market of Norway."""
    return Market()


async def test_prices_of_an_account(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
    market: Market,
) -> None:
    """Over a day of quarters it fires for what the published prices say, no more."""
    freezer.move_to(local(ORDINARY, OSLO))
    use(monkeypatch, Priced((market.feed(),)).portal())
    entry = entry_of(hass)
    await set_up(hass, entry)
    price = "sensor.home_price"
    target = {"device_id": device_of(hass, price)}
    calls = await automate(hass, triggers=when("price_falls_below", target, **BELOW))
    slots = [market.value(start) for start in market.day(ORDINARY)]
    fired = 0
    for before, value in pairwise(slots):
        await pass_time(hass, freezer, QUARTER)
        state = hass.states.get(price)
        assert state is not None and float(state.state) == pytest.approx(value)
        fired += value < 0.2 <= before
        assert len(calls) == fired
    assert fired > 5


async def test_account_set_up_anew(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
    market: Market,
) -> None:
    """What fell while the account was down has fallen; to be back is no fall."""
    nine = local(ORDINARY, OSLO, 9)
    market.corrected = {nine: 0.3, nine + QUARTER: 0.1}
    freezer.move_to(nine)
    use(monkeypatch, Priced((market.feed(),)).portal())
    entry = entry_of(hass)
    await set_up(hass, entry)
    target = {"entity_id": "sensor.home_price"}
    calls = await automate(hass, triggers=when("price_falls_below", target, **BELOW))
    assert await hass.config_entries.async_unload(entry.entry_id)
    await pass_time(hass, freezer, QUARTER)
    assert by(calls) == []
    await set_up(hass, entry)
    assert by(calls) == ["sensor.home_price"]
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert by(calls) == []
