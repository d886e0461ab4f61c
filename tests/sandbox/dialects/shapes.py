"""What a table says of an operation's answer, and how its places are found."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
import json
import re
from typing import Any

type Json = Any

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\-\s]+|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True)
class Answer:
    """A body and what travels beside it."""

    body: Json
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Field:
    """Members of one quantity: where they stand, and in which unit their numbers are.

    A path is dotted, `*` for each element of a list or each value of an object. `said`
    is where the true body names the unit. `group` tells fields apart whose unit is not
    told together. `has_other` says that another member stands in where it is missing.
    """

    path: str
    kind: str
    unit: str = ""
    said: str = ""
    group: str = ""
    has_other: bool = False

    @property
    def name(self) -> str:
        """Return what the member is called."""
        return self.path.rpartition(".")[2]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """An operation's true answer.

    `root` is where the content begins below an envelope; `rows` is the list within the
    body, None where there is none; `time` what its rows call their start; `step` how
    long a row lasts in minutes, 0 where rows are no series; `zone` how a time without
    an offset is read; `maps` objects whose keys are data; `own` the names that are
    clearly this quantity's; `is_measured` whether the numbers come from a meter or a
    market; `is_whole` whether what is missing would be taken for nothing;
    `is_documented` whether members, types and lists are, so that other forms need not
    be read but for the usual ones and `keeping`; `is_paged` whether pages might be told
    in any way.
    """

    fields: tuple[Field, ...]
    root: str = ""
    rows: str | None = None
    time: str = ""
    step: int = 0
    zone: str = "UTC"
    style: str = "snake"
    maps: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    area: str = ""
    is_measured: bool = True
    is_whole: bool = False
    is_documented: bool = False
    is_paged: bool = True
    keeping: tuple[str, ...] = ()

    def of(self, *kinds: str) -> list[Field]:
        """Return the fields of these kinds."""
        return [each for each in self.fields if each.kind in kinds]

    def groups(self) -> Iterator[tuple[str, list[Field]]]:
        """Yield the fields that share a quantity and a unit."""
        found: dict[str, list[Field]] = {}
        for each in self.fields:
            if each.unit:
                found.setdefault(each.group or each.kind, []).append(each)
        yield from found.items()

    def word(self, text: str) -> str:
        """Return words as this portal spells members."""
        return spelt(text, self.style)

    @property
    def is_scalar(self) -> bool:
        """Say whether the answer is one bare value."""
        return self.fields[0].path == ""

    @property
    def row_fields(self) -> list[Field]:
        """Return the fields within rows."""
        start = f"{self.rows}.*." if self.rows else "*."
        if self.rows is None:
            return []
        return [each for each in self.fields if each.path.startswith(start)]

    @property
    def value(self) -> Field | None:
        """Return the one number of a row, None where there are several or none."""
        found = [
            each for each in self.row_fields if each.unit and each.path[-2:] != ".*"
        ]
        return found[0] if len(found) == 1 else None


def each_of(fields: tuple[Field, ...], rows: str = "") -> tuple[Field, ...]:
    """Return fields of an object as those of each row of a list."""
    start = f"{rows}.*." if rows else "*."
    return tuple(replace(each, path=f"{start}{each.path}") for each in fields)


def copied(body: Json) -> Json:
    """Return a body of its own."""
    return json.loads(json.dumps(body))


def spelt(text: str, style: str) -> str:
    """Return a name in another letter case."""
    words = [word for word in _HUMP.split(text) if word]
    if not words:
        return text
    lower = [word.lower() for word in words]
    match style:
        case "camel":
            return lower[0] + "".join(word.capitalize() for word in lower[1:])
        case "pascal":
            return "".join(word.capitalize() for word in lower)
        case "snake":
            return "_".join(lower)
        case "kebab":
            return "-".join(lower)
        case "upper":
            return "_".join(lower).upper()
        case _:
            return "".join(lower)


def places(body: Json, path: str) -> list[tuple[Json, Any]]:
    """Return container and key of each member at a path that is there."""
    *way, last = path.split(".")
    inside = [body]
    for step in way:
        inside = [part for each in inside for part in _parts(each, step)]
    return [(each, key) for each in inside for key in _keys(each, last)]


def _parts(node: Json, step: str) -> list[Json]:
    return [node[key] for key in _keys(node, step)]


def _keys(node: Json, step: str) -> list[Any]:
    if isinstance(node, list):
        if step == "*":
            return list(range(len(node)))
        return [int(step)] if step.isdecimal() and int(step) < len(node) else []
    if not isinstance(node, dict):
        return []
    if step == "*":
        return list(node)
    return [step] if step in node else []


def value_at(body: Json, path: str) -> Json:
    """Return what stands at a path, the body itself at the empty one."""
    if not path:
        return body
    found = places(body, path)
    return found[0][0][found[0][1]] if found else None


def replaced(body: Json, path: str, value: Json) -> Json:
    """Return the body with another value at a path."""
    if not path:
        return value
    for container, key in places(body, path):
        container[key] = value
    return body


def changed(body: Json, path: str, change: Callable[[Json], Json]) -> Json:
    """Return the body with each value at a path changed, nulls left alone."""
    if not path:
        return change(body)
    for container, key in places(body, path):
        if container[key] is not None:
            container[key] = change(container[key])
    return body


def as_number(value: Json) -> Json:
    """Return a number that is written as a text, what is none as it is."""
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        return value


def renamed(container: dict[str, Json], old: str, new: str, value: Json) -> None:
    """Give a member another name and value, in its place."""
    members = list(container.items())
    container.clear()
    for key, held in members:
        container[new if key == old else key] = value if key == old else held


def rows_of(body: Json, shape: Shape) -> list[Json]:
    """Return the rows."""
    rows = value_at(body, shape.rows or "")
    return rows if isinstance(rows, list) else []


def content_of(body: Json, shape: Shape) -> Json:
    """Return what stands below the envelope."""
    return value_at(body, shape.root)


def parent_of(body: Json, path: str) -> Json:
    """Return the object around what stands at a path."""
    return value_at(body, path.rpartition(".")[0])


def without_references(body: Json) -> Json:
    """Return a body with its `$ref` replaced by what they mean, and no `$id`."""
    known: dict[str, Json] = {}

    def plain(node: Json) -> Json:
        if isinstance(node, list):
            return [plain(each) for each in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return copied(known[node["$ref"]])
        result = {key: plain(each) for key, each in node.items() if key != "$id"}
        if "$id" in node:
            known[node["$id"]] = result
        return result

    return plain(body)
