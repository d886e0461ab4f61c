"""The accounts of the house: what a person would type into each vendor's steps."""

from collections.abc import Callable, Mapping
from typing import Final

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


async def add_account(house: House, vendor: str) -> Json:
    """Take a vendor's config flow; returns the account as it is reported."""
    try:
        answers = ANSWERS[vendor](house.sandbox[vendor])
        result = await house.home_assistant.config_flow(answers)
    except (HouseError, KeyError) as error:
        return {"state": "flow_failed", "errors": repr(error)}
    if result["type"] == "create_entry":
        return {"entry_id": result["result"]["entry_id"]}
    wrong = result.get("errors") or result.get("reason") or result.get("step_id")
    return {"state": "flow_failed", "errors": wrong}
