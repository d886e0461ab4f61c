"""Which operations are called while something is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_CALLED: Final[ContextVar[set[str] | None]] = ContextVar("called", default=None)


@contextmanager
def noting_calls() -> Iterator[set[str]]:
    """Note the keys of operations called inside, by tasks that begin there, too."""
    called: set[str] = set()
    token = _CALLED.set(called)
    try:
        yield called
    finally:
        _CALLED.reset(token)


def note_call(key: str) -> None:
    """Note a call for those who asked."""
    if (called := _CALLED.get()) is not None:
        called.add(key)
