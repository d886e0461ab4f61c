"""What every part of the simulated coordinator shares: asks, shapes, refusals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
import json
import re
from typing import Any, Final

from aiohttp import web

_SPAN: Final = re.compile(r"(\d+\.)?\d\d:\d\d:\d\d(\.\d+)?")


class Refused(Exception):
    """An error: a bare JSON string, problem details, or nothing but the status."""

    def __init__(self, status: int, message: str = "", *, field: str = "") -> None:
        """Say what is wrong; with a field it is told as problem details."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.field = field

    def response(self) -> web.Response:
        """Return it as the portal would."""
        if self.field:
            body = {
                "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
                "title": "One or more validation errors occurred.",
                "status": self.status,
                "detail": self.message,
                "errors": {self.field: [self.message]},
            }
            return web.json_response(
                body, status=self.status, content_type="application/problem+json"
            )
        if self.message:
            return web.json_response(self.message, status=self.status)
        return web.Response(status=self.status)


@dataclass(frozen=True)
class Ask:
    """A request as the portal reads it; `body` is None where there is none."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any

    def page(self) -> tuple[int, int]:
        """Return which page is asked for, and its size."""
        number, size = self._whole("page", 1), self._whole("pageSize", 100)
        if size > 1000:
            raise Refused(400, "at most 1000", field="pageSize")
        return number, size

    def _whole(self, name: str, default: int) -> int:
        text = self.query.get(name, str(default))
        if not text.isdigit() or not int(text):
            raise Refused(400, f"{name} is not a positive number", field=name)
        return int(text)


async def ask_of(request: web.Request) -> Ask:
    """Read a request."""
    text = await request.text()
    body = None
    if text:
        if request.content_type != "application/json":
            raise Refused(415)
        try:
            body = json.loads(text)
        except ValueError:
            raise Refused(400, "the body is not JSON") from None
    return Ask(dict(request.match_info), dict(request.query), body)


def paged(ask: Ask, key: str, rows: Sequence[object]) -> dict[str, object]:
    """Return one page of a list in the portal's envelope."""
    number, size = ask.page()
    pages = max(-(-len(rows) // size), 1)
    return {
        key: list(rows[(number - 1) * size : number * size]),
        "pagination": {
            "totalRecords": len(rows),
            "pageSize": size,
            "currentPage": number,
            "totalPages": pages,
            "nextPage": number + 1 if number < pages else None,
            "previousPage": number - 1 if number > 1 else None,
        },
    }


# --- shapes -----------------------------------------------------------------------

type Shape = Callable[[Any, str], None]


def wrong(where: str, why: str) -> Refused:
    """Return the refusal of a body."""
    return Refused(400, f"{where or 'the body'}: {why}")


def text(value: Any, where: str) -> None:
    """Take a string that says something."""
    if not isinstance(value, str) or not value:
        raise wrong(where, "is no string")


def number(value: Any, where: str) -> None:
    """Take a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong(where, "is no number")


def boolean(value: Any, where: str) -> None:
    """Take true or false."""
    if not isinstance(value, bool):
        raise wrong(where, "is no boolean")


def span(value: Any, where: str) -> None:
    """Take a duration."""
    if not isinstance(value, str) or not _SPAN.fullmatch(value):
        raise wrong(where, "is no time span")


def moment(value: Any, where: str) -> None:
    """Take a time with an offset."""
    try:
        found = datetime.fromisoformat(value)
    except TypeError, ValueError:
        raise wrong(where, "is no date-time") from None
    if found.tzinfo is None:
        raise wrong(where, "has no offset")


def one_of(*names: str) -> Shape:
    """Take a member of an enumeration."""

    def check(value: Any, where: str) -> None:
        if value not in names:
            raise wrong(where, f"is none of {', '.join(names)}")

    return check


def maybe(shape: Shape) -> Shape:
    """Take null as well."""

    def check(value: Any, where: str) -> None:
        if value is not None:
            shape(value, where)

    return check


def many(shape: Shape) -> Shape:
    """Take a list."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, list):
            raise wrong(where, "is no list")
        for place, each in enumerate(value):
            shape(each, f"{where}[{place}]")

    return check


def closed(required: Mapping[str, Shape], optional: Mapping[str, Shape] = {}) -> Shape:
    """Take an object without other members."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise wrong(where, "is no object")
        for name in required.keys() - value.keys():
            raise wrong(where, f"{name} is required")
        for name, each in value.items():
            shape = {**required, **optional}.get(name)
            if shape is None:
                raise wrong(where, f"{name} is not known")
            shape(each, f"{where}.{name}".strip("."))

    return check


def iso(when: datetime) -> str:
    """Return a time as the portal writes it, with seven digits of a second."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}0+00:00"


COORDINATE: Final = closed({}, {"latitude": number, "longitude": number})
LOCATION_TYPE: Final = one_of("Unknown", "Residential", "Commercial", "Other")
RESOURCE_TYPE: Final = one_of(
    *("Generic", "Vehicle", "Charger", "HotWaterTank", "HVAC", "SolarInverter")
)
PRICE_AREA: Final = one_of(
    *("Unknown", "NO1", "NO2", "NO3", "NO4", "NO5", "FI"),
    *("DK1", "DK2", "SE1", "SE2", "SE3", "SE4"),
)
NOTIFICATION_TYPE: Final = one_of(
    *("Unknown", "PriceCurveCreated", "UserEligibilityUpdated"),
    *("LocationLPCRequested", "ResourceLPCRequested", "LPCReservationCreated"),
)
