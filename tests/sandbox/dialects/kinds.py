"""What a dialect is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import override

from tests.sandbox.dialects.shapes import Answer, Json

type Change = Callable[[Json], Json | Answer]


def constant(value: Json) -> Callable[[Json], Json]:
    """Return what says the same, whatever it is given."""
    return lambda it: value


@dataclass(frozen=True)
class Dialect:
    """Another way to say an answer.

    `keeps` says that a careful reader knows what is meant: it is really told. `least`
    is the share of the values that is still there to be read. `says` demands that what
    is left out is told: what is missing would otherwise be taken for nothing.
    """

    name: str
    keeps: bool
    change: Change
    least: float = 1.0
    says: bool = False

    def of(self, body: Json, query: Mapping[str, str]) -> Answer:
        """Return an answer in this dialect; `query` is what was asked for."""
        del query
        told = self.change(body)
        return told if isinstance(told, Answer) else Answer(told)


@dataclass(frozen=True)
class PagedDialect(Dialect):
    """A dialect that answers differently when it is asked for more."""

    answer: Callable[[Json, Mapping[str, str]], Answer] | None = None

    @override
    def of(self, body: Json, query: Mapping[str, str]) -> Answer:
        """Return the page that was asked for."""
        assert self.answer is not None
        return self.answer(body, query)
