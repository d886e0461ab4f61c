"""The entities that a source is read from."""

from collections.abc import Iterable

from ..house import EntityState, House
from ..http.errors import Unavailable


def states_of(house: House, names: Iterable[str]) -> tuple[EntityState, ...]:
    """Return the entities that are there; raises Unavailable where none is."""
    states = tuple(state for name in names if (state := house.state(name)) is not None)
    if not states:
        raise Unavailable("entities", "not there")
    return states
