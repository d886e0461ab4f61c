"""Other ways in which a portal may say its true answers.

Each module is a topic: it yields the dialects that an answer of some shape can be said
in. `keeps` says whether a careful reader still knows what is meant.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from tests.sandbox.dialects import (
    autarc,
    digiwatt,
    epilot,
    esmart,
    extras,
    flags,
    letters,
    nulls,
    numbers,
    pages,
    pieces,
    rows,
    several,
    tables,
    times,
    units,
    volue,
)
from tests.sandbox.dialects.kinds import Dialect
from tests.sandbox.dialects.shapes import Answer, Shape, copied, without_references

__all__ = [
    "SHAPES",
    "Answer",
    "Dialect",
    "Shape",
    "copied",
    "dialects_of",
    "without_references",
]

SHAPES: Final[Mapping[str, Mapping[str, Shape]]] = {
    "digiwatt": digiwatt.SHAPES,
    "esmart": esmart.SHAPES,
    "autarc": autarc.SHAPES,
    "epilot": epilot.SHAPES,
    "volue": volue.SHAPES,
}
_TOPICS: Final = (
    *(letters, units, numbers, times, pieces, tables, rows, several),
    *(flags, extras, nulls, pages),
)


# Forms that documented answers may have all the same.
_USUAL: Final = (
    *("time.z", "time.offset", "time.ticks", "rows.missing"),
    *("rows.every_third_missing", "extra.rows.", "nested.rows."),
)
# What only somebody can mean who adds members to what is documented.
_ADDED: Final = (
    *("end.flag.", "zone.t", "zone.offset", "zone.of", "zone.unknown", "zone.short"),
    *("zone.beside", "rows.versions", "rows.revisions", "rows.superseded"),
)


def dialects_of(shape: Shape) -> Iterator[Dialect]:
    """Yield all dialects of an answer, each name once."""
    known: set[str] = set()
    for topic in _TOPICS:
        for dialect in topic.dialects(shape):
            assert dialect.name not in known, dialect.name
            known.add(dialect.name)
            if not shape.is_documented:
                yield dialect
            elif not dialect.name.startswith(_ADDED):
                keeps = dialect.keeps and _is_usual(dialect, shape)
                yield replace(dialect, keeps=keeps)


def _is_usual(dialect: Dialect, shape: Shape) -> bool:
    """Say whether an answer in this form is one that the portal documents."""
    usual = (*_USUAL, *shape.keeping)
    if shape.rows is None or shape.rows != shape.root:
        usual = (*usual, "extra.", "nested.")
    places = tuple(name for name in usual if name.endswith("."))
    return dialect.name in usual or dialect.name.startswith(places)
