"""Several quantities in a point, registers, flags about numbers, and what is beside."""

from collections.abc import Iterator
from functools import partial

from tests.sandbox.dialects.kinds import Change, Dialect
from tests.sandbox.dialects.shapes import (
    Json,
    Shape,
    changed,
    content_of,
    places,
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
    if shape.is_measured and any(each.unit for each in shape.row_fields):
        yield from _flags(shape)
    if shape.is_measured:
        yield from _whole_flags(shape)
    if not shape.is_scalar:
        yield from _extras(shape)
        yield from _nested(shape)


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
    names = [*shape.own, "consumption", "amount"]

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


# --- flags


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
    for word, value in (
        ("quality", "estimated"),
        ("is estimated", True),
        ("quality", "measured"),
        ("status", "preliminary"),
        ("is final", False),
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


# --- what looks like data, and what is of another kind


def _extras(shape: Shape) -> Iterator[Dialect]:
    for word, value in (
        ("year", 2026),
        ("days", 31),
        ("count", 96),
        ("page", 1),
        ("version", 3),
        ("request id", "7f9c"),
        ("elapsed ms", 12.5),
        ("currency", "NOK"),
        ("country", "NO"),
        ("resolution name", "hour"),
        ("links", [{"rel": "self", "href": "/here"}]),
        ("messages", []),
        ("target", 99.5),
    ):
        keeps = word not in {"target", "currency"}
        change = partial(_extra, shape, {word: value})
        yield Dialect(f"extra.{word}", keeps, change)
        if shape.rows is not None:
            change = partial(_extra_in_rows, shape, {word: value})
            keeps = word not in {"count", "page", "target", "currency", "messages"}
            yield Dialect(f"extra.rows.{word}", keeps, change)
    if shape.maps or _has_bands(shape):
        for word, value in (
            ("total", 9999.9),
            ("others", 12.5),
            ("unit", "Wh"),
            ("count", 9),
        ):
            change = partial(_extra_in_maps, shape, {word: value})
            yield Dialect(f"extra.map.{word}", False, change)
    if _has_bands(shape):
        for word in ("F0", "peak", "total", "all"):
            change = partial(_extra_in_rows, shape, {word: 4321.5})
            yield Dialect(f"extra.band.{word}", False, change)


def _has_bands(shape: Shape) -> bool:
    return any(each.name == "F1" for each in shape.fields)


def _extra(shape: Shape, members: dict[str, Json], body: Json) -> Json:
    told = {shape.word(name): value for name, value in members.items()}
    content = content_of(body, shape)
    if isinstance(content, dict):
        for name, value in told.items():
            content.setdefault(name, value)
        return body
    name = "items" if isinstance(content, list) else "value"
    return replaced(body, shape.root, {**told, shape.word(name): content})


def _extra_in_rows(shape: Shape, members: dict[str, Json], body: Json) -> Json:
    for row in rows_of(body, shape):
        if isinstance(row, dict):
            for name, value in members.items():
                word = name if name[0].isupper() else shape.word(name)
                row.setdefault(word, value)
    return body


def _extra_in_maps(shape: Shape, members: dict[str, Json], body: Json) -> Json:
    for path in shape.maps:
        for holder, key in places(body, path):
            holder[key] |= members
    return body


def _nested(shape: Shape) -> Iterator[Dialect]:
    """Yield objects and lists of another kind, inside."""
    for name, members in _INSIDE.items():
        change = partial(_extra, shape, members)
        if shape.rows is None:
            yield Dialect(f"nested.{name}", True, change)
        else:
            change = partial(_extra_in_rows, shape, members)
            yield Dialect(f"nested.rows.{name}", True, change)


_INSIDE: dict[str, dict[str, Json]] = {
    "water_meters": {
        "water meters": [{"MeterId": "W-1", "MeterNo": "77", "IsActive": False}]
    },
    "water_meter": {
        "water meter": {"MeterId": "W-1", "Value": 77.5, "HasWattMeter": True}
    },
    "services": {
        "services": [{"Id": 9, "Name": "Alarm", "IsActive": False, "Value": 3.5}]
    },
    "lights": {
        "lights and heating": [
            {"AssetId": 9, "IsOn": True, "EndDate": "2020-01-01T00:00:00+00:00"}
        ]
    },
    "parking": {
        "parking": {"ContractNo": 9, "PriceArea": "SE3", "EndDate": "2020-01-01"}
    },
    "history": {
        "history": [
            {"ValueTime": "2020-01-01T00:00:00+00:00", "Value": 3.5, "value": 9}
        ]
    },
    "owner": {"owner": {"Id": 5, "CustomerId": 5, "Name": "Nobody", "unit": "MWh"}},
}
