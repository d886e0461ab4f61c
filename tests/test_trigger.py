"""Triggers: real automations, which only this integration's entities start."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.trigger import async_validate_trigger_config
import pytest
import voluptuous as vol

from tests.accounts import pass_time
from tests.automations import automate, by, device_of, register, shows, when
from tests.market import ORDINARY, OSLO, QUARTER, Market, local
from tests.priced import Priced, entry_of, set_up, use

CHEAP = {"level": ["very_cheap", "cheap"]}
BELOW = {"threshold": 0.2}

# For each trigger its key, its options, a state before and the one that fires.
FIRES = {
    "green_window_ended": ("green_window", {}, "on", "off"),
    "green_window_started": ("green_window", {}, "off", "on"),
    "load_ended": ("run_now", {}, "on", "off"),
    "load_started": ("run_now", {}, "off", "on"),
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
OF_PRICES = {"price_falls_below", "price_level_becomes"}


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
    """An outage starts and ends nothing, but prices go on where they were left."""
    entity = register(hass, key)
    await shows(hass, entity, after)
    target = {"entity_id": entity}
    calls = await automate(hass, triggers=when(trigger, target, **options))
    for gap in ("unavailable", "unknown"):
        await shows(hass, entity, gap, after)
        assert by(calls) == []
    await shows(hass, entity, before, "unavailable", "unknown", after)
    assert by(calls) == ([entity] if trigger in OF_PRICES else [])
    await shows(hass, entity, "unavailable", before)
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
