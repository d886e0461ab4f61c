"""What a call names by its name or its id."""

from collections.abc import Iterable, Mapping

from ...portals.http.errors import InvalidInput


def id_of(given: str, names: Mapping[str, str]) -> str | None:
    """Return the id that is meant: itself, or the only one of such a name."""
    if given in names:
        return given
    wanted = given.casefold()
    ids = [each for each, name in names.items() if name.casefold() == wanted]
    return ids[0] if len(ids) == 1 else None


def allowed(names: Mapping[str, str]) -> str:
    """Return what may be named, as a person reads it."""
    told = (
        name if name == each else f"{name} ({each})" for each, name in names.items()
    )
    return ", ".join(told) or "-"


def only(given: str | None, names: Mapping[str, str]) -> str | None:
    """Return the id of what is named; where nothing is, of what there is alone."""
    if given is None:
        return next(iter(names)) if len(names) == 1 else None
    return id_of(given, names)


def ids_of(given: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """Return the ids of devices; InvalidInput that says which there are."""
    ids = [id_of(each, names) for each in given]
    known = [each for each in ids if each is not None]
    if len(known) < len(ids) or len(set(known)) < len(known):
        raise InvalidInput("unknown_device", placeholders={"allowed": allowed(names)})
    return known
