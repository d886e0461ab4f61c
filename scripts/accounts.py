"""The accounts of the house: what a person would type into each portal's steps."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from house import House, HouseError, Json

# More than a first import asks for, so that all of it has a history; and energy by what
# was billed.
LONG_SINCE: Final[tuple[tuple[str, str, Json], ...]] = (
    ("esmart", "open_since", {"months": 40}),
    ("epilot", "set_intervals", {"names": ["PT15M", "PT1H", "P1D", "P1M", "custom"]}),
)


def _digiwatt(facts: Json) -> list[Json]:
    """Return the answers for a Digiwatt account."""
    fields = ("client_id", "client_secret", "account_number")
    return [
        {"next_step_id": "digiwatt"},
        {
            **{field: facts[field] for field in fields},
            "advanced": {"api_url": facts["api_url"]},
        },
    ]


def _esmart(facts: Json) -> list[Json]:
    """Return the answers for an eSmart account."""
    fields = ("api_url", "user_name", "password", "area")
    return [
        {"next_step_id": "esmart"},
        {
            **{field: facts[field] for field in fields},
            "advanced": {"app_name": facts["app_name"]},
        },
        {"customer_id": facts["customer_id"]},
        {"next_step_id": "pay_later"},
    ]


def _epilot(facts: Json) -> list[Json]:
    """Return the answers for a customer of an epilot portal."""
    addresses = ("api_url", "metering_url", "identity_url")
    return [
        {"next_step_id": "epilot"},
        {
            **{field: facts[field] for field in ("domain", "email", "password")},
            "advanced": {field: facts[field] for field in addresses},
        },
    ]


def _volue(facts: Json) -> list[Json]:
    """Return the answers for a user of a partner of Volue's, with all that it has."""
    fields = ("client_id", "client_secret", "environment")
    resources = ("tank_id", "charger_id", "vehicle_id")
    return [
        {"next_step_id": "volue"},
        {
            **{field: facts[field] for field in fields},
            "advanced": {field: facts[field] for field in ("api_url", "token_url")},
        },
        {"user_id": facts["user_id"]},
        {
            "records": [
                f"location:{facts['location_id']}",
                *(f"resource:{facts[each]}" for each in resources),
            ]
        },
    ]


def _autarc(facts: Json) -> list[Json]:
    """Return the answers for a company by its key, with one project as a device."""
    return [
        {"next_step_id": "autarc"},
        {"next_step_id": "autarc_key"},
        {
            "api_key": facts["api_key"],
            "advanced": {"api_url": facts["api_url"]},
        },
        {"projects": [facts["project_id"]]},
    ]


ANSWERS: Final[Mapping[str, Callable[[Json], list[Json]]]] = {
    "digiwatt": _digiwatt,
    "esmart": _esmart,
    "epilot": _epilot,
    "volue": _volue,
    "autarc": _autarc,
}


# It lives on the others, which are there before it.
PLANNER: Final = "planner"
# As a person adds one who knows nothing but its plug; its window is another.
_DISHWASHER: Final[Json] = {"drives": "switch.dishwasher_plug", "hours": 2}
_LOADS: Final[tuple[Json, ...]] = (
    {
        "name": "Hot water",
        "duration": 90,
        "power": 2,
        "objective": "both",
        "shape": "pieces",
        "details": {
            "worth": 0.002,
            "least_length": 30,
            "least_pause": 30,
            "starts": 2,
        },
    },
)


# What its form is filled in with, after its devices, of which it has none.
CAR: Final[Json] = {
    "soc": "sensor.car_battery",
    "capacity": 50,
    "target": "input_number.demo_target",
    "power": 3.68,
    "least_power": 1.38,
    "plugged": "binary_sensor.car_cable",
    "objective": "price",
    "charging": {
        "drives": "switch.charger",
        "setpoint": "number.charger_current",
        "phases": "1",
        "meter": "sensor.charger_power",
    },
    "days": {"ready_by": "input_datetime.demo_ready"},
    "more": {"least_charge": 20, "energy": 14},
}


# What it knows of its whole home beside the Energy dashboard: a fee by Norway's steps.
HOME: Final[Json] = {
    "limit": 11,
    "base_load": 0.8,
    "roof": {"feed_in": 0.3},
    "peak": {
        "peak_fee": "norway",
        "peak_steps": [
            {"from": start, "price": price}
            for start, price in ((0, 120), (2, 200), (5, 336), (10, 468), (15, 604))
        ],
    },
}
_STORES: Final[Mapping[str, list[Json]]] = {
    "home_battery": [
        {
            "drives": "input_select.demo_battery_mode",
            "soc": "input_number.demo_battery",
            "capacity": 10,
            "charge": 5,
            "more": {"setpoint": "input_number.demo_battery_power", "low": 10},
        },
        {
            "word_charge": "Force charge",
            "word_discharge": "Force discharge",
            "word_hold": "Hold",
        },
        {"next_step_id": "add"},
    ],
    "thermal_store": [
        {
            "name": "Water tank",
            "temperature": "input_number.demo_tank",
            "litres": 200,
            "coolest": 45,
            "warmest": 75,
            "power": 2,
            "moving": {"drives": "input_boolean.demo_element"},
            "more": {"uses": 6, "loss": 10},
        },
    ],
}


async def _planner(house: House) -> list[Json]:
    """Return the answers for a planner on a contract's price, green hours and caps."""
    sources = await house.home_assistant.command("energy_portals/sources")
    price = next(each for each in sources["prices"] if not each["flat"])
    firsts = {kind: sources[kind][0]["id"] for kind in ("green", "caps")}
    chosen = {"price": price["id"], **firsts, **HOME}
    return [{"next_step_id": PLANNER}, chosen]


async def _add_loads(house: House, entry_id: str) -> None:
    """Set loads up whose windows begin soon and are known to their ends."""
    now = datetime.now(ZoneInfo("Europe/Rome"))
    begin, end = (now + timedelta(hours=hours) for hours in (2, 8))
    window = {
        "begin": f"{begin:%H}:00:00",
        "end": f"{end:%H}:00:00",
        "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    }
    await _add_dishwasher(house, entry_id, f"{begin:%H}:00:00", f"{end:%H}:00:00")
    for load in _LOADS:
        answer = {**load, **window}
        result = await house.home_assistant.subentry_flow(
            entry_id, "load", [{"next_step_id": "other"}, answer]
        )
        if result["type"] != "create_entry":
            raise HouseError(f"{load['name']}: {result.get('errors')}")
    await add_car(house, entry_id, f"{end:%H}:00:00")
    for kind, answers in _STORES.items():
        result = await house.home_assistant.subentry_flow(entry_id, kind, answers)
        if result["type"] != "create_entry":
            raise HouseError(f"{kind}: {result.get('errors')}")


async def _add_dishwasher(house: House, entry_id: str, begin: str, end: str) -> None:
    """Add a dishwasher by its three answers."""
    more = {"begin": begin, "power": 1.2}
    result = await house.home_assistant.subentry_flow(
        entry_id,
        "load",
        [
            {"next_step_id": "dishwasher"},
            {**_DISHWASHER, "end": end, "more": more},
            {"next_step_id": "add"},
        ],
    )
    if result["type"] != "create_entry":
        raise HouseError(f"Dishwasher: {result.get('errors')}")


async def add_car(house: House, entry_id: str, ready: str) -> None:
    """Set the demo's car up, plugged in at 40 % of the 80 it is to have."""
    set_to = {"input_number.demo_charge": 40, "input_number.demo_target": 80}
    for entity, value in set_to.items():
        about = {"entity_id": entity, "value": value}
        await house.home_assistant.act("input_number", "set_value", about)
    cable = {"entity_id": "input_boolean.demo_cable"}
    await house.home_assistant.act("input_boolean", "turn_on", cable)
    answers = [{"name": "Car"}, {**CAR, "end": ready}]
    result = await house.home_assistant.subentry_flow(
        entry_id, "electric_vehicle", answers
    )
    if result["type"] != "create_entry":
        raise HouseError(f"Car: {result.get('errors')}")


async def add_account(house: House, portal: str) -> Json:
    """Take a portal's config flow; returns the account as it is reported."""
    try:
        if portal == PLANNER:
            answers = await _planner(house)
        else:
            answers = ANSWERS[portal](house.sandbox[portal])
        result = await house.home_assistant.config_flow(answers)
    except (HouseError, KeyError) as error:
        return {"state": "flow_failed", "errors": repr(error)}
    if result["type"] == "create_entry":
        entry_id = result["result"]["entry_id"]
        if portal == PLANNER:
            await _add_loads(house, entry_id)
        return {"entry_id": entry_id}
    wrong = result.get("errors") or result.get("reason") or result.get("step_id")
    return {"state": "flow_failed", "errors": wrong}
