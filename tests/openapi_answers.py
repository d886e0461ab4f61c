"""What a portal's OpenAPI document says of answers, in few words, and bodies like that.

A node is a word for a value (`number`, `date-time`, with `?` where it may be null, and
bounds such as `>=0`), a list of the node of its elements, or an object: its members by
name, those that have to be there with `!`, and `*` for all others. `=` holds the values
of an enumeration, and `|` alternatives.

`python -m tests.openapi_answers` makes `answers.json` of every portal anew.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
import json
from pathlib import Path
import re
from typing import Any, Final

from hypothesis import strategies as st

from tests.openapi import OpenApi, Operation, spec
from tests.openapi_schemas import Node as Schema

type Node = str | list[Any] | dict[str, Any]
type Bodies = st.SearchStrategy[Any]

ROOT: Final = Path(__file__).parent / "portals"
DOCUMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "epilot": ("epilot-portal.openapi.json", "epilot-metering.openapi.json"),
    "volue": ("volue-energy-coordination.openapi.json",),
}
# What the documents describe beside, and answers of any sort may hold.
ENTITIES: Final = ("Contract", "MeterCounter", "Meter", "BillingAccount", "File")
# Deeper inside a portal's readers look at nothing.
_DEEPEST: Final = 6
_WORD: Final = re.compile(r"([a-z-]+)(?:>=(-?[0-9.]+))?(?:<=(-?[0-9.]+))?(\??)")


# --- from a document ----------------------------------------------------------------


def answers(name: str, routes: Mapping[str, str]) -> dict[str, Node]:
    """Return what the documents of a portal say of the answers to some operations."""
    found: dict[str, Node] = {}
    wanted = {_shape(route): key for key, route in routes.items()}
    for document in map(spec, DOCUMENTS[name]):
        for each in document.operations:
            key = wanted.get(_shape(f"{each.method} {each.path}"))
            schema = _answer(document, each)
            if key is not None and schema is not None:
                found[key] = _node(document, schema, 0)
        for entity in ENTITIES:
            schemas = document.schemas.document.get("components", {})["schemas"]
            if entity in schemas and name == "epilot":
                found[entity] = _node(document, schemas[entity], 0)
    return found


def _shape(route: str) -> str:
    """Return a route whatever its placeholders are called."""
    return re.sub(r"\{[^}]*\}", "{}", route)


def _answer(document: OpenApi, operation: Operation) -> Schema | None:
    """Return the schema of what an operation answers where all is well."""
    for status, response in operation.declared["responses"].items():
        content = document.schemas.resolve(response).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        if status.startswith("2") and schema is not None:
            return dict(schema)
    return None


def _node(document: OpenApi, schema: Schema, depth: int) -> Node:
    """Return a schema in few words."""
    schema = document.schemas.resolve(schema)
    if depth > _DEEPEST:
        return "any"
    if "enum" in schema:
        return {"=": list(schema["enum"])}
    members = dict(_members(document, schema, depth))
    for word in ("oneOf", "anyOf"):
        if word in schema:
            parts = [_node(document, each, depth) for each in schema[word]]
            return {"|": [_joined(each, members) for each in parts]}
    if schema.get("type") == "array":
        return [_node(document, schema.get("items", {}), depth + 1)]
    if members or schema.get("type") == "object" or "allOf" in schema:
        return members or {"*": "any"}
    return _word(schema)


def _members(
    document: OpenApi, schema: Schema, depth: int
) -> Iterator[tuple[str, Node]]:
    """Yield the members of an object, those of what it is composed of first."""
    composed: dict[str, Node] = {}
    required = set(schema.get("required", ()))
    for part in schema.get("allOf", ()):
        resolved = document.schemas.resolve(part)
        required |= set(resolved.get("required", ()))
        composed |= dict(_members(document, resolved, depth))
    for name, each in schema.get("properties", {}).items():
        composed[name] = _node(document, each, depth + 1)
    others = schema.get("additionalProperties")
    if isinstance(others, Mapping):
        composed["*"] = _node(document, others, depth + 1)
    for name, node in composed.items():
        bare = name.rstrip("!")
        yield (f"{bare}!" if bare in required or name != bare else bare), node


def _joined(node: Node, members: dict[str, Node]) -> Node:
    """Return an alternative with the members that all have."""
    return {**members, **node} if isinstance(node, dict) and "=" not in node else node


def _word(schema: Schema) -> str:
    """Return the word for a value."""
    word = schema.get("format") if schema.get("type") == "string" else None
    if word not in {"date", "date-time", "uuid"}:
        word = schema.get("type", "any")
    for sign, bound in ((">=", "minimum"), ("<=", "maximum")):
        if bound in schema:
            word = f"{word}{sign}{schema[bound]}"
    return f"{word}?" if schema.get("nullable") else str(word)


# --- bodies -------------------------------------------------------------------------


@cache
def known(name: str) -> dict[str, Node]:
    """Return what is known of a portal's answers."""
    text = (ROOT / name / "answers.json").read_text(encoding="utf-8")
    found: dict[str, Node] = json.loads(text)
    return found


_INTEGERS: Final = st.one_of(
    st.integers(0, 100_000),
    st.integers(-(10**6), 10**12),
    st.sampled_from([0, 1, -1, 2**31, 2**53, 2**63, 10**30, 10**400]),
)
_NUMBERS: Final = st.one_of(
    _INTEGERS,
    st.decimals(-1000, 10**6, places=3).map(float),
    st.floats(allow_nan=False, allow_infinity=False),
)
_OFFSETS: Final = st.sampled_from(["Z", "z", "+00:00", "+02:00", "-11:30", ".123Z"])
_MOMENTS: Final = st.one_of(
    st.datetimes().map(lambda each: each.replace(microsecond=0).isoformat()),
    st.sampled_from(["2026-10-25T02:30:00", "2016-12-31T23:59:60"]),
)
_TEXTS: Final = st.one_of(
    st.text(max_size=6),
    st.sampled_from(["", "kWh", "EUR", "1e999", "1_0", "NaN", "12.50", "-3", "ht"]),
    st.sampled_from(["2026-06-14", "2026-06-14T22:00:00.000Z", "valid", "feed-in"]),
)
# Whatever the documents allow.
WILD: Final[Mapping[str, Bodies]] = {
    "integer": _INTEGERS,
    "number": _NUMBERS,
    "string": _TEXTS,
    "boolean": st.booleans(),
    "date": st.dates().map(str),
    "date-time": st.tuples(_MOMENTS, _OFFSETS).map("".join),
    "uuid": st.uuids(version=4).map(str),
    "any": st.one_of(
        *(st.none(), st.booleans(), _NUMBERS, _TEXTS, st.just([]), st.just({"a": 1}))
    ),
}
_NOW: Final = (datetime(2020, 1, 1), datetime(2027, 1, 1))
# What a portal may really say of a household.
PLAIN: Final[Mapping[str, Bodies]] = {
    **WILD,
    "integer": st.integers(0, 90_000),
    "number": st.decimals(0, 90_000, places=2).map(float),
    "string": st.sampled_from(["Strom", "Gas 2", "V-100200", "x"]),
    "date": st.dates(_NOW[0].date(), _NOW[1].date()).map(str),
    "date-time": st.tuples(
        st.datetimes(*_NOW).map(lambda each: each.replace(microsecond=0).isoformat()),
        st.sampled_from(["Z", "z", ".000Z", "+02:00"]),
    ).map("".join),
}


def bodies(
    node: Node,
    words: Mapping[str, Bodies] = WILD,
    hints: Mapping[str, Bodies] = {},
) -> Bodies:
    """Return bodies of a node; some members are as `hints` say, by their name."""
    match node:
        case str():
            return _values(node, words)
        case [item]:
            return st.lists(bodies(item, words, hints), max_size=3)
        case {"=": values}:
            return st.sampled_from(values)
        case {"|": parts}:
            return st.one_of([bodies(each, words, hints) for each in parts])
        case dict():
            return _objects(node, words, hints)
    raise TypeError(node)


def _values(word: str, words: Mapping[str, Bodies]) -> Bodies:
    """Return values of a word, within its bounds."""
    parts = _WORD.fullmatch(word)
    assert parts is not None, word
    name, low, high, null = parts.groups()
    values = words[name]
    if high:
        values = st.integers(int(low), int(high))
    elif low:
        values = values.map(abs)
    return values | st.none() if null else values


def _objects(
    node: Mapping[str, Any], words: Mapping[str, Bodies], hints: Mapping[str, Bodies]
) -> Bodies:
    """Return objects; what may be there is there in most of them."""
    members: dict[str, Bodies] = {}
    for spelt, each in node.items():
        if (name := spelt.rstrip("!")) != "*":
            own = hints.get(name)
            members[name] = bodies(each, words, hints) if own is None else own
    optional = [name for name in node if name != "*" and not name.endswith("!")]
    if "*" in node and not members:
        values = bodies(node["*"], words, hints)
        return st.dictionaries(st.sampled_from(["de", "en", "x"]), values, max_size=2)

    @st.composite
    def objects(draw: st.DrawFn) -> dict[str, Any]:
        mask = draw(st.integers(0, 4 ** len(optional) - 1))
        absent = {each for n, each in enumerate(optional) if not mask >> (2 * n) & 3}
        return {name: draw(members[name]) for name in members if name not in absent}

    return objects()


def main() -> None:
    """Make every portal's file anew."""
    from custom_components.energy_portals.portals.epilot.public import ROUTES as EPILOT
    from custom_components.energy_portals.portals.volue.client import ROUTES as VOLUE

    for name, routes in (("epilot", EPILOT), ("volue", VOLUE)):
        text = json.dumps(answers(name, routes), indent=1, ensure_ascii=False)
        path = ROOT / name / "answers.json"
        path.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
