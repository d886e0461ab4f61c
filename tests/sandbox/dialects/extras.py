"""What looks like data and is none, and things of another kind inside."""

from collections.abc import Iterator
from functools import partial

from tests.sandbox.dialects.kinds import Dialect
from tests.sandbox.dialects.shapes import (
    Json,
    Shape,
    content_of,
    places,
    replaced,
    rows_of,
)

# What could say that there is more, or of what the numbers are.
_DOUBTFUL = frozenset(
    {"count", "page", "version", "resolution name", "target", "currency"}
)


def dialects(shape: Shape) -> Iterator[Dialect]:
    """Yield them all."""
    if not shape.is_scalar:
        yield from _extras(shape)
        yield from _nested(shape)


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
        ("warnings", []),
        ("target", 99.5),
    ):
        keeps = word not in _DOUBTFUL
        change = partial(_extra, shape, {word: value})
        yield Dialect(f"extra.{word}", keeps, change)
        if shape.rows is not None:
            change = partial(_extra_in_rows, shape, {word: value})
            keeps = word not in {*_DOUBTFUL, "warnings"}
            yield Dialect(f"extra.rows.{word}", keeps, change)
    if shape.is_measured and (shape.maps or _has_bands(shape)):
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
