"""How members are named: their words, in any spelling."""

from functools import lru_cache
import re
from typing import Final, TypeIs

_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_APART: Final = re.compile(r"[\W_]+")


def is_object(value: object) -> TypeIs[dict[str, object]]:
    """Say whether a value is what a JSON object is decoded to."""
    # Of rows there are thousands, and to ask for any mapping takes three times as long.
    return isinstance(value, dict)


@lru_cache(maxsize=1024)
def folded(key: str) -> str:
    """Return a name without case, `_` and `-`."""
    return key.casefold().replace("_", "").replace("-", "")


def known_words(key: str, vocabulary: frozenset[str]) -> tuple[str, ...]:
    """Return the words of a name; of one without humps or dashes those it is made of.

    `priceunit` and `pRICEuNIT` are price and unit where both are in the vocabulary.
    """
    told = words(key)
    if all(word in vocabulary for word in told):
        return told
    return _parts("".join(told), vocabulary) or told


def _parts(text: str, vocabulary: frozenset[str]) -> tuple[str, ...] | None:
    """Return the known words that a text is made of, the longest first."""
    if not text:
        return ()
    for size in range(len(text), 1, -1):
        if text[:size] in vocabulary:
            rest = _parts(text[size:], vocabulary)
            if rest is not None:
                return (text[:size], *rest)
    return None


@lru_cache(maxsize=1024)
def words(key: str) -> tuple[str, ...]:
    """Return the words of a name: `priceArea` and `price_area` are price and area."""
    return tuple(filter(None, _APART.split(_HUMP.sub("_", key).casefold())))
