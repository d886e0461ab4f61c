"""The portal's words as Home Assistant spells them: in snake case, and back."""

from collections.abc import Iterable
from enum import StrEnum
import re

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def snake(word: str) -> str:
    """Return a word in snake case; one that nobody knows as well."""
    return _HUMP.sub("_", word).lower()


def spelt(words: type[StrEnum]) -> dict[str, str]:
    """Return the portal's spelling of words by ours."""
    members: Iterable[StrEnum] = words
    return {snake(each.value): each.value for each in members}
