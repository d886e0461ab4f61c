"""Which request bodies Digiwatt accepts; a refusal is a BadBody with the reason."""

from collections.abc import Mapping
import re
from typing import Final

HOUSE_TYPES: Final = ("apartment", "townhouse", "detached", "second")
APPLIANCES: Final = (
    "airConditioner",
    "boiler",
    "chargingStation",
    "dishwasher",
    "electricHeater",
    "electricVehicle",
    "fridge",
    "heatPump",
    "inductionCooktop",
    "microwave",
    "oven",
    "solarBattery",
    "solarPanel",
    "television",
    "washingMachine",
)
_REGISTRATION: Final = ("pod", "account_number", "company_code")
_RESIDENTS: Final = ("adults", "children", "elderlies")


class BadBody(Exception):
    """A request body that breaks a rule, which the message names."""


def _require(condition: bool, reason: str) -> None:
    if not condition:
        raise BadBody(reason)


def _object(value: object, where: str, keys: tuple[str, ...]) -> Mapping[str, object]:
    """Return a value that is an object with none but the given keys."""
    if not isinstance(value, dict):
        msg = f"{where} must be an object"
        raise BadBody(msg)
    unknown = sorted(set(value) - set(keys))
    _require(not unknown, f"{where}: unknown {', '.join(unknown)}")
    return value


def _is_count(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def registration(body: object) -> dict[str, str]:
    """Return a checked user creation; the POD is not checked beyond being there."""
    given = _object(body, "body", _REGISTRATION)
    for key in _REGISTRATION:
        value = given.get(key)
        _require(isinstance(value, str) and value != "", f"{key} is required")
    return {key: str(given[key]) for key in _REGISTRATION}


def onboarding(body: object) -> Mapping[str, object]:
    """Return a checked onboarding; of its three parts none is marked required."""
    given = _object(body, "body", ("house", "residents", "appliances"))
    if "house" in given:
        _check_house(given["house"])
    if "residents" in given:
        _check_residents(given["residents"])
    if "appliances" in given:
        _check_appliances(given["appliances"])
    return given


def _check_house(value: object) -> None:
    # "dimesion" is the portal's own spelling; the right one is an unknown key.
    house = _object(value, "house", ("type", "dimesion", "province"))
    if "type" in house:
        _require(house["type"] in HOUSE_TYPES, "house.type is not in the enum")
    if "dimesion" in house:
        _require(_is_count(house["dimesion"], 0), "house.dimesion must be an integer")
    if "province" in house:
        province = house["province"]
        _require(
            isinstance(province, str) and bool(re.fullmatch("[A-Z]{2}", province)),
            "house.province must be two capital letters",
        )


def _check_residents(value: object) -> None:
    residents = _object(value, "residents", _RESIDENTS)
    for key in _RESIDENTS:
        _require(_is_count(residents.get(key), 0), f"residents.{key} must be a count")
    _require(
        any(_is_count(residents[key], 1) for key in _RESIDENTS),
        "residents: at least one is required",
    )


def _check_appliances(value: object) -> None:
    if not isinstance(value, list):
        msg = "appliances must be a list"
        raise BadBody(msg)
    for item in value:
        entry = _object(item, "appliances[]", ("appliance", "quantity"))
        _require(entry.get("appliance") in APPLIANCES, "appliance is not in the enum")
        _require(_is_count(entry.get("quantity"), 1), "quantity must be at least 1")
