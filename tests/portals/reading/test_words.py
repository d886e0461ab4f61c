"""Names in any spelling: folded, and as the words that they are made of."""

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.reading.words import (
    folded,
    known_words,
    words,
)

_WORDS = ("price", "unit", "is", "utc", "time", "zone", "end", "interval", "decimals")
NAMES = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4)


def spellings(parts: list[str]) -> list[str]:
    """Return a name as every convention writes it."""
    pascal = "".join(part.title() for part in parts)
    return [
        *("_".join(parts), "-".join(parts), " ".join(parts)),
        *("_".join(parts).upper(), pascal, pascal[0].lower() + pascal[1:]),
    ]


@given(NAMES)
def test_every_convention_has_the_same_words(parts: list[str]) -> None:
    for spelt in spellings(parts):
        assert words(spelt) == tuple(parts)
        assert folded(spelt).replace(" ", "") == "".join(parts)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", ()),
        ("__", ()),
        ("ID", ("id",)),
        ("HTTPStatus", ("http", "status")),
        ("F1_kWh", ("f1", "k", "wh")),
        ("price.area/1", ("price", "area", "1")),
        ("størrelse", ("størrelse",)),
    ],
)
def test_words(name: str, expected: tuple[str, ...]) -> None:
    assert words(name) == expected


@given(NAMES)
def test_the_case_of_known_words_does_not_matter(parts: list[str]) -> None:
    """A portal may write them all small, or in a case of its own."""
    vocabulary = frozenset(_WORDS)
    for spelt in ("".join(parts), "".join(parts).upper(), parts[0].swapcase()):
        told = known_words(spelt, vocabulary)
        assert "".join(told) == spelt.casefold()
        assert set(told) <= vocabulary


@pytest.mark.parametrize("name", ["community", "suspend", "preunited", "unitprix"])
def test_a_word_within_another_is_none(name: str) -> None:
    assert known_words(name, frozenset(_WORDS)) == (name,)
