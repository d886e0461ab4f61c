"""Every example of the documentation runs in a real Home Assistant."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from copy import deepcopy
import logging
import re
from typing import Any, Final

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState
from homeassistant.setup import async_setup_component
import pytest

from custom_components.energy_portals.const import DOMAIN
from tests.docs.answers import ask, differences
from tests.docs.cases import CASES, Case
from tests.docs.house import OTHERS, Calls, House
from tests.docs.pages import EXAMPLES, Example
from tests.rules.source import INTEGRATION
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault

SCRIPT: Final = "script"
PAGE: Final = INTEGRATION / "frontend" / "www"
# What an example may name that is nobody's here: the reader has it.
READERS: Final = (
    *("device_tracker.car", "number.charger_limit", "number.wallbox_power"),
    *("number.ohme_target_percentage", "time.ohme_target_time"),
)
SWITCHES: Final = ("switch.dishwasher", "switch.wallbox", "switch.washing_machine")
# What asks for imported hours is tried where there is a recorder.
KNOWN: Final = f"{DOMAIN}.last_known"
RECORDED: Final = frozenset({"get_history", "get_statistics_ids"})
ACCOUNTS: Final[Mapping[str, tuple[str, ...]]] = {
    "find_window": ("esmart", "planner"),
    "get_forecast": ("esmart",),
    "get_green_windows": ("digiwatt",),
    "get_prices": ("esmart",),
}
_ENTITY: Final = re.compile(r"\b([a-z_]+\.[a-z0-9_]+)\b")
_DOMAINS: Final = frozenset(
    ("binary_sensor", "calendar", "device_tracker", "event", "number", "sensor")
) | {"switch"}


# What an example names


def _entities(example: Example) -> set[str]:
    """Return the entities that an example names, in its templates as well."""
    return {
        name
        for name in _ENTITY.findall(example.text)
        if name.partition(".")[0] in _DOMAINS and name not in OTHERS
    }


def _waited_for(automation: Mapping[str, Any]) -> Iterator[str]:
    """Yield the entities that an automation waits for."""
    for trigger in automation["triggers"]:
        named = {**trigger, **trigger.get("target", {})}.get("entity_id", [])
        yield from [named] if isinstance(named, str) else named


async def _prepare(house: House, example: Example) -> Case:
    """Set the accounts of an example up, and all that it names."""
    case = CASES[example.yaml["alias"]]
    await house.add(*case.accounts)
    house.listen()
    for entity_id in (*READERS, *SWITCHES):
        await house.shows(entity_id, "off")
    for entity_id, state in case.at_first.items():
        await house.shows(entity_id, state)
    for entity_id in _entities(example):
        assert house.is_own(entity_id) or entity_id in (*READERS, *SWITCHES), entity_id
        assert house.hass.states.get(entity_id) is not None, entity_id
    return case


# Automations and scripts


async def _outage(house: House, example: Example, case: Case) -> Calls:
    """Let what an automation waits for be gone for a while; return what it calls."""
    for entity_id in filter(house.is_own, _waited_for(example.yaml)):
        for gap in case.gaps:
            await house.misses(entity_id, gap)
    if case.lasts:
        await house.waits(case.lasts)
    return house.take()


async def _set_up_automation(house: House, example: Example) -> Case:
    """Set an automation up as it stands there."""
    case = await _prepare(house, example)
    configuration = {AUTOMATION: [example.yaml]}
    assert await async_setup_component(house.hass, AUTOMATION, configuration)
    await house.hass.async_block_till_done()
    (state,) = house.hass.states.async_all(AUTOMATION)
    assert state.state == "on", "it is not valid"
    return case


async def _run_automation(house: House, example: Example) -> None:
    """It calls what it should, once, and nothing when a portal is down."""
    case = await _set_up_automation(house, example)
    for call in await _outage(house, example, case):
        assert call in case.usual
    wanted = await case.happens(house)
    assert house.take() == wanted
    for call in await _outage(house, example, case):
        assert call in wanted and case.repeats
    # Else its timers would outlive it.
    await house.hass.services.async_call(
        AUTOMATION, "turn_off", {"entity_id": "all"}, blocking=True
    )


async def _run_script(house: House, example: Example) -> None:
    """It calls what it should."""
    case = await _prepare(house, example)
    name = example.yaml["alias"].lower().replace(" ", "_")
    configuration = {SCRIPT: {name: example.yaml}}
    assert await async_setup_component(house.hass, SCRIPT, configuration)
    wanted = await case.happens(house)
    assert house.take() == wanted


# Actions


def action_of(example: Example) -> str | None:
    """Return the action of this integration that an example asks, if it does."""
    domain, _, action = str(example.yaml.get("action")).partition(".")
    return action if domain == DOMAIN else None


async def _run_action(house: House, example: Example) -> None:
    """It answers in the shape that is promised."""
    if (action := action_of(example)) in RECORDED:
        return
    assert action is not None
    await house.add(*ACCOUNTS[action])
    answer = await ask(house.hass, example)
    assert list(differences(example.answer, answer)) == []


# What is shown, what is logged


def _in_module(pattern: str) -> set[str]:
    """Return what the page's modules have in such places."""
    code = "".join(each.read_text("utf-8") for each in sorted(PAGE.glob("*.js")))
    return set(re.findall(pattern, code, re.MULTILINE))


async def _run_card(house: House, example: Example) -> None:
    """The card is the module's, and its editor has what is set."""
    given = example.yaml
    (name,) = _in_module(r'^const CARD = "(.+)";$')
    assert given.pop("type") == f"custom:{name}"
    assert given.keys() <= _in_module(r'\{ name: "(\w+)", selector')


async def _run_dashboard(house: House, example: Example) -> None:
    """The strategy is the module's."""
    (name,) = _in_module(r'^const STRATEGY = "(.+)";$')
    assert example.yaml == {"strategy": {"type": f"custom:{name}"}}


async def _run_logger(house: House, example: Example) -> None:
    """What it names logs all there is."""
    assert await async_setup_component(house.hass, "logger", example.yaml)
    await house.hass.async_block_till_done()
    for name in example.yaml["logger"]["logs"]:
        assert logging.getLogger(name).getEffectiveLevel() == logging.DEBUG


type Run = Callable[[House, Example], Awaitable[None]]


def run_of(example: Example) -> Run:
    """Return how an example is tried, by its shape."""
    match example.yaml:
        case {"triggers": _, "actions": _}:
            return _run_automation
        case {"sequence": _}:
            return _run_script
        case {"action": _}:
            return _run_action
        case {"strategy": _}:
            return _run_dashboard
        case {"type": str(kind)} if kind.startswith("custom:"):
            return _run_card
        case {"logger": _}:
            return _run_logger
    raise NotImplementedError(f"nobody knows what {example} is")


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
async def test_example(
    house: House, example: Example, caplog: pytest.LogCaptureFixture
) -> None:
    """It is taken as it is, does what the page says, and logs no complaint."""
    await run_of(example)(house, example)
    complaints = [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.WARNING
        and record.name.startswith(
            ("homeassistant.components", "homeassistant.helpers")
        )
    ]
    assert complaints == []


OF_ACCOUNTS: Final = [
    each
    for each in EXAMPLES
    if "alias" in each.yaml and CASES[each.yaml["alias"]].down is not None
]


@pytest.mark.parametrize("example", OF_ACCOUNTS, ids=str)
async def test_restart(
    house: House, example: Example, hass_storage: dict[str, Any]
) -> None:
    """What changed while Home Assistant was down is acted upon once it is up."""
    case = await _set_up_automation(house, example)
    hass, down = house.hass, case.down
    assert down is not None
    await house.shows(down.entity_id, case.at_first.get(down.entity_id, "unknown"))
    kept = deepcopy(hass_storage.get(KNOWN))
    switched: dict[str, Any] = {"domain": AUTOMATION, "blocking": True}
    switched["service_data"] = {"entity_id": "all"}
    await hass.services.async_call(service="turn_off", **switched)
    # The next run, in the place of this one.
    hass.data.pop(KNOWN, None)
    await hass.async_block_till_done()
    if kept is not None:
        hass_storage[KNOWN] = kept
    hass.set_state(CoreState.starting)
    await house.shows(down.entity_id, down.shows)
    house.take()
    await hass.services.async_call(service="turn_on", **switched)
    await hass.async_block_till_done()
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done()
    if case.lasts:
        await house.waits(case.lasts)
    assert house.take() == down.calls
    await hass.services.async_call(service="turn_off", **switched)


async def test_messages_of_a_restart(house: House) -> None:
    """All that came while down is told, each by itself, and none without a text."""
    (example,) = (e for e in EXAMPLES if e.yaml.get("alias") == "Utility message")
    await _set_up_automation(house, example)
    entry, esmart = house.entries["esmart"], house.sandbox.portal(EsmartSandbox)
    for down in (True, False):
        assert await house.hass.config_entries.async_unload(entry.entry_id)
        if down:
            house.hass.set_state(CoreState.starting)
        for subject in ("One", "Two"):
            house.freezer.tick(60)
            esmart.post.add_message(subject, "Text")
        assert await house.hass.config_entries.async_setup(entry.entry_id)
        await house.refresh("esmart", "messages")
        if down:
            assert house.take() == []
            house.hass.set_state(CoreState.running)
            house.hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
            await house.hass.async_block_till_done()
        assert house.take() == [
            ("notify.notify", {"title": subject, "message": "Text"})
            for subject in ("One", "Two")
        ]


def test_nothing_is_left_out() -> None:
    """What has no shape that is known is not passed over."""
    with pytest.raises(NotImplementedError, match="a page:1"):
        run_of(Example("a page", 1, "sensor: []"))


def test_every_case_is_an_example() -> None:
    """Nothing is tried that stands nowhere, and no two examples have one name."""
    named = [each.yaml["alias"] for each in EXAMPLES if "alias" in each.yaml]
    assert sorted(named) == sorted(CASES)


async def test_message_that_comes_in_an_outage(house: House) -> None:
    """It is told when the portal is back, once."""
    (example,) = (
        each for each in EXAMPLES if each.yaml.get("alias") == "Utility message"
    )
    case = await _set_up_automation(house, example)
    assert await case.happens(house) == house.take()
    esmart = house.sandbox.portal(EsmartSandbox)
    esmart.fail("*", Fault(kind="status", status=503, times=None))
    await house.refresh("esmart", "messages")
    assert house.hass.states.get("event.esmart_42_message").state == "unavailable"
    esmart.post.add_message("Over", "It is on again.")
    esmart.heal()
    await house.refresh("esmart", "messages")
    assert house.take() == [
        ("notify.notify", {"title": "Over", "message": "It is on again."})
    ]
