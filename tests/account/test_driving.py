"""The house's devices: who changed them, and what is done with them."""

import asyncio
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.energy_portals.account import driving
from custom_components.energy_portals.account.driving import HomeDevices
from custom_components.energy_portals.portals.http.errors import Unavailable
from tests.accounts import pass_time

SWITCH = "switch.plug"
METER = "sensor.power"


class Looks:
    """Counts how often it was looked."""

    def __init__(self) -> None:
        """Begin with none."""
        self.count = 0

    def __call__(self) -> None:
        """Look."""
        self.count += 1


@pytest.fixture
def looks() -> Looks:
    """Return what looks."""
    return Looks()


@pytest.fixture
async def devices(hass: HomeAssistant, looks: Looks) -> Any:
    """Return devices with a switch and a meter, of which both are followed."""
    hass.states.async_set(SWITCH, "off")
    hass.states.async_set(METER, "0", {"unit_of_measurement": "W"})

    async def switch(call: ServiceCall) -> None:
        is_on = call.service == "turn_on"
        hass.states.async_set(SWITCH, "on" if is_on else "off", context=call.context)

    for action in ("turn_on", "turn_off"):
        hass.services.async_register("switch", action, switch)
    devices = HomeDevices(hass, looks)
    end = devices.start()
    devices.follow([SWITCH, METER, "no such thing"])
    yield devices
    end()


async def test_what_they_say(hass: HomeAssistant, devices: HomeDevices) -> None:
    """State and attributes; nothing of what is not there or cannot be seen."""
    state = devices.state(METER)
    assert state is not None
    assert (state.domain, state.state) == ("sensor", "0")
    assert state.attributes["unit_of_measurement"] == "W"
    hass.states.async_set(METER, STATE_UNAVAILABLE)
    gone = devices.state(METER)
    assert gone is not None
    assert gone.state is None
    assert devices.state("switch.other") is None
    assert devices.state("0123456789abcdef0123456789abcdef") is None
    assert str(devices.zone) == hass.config.time_zone


async def test_what_is_done_here_is_no_touch(
    hass: HomeAssistant, devices: HomeDevices, looks: Looks
) -> None:
    """It is looked at all the same, because the device has answered."""
    await devices.act(SWITCH, "turn_on", {})
    await hass.async_block_till_done()
    assert hass.states.is_state(SWITCH, "on")
    assert devices.touched(SWITCH) is None
    assert looks.count == 1
    # What an automation makes of it has it as its parent.
    state = hass.states.get(SWITCH)
    assert state is not None
    made_of_it = Context(parent_id=state.context.id)
    hass.states.async_set(SWITCH, "off", context=made_of_it)
    await hass.async_block_till_done()
    assert devices.touched(SWITCH) is None


async def test_a_call_of_somebody_else_is_a_hand(
    hass: HomeAssistant, devices: HomeDevices
) -> None:
    """A person's, and an automation's, which has no user."""
    await hass.services.async_call("switch", "turn_on", {"entity_id": SWITCH})
    await hass.async_block_till_done()
    touch = devices.touched(SWITCH)
    assert touch is not None
    assert touch.is_called


async def test_a_change_of_its_own(hass: HomeAssistant, devices: HomeDevices) -> None:
    """Without a call it is the device's, or somebody's at the device."""
    hass.states.async_set(SWITCH, "on")
    await hass.async_block_till_done()
    touch = devices.touched(SWITCH)
    assert touch is not None
    assert not touch.is_called
    hass.states.async_set(SWITCH, "off", context=Context(user_id="somebody"))
    await hass.async_block_till_done()
    touch = devices.touched(SWITCH)
    assert touch is not None
    assert touch.is_called
    assert devices.touched("0123456789abcdef0123456789abcdef") is None


async def test_what_comes_back_is_no_touch(
    hass: HomeAssistant, devices: HomeDevices, looks: Looks
) -> None:
    """A device that was away, removed or is new has not been touched."""
    for state in (STATE_UNAVAILABLE, "on"):
        hass.states.async_set(SWITCH, state)
    hass.states.async_remove(SWITCH)
    hass.states.async_set(SWITCH, "off")
    await hass.async_block_till_done()
    assert devices.touched(SWITCH) is None
    assert looks.count == 4


async def test_a_meter_is_looked_at_calmly(
    hass: HomeAssistant,
    devices: HomeDevices,
    looks: Looks,
    freezer: FrozenDateTimeFactory,
) -> None:
    """However often it tells; at once when it comes or goes."""
    for power in range(1, 9):
        hass.states.async_set(METER, str(power))
        await hass.async_block_till_done()
    assert looks.count == 0
    await pass_time(hass, freezer, timedelta(seconds=30))
    assert looks.count == 1
    hass.states.async_set(METER, STATE_UNAVAILABLE)
    await hass.async_block_till_done()
    assert looks.count == 2


async def test_only_what_is_followed(
    hass: HomeAssistant, devices: HomeDevices, looks: Looks
) -> None:
    """Others change without a look; what is the same is not followed anew."""
    devices.follow([METER, SWITCH])
    devices.follow([METER])
    hass.states.async_set(SWITCH, "on")
    await hass.async_block_till_done()
    assert looks.count == 0
    devices.follow([])
    hass.states.async_set(METER, STATE_UNAVAILABLE)
    await hass.async_block_till_done()
    assert looks.count == 0


async def test_what_fails(
    hass: HomeAssistant, devices: HomeDevices, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever another integration raises; what it says may be private."""

    async def fail(call: ServiceCall) -> None:
        raise HomeAssistantError("my-secret")

    hass.services.async_register("switch", "turn_on", fail)
    with pytest.raises(Unavailable):
        await devices.act(SWITCH, "turn_on", {})
    assert "my-secret" not in caplog.text
    assert "turn_on of switch.plug failed" in caplog.text
    with pytest.raises(Unavailable):
        await devices.act("0123456789abcdef0123456789abcdef", "turn_on", {})
    with pytest.raises(Unavailable):
        await devices.act(SWITCH, "explode", {})


async def test_what_hangs(
    hass: HomeAssistant, devices: HomeDevices, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A device that never answers does not hold up the others."""

    async def hang(call: ServiceCall) -> None:
        await asyncio.Event().wait()

    hass.services.async_register("switch", "turn_on", hang)
    monkeypatch.setattr(driving, "_PATIENCE", 0)
    with pytest.raises(Unavailable):
        await devices.act(SWITCH, "turn_on", {})


async def test_what_was_called_long_ago_is_forgotten(
    hass: HomeAssistant, devices: HomeDevices, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Contexts are kept for as long as it takes a state to come."""
    monkeypatch.setattr(driving, "_CONTEXTS", 1)
    first = Context()
    await hass.services.async_call(
        "switch", "turn_on", {"entity_id": SWITCH}, blocking=True, context=first
    )
    await hass.services.async_call(
        "switch", "turn_off", {"entity_id": SWITCH}, blocking=True
    )
    hass.states.async_set(SWITCH, "on", context=first)
    await hass.async_block_till_done()
    assert not devices.touched(SWITCH).is_called  # type: ignore[union-attr]


async def test_a_renamed_entity(hass: HomeAssistant, looks: Looks) -> None:
    """It is known by its id in the registry."""
    registry = er.async_get(hass)
    entry = registry.async_get_or_create("switch", "other", "1")
    hass.states.async_set(entry.entity_id, "on")
    devices = HomeDevices(hass, looks)
    state = devices.state(entry.id)
    assert state is not None
    assert state.entity_id == entry.entity_id
