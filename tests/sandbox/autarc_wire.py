"""What the simulated autarc takes: members, their types, refusals."""

from collections.abc import Callable, Mapping
from datetime import date
import re
from typing import Any, Final
import uuid

from aiohttp import web


class Refused(Exception):
    """An error in the portal's form."""

    def __init__(self, status: int, message: str | list[str]) -> None:
        """Say what is wrong."""
        super().__init__(message)
        self.status = status
        self.message = message

    def response(self) -> web.Response:
        """Return it as the portal would."""
        return refusal(self.status, self.message)


_REASONS: Final = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    415: "Unsupported Media Type",
}


def refusal(status: int, message: str | list[str]) -> web.Response:
    """Return an error body."""
    error = _REASONS.get(status, "Error")
    body = {"message": message, "error": error, "statusCode": status}
    return web.json_response(body, status=status)


type Check = Callable[[Any], bool]


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _uuid(value: Any) -> bool:
    try:
        return bool(str(uuid.UUID(value)) == value)
    except AttributeError, TypeError, ValueError:
        return False


def _date(value: Any) -> bool:
    try:
        return bool(date.fromisoformat(value).isoformat() == value)
    except TypeError, ValueError:
        return False


def _email(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"[^@\s]+@[^@\s]+", value))


def _address(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(each, str | None) for each in value.values()
    )


def _circuits(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, dict)
        and _text(each.get("name"))
        and all(
            each.get(name) is None or _number(each[name])
            for name in ("flowTemperature", "returnTemperature", "index")
        )
        for each in value
    )


def _or_null(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _one_of(*words: str) -> Check:
    return lambda value: value is None or value in words


PROJECT: Final[Mapping[str, Check]] = {
    "name": _text,
    "companyId": _uuid,
    "customerId": _or_null(_uuid),
    "status": lambda value: value in {"inProgress", "completed", "archived"},
    "isLead": _or_null(_boolean),
    "humanId": _or_null(_text),
    "projectValue": _or_null(_number),
    "installationDate": _or_null(_date),
    "buildingType": _one_of(
        *("singleOrDoubleFamilyHouse", "semiDetachedHouse", "terracedHouse"),
        *("endTerracedHouse", "multiFamilyHouse", "commercialBuilding"),
    ),
    "buildingAge": _one_of(
        *("from2002", "from1995To2001", "from1984To1994", "from1979To1983"),
        *("from1969To1978", "from1958To1968", "from1949To1957", "from1919To1948"),
        "before1918",
    ),
    "isMonumentProtected": lambda value: True,
    "numberOfResidents": _or_null(_number),
    "numberOfFloors": _or_null(_number),
    "heatedLivingAreaM2": _or_null(_number),
    "address": _or_null(_address),
    "source": _text,
    "currentHeatingSystemType": _one_of(
        *("gas", "oil", "condensingGas", "condensingOil", "pellet"),
        "districtOrOther",
    ),
    "currentHeatingSystemConstructionYear": _one_of(
        "before1980", "between1980And1995", "after1995"
    ),
    "drinkingWaterHeatingSystemType": _one_of("withCirculation", "withoutCirculation"),
    "heatingCircuits": _circuits,
    "technicalFeasibilityAssesment": _one_of("feasible", "notFeasible"),
    "averageEnergyConsumptionLast3Years": _or_null(_number),
    "isFacadeInsulated": _or_null(_boolean),
    "isRoofInsulated": _or_null(_boolean),
    "hasFireplace": _or_null(_boolean),
    "hasSolarThermalSystem": _or_null(_boolean),
    "pipeSystemType": _one_of("singlePipeHeating", "twoPipeHeating", "unknown"),
    "windowGlazingType": _one_of(
        *("single", "double", "triple"),
        *("doubleWithThermalInsulation", "tripleWithThermalInsulation"),
    ),
    "roomHeatingType": _one_of("radiator", "floor", "floorAndRadiator"),
}
CUSTOMER: Final[Mapping[str, Check]] = {
    "companyId": _uuid,
    "firstName": _text,
    "lastName": _text,
    "email": _or_null(_email),
    "invoiceEmail": _or_null(_email),
    "phoneNumber": _or_null(_text),
    "companyName": _or_null(_text),
    "isCompany": _boolean,
    "address": _or_null(_address),
}


def checked(
    body: Any, members: Mapping[str, Check], required: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return a body that fits, or refuse it with everything that is wrong."""
    if not isinstance(body, dict):
        raise Refused(400, "the body is no object")
    wrong = [f"{name} should not be empty" for name in required if not body.get(name)]
    for name, value in body.items():
        if name not in members:
            wrong.append(f"property {name} should not exist")
        elif not members[name](value) and (value or name not in required):
            wrong.append(f"{name} has the wrong type")
    if wrong:
        raise Refused(400, wrong)
    return dict(body)
