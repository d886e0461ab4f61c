"""Several quantities in a point, and registers."""

from collections.abc import Iterator
from functools import partial

from tests.sandbox.dialects.kinds import Change, Dialect
from tests.sandbox.dialects.shapes import (
    Json,
    Shape,
    content_of,
    renamed,
    replaced,
    rows_of,
)

_BESIDE = {
    "energy": {"cost": 1.87, "temperature": -3.5, "price": 0.93},
    "power": {"energy": 0.4, "cost": 1.87, "voltage": 231.2},
    "price": {"consumption": 1.4, "cost": 1.31, "temperature": -3.5},
    "money": {"consumption": 1.4, "temperature": -3.5, "price": 0.93},
    "temperature": {"consumption": 1.4, "wind speed": 4.1, "cost": 1.3},
    "share": {"price": 0.93, "carbon intensity": 212.0, "demand": 4100},
}


def dialects(shape: Shape) -> Iterator[Dialect]:
    """Yield them all."""
    if shape.value is not None and shape.rows is not None:
        yield from _quantities(shape)
        if shape.value.kind == "energy" and shape.step:
            yield from _registers(shape)


# --- several numbers in one point


def _quantities(shape: Shape) -> Iterator[Dialect]:
    value = shape.value
    assert value is not None
    others = _BESIDE.get(value.kind, {})
    for own in shape.own:
        yield Dialect(f"named.{own}", True, _renaming(shape, own, {}))
        for place in ("before", "after"):
            change = _renaming(shape, own, others, first=place == "before")
            yield Dialect(f"several.{own}.{place}", True, change)
    for word in others:
        # It stands alone, under the name of another quantity.
        yield Dialect(f"other.{word}", False, _instead(shape, word, others[word]))
        yield Dialect(f"beside.{word}", False, _added(shape, {word: others[word]}))
    for word in (
        "min",
        "max",
        "average",
        "forecast",
        "previous value",
        "value last year",
    ):
        yield Dialect(f"beside.{word}", False, _added(shape, {word: 7.77}))
    for word in ("forecast", "max", "last year", "quality", "id", "row number"):
        yield Dialect(f"other.{word}", False, _instead(shape, word, 7.77))
    two = {"value": 7.77} if value.name.lower() != "value" else {"amount": 7.77}
    yield Dialect("several.unclear", False, _doubled(shape, two))
    yield Dialect("several.values", False, _listing(shape))


def _renaming(
    shape: Shape, own: str, others: dict[str, float], *, first: bool = False
) -> Change:
    """Return how the number bears its quantity's name, others beside it."""
    assert shape.value is not None
    old = shape.value.name

    def change(body: Json) -> Json:
        for row in rows_of(body, shape):
            if old not in row:
                continue
            beside = {shape.word(name): number for name, number in others.items()}
            renamed(row, old, shape.word(own), row[old])
            members = {**beside, **row} if first else {**row, **beside}
            row.clear()
            row.update(members)
        return body

    return change


def _instead(shape: Shape, word: str, number: float) -> Change:
    """Return how rows hold a number of another name alone."""
    assert shape.value is not None
    old = shape.value.name

    def change(body: Json) -> Json:
        for place, row in enumerate(rows_of(body, shape)):
            renamed(row, old, shape.word(word), number + place)
        return body

    return change


def _added(shape: Shape, members: dict[str, float]) -> Change:
    def change(body: Json) -> Json:
        for row in rows_of(body, shape):
            row |= {shape.word(name): number for name, number in members.items()}
        return body

    return change


def _doubled(shape: Shape, members: dict[str, float]) -> Change:
    """Return how two names of one quantity hold different numbers."""
    names = [name for name in ("amount", "val") if name not in shape.own]

    def change(body: Json) -> Json:
        for row in rows_of(body, shape):
            row |= {shape.word(name): 7.77 + n for n, name in enumerate(names[:2])}
            row |= {shape.word(name): number for name, number in members.items()}
        return body

    return change


def _listing(shape: Shape) -> Change:
    assert shape.value is not None
    old = shape.value.name

    def change(body: Json) -> Json:
        for row in rows_of(body, shape):
            row[old] = [row[old], row[old] * 2 + 1]
        return body

    return change


# --- registers


def _registers(shape: Shape) -> Iterator[Dialect]:
    told: dict[str, dict[str, Json]] = {
        "type_100": {"time series type class": 100},
        "type": {"type": "cumulative"},
        "reading_type": {"reading type": "register"},
        "flag": {"is cumulative": True},
        "accumulated": {"accumulation": "cumulative"},
    }
    for name, members in told.items():
        keeps = name in {"type_100", "type", "flag"}
        change = partial(_register, shape, members)
        yield Dialect(f"register.{name}", keeps, change, least=0.8)
        change = partial(_register, shape, members, drop=True)
        yield Dialect(f"register.{name}.falling", False, change)
        change = partial(_register, shape, members, gap=True)
        yield Dialect(f"register.{name}.gap", False, change)
    yield Dialect("register.not_told", False, partial(_register, shape, {}))
    named = partial(_register, shape, {}, name="meter reading")
    yield Dialect("register.named", False, named)
    named = partial(_register, shape, {}, name="register value")
    yield Dialect("register.value", False, named)


def _register(
    shape: Shape,
    members: dict[str, Json],
    body: Json,
    *,
    drop: bool = False,
    gap: bool = False,
    name: str = "",
) -> Json:
    """Say what a register showed at each time, and once more at the end."""
    assert shape.value is not None
    value, rows = shape.value.name, rows_of(body, shape)
    if not rows:
        return body
    shown, told = 1_230_110.0 if shape.style == "pascal" else 9.1e9, []
    for row in rows:
        told.append({**row, value: round(shown, 6)})
        shown += row[value]
    if drop:
        told[len(told) // 2][value] = 12.0
    if gap:
        del told[len(told) // 2]
    if name:
        for row in told:
            renamed(row, value, shape.word(name), row[value])
    body = replaced(body, shape.rows or "", told)
    content = content_of(body, shape)
    if isinstance(content, dict):
        content |= {shape.word(word): said for word, said in members.items()}
    return body
