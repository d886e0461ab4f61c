"""Conditions: real automations, held back by this integration's entities alone."""

from collections.abc import Mapping
from datetime import timedelta
from math import sin
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.condition import async_validate_condition_config
import pytest
import voluptuous as vol

from tests.accounts import pass_time
from tests.automations import automate, device_of, only_if, register, shows
from tests.market import ORDINARY, OSLO, QUARTER, Market, local
from tests.priced import Priced, entry_of, set_up, use

CHEAP = {"level": ["very_cheap", "cheap"]}
BELOW = {"threshold": 0.2}

# For each condition its key, its options, a state that fails and one that passes.
PASSES = {
    "co2_is_below": ("co2_intensity", {"threshold": 200}, "200", "199.9"),
    "green_window_is_on": ("green_window", {}, "off", "on"),
    "load_is_running": ("run_now", {}, "off", "on"),
    "low_co2_is_on": ("low_co2", {}, "off", "on"),
    "power_is_capped": ("power_capped", {}, "off", "on"),
    "price_is_below": ("price", BELOW, "0.2", "0.1999"),
    "price_level_is": ("price_level", CHEAP, "normal", "very_cheap"),
}
EACH = pytest.mark.parametrize(
    ("condition", "key", "options", "fails", "passes"),
    [(condition, *facts) for condition, facts in PASSES.items()],
    ids=PASSES,
)


async def _automate(
    hass: HomeAssistant, condition: str, target: dict[str, Any], **options: Any
) -> list[ServiceCall]:
    """Set an automation up that an event starts under that condition."""
    action = {"action": "test.run"}
    return await automate(
        hass,
        triggers={"trigger": "event", "event_type": "now"},
        conditions=only_if(condition, target, **options),
        actions=action,
    )


async def _runs(hass: HomeAssistant, calls: list[ServiceCall]) -> bool:
    """Say whether the automation runs when it is started."""
    calls.clear()
    hass.bus.async_fire("now")
    await hass.async_block_till_done()
    return bool(calls)


@EACH
async def test_passes(
    hass: HomeAssistant,
    condition: str,
    key: str,
    options: Mapping[str, Any],
    fails: str,
    passes: str,
) -> None:
    """It passes while it is so; what is not known is not so."""
    entity = register(hass, key)
    calls = await _automate(hass, condition, {"entity_id": entity}, **options)
    assert not await _runs(hass, calls)
    for state, runs in (
        (fails, False),
        (passes, True),
        ("unavailable", False),
        ("unknown", False),
        (passes, True),
        (fails, False),
    ):
        await shows(hass, entity, state)
        assert await _runs(hass, calls) is runs, state


@EACH
async def test_device(
    hass: HomeAssistant,
    condition: str,
    key: str,
    options: Mapping[str, Any],
    fails: str,
    passes: str,
) -> None:
    """Of a device, only what it is about counts."""
    entity, cabin = register(hass, key), register(hass, key, "cabin")
    other = register(hass, "price" if key == "price_level" else "price_level")
    target = {"device_id": device_of(hass, entity)}
    calls = await _automate(hass, condition, target, **options)
    await shows(hass, cabin, passes)
    await shows(hass, other, passes)
    await shows(hass, entity, fails)
    assert not await _runs(hass, calls)
    await shows(hass, entity, passes)
    assert await _runs(hass, calls)
    er.async_get(hass).async_update_entity(entity, device_id=None)
    assert not await _runs(hass, calls)


@EACH
async def test_others_do_not_count(
    hass: HomeAssistant,
    condition: str,
    key: str,
    options: Mapping[str, Any],
    fails: str,
    passes: str,
) -> None:
    """Another integration's entity may have the same key, or the user name it."""
    foreign = register(hass, key, owner="other")
    unregistered = f"{foreign}_unregistered"
    setting = register(hass, key, platform="number")
    others = [foreign, unregistered, setting]
    calls = await _automate(hass, condition, {"entity_id": others}, **options)
    for entity in others:
        await shows(hass, entity, passes)
    assert not await _runs(hass, calls)


@pytest.mark.parametrize(
    ("behavior", "one", "both", "rest"),
    [("any", True, True, True), ("all", False, True, True)],
)
async def test_behavior(
    hass: HomeAssistant, behavior: str, one: bool, both: bool, rest: bool
) -> None:
    """One entity is enough, or all are needed; one that is away is not asked."""
    home, cabin = (register(hass, "price", site) for site in ("home", "cabin"))
    target = {"entity_id": [home, cabin]}
    options = {**BELOW, "behavior": behavior}
    calls = await _automate(hass, "price_is_below", target, **options)
    await shows(hass, home, "0.1")
    await shows(hass, cabin, "0.3")
    assert await _runs(hass, calls) is one
    await shows(hass, cabin, "-0.1")
    assert await _runs(hass, calls) is both
    await shows(hass, cabin, "unavailable")
    assert await _runs(hass, calls) is rest


async def test_duration(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """It must have lasted, whichever of the levels it was."""
    entity = register(hass, "price_level")
    await shows(hass, entity, "normal")
    options = {**CHEAP, "for": {"minutes": 10}}
    calls = await _automate(hass, "price_level_is", {"entity_id": entity}, **options)
    await shows(hass, entity, "cheap")
    await pass_time(hass, freezer, timedelta(minutes=6))
    assert not await _runs(hass, calls)
    await shows(hass, entity, "very_cheap")
    await pass_time(hass, freezer, timedelta(minutes=6))
    assert await _runs(hass, calls)


@pytest.mark.parametrize(
    ("condition", "options"),
    [
        ("price_level_is", {}),
        ("price_level_is", {"level": []}),
        ("price_level_is", {"level": "free"}),
        ("price_is_below", {}),
        ("price_is_below", {"threshold": "low"}),
        ("load_is_running", {"level": "cheap"}),
        ("load_is_running", {"behavior": "each"}),
    ],
)
async def test_refused(
    hass: HomeAssistant, condition: str, options: dict[str, Any]
) -> None:
    """What makes no sense is refused before it runs."""
    with pytest.raises(vol.Invalid):
        await async_validate_condition_config(
            hass, only_if(condition, {"entity_id": "sensor.home"}, **options)
        )


async def test_levels_of_an_account(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Over a day of quarters it passes exactly while the sensor says so."""
    freezer.move_to(local(ORDINARY, OSLO))
    market = Market()
    day = market.day(ORDINARY)
    market.corrected = {start: sin(n / 8) for n, start in enumerate(day)}
    use(monkeypatch, Priced((market.feed(),)).portal())
    await set_up(hass, entry_of(hass))
    target = {"device_id": device_of(hass, "sensor.home_price")}
    calls = await _automate(hass, "price_level_is", target, **CHEAP)
    cheap = 0
    for start in day:
        level = hass.states.get("sensor.home_price_level")
        is_cheap = level is not None and level.state in CHEAP["level"]
        assert await _runs(hass, calls) is is_cheap, start
        cheap += is_cheap
        await pass_time(hass, freezer, QUARTER)
    assert 0 < cheap < len(day)
