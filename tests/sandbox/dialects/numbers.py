"""How a number, a truth or an id is written, and what is none."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from tests.sandbox.dialects.kinds import Change, Dialect, constant
from tests.sandbox.dialects.shapes import Field, Json, Shape, as_number, changed, places

_QUANTITIES = (
    *("energy", "power", "price", "money", "share", "temperature"),
    *("count", "number", "change", "area"),
)


def dialects(shape: Shape) -> Iterator[Dialect]:
    """Yield them all."""
    if fields := shape.of(*_QUANTITIES):
        yield from _numbers(shape, fields)
    if fields := shape.of("flag"):
        for name, (keeps, write) in _TRUTHS.items():
            yield Dialect(f"flag.{name}", keeps, _each(fields, write))
    if fields := shape.of("id"):
        yield Dialect("id.text", True, _each(fields, str))
        yield Dialect("id.list", False, _each(fields, lambda it: [it]))
        yield Dialect("id.object", False, _each(fields, lambda it: {"id": it}))


def _numbers(shape: Shape, fields: list[Field]) -> Iterator[Dialect]:
    for name, (keeps, write) in _TEXTS.items():
        yield Dialect(f"number.{name}", keeps, _each(fields, _of_number(write)))
    if parts := [each for each in fields if each.kind != "count"]:
        yield Dialect("number.text_grouped", True, _each(parts, _of_number(_grouped)))
    for name, value in _NONE.items():
        yield Dialect(f"number.{name}", False, _each(fields, constant(value)))
        yield Dialect(f"number.{name}.once", False, _once(fields, value))
    counts = [each for each in fields if each.kind == "count"]
    if counts:
        for name, value in _NO_COUNTS.items():
            yield Dialect(f"count.{name}", False, _each(counts, constant(value)))


def _decimal(value: float) -> str:
    """Return digits that nobody can take for groups of three."""
    return str(value) if isinstance(value, int) else f"{Decimal(value):.6f}"


def _grouped(value: float) -> str:
    """Return digits in groups and a comma, which cannot be mistaken together."""
    places = 2 if isinstance(value, int) else 6
    return f"{Decimal(value):,.{places}f}".translate(str.maketrans(",.", ".,"))


_TEXTS: dict[str, tuple[bool, Callable[[Json], Json]]] = {
    "text_point": (True, _decimal),
    "text_comma": (True, lambda it: _decimal(it).replace(".", ",")),
    "text_spaced": (True, lambda it: f" {_decimal(it)} "),
    "text_thin_groups": (
        False,
        lambda it: f"{Decimal(it):,.6f}".replace(",", "\u202f"),
    ),
    # Below one, nothing but decimals can follow.
    "text_three_digits": (
        False,
        lambda it: it if abs(it) < 1 else f"{Decimal(it):.3f}".replace(".", ","),
    ),
    "text_exponent": (False, lambda it: f"{it:.12e}"),
    "text_plus": (False, lambda it: f"{it:+.6f}"),
    "text_percent": (False, lambda it: f"{it} %%"),
    "in_list": (False, lambda it: [it]),
    "as_float": (True, float),
}
_NONE: dict[str, Json] = {
    "nan": "NaN",
    "infinite": "Infinity",
    "huge_text": "1e999",
    "largest": 1.7e308,
    "long": 10**400,
    "underscore": "1_0",
    "not_a_number": "n/a",
    "dash": "-",
    "empty": "",
    "true": True,
    "hex": "0x10",
    "fullwidth": "\uff11\uff12",
}
_NO_COUNTS: dict[str, Json] = {
    "negative": -3,
    "half": 2.5,
    "beyond_53_bits": 2**60,
    "four_hundred_digits": int("9" * 400),
}
_TRUTHS: dict[str, tuple[bool, Callable[[Json], Json]]] = {
    "text": (True, lambda it: str(it).lower()),
    "number": (False, int),
    "text_number": (False, lambda it: str(int(it))),
    "word": (False, lambda it: "ja" if it else "nei"),
    "object": (False, lambda it: {"value": it}),
    "upside_down": (False, lambda it: None if it else "unknown"),
}


def _of_number(write: Callable[[Json], Json]) -> Callable[[Json], Json]:
    """Return how a number is written; what is none stays as it is."""

    def written(value: Json) -> Json:
        number = as_number(value)
        return write(number) if isinstance(number, int | float) else value

    return written


def _each(fields: list[Field], write: Callable[[Json], Json]) -> Change:
    def change(body: Json) -> Json:
        for each in fields:
            body = changed(body, each.path, write)
        return body

    return change


def _once(fields: list[Field], value: Json) -> Change:
    """Return how the first of each is none."""

    def change(body: Json) -> Json:
        for each in fields:
            if not each.path:
                return value
            for holder, key in places(body, each.path)[:1]:
                holder[key] = value
        return body

    return change
