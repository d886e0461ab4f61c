"""Nulls in every place, and members that are not there."""

from collections.abc import Callable, Iterator

from tests.sandbox.dialects.kinds import Change, Dialect
from tests.sandbox.dialects.shapes import Field, Json, Shape, changed, places, rows_of


def dialects(shape: Shape) -> Iterator[Dialect]:
    """Yield them all."""
    for each in shape.fields:
        if not each.path or each.has_other:
            continue
        name = each.path.removeprefix(f"{shape.root}.").replace("*.", "")
        yield Dialect(f"null.{name}", False, _null(each, every=1))
        if "*" in each.path:
            yield Dialect(f"null.{name}.some", False, _null(each, every=3))
        yield Dialect(f"absent.{name}", False, _absent(each))
        yield Dialect(f"instead.{name}.object", False, _instead(each, {}))
        if each.kind not in {"id", "word"}:
            change = _instead(each, "unknown")
            yield Dialect(f"instead.{name}.text", False, change)
        if each.kind == "part":
            change = _each(each, _only_one)
            yield Dialect(f"part.one.{name}", False, change, least=0.0)
            change = _each(each, lambda it: {"items": it})
            yield Dialect(f"part.items.{name}", False, change)
    if shape.rows is not None:
        yield Dialect("null.rows_alone", False, _only_nulls(shape), says=shape.is_whole)


def _null(field: Field, every: int) -> Change:
    def change(body: Json) -> Json:
        for holder, key in places(body, field.path)[::every]:
            holder[key] = None
        return body

    return change


def _each(field: Field, write: Callable[[Json], Json]) -> Change:
    return lambda body: changed(body, field.path, write)


def _only_one(part: Json) -> Json:
    """Return the one object of which there is a list."""
    return part[0] if isinstance(part, list) and part else part


def _instead(field: Field, value: Json) -> Change:
    def change(body: Json) -> Json:
        for holder, key in places(body, field.path):
            holder[key] = value
        return body

    return change


def _absent(field: Field) -> Change:
    def change(body: Json) -> Json:
        for holder, key in reversed(places(body, field.path)):
            del holder[key]
        return body

    return change


def _only_nulls(shape: Shape) -> Change:
    """Return how every row has its members, and none a value."""

    def change(body: Json) -> Json:
        for row in rows_of(body, shape):
            if isinstance(row, dict):
                row.update(dict.fromkeys(row))
        return body

    return change
