"""Data as JSON and back: of one class, or of several by the name of their sort."""

from dataclasses import dataclass
import json
from typing import Any

import pytest

from custom_components.energy_portals.portals.kept import (
    kept_as,
    kept_as_it_says,
    kept_by_sort,
)


@dataclass(frozen=True)
class Cat:
    """An example."""

    lives: int


@dataclass(frozen=True)
class Dog:
    """Another one, with the same fields."""

    lives: int


@dataclass(frozen=True)
class Parrot:
    """What says by itself how it is kept."""

    word: str

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data."""
        return {"said": self.word}

    @classmethod
    def from_dict(cls, data: object) -> Parrot:
        """Return what `as_dict` made."""
        match data:
            case {"said": str(word)}:
                return cls(word)
        raise ValueError("no parrot")


SORTED = kept_by_sort({"cat": Cat, "dog": Dog})


def test_one_class() -> None:
    kept = kept_as(Cat)
    assert kept.load(json.loads(json.dumps(kept.dump(Cat(9)))), {}) == Cat(9)
    with pytest.raises(ValueError, match="lives"):
        kept.load({"lives": "many"}, {})


def test_what_says_it_itself() -> None:
    kept = kept_as_it_says(Parrot)
    stored = json.loads(json.dumps(kept.dump(Parrot("hello"))))
    assert stored == {"said": "hello"}
    assert kept.load(stored, {}) == Parrot("hello")
    with pytest.raises(ValueError, match="no parrot"):
        kept.load([], {})


@pytest.mark.parametrize("pet", [Cat(9), Dog(1)])
def test_sorts_are_told_apart(pet: Cat | Dog) -> None:
    assert SORTED.load(json.loads(json.dumps(SORTED.dump(pet))), {}) == pet


@pytest.mark.parametrize(
    "data", [None, [], {}, {"lives": 9}, {"sort": "cow", "lives": 1}, {"sort": ["cat"]}]
)
def test_what_is_of_no_sort(data: Any) -> None:
    with pytest.raises(ValueError, match="of no sort"):
        SORTED.load(data, {})
