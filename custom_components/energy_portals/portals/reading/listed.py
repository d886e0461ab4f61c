"""Lists of independent rows, of which a bad one costs itself alone."""

from collections.abc import Callable, Iterable
from typing import Final, Self

from ..http.errors import TooMuch, UnexpectedResponse
from .body import Body
from .words import is_object

# No customer has more of anything; and what is shown of each is looked through.
MOST_ROWS: Final = 2000


class Listed[RowT](tuple[RowT, ...]):  # noqa: SLOT001 - a tuple cannot have any
    """The rows of a list that could be read.

    `is_whole` says that these are all; else their number and sums are not known.
    """

    is_whole: bool

    def __new__(cls, rows: Iterable[RowT] = (), *, is_whole: bool = True) -> Self:
        """Take the rows."""
        listed = super().__new__(cls, rows)
        listed.is_whole = is_whole
        return listed


def listed[RowT](
    data: Body,
    read: Callable[[Body], RowT],
    *names: str,
    key: Callable[[RowT], object],
) -> Listed[RowT]:
    """Return the rows of the list that the answer is, or holds under a name.

    Rows of one key that are alike are one; where they differ, which holds is not said,
    and none is. Null, an object and rows of which none is left are no empty list:
    UnexpectedResponse. More than 2,000 rows are TooMuch.
    """
    place, values = _found(data, names)
    if len(values) > MOST_ROWS:
        raise TooMuch(data.operation, f"more than {MOST_ROWS} rows")
    rows: list[RowT] = []
    is_whole = data.is_whole(len(values))
    for value in values:
        try:
            if value is None:
                raise place.unexpected("a row is missing")
            rows.append(read(place.child(value)))
        except UnexpectedResponse:
            place.refuse(names[0])
            is_whole = False
    kept = _once(rows, key)
    if len(kept) < len({key(row) for row in rows}):
        place.refuse(f"two_of_one_{names[0]}")
        is_whole = False
    if values and not kept:
        raise data.unexpected(f"{names[0]} cannot be read")
    return Listed(kept, is_whole=is_whole)


def _once[RowT](rows: list[RowT], key: Callable[[RowT], object]) -> list[RowT]:
    """Return the rows of which there is one of a key, or several that are alike."""
    by_key: dict[object, list[RowT]] = {}
    for row in rows:
        by_key.setdefault(key(row), []).append(row)
    return [
        first
        for first, *more in by_key.values()
        if all(other == first for other in more)
    ]


def _found(data: Body, names: tuple[str, ...]) -> tuple[Body, list[object]]:
    """Return the list that is meant, and where it stands."""
    place: Body | None = data
    while place is not None:
        if isinstance(place.value, list):
            return place, place.value
        for name in names:
            if isinstance(rows := place.member(name), list):
                return place, rows
            if is_object(rows):
                return _found(place.child(rows), names)
        # Those are what a row has of its own.
        inside = place.wrapped("values", "points", "series")
        place = None if inside is None else place.child(inside)
    raise data.unexpected(f"{names[0]} is missing")
