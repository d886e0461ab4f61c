"""What each automation and script of the documentation is tried on.

A case says which accounts it lives on and how things are at first; lets happen what
the example waits for; and tells what it then has to call of others.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from tests.accounts import act
from tests.docs.house import MINUTE, NOW, Calls, House
from tests.sandbox.autarc import AutarcSandbox
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import CHARGER

type Happens = Callable[[House], Awaitable[Calls]]

DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
LEVEL: Final = "sensor.price_area_no1_price_level"
PRICE: Final = "sensor.price_area_no1_price"
READY: Final = "sensor.car_ready_by"
# At nine by its clock.
_SUNDAY: Final = "2026-10-25T08:00:00+00:00"
POWER: Final = "sensor.car_power_to_run_at"
CAP: Final = "sensor.charger_grid_limit"
GREEN: Final = "binary_sensor.digiwatt_1234567890_green_hours_now"


@dataclass(frozen=True)
class Down:
    """What an entity shows after a start, unlike before, and what that has to call."""

    entity_id: str
    shows: str
    calls: Calls


@dataclass(frozen=True, kw_only=True)
class Case:
    """How an example is tried.

    `lasts` is how long a thing must last for the example to act. When what it waits for
    comes back from an outage (`gaps` is what it shows meanwhile), the example calls
    nothing: at first but what is `usual`, later but what it called already if it
    `repeats` that. `down` is what changes while Home Assistant is down.
    """

    happens: Happens
    accounts: tuple[str, ...] = ()
    at_first: Mapping[str, str] = field(default_factory=dict)
    lasts: timedelta = timedelta()
    gaps: tuple[str, ...] = ("unavailable", "unknown")
    usual: Calls = field(default_factory=list)
    repeats: bool = False
    down: Down | None = None


def _tells(message: str, **more: str) -> tuple[str, dict[str, Any]]:
    """Return the call that tells the phone."""
    return "notify.notify", {"message": message, **more}


def _turns_on(entity_id: str) -> tuple[str, dict[str, Any]]:
    """Return the call that switches a thing on."""
    return "switch.turn_on", {"entity_id": [entity_id]}


def _sets(entity_id: str, value: float) -> tuple[str, dict[str, Any]]:
    """Return the call that sets a number."""
    return "number.set_value", {"entity_id": [entity_id], "value": value}


async def _power_is_cheap(house: House) -> Calls:
    await house.shows(PRICE, "0.12")
    await house.shows(LEVEL, "cheap", "very_cheap")
    return [_tells("Power costs 0.12 now.")]


async def _cheap_power(house: House) -> Calls:
    await house.shows(PRICE, "0.06", "0.04", "0.03")
    return [_tells("Power costs 0.04 now.")]


async def _charge_when_it_is_cheap(house: House) -> Calls:
    await house.shows(LEVEL, "expensive", "cheap", "very_cheap")
    return [_turns_on("switch.wallbox")]


async def _dishwasher(house: House) -> Calls:
    await house.shows(LEVEL, "expensive")
    await house.shows(GREEN, "on")
    await house.waits(6 * MINUTE)
    assert not house.calls
    await house.shows(LEVEL, "cheap")
    await house.shows(GREEN, "off", "on")
    await house.waits(6 * MINUTE)
    return [_turns_on("switch.dishwasher")]


async def _wash_when_it_is_green(house: House) -> Calls:
    await house.shows(GREEN, "on")
    return [_turns_on("switch.washing_machine")]


async def _too_much_power(house: House) -> Calls:
    house.sandbox.household.correct(NOW - DAY, NOW + DAY, 4000)
    for _ in range(4):
        await house.waits(MINUTE)
    drawn = house.hass.states.get("sensor.digiwatt_1234567890_power")
    assert drawn is not None and float(drawn.state) > 4000
    return [_tells(f"The home draws {drawn.state} W.")]


async def _utility_message(house: House) -> Calls:
    esmart = house.sandbox.portal(EsmartSandbox)
    house.freezer.tick(HOUR)
    esmart.post.add_message("Outage", "Tomorrow at noon.")
    await house.refresh("esmart", "messages")
    return [_tells("Tomorrow at noon.", title="Outage")]


async def _charge_by_the_morning(house: House) -> Calls:
    await house.shows("device_tracker.car", "home")
    energy = house.hass.states.get("sensor.esmart_42_next_charging_energy")
    assert energy is not None and energy.state == "20.0"
    return []


async def _instalment(house: House) -> Calls:
    calendar = house.hass.states.get("calendar.kundenportal_der_stadtwerke_billing")
    assert calendar is not None
    begins = datetime.fromisoformat(calendar.attributes["start_time"])
    due = begins.replace(tzinfo=ZoneInfo("Europe/Oslo")) - DAY
    house.freezer.move_to(due - 20 * MINUTE)
    for _ in range(3):
        await house.waits(9 * MINUTE)
    return [_tells(f"Tomorrow: {calendar.attributes['message']}")]


async def _the_grid_is_full(house: House) -> Calls:
    house.sandbox.portal(VolueSandbox).send_cap(CHARGER, first=0, values=[3.5])
    await house.refresh("volue", "events")
    return [_sets("number.charger_limit", 3.5)]


async def _charge_as_planned(house: House) -> Calls:
    await house.shows(POWER, "7.4", "0.0")
    return [_sets("number.wallbox_power", 7.4), _sets("number.wallbox_power", 0)]


async def _installations_today(house: House) -> Calls:
    answer: Any = await act(house.hass, "get_projects", installation_from="2026-10-21")
    day = min(each["installation_date"] for each in answer["projects"])
    names = [
        each["name"] for each in answer["projects"] if each["installation_date"] == day
    ]
    at_six = datetime.fromisoformat(f"{day}T06:59:00").replace(
        tzinfo=ZoneInfo("Europe/Oslo")
    )
    house.freezer.move_to(at_six - DAY)
    await house.waits(2 * MINUTE)
    house.freezer.move_to(at_six)
    await house.waits(2 * MINUTE)
    return [_tells(f"Today: {', '.join(names)}")]


async def _new_project(house: House) -> Calls:
    fields = {"name": "House of Lee", "day": "2026-12-24"}
    await house.hass.services.async_call("script", "new_project", fields, blocking=True)
    *_, made = house.sandbox.portal(AutarcSandbox).company.projects.values()
    assert (made["name"], made["installationDate"]) == ("House of Lee", "2026-12-24")
    return [_tells(f"House of Lee: {made['id']}")]


def _plans(when: str) -> Calls:
    """Return the call that gives evcc a goal."""
    goal = {"vehicle": "db:7", "soc": 80, "startdate": when}
    return [("evcc_intg.set_vehicle_plan", goal)]


async def _evcc(house: House) -> Calls:
    await house.shows(READY, "2026-10-21T05:00:00+00:00")
    return _plans("2026-10-21 07:00:00")


def _targets(hour: int) -> Calls:
    """Return the calls that give Ohme a goal."""
    target = {"entity_id": ["time.ohme_target_time"], "time": time(hour)}
    return [
        ("time.set_value", target),
        _sets("number.ohme_target_percentage", 80),
    ]


async def _ohme(house: House) -> Calls:
    await house.shows(READY, "2026-10-21T05:00:00+00:00")
    return _targets(7)


# By the name that an example gives itself.
CASES: Final[Mapping[str, Case]] = {
    "Charge as planned": Case(
        accounts=("esmart", "planner"),
        happens=_charge_as_planned,
        at_first={POWER: "0.0"},
        down=Down(POWER, "7.4", [_sets("number.wallbox_power", 7.4)]),
        usual=[_sets("number.wallbox_power", 0)],
        repeats=True,
    ),
    "Charge by the morning": Case(
        accounts=("esmart",),
        happens=_charge_by_the_morning,
        at_first={"device_tracker.car": "not_home"},
    ),
    "Charge when it is cheap": Case(
        accounts=("esmart",),
        happens=_charge_when_it_is_cheap,
        at_first={LEVEL: "normal"},
        down=Down(LEVEL, "cheap", [_turns_on("switch.wallbox")]),
    ),
    "Cheap power": Case(
        accounts=("esmart",),
        happens=_cheap_power,
        at_first={PRICE: "0.06"},
        down=Down(PRICE, "0.04", [_tells("Power costs 0.04 now.")]),
    ),
    "Dishwasher in a green window": Case(
        accounts=("esmart", "digiwatt", "volue"),
        happens=_dishwasher,
        at_first={GREEN: "off", LEVEL: "cheap"},
        lasts=6 * MINUTE,
        down=Down(GREEN, "on", [_turns_on("switch.dishwasher")]),
    ),
    "Installations today": Case(accounts=("autarc",), happens=_installations_today),
    "Instalment": Case(accounts=("epilot",), happens=_instalment),
    "New project": Case(accounts=("autarc",), happens=_new_project),
    "Power is cheap": Case(
        accounts=("esmart",),
        happens=_power_is_cheap,
        at_first={LEVEL: "normal", PRICE: "0.12"},
        down=Down(LEVEL, "very_cheap", [_tells("Power costs 0.12 now.")]),
    ),
    "The grid is full": Case(
        accounts=("volue",),
        happens=_the_grid_is_full,
        gaps=("unavailable",),
        usual=[_sets("number.charger_limit", 11)],
        repeats=True,
        down=Down(CAP, "3.5", [_sets("number.charger_limit", 3.5)]),
    ),
    "Too much power": Case(
        accounts=("digiwatt",),
        happens=_too_much_power,
        lasts=3 * MINUTE,
        repeats=True,
    ),
    # Once something has happened, an event is never unknown again.
    "Give Ohme the car's goal": Case(
        accounts=("esmart", "planner"),
        happens=_ohme,
        at_first={READY: _SUNDAY},
        usual=_targets(9),
        repeats=True,
    ),
    "Give evcc the car's goal": Case(
        accounts=("esmart", "planner"),
        happens=_evcc,
        at_first={READY: _SUNDAY},
        usual=_plans("2026-10-25 09:00:00"),
        repeats=True,
    ),
    "Utility message": Case(
        accounts=("esmart",), happens=_utility_message, gaps=("unavailable",)
    ),
    "Wash when it is green": Case(
        accounts=("digiwatt",),
        happens=_wash_when_it_is_green,
        at_first={GREEN: "off"},
        down=Down(GREEN, "on", [_turns_on("switch.washing_machine")]),
    ),
}
