"""Which operations are called while something is done, and how many are too many."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
import time
from typing import Final

from .errors import TooMuch


@dataclass(slots=True)
class Noted:
    """The `keys` of what is called, how many calls may be, until when one may begin.

    `until` is in seconds, as the system counts them since its start. `beyond` is the
    error of the first call that was one too many, whoever caught it.
    """

    most: int | None
    until: float | None
    count: int = 0
    keys: set[str] = field(default_factory=set)
    beyond: TooMuch | None = None

    def take(self, key: str) -> None:
        """Note a call; raise TooMuch where it is one too many, or too late."""
        self.keys.add(key)
        if self.count == self.most:
            raise self._refusal(key, f"more than {self.most} calls at once")
        if self.until is not None and time.monotonic() > self.until:
            raise self._refusal(key, "it takes too long altogether")
        self.count += 1

    def _refusal(self, key: str, why: str) -> TooMuch:
        """Return the error of a call, and remember that there was one."""
        refusal = TooMuch(key, why)
        self.beyond = self.beyond or refusal
        return refusal


_NOTED: Final[ContextVar[Noted | None]] = ContextVar("noted", default=None)


@contextmanager
def noting_calls(
    most: int | None = None, longest: timedelta | None = None
) -> Iterator[Noted]:
    """Note the operations called inside, by tasks that begin there, too.

    After `most` calls, or when it has taken the `longest` time, a further one raises
    TooMuch. One that is under way ends by the time-out of its own.
    """
    until = None if longest is None else time.monotonic() + longest.total_seconds()
    noted = Noted(most, until)
    token = _NOTED.set(noted)
    try:
        yield noted
    finally:
        _NOTED.reset(token)


def note_call(key: str) -> None:
    """Note a call for those who asked; raise TooMuch where it is one too many."""
    if (noted := _NOTED.get()) is not None:
        noted.take(key)
