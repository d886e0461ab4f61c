"""The accounts of the house: what a person would type into each portal's steps."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from house import House, HouseError, Json

# More than a first import asks for, so that all of it has a history.
LONG_SINCE: Final = (("esmart", "open_since", {"months": 40}),)


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
_LOADS: Final[tuple[Json, ...]] = (
    {
        "name": "Dishwasher",
        "duration": 120,
        "power": 1.2,
        "objective": "price",
        "shape": "contiguous",
        "details": {},
    },
    {
        "name": "Car",
        "energy": 14,
        "power": 7.4,
        "objective": "price",
        "shape": "slots",
        "details": {"least_power": 1.4},
    },
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


async def _planner(house: House) -> list[Json]:
    """Return the answers for a planner on spot prices and the first green windows."""
    sources = await house.home_assistant.command("energy_portals/sources")
    spot = next(each for each in sources["prices"] if "area" in each["name"])
    chosen = {"price": spot["id"], "green": sources["green"][0]["id"]}
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
    for load in _LOADS:
        answer = {**load, **window}
        result = await house.home_assistant.subentry_flow(entry_id, "load", [answer])
        if result["type"] != "create_entry":
            raise HouseError(f"{load['name']}: {result.get('errors')}")


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
