"""The demo's devices under the planner's hand: moved by plan, and by nobody else's."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from house import HomeAssistant, House, HouseError, Json

_SECONDS: Final = 45
ROME: Final = ZoneInfo("Europe/Rome")
CHARGER: Final = "switch.charger"
PLUG: Final = "switch.dishwasher_plug"
_NOT_THERE: Final = frozenset({"", "unavailable"})


async def shows(
    home_assistant: HomeAssistant, entity: str, fits: str | Callable[[str], bool]
) -> str:
    """Wait until an entity shows something; HouseError if it does not."""
    shown = ""

    def is_it() -> bool:
        return shown == fits if isinstance(fits, str) else fits(shown)

    with suppress(TimeoutError):
        async with asyncio.timeout(_SECONDS):
            while not is_it():
                # An entity that appears with what it shows is not there at first.
                with suppress(HouseError):
                    shown = await home_assistant.state(entity)
                await asyncio.sleep(0.3)
    if not is_it():
        beside = await _beside(home_assistant, entity)
        raise HouseError(f"{entity} shows {shown}, beside {beside}")
    return shown


async def _beside(home_assistant: HomeAssistant, entity: str) -> Json:
    """Return what the entities show that are called alike, to see why."""
    first = entity.partition(".")[2].partition("_")[0]
    return {
        state["entity_id"]: state["state"]
        for state in await home_assistant.request("GET", "/api/states")
        if state["entity_id"].partition(".")[2].startswith(first)
    }


async def press(home_assistant: HomeAssistant, entity: str) -> None:
    """Press a button, as soon as it is there: before, nothing would come of it."""
    await shows(home_assistant, entity, lambda shown: shown not in _NOT_THERE)
    await home_assistant.act("button", "press", {"entity_id": entity})


async def check_driving(home_assistant: HomeAssistant) -> list[str]:
    """Start the dishwasher and have it done; returns what is wrong."""
    try:
        await press(home_assistant, "button.dishwasher_start")
        await shows(home_assistant, PLUG, "on")
        await shows(home_assistant, "binary_sensor.dishwasher_device", "on")
        await press(home_assistant, "button.dishwasher_skip")
        await shows(home_assistant, PLUG, "off")
        await shows(home_assistant, "sensor.car_state_of_charge", _is_number)
        await shows(home_assistant, "sensor.car_energy_needed", _is_number)
    except HouseError as error:
        return [f"planner: {error}"]
    return []


# What the battery shows where its plan has a mode; by itself it is left as it is.
_WORDS: Final = {
    "charge": "Force charge",
    "discharge": "Force discharge",
    "hold": "Hold",
    "itself": "Auto",
}


async def check_home(home_assistant: HomeAssistant, planner: Json) -> list[str]:
    """Have all of the home planned in one, with its sun and its peak fee, and driven.

    Returns what is wrong. What the Energy dashboard has is read with the next hour, or
    after a reload.
    """
    entry = planner.get("entry_id")
    if entry is None:
        return ["planner: it is not there"]
    await home_assistant.request(
        "POST", f"/api/config/config_entries/entry/{entry}/reload"
    )
    plan: Json = {}
    with suppress(TimeoutError):
        async with asyncio.timeout(_SECONDS):
            while plan.get("method") != "optimum":
                await asyncio.sleep(0.5)
                with suppress(HouseError):
                    plan = await _plan(home_assistant, entry)
    if plan.get("method") != "optimum":
        return [f"planner: the home is no optimum: {plan}"]
    wrong = []
    if not plan["cost"]["peak_fee"] > 0:
        wrong.append(f"planner: no peak fee: {plan['cost']}")
    devices = {each["name"]: each for each in plan["devices"]}
    for name in ("Car", "Home battery", "Water tank"):
        device = devices.get(name)
        if device is None or (device["runs"] and device["reason"] is None):
            wrong.append(f"planner: {name}: {device}")
    try:
        mode = await shows(
            home_assistant, "sensor.home_battery_planned_mode", _WORDS.__contains__
        )
        word = _WORDS[mode]
        await shows(home_assistant, "input_select.demo_battery_mode", word)
    except HouseError as error:
        wrong.append(f"planner: {error}")
    return wrong


async def _plan(home_assistant: HomeAssistant, entry: str) -> Json:
    """Return what the planner plans."""
    answer = await home_assistant.request(
        "POST",
        "/api/services/energy_portals/get_plan?return_response",
        {"config_entry_id": entry},
    )
    plan: Json = answer["service_response"]
    return plan


def _above(amount: float) -> Callable[[str], bool]:
    """Return what says whether an entity shows more."""
    return lambda shown: _is_number(shown) and float(shown) > amount


def _is_number(shown: str) -> bool:
    """Say whether an entity shows a number."""
    with suppress(ValueError):
        return float(shown) >= 0
    return False


async def _ready_by(home_assistant: HomeAssistant, when: datetime) -> None:
    """Say when the car has to be ready."""
    ready = {
        "entity_id": "input_datetime.demo_ready",
        "datetime": f"{when:%Y-%m-%d %H:%M:%S}",
    }
    await home_assistant.act("input_datetime", "set_datetime", ready)


async def live_through(house: House) -> None:
    """Live through what cars do: late, with more to do, sooner, by hand."""
    home_assistant = house.home_assistant
    cable = {"entity_id": "input_boolean.demo_cable"}

    # It comes late: nothing is switched before it is plugged in.
    await home_assistant.act("input_boolean", "turn_off", cable)
    await shows(home_assistant, "binary_sensor.car_cable", "off")
    await press(home_assistant, "button.car_start")
    await shows(home_assistant, "binary_sensor.car_time_to_run", "on")
    if await home_assistant.state(CHARGER) != "off":
        raise HouseError("it charges a car that is not there")
    await home_assistant.act("input_boolean", "turn_on", cable)
    await shows(home_assistant, CHARGER, "on")
    before = float(await home_assistant.state("sensor.car_state_of_charge"))
    await shows(
        home_assistant,
        "sensor.car_state_of_charge",
        _above(before),
    )

    # It is to have more than it was.
    needed = float(await home_assistant.state("sensor.car_energy_needed"))
    target = {"entity_id": "input_number.demo_target", "value": 95}
    await home_assistant.act("input_number", "set_value", target)
    await shows(
        home_assistant,
        "sensor.car_energy_needed",
        _above(needed),
    )

    # And sooner.
    soon = datetime.now(ROME).replace(microsecond=0) + timedelta(hours=2)
    await _ready_by(home_assistant, soon)
    await shows(
        home_assistant,
        "sensor.car_ready_by",
        lambda shown: _moment(shown) == soon,
    )

    # Home Assistant goes away in the middle, and takes it up again.
    await home_assistant.restart()
    await shows(home_assistant, CHARGER, "on")
    await shows(home_assistant, "sensor.car_driven", "by_plan")

    # A hand wins, until the plan is wanted again.
    charger = {"entity_id": CHARGER}
    await home_assistant.act("switch", "turn_off", charger)
    await shows(home_assistant, "sensor.car_driven", "by_hand")
    if await home_assistant.state(CHARGER) != "off":
        raise HouseError("a hand does not win")


def _moment(shown: str) -> datetime | None:
    """Return the moment that an entity shows, if any."""
    with suppress(ValueError):
        return datetime.fromisoformat(shown)
    return None
