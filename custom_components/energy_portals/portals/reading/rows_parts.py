"""What rows say that they belong to: a part of the home, a meter, an area, a tariff."""

from collections.abc import Mapping
from typing import Final

from .body import Body
from .said_names import BANDS, NARROW, WHICH, told_words
from .words import folded

_AREAS: Final = frozenset({"area", "zone", "region"})
_NAMED_BY: Final = frozenset(
    {
        *("id", "no", "number", "name", "code", "key", "index", "type", "label"),
        *(
            "price",
            "bidding",
            "delivery",
            "point",
            "serial",
            "point",
            "smart",
            "energy",
        ),
    }
)
_WHOLE: Final = frozenset(
    {"total", "all", "whole", "home", "house", "sum", "household", "overall", "totale"}
)


def identity_word(name: str) -> str | None:
    """Return the word for what a member of this name tells rows apart by, or None."""
    told = frozenset(told_words(name))
    core = told & (NARROW | BANDS | WHICH)
    if "time" in told or not core or told - core - _NAMED_BY:
        return None
    return min(core)


def asked_of(asked: Mapping[str, str], name: str) -> str | None:
    """Return what was asked for under a member's name, None if nothing was."""
    if folded(name) in asked:
        return asked[folded(name)]
    is_area = identity_word(name) in _AREAS
    return asked.get("area") if is_area else None


def of_home(rows: list[Body], but: frozenset[str] = frozenset()) -> list[Body]:
    """Return rows without those that say that they are of a part of the home.

    What the words of `but` tell apart is wanted.
    """
    kept = [row for row in rows if not is_of_part(row, but)]
    if len(kept) < len(rows):
        rows[0].refuse("row_of_a_part", len(rows) - len(kept))
    if rows and not kept:
        raise rows[0].unexpected("the rows are of parts of the home")
    return kept


def is_of_part(row: Body, but: frozenset[str] = frozenset()) -> bool:
    """Say whether a row says that it is of a part of the home that is not wanted."""
    return any(
        identity_word(name) in (NARROW | BANDS) - but
        and isinstance(value, str | int)
        and str(value).casefold() not in _WHOLE
        for name, value in row.members().items()
    )


def is_about(place: Body, asked: Mapping[str, str]) -> bool:
    """Say whether a place is not of another area or meter than was asked for."""
    wanted_of = {name: compared(value) for name, value in asked.items()}
    return all(
        compared(str(value)) == wanted
        for name, value in place.members().items()
        if isinstance(value, str | int)
        and value != ""
        and (wanted := asked_of(wanted_of, name)) is not None
    )


def compared(value: str) -> str:
    """Return an id or a code as it is compared."""
    return folded(value.strip()).replace(" ", "")


def is_whole(identity: tuple[tuple[str, str], ...]) -> bool:
    """Say whether rows are of the whole home, and say so where others are of parts."""
    return all(value in _WHOLE for word, value in identity if word in NARROW | BANDS)
