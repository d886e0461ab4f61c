"""What one member says of numbers, in any spelling of its name."""

from typing import Any

from custom_components.energy_portals.portals.reading.numbers import Refused
from custom_components.energy_portals.portals.reading.said import NOTHING, Said, said
from tests.portals.reading.quantity import FIELDS


def spellings(name: str) -> set[str]:
    """Return a name in camel case as other conventions write it."""
    snake = "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)
    pascal = name[0].upper() + name[1:]
    return {name, pascal, snake, snake.replace("_", "-"), snake.upper(), name.lower()}


def is_passed_over(name: str, value: Any, quantity: str = "energy") -> bool:
    """Say whether a member under a name with unknown words says nothing.

    Without humps and dashes unknown words cannot be told from each other.
    """
    found = []
    for spelt in spellings(name) - {name.lower()}:
        try:
            found.append(said({spelt: value}, FIELDS[quantity]) == NOTHING)
        except Refused:
            found.append(False)
    return any(found)


def told(name: str, value: Any, quantity: str = "energy") -> Said | None:
    """Return what one member says in any spelling, None where it is refused."""
    found = set()
    for spelt in spellings(name):
        try:
            found.add(said({spelt: value}, FIELDS[quantity]))
        except Refused:
            found.add(None)
    assert len(found) == 1, f"{name} says different things in different spellings"
    return found.pop()
