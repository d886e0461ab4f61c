"""Other ways in which a portal may say its true answers.

Each module is a topic: it yields the dialects that an answer of some shape can be said
in. `keeps` says whether a careful reader still knows what is meant.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from tests.sandbox.dialects import (
    digiwatt,
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
)
from tests.sandbox.dialects.kinds import Dialect
from tests.sandbox.dialects.shapes import Answer, Shape, without_references

__all__ = ["SHAPES", "Answer", "Dialect", "Shape", "dialects_of", "without_references"]

SHAPES: Final[Mapping[str, Mapping[str, Shape]]] = {
    "digiwatt": digiwatt.SHAPES,
    "esmart": esmart.SHAPES,
}
_TOPICS: Final = (
    *(letters, units, numbers, times, pieces, tables, rows, several),
    *(flags, extras, nulls, pages),
)


def dialects_of(shape: Shape) -> Iterator[Dialect]:
    """Yield all dialects of an answer, each name once."""
    known: set[str] = set()
    for topic in _TOPICS:
        for dialect in topic.dialects(shape):
            assert dialect.name not in known, dialect.name
            known.add(dialect.name)
            yield dialect
