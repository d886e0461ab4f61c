"""Letter case, and what is wrapped around an answer."""

from collections.abc import Callable, Iterator

from tests.sandbox.dialects.kinds import Dialect, constant
from tests.sandbox.dialects.shapes import (
    Json,
    Shape,
    content_of,
    places,
    replaced,
    rows_of,
    spelt,
)

_CASES = ("camel", "snake", "kebab", "upper", "lower", "pascal")


def dialects(shape: Shape) -> Iterator[Dialect]:
    """Yield them all."""
    if not shape.is_scalar:
        for case in _CASES:
            if case != shape.style:
                yield Dialect(f"letters.{case}", True, _spelling(shape, case))
    for name, wrap in _WRAPS.items():
        yield Dialect(f"wrapped.{name}", True, _wrapping(shape, wrap))
    if shape.root:
        yield Dialect("wrapped.bare", True, lambda body: content_of(body, shape))
    if shape.rows is None:
        yield Dialect("wrapped.one_in_a_list", True, _wrapping(shape, lambda it: [it]))
        yield Dialect("empty.list", False, _wrapping(shape, lambda it: []))
    else:
        yield from _lists(shape)
    yield from _absent(shape)


def _lists(shape: Shape) -> Iterator[Dialect]:
    alone = _only_rows(shape)
    if shape.rows != shape.root and alone:
        yield Dialect("unwrapped", True, _content(shape, lambda rows: rows))
    if alone:
        for name, wrap in _LISTS.items():
            yield Dialect(f"list.{name}", True, _content(shape, wrap))
    yield Dialect("list.as_map_of_numbers", False, _rows(shape, _numbered))
    yield Dialect(
        "list.one_object", False, _rows(shape, lambda it: it[0]), says=shape.is_whole
    )


def _absent(shape: Shape) -> Iterator[Dialect]:
    """Yield what is no answer, and no empty list either."""
    for name, value in _NOTHINGS.items():
        # A bare value may well be nought, or false.
        if shape.is_scalar and not isinstance(value, dict | str | None):
            continue
        change = _wrapping(shape, constant(value))
        yield Dialect(f"absent.{name}", False, change, says=shape.is_whole)
        if shape.rows is not None and shape.rows != shape.root:
            change = _rows(shape, constant(value))
            yield Dialect(f"absent.list_{name}", False, change, says=shape.is_whole)


_WRAPS: dict[str, Callable[[Json], Json]] = {
    "data": lambda it: {"data": it},
    "result": lambda it: {"result": it},
    "response": lambda it: {"success": True, "response": it},
    "payload": lambda it: {"payload": it, "errors": []},
}
_LISTS: dict[str, Callable[[Json], Json]] = {
    "items": lambda rows: {"items": rows},
    "result_items": lambda rows: {"result": {"items": rows}},
    "odata": lambda rows: {"@odata.context": "$metadata#rows", "value": rows},
    "odata_v2": lambda rows: {"d": {"results": rows}},
    "embedded": lambda rows: {"_embedded": {"items": rows}, "_links": {}},
    "values": lambda rows: {"$values": rows},
    "counted": lambda rows: {"totalCount": len(rows), "items": rows},
}
_NOTHINGS: dict[str, Json] = {
    "null": None,
    "object": {},
    "error": {"error": "temporarily unavailable"},
    "failure": {"success": False, "errorMessage": "no data", "errorCode": 17},
    "text": "Service unavailable",
    "zero": 0,
    "false": False,
    "empty_text": "",
}


def _numbered(rows: list[Json]) -> Json:
    return {f"{place}": row for place, row in enumerate(rows)}


def _only_rows(shape: Shape) -> bool:
    """Say whether the content is its rows, or an object with nothing beside them."""
    inside = {each.path for each in shape.row_fields}
    said = {each.said for each in shape.fields}
    return all(each.path in inside for each in shape.fields) and said <= {
        "",
        *(each for each in said if "*" in each),
    }


def _wrapping(shape: Shape, wrap: Callable[[Json], Json]) -> Callable[[Json], Json]:
    return lambda body: replaced(body, shape.root, wrap(content_of(body, shape)))


def _content(shape: Shape, wrap: Callable[[Json], Json]) -> Callable[[Json], Json]:
    return lambda body: replaced(body, shape.root, wrap(rows_of(body, shape)))


def _rows(shape: Shape, wrap: Callable[[Json], Json]) -> Callable[[Json], Json]:
    def change(body: Json) -> Json:
        rows = rows_of(body, shape)
        return replaced(body, shape.rows or "", wrap(rows)) if rows else body

    return change


def _spelling(shape: Shape, case: str) -> Callable[[Json], Json]:
    """Return how members are spelt another way, and what is data is not."""

    def change(body: Json) -> Json:
        data = [
            id(holder[key]) for path in shape.maps for holder, key in places(body, path)
        ]
        return respelt(body, data)

    def respelt(node: Json, data: list[int]) -> Json:
        if isinstance(node, list):
            return [respelt(each, data) for each in node]
        if not isinstance(node, dict):
            return node
        keeps = id(node) in data
        return {
            key if keeps else spelt(key, case): respelt(each, data)
            for key, each in node.items()
        }

    return change
