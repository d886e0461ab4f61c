"""What is said of numbers: direction, validity, and of what they are."""

from collections.abc import Iterator

from tests.sandbox.dialects.kinds import Change, Dialect
from tests.sandbox.dialects.shapes import (
    Json,
    Shape,
    changed,
    content_of,
    places,
    replaced,
    rows_of,
)


def dialects(shape: Shape) -> Iterator[Dialect]:
    """Yield them all."""
    if not shape.is_measured:
        return
    if any(each.unit for each in shape.row_fields):
        yield from _flags(shape)
    yield from _whole_flags(shape)


def _flags(shape: Shape) -> Iterator[Dialect]:
    """Yield what rows say of their numbers, which are then none."""
    for word, value in (
        ("quality", "missing"),
        ("quality", "invalid"),
        ("is valid", False),
        ("valid", "N"),
        ("is missing", True),
        ("status", "not yet available"),
        ("status", "error"),
        ("state", "pending"),
        ("validity", 0),
        ("has value", False),
        ("error", "no data"),
    ):
        name = f"flag.{word}.{value}".replace(" ", "_")
        yield Dialect(name, False, _zeroed(shape, word, value, every=1))
        yield Dialect(f"{name}.some", False, _zeroed(shape, word, value, every=3))
    if shape.of("code"):
        for every in (1, 3):
            change = _zeroed(shape, "status", 4001, every)
            yield Dialect(f"flag.status.4001.{every}", False, change)
    # A price may be preliminary, and is read as such.
    is_price = any(each.kind == "price" for each in shape.row_fields)
    for word, value in (
        ("quality", "estimated"),
        ("is estimated", True),
        ("quality", "measured"),
        *(() if is_price else (("status", "preliminary"), ("is final", False))),
    ):
        name = f"flag.{word}.{value}".replace(" ", "_")
        yield Dialect(name, False, _said_by_rows(shape, word, value))
    for word, value in (("direction", "import"), ("quality", "ok"), ("is valid", True)):
        name = f"flag.{word}.{value}".replace(" ", "_")
        yield Dialect(name, True, _said_by_rows(shape, word, value))


def _zeroed(shape: Shape, word: str, value: Json, every: int) -> Change:
    """Return how some rows hold a zero that is none, and say so."""
    start = f"{shape.rows}.*." if shape.rows else "*."

    def change(body: Json) -> Json:
        for row in rows_of(body, shape)[::every]:
            for each in shape.row_fields:
                if each.unit:
                    for holder, key in places(row, each.path.removeprefix(start)):
                        holder[key] = 0.0
            row[shape.word(word)] = value
        return body

    return change


def _said_by_rows(shape: Shape, word: str, value: Json) -> Change:
    def change(body: Json) -> Json:
        for row in rows_of(body, shape):
            row[shape.word(word)] = value
        return body

    return change


def _whole_flags(shape: Shape) -> Iterator[Dialect]:
    """Yield what the answer says of all its numbers, which are then others."""
    fields = [each for each in shape.fields if each.unit]
    if not fields:
        return
    for word, value in (
        ("direction", "export"),
        ("flow direction", "production"),
        ("is production", True),
        ("commodity", "gas"),
        ("meter type", "water"),
        ("is forecast", True),
        ("quality", "invalid"),
        ("is valid", False),
        ("status", "not available"),
    ):

        def change(body: Json, word: str = word, value: Json = value) -> Json:
            for each in fields:
                body = changed(body, each.path, lambda it: round(it * 1.7 + 3, 3))
            content = content_of(body, shape)
            if isinstance(content, list):
                named = {shape.word(word): value, shape.word("values"): content}
                return replaced(body, shape.root, named)
            if isinstance(content, dict):
                content[shape.word(word)] = value
            return body

        name = f"about.{word}.{value}".replace(" ", "_")
        yield Dialect(name, False, change)
