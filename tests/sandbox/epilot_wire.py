"""What every part of the simulated epilot shares: questions, answers, refusals."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
import json
import re
from typing import Any, Final
from zoneinfo import ZoneInfo

from aiohttp import web

ZONE: Final = ZoneInfo("Europe/Berlin")
_DATE_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_BRACKETS: Final = re.compile(r"\[([^\]]*)\]")


class Refused(Exception):
    """An answer with an error; `more` are further members of its body."""

    def __init__(self, status: int, message: str, **more: object) -> None:
        """Say what is wrong."""
        super().__init__(message)
        self.status = status
        self.body = {"message": message, **more}


@dataclass(frozen=True)
class Ask:
    """A request as the portal reads it; `body` is an object, empty where none is."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]

    def required(self, name: str) -> str:
        """Return a query parameter that has to be there."""
        if name not in self.query:
            raise Refused(400, f"query parameter {name} is required")
        return self.query[name]

    def whole(self, name: str, default: int, most: int = 1000) -> int:
        """Return a whole number of the query; above `most` counts as that."""
        text = self.query.get(name, str(default))
        if not text.isdigit():
            raise Refused(400, f"{name} is no whole number")
        return min(int(text), most)

    def moment(self, name: str) -> datetime:
        """Return a moment of the query, which has to have an offset."""
        text = self.required(name)
        if not _DATE_TIME.match(text):
            raise Refused(400, f"{name} is no date-time")
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise Refused(400, f"{name} is no date-time") from None
        if found.tzinfo is None:
            raise Refused(400, f"{name} has no offset")
        return found

    def context(self) -> list[tuple[str, str]]:
        """Return the context entities of the query: sort and id of each."""
        # A JSON text, for one, is no array.
        if "context_entities" in self.query:
            raise Refused(400, "context_entities must be an array")
        found: dict[str, dict[str, str]] = {}
        for name, value in self.query.items():
            if name.startswith("context_entities["):
                parts = _BRACKETS.findall(name)
                if len(parts) != 2:
                    raise Refused(400, "context_entities is an array of objects")
                place, key = parts
                found.setdefault(place, {})[key] = value
        return pairs_of(found.values())


def pairs_of(entities: Iterable[object]) -> list[tuple[str, str]]:
    """Return the sort and id of context entities."""
    pairs = []
    for each in entities:
        if not isinstance(each, dict) or set(each) != {"entity_id", "entity_schema"}:
            raise Refused(400, "a context entity has entity_id and entity_schema")
        pairs.append((str(each["entity_schema"]), str(each["entity_id"])))
    return pairs


type Answer = Callable[[Ask], object]
type Checked = Callable[[web.Request], Awaitable[None] | None]


@dataclass(frozen=True)
class Offer:
    """One operation: where it is, who may ask, and who answers.

    `api` is `portal` or `metering`; None as an answer is a 204 without a body.
    """

    api: str
    route: str
    answer: Answer
    is_public: bool = False


async def ask_of(request: web.Request) -> Ask:
    """Read a request."""
    body: object = {}
    text = await request.text()
    if text:
        try:
            body = json.loads(text)
        except ValueError:
            raise Refused(400, "the body is not JSON") from None
    if not isinstance(body, dict):
        raise Refused(400, "the body is no object")
    return Ask(dict(request.match_info), dict(request.query), body)


def fields(
    body: Mapping[str, Any], required: Mapping[str, type], optional: Mapping[str, type]
) -> None:
    """Refuse a body that lacks a member, or has one of another name or type."""
    for name in required:
        if name not in body:
            raise Refused(400, f"{name} is required")
    known = {**required, **optional}
    for name, value in body.items():
        if name not in known:
            raise Refused(400, f"{name} is not known")
        kind: Any = (int, float) if known[name] is float else known[name]
        if not isinstance(value, kind) or (known[name] is not bool and value is True):
            raise Refused(400, f"{name} is of another type")
