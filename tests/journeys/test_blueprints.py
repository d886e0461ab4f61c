"""Blueprints: each loads, and its automation switches what it says."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import Any, Final
from urllib.parse import quote

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.components.automation.helpers import async_get_blueprints
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.core import CoreState, HomeAssistant, ServiceCall
from homeassistant.helpers import entity_registry as er, restore_state
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.energy_portals.const import DOMAIN
from tests.accounts import pass_time
from tests.automations import register, shows
from tests.market import DAY, HOUR, ORDINARY, OSLO, QUARTER, Market, local
from tests.priced import Priced, entry_of, set_up, use
from tests.rules.source import INTEGRATION, ROOT, read_json

FOLDER: Final = INTEGRATION / "blueprints" / AUTOMATION / DOMAIN
NAMES: Final = sorted(path.stem for path in FOLDER.iterdir())
EACH: Final = pytest.mark.parametrize("name", NAMES)

SWITCH = "input_boolean.heater"
# What each blueprint that switches is about: its input, the key of that entity, and
# the states in which the device runs and does not.
SWITCHING: Final = {
    "run_flexible_load": ("load", "run_now", "on", "off"),
    "use_cheap_hours": ("price_level", "price_level", "cheap", "expensive"),
    "use_green_windows": ("green_window", "green_window", "on", "off"),
}
EACH_SWITCHING: Final = pytest.mark.parametrize(
    ("name", "about", "key", "on", "off"),
    [(name, *facts) for name, facts in SWITCHING.items()],
    ids=SWITCHING,
)


@pytest.fixture(autouse=True)
def _installed(hass: HomeAssistant, tmp_path: Path) -> None:
    """Put the blueprints where an import puts them."""
    copytree(FOLDER, tmp_path / "blueprints" / AUTOMATION / DOMAIN)
    hass.config.config_dir = str(tmp_path)


@pytest.fixture
async def switch(hass: HomeAssistant) -> str:
    """Return a device that is off."""
    assert await async_setup_component(hass, "homeassistant", {})
    configuration = {"input_boolean": {"heater": {"initial": False}}}
    assert await async_setup_component(hass, "input_boolean", configuration)
    return SWITCH


async def _use(hass: HomeAssistant, name: str, **inputs: Any) -> None:
    """Set an automation up that is made of a blueprint."""
    use_blueprint = {"path": f"{DOMAIN}/{name}.yaml", "input": inputs}
    configuration = {AUTOMATION: {"use_blueprint": use_blueprint}}
    assert await async_setup_component(hass, AUTOMATION, configuration)
    await hass.async_block_till_done()
    (state,) = hass.states.async_all(AUTOMATION)
    assert state.state == "on"


def _is_on(hass: HomeAssistant) -> bool:
    """Say whether the device is on."""
    state = hass.states.get(SWITCH)
    assert state is not None
    return state.state == "on"


async def _switch(hass: HomeAssistant, service: str) -> None:
    """Switch the device by hand."""
    target = {"entity_id": SWITCH}
    await hass.services.async_call("input_boolean", service, target, blocking=True)
    await hass.async_block_till_done()


async def _blueprint(hass: HomeAssistant, name: str) -> Blueprint:
    """Return a blueprint as Home Assistant loads it."""
    return await async_get_blueprints(hass).async_get_blueprint(f"{DOMAIN}/{name}.yaml")


# What they say of themselves


def _url(name: str) -> str:
    """Return where a blueprint is published."""
    path = (FOLDER / f"{name}.yaml").relative_to(ROOT).as_posix()
    return f"{read_json('manifest.json')['documentation']}/blob/main/{path}"


@EACH
async def test_loads(hass: HomeAssistant, name: str) -> None:
    """It is sound for the oldest version that it names, and says where it is from."""
    blueprint = await _blueprint(hass, name)
    assert blueprint.domain == AUTOMATION
    assert blueprint.validate() is None
    assert blueprint.metadata["homeassistant"] == {"min_version": "2026.10.0"}
    assert blueprint.metadata["source_url"] == _url(name)
    assert blueprint.metadata["description"]


def _filters(given: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what an input lets one choose from."""
    yield from given["selector"].get("entity", {}).get("filter", ())


@EACH
async def test_inputs(hass: HomeAssistant, name: str) -> None:
    """Each input is explained, and the first is one of this integration's entities."""
    inputs = (await _blueprint(hass, name)).inputs
    for given in inputs.values():
        assert given["name"] and given["description"] and given["selector"]
    first, *_ = inputs.values()
    assert [each["integration"] for each in _filters(first)] == [DOMAIN]
    assert [key for key, each in inputs.items() if "default" not in each] == (
        [next(iter(inputs))] if name == "announce_prices" else [*_required(name)]
    )


def _required(name: str) -> tuple[str, str]:
    """Return the inputs that a blueprint cannot do without."""
    if name == "tell_of_shortfall":
        return "falls_short", "shortfall"
    if name == "tell_of_device":
        return "does_not_follow", "driven"
    return SWITCHING.get(name, ("power_capped",))[0], "devices"


@EACH
def test_documented(name: str) -> None:
    """The documentation has a link that imports it."""
    link = f"https://my.home-assistant.io/redirect/blueprint_import/?blueprint_url={
        quote(_url(name), safe='')
    }"
    assert link in (ROOT / "docs" / "automations.md").read_text(encoding="utf-8")


# What they do


@EACH_SWITCHING
async def test_switches(
    hass: HomeAssistant, switch: str, name: str, about: str, key: str, on: str, off: str
) -> None:
    """The device runs while it should; an outage leaves it as it is."""
    entity = register(hass, key)
    await shows(hass, entity, off)
    await _use(hass, name, **{about: entity, "devices": [switch]})
    assert not _is_on(hass)
    for state, runs in (
        (on, True),
        ("unavailable", True),
        (on, True),
        (off, False),
        ("unavailable", False),
        # It began, and it ended, while nothing was known.
        (on, True),
        ("unknown", True),
        (off, False),
    ):
        await shows(hass, entity, state)
        assert _is_on(hass) is runs, state


@EACH_SWITCHING
async def test_switches_once(
    hass: HomeAssistant, switch: str, name: str, about: str, key: str, on: str, off: str
) -> None:
    """What the user switches meanwhile stays so until the next change."""
    entity = register(hass, key)
    await shows(hass, entity, off)
    await _use(hass, name, **{about: entity, "devices": [switch]})
    await shows(hass, entity, on)
    await _switch(hass, "turn_off")
    hass.states.async_set(entity, on, {"friendly_name": "Another"})
    await hass.async_block_till_done()
    assert not _is_on(hass)


@EACH_SWITCHING
@pytest.mark.parametrize("runs", [True, False])
async def test_start_of_home_assistant(
    hass: HomeAssistant,
    switch: str,
    name: str,
    about: str,
    key: str,
    on: str,
    off: str,
    runs: bool,
) -> None:
    """What changed while Home Assistant was down is caught up with."""
    hass.set_state(CoreState.not_running)
    entity = register(hass, key)
    if not runs:
        await _switch(hass, "turn_on")
    await shows(hass, entity, on if runs else off)
    await _use(hass, name, **{about: entity, "devices": [switch]})
    await hass.async_start()
    await hass.async_block_till_done()
    assert _is_on(hass) is runs


@EACH_SWITCHING
@pytest.mark.parametrize("runs", [True, False])
async def test_account_set_up_anew(
    hass: HomeAssistant,
    switch: str,
    name: str,
    about: str,
    key: str,
    on: str,
    off: str,
    runs: bool,
) -> None:
    """What changed during a reload is caught up with; what did not is left alone."""
    entity = register(hass, key)
    now, before = (on, off) if runs else (off, on)
    await shows(hass, entity, before)
    await _use(hass, name, **{about: entity, "devices": [switch]})
    if not runs:
        await _switch(hass, "turn_on")
    # As Home Assistant shows what is taken down, and adds it again.
    hass.states.async_set(entity, "unavailable", {"restored": True})
    await shows(hass, entity, now)
    assert _is_on(hass) is runs


async def test_levels_are_chosen(hass: HomeAssistant, switch: str) -> None:
    """The device runs at the chosen levels, and at no others."""
    entity = register(hass, "price_level")
    inputs = {"price_level": entity, "devices": [switch], "levels": ["normal"]}
    await _use(hass, "use_cheap_hours", **inputs)
    for level, runs in (("very_cheap", False), ("normal", True), ("cheap", False)):
        await shows(hass, entity, level)
        assert _is_on(hass) is runs, level


@pytest.fixture
def told(hass: HomeAssistant) -> list[ServiceCall]:
    """Return what an automation tells."""
    return async_mock_service(hass, "test", "tell")


async def test_power_cap(
    hass: HomeAssistant, switch: str, told: list[ServiceCall]
) -> None:
    """While power is capped the device stays off, whoever switches it on."""
    entity = register(hass, "power_capped")
    await shows(hass, entity, "off")
    await _switch(hass, "turn_on")
    await _use(
        hass,
        "react_to_power_cap",
        power_capped=entity,
        devices=[switch],
        when_capped=[{"action": "test.tell", "data": {"what": "capped"}}],
        when_ended=[
            {"action": "test.tell", "data": {"what": "ended"}},
            {"action": "input_boolean.turn_on", "target": {"entity_id": switch}},
        ],
    )
    assert _is_on(hass)
    await shows(hass, entity, "on")
    assert not _is_on(hass)
    await _switch(hass, "turn_on")
    assert not _is_on(hass)
    await shows(hass, entity, "off")
    assert _is_on(hass)
    await shows(hass, entity, "unavailable", "on")
    assert not _is_on(hass)
    await shows(hass, entity, "unavailable", "off")
    await _switch(hass, "turn_on")
    assert _is_on(hass)
    assert [call.data["what"] for call in told] == ["capped", "ended"] * 2


async def test_power_cap_at_start_of_home_assistant(
    hass: HomeAssistant, switch: str
) -> None:
    """A cap that began while Home Assistant was down is heeded."""
    hass.set_state(CoreState.not_running)
    await _switch(hass, "turn_on")
    entity = register(hass, "power_capped")
    await shows(hass, entity, "on")
    inputs = {"power_capped": entity, "devices": [switch]}
    await _use(hass, "react_to_power_cap", **inputs)
    await hass.async_start()
    await hass.async_block_till_done()
    assert not _is_on(hass)


@pytest.mark.parametrize(
    ("before", "now", "what"),
    [
        ("off", "on", ["capped"]),
        ("on", "off", ["ended"]),
        ("on", "on", []),
        ("off", "off", []),
        (None, "on", []),
    ],
)
@pytest.mark.parametrize("late", [False, True])
async def test_power_cap_over_a_restart(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    switch: str,
    told: list[ServiceCall],
    before: str | None,
    now: str,
    what: list[str],
    late: bool,
) -> None:
    """What began or ended while Home Assistant was down is told once."""
    hass.set_state(CoreState.not_running)
    entity = register(hass, "power_capped")
    registered = er.async_get(hass).async_get(entity)
    assert registered is not None
    known = {} if before is None else {registered.id: before}
    hass_storage[f"{DOMAIN}.last_known"] = {"version": 1, "data": known}
    await _switch(hass, "turn_on")
    await shows(hass, entity, "unavailable" if late else now)
    await _use(
        hass,
        "react_to_power_cap",
        power_capped=entity,
        devices=[switch],
        when_capped=[{"action": "test.tell", "data": {"what": "capped"}}],
        when_ended=[{"action": "test.tell", "data": {"what": "ended"}}],
    )
    await hass.async_start()
    await hass.async_block_till_done()
    await shows(hass, entity, now)
    assert [call.data["what"] for call in told] == what
    assert _is_on(hass) is (now == "off")


async def test_power_cap_tells_by_itself(hass: HomeAssistant, switch: str) -> None:
    """It tells of a cap without being told how."""
    calls = async_mock_service(hass, "persistent_notification", "create")
    entity = register(hass, "power_capped")
    await shows(hass, entity, "off")
    inputs = {"power_capped": entity, "devices": [switch]}
    await _use(hass, "react_to_power_cap", **inputs)
    await shows(hass, entity, "on", "off")
    assert [call.data["title"] for call in calls] == ["Power is capped"]


@pytest.mark.parametrize("energy", [1.25, None])
async def test_tells_of_a_shortfall(
    hass: HomeAssistant, told: list[ServiceCall], energy: float | None
) -> None:
    """It says why, how much is missing and by when; by itself in a notification."""
    calls = async_mock_service(hass, "persistent_notification", "create")
    falls_short = register(hass, "falls_short")
    shortfall = register(hass, "load_shortfall")
    await shows(hass, falls_short, "off")
    facts = {
        "missing_energy": energy,
        "missing_minutes": 25,
        "deadline": "2026-01-16T06:00:00+00:00",
        "friendly_name": "Car",
    }
    hass.states.async_set(shortfall, "time", facts)
    inputs = {"falls_short": falls_short, "shortfall": shortfall}
    await _use(hass, "tell_of_shortfall", **inputs)
    await shows(hass, falls_short, "unavailable", "off", "on")
    (call,) = calls
    assert "falls short" in call.data["title"]
    assert ("1.25 kWh" if energy else "25 min") in call.data["message"]
    assert not told


async def test_tells_of_a_device(hass: HomeAssistant) -> None:
    """It says which load and what is wrong; what an outage hides is no news."""
    calls = async_mock_service(hass, "persistent_notification", "create")
    does_not_follow = register(hass, "does_not_follow")
    driven = register(hass, "driven")
    await shows(hass, does_not_follow, "off")
    hass.states.async_set(driven, "call_failed", {"friendly_name": "Car"})
    inputs = {"does_not_follow": does_not_follow, "driven": driven}
    await _use(hass, "tell_of_device", **inputs)
    await shows(hass, does_not_follow, "unavailable", "off", "on", "unavailable", "on")
    (call,) = calls
    assert "does not follow" in call.data["title"]
    assert call.data["message"] == "call_failed."


@pytest.mark.parametrize("outage", [False, True])
async def test_announces_prices(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
    told: list[ServiceCall],
    outage: bool,
) -> None:
    """Tomorrow's prices are told once, as the portal published them."""
    await hass.config.async_set_time_zone(str(OSLO))
    freezer.move_to(local(ORDINARY, OSLO, 12))
    market = Market()
    use(monkeypatch, Priced((market.feed(),)).portal())
    entry = entry_of(hass)
    await set_up(hass, entry)
    names = ("day", "lowest", "highest", "mean", "unit")
    data = {name: f"{{{{ {name} }}}}" for name in names}
    inputs = {
        "published": "event.home_prices_published",
        "announce": [{"action": "test.tell", "data": data}],
    }
    await _use(hass, "announce_prices", **inputs)
    assert not told
    if outage:
        assert await hass.config_entries.async_unload(entry.entry_id)
    for _ in range(8):
        await pass_time(hass, freezer, QUARTER)
    if outage:
        await set_up(hass, entry)
    prices = [market.value(start) for start in market.day(ORDINARY + DAY)]
    (call,) = told
    assert call.data == {
        "day": (ORDINARY + DAY).isoformat(),
        "lowest": pytest.approx(min(prices)),
        "highest": pytest.approx(max(prices)),
        "mean": pytest.approx(sum(prices) / len(prices)),
        "unit": "NOK/kWh",
    }
    await pass_time(hass, freezer, timedelta(minutes=1))
    assert await hass.config_entries.async_reload(entry.entry_id)
    await pass_time(hass, freezer, HOUR)
    assert len(told) == 1


@pytest.mark.parametrize("crash", [False, True])
async def test_announces_prices_over_a_restart(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
    told: list[ServiceCall],
    crash: bool,
) -> None:
    """Prices that came while Home Assistant was down are told after its start, once."""
    await hass.config.async_set_time_zone(str(OSLO))
    freezer.move_to(local(ORDINARY, OSLO, 12))
    market = Market()
    use(monkeypatch, Priced((market.feed(),)).portal())
    entry = entry_of(hass)
    await set_up(hass, entry)
    assert await hass.config_entries.async_unload(entry.entry_id)
    hass.set_state(CoreState.not_running)
    freezer.move_to(local(ORDINARY, OSLO, 15))
    await set_up(hass, entry)
    announce = [{"action": "test.tell", "data": {"day": "{{ day }}"}}]
    published = "event.home_prices_published"
    await _use(hass, "announce_prices", published=published, announce=announce)
    assert not told
    await hass.async_start()
    await hass.async_block_till_done()
    (call,) = told
    assert call.data == {"day": (ORDINARY + DAY).isoformat()}
    for _ in range(2):
        assert await hass.config_entries.async_unload(entry.entry_id)
        if crash:
            restore_state.async_get(hass).last_states.clear()
        await set_up(hass, entry)
        await pass_time(hass, freezer, HOUR)
    assert len(told) == 1


async def test_announces_by_itself(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It tells of prices without being told how."""
    calls = async_mock_service(hass, "persistent_notification", "create")
    await hass.config.async_set_time_zone(str(OSLO))
    freezer.move_to(local(ORDINARY, OSLO, 12))
    market = Market()
    use(monkeypatch, Priced((market.feed(),)).portal())
    await set_up(hass, entry_of(hass))
    await _use(hass, "announce_prices", published="event.home_prices_published")
    for _ in range(8):
        await pass_time(hass, freezer, QUARTER)
    (call,) = calls
    prices = [market.value(start) for start in market.day(ORDINARY + DAY)]
    mean = sum(prices) / len(prices)
    assert call.data["message"] == (
        f"From {round(min(prices), 3)} to {round(max(prices), 3)} NOK/kWh,"
        f" {round(mean, 3)} on average."
    )
