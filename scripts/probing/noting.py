"""What came of asking: by operation, how much was read, refused, missing or failed."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, time, timedelta, tzinfo
from enum import StrEnum
import inspect
from pathlib import Path
import re
import traceback
from typing import Any, Final

import msgspec

from custom_components.energy_portals.portals import (
    Client,
    Forbidden,
    NotFound,
    PortalError,
    Rejected,
    UnexpectedResponse,
)

from .reading import WouldWrite

# A name in a body may be data: an account number, an address.
_DATA: Final = re.compile(r"[^\s.]*(?:[0-9]{4}|@)[^\s.]*")
_TIMES: Final = (date, time, timedelta, tzinfo)


class State(StrEnum):
    """What came of an operation, a feed or a history."""

    READ = "read"
    REFUSED = "refused"
    FAILED = "failed"
    MISSING = "missing"


class Nothing(Exception):
    """The account has nothing that an operation could be asked about."""


@dataclass(slots=True)
class Outcome:
    """What came of all calls of one operation, or of one feed.

    `missing` are what the portal does not have for this account, and why; `shapes` are
    keys and types of answers that could not be read.
    """

    calls: int = 0
    read: int = 0
    values: int = 0
    unknown: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    shapes: dict[str, object] = field(default_factory=dict)
    results: list[object] = field(default_factory=list)

    @property
    def state(self) -> State:
        """Return what came of it; the worst counts."""
        if self.failed:
            return State.FAILED
        if self.refused:
            return State.REFUSED
        return State.READ if self.read else State.MISSING

    def take(self, result: object) -> None:
        """Note what was read."""
        values, unknown = (0, 0) if result is None else _counted(result)
        self.read += 1
        self.values += values
        self.unknown += unknown
        self.results.append(result)

    def fail(
        self, error: Exception, *, in_words: bool, is_needed: bool = False
    ) -> None:
        """Note why nothing was read.

        What the portal does not have is missing, unless nothing goes on without it.
        """
        if isinstance(error, Forbidden | NotFound | Nothing) and not is_needed:
            self.missing[told(error, in_words=in_words)] += 1
            return
        self.failed[told(error, in_words=in_words)] += 1
        if isinstance(error, UnexpectedResponse) and error.skeleton is not None:
            self.shapes[error.operation] = error.skeleton


def told(error: Exception, *, in_words: bool) -> str:
    """Return what an error says; the portal's own words only where they are wanted.

    Those may name somebody. Of an error that is not the library's own, nothing but its
    place is told, because it may quote the answer.
    """
    if isinstance(error, Nothing):
        return str(error)
    if isinstance(error, WouldWrite):
        return f"{type(error).__name__}: {error}"
    if not isinstance(error, PortalError):
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
    if in_words:
        return f"{type(error).__name__}: {error}"
    is_worded = isinstance(error, Rejected) and not error.detail.startswith("HTTP")
    if is_worded:
        return f"{type(error).__name__}: {error.operation}: an error in the answer"
    return error.brief


def named(refused: str) -> str:
    """Return the name of a refused value without what may be data of the account."""
    return _DATA.sub("<key>", refused)


def _counted(result: object) -> tuple[int, int]:
    """Return how many values there are, and how many are unknown; times are neither."""
    if result is None:
        return 0, 1
    if isinstance(result, _TIMES):
        return 0, 0
    parts = _parts(result)
    if parts is None:
        return 1, 0
    pairs = [_counted(part) for part in parts]
    return sum(values for values, _ in pairs), sum(unknown for _, unknown in pairs)


def _parts(result: object) -> Collection[object] | None:
    """Return what a result is made of; None for a value."""
    if isinstance(result, Mapping):
        return result.values()
    if isinstance(result, list | tuple | set | frozenset):
        return result
    if isinstance(result, msgspec.Struct):
        return [getattr(result, name) for name in result.__struct_fields__]
    if is_dataclass(result) and not isinstance(result, type):
        return [getattr(result, each.name) for each in fields(result)]
    return None


# What is counted and known here, and asks the portal nothing.
_NO_CALLS: Final = frozenset({"refuse", "refused", "skeletons"})


class NotedClient:
    """A client whose every call is noted; only what reads can be called.

    Its other members are the client's own.
    """

    def __init__(
        self,
        client: Client,
        reading: Collection[str],
        outcomes: dict[str, Outcome],
        *,
        in_words: bool = False,
    ) -> None:
        """Take the client, which of its methods read, and where to note it."""
        self._client = client
        self._reading = frozenset(reading)
        self._in_words = in_words
        self._outcomes = outcomes

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._client, name)
        if not inspect.isroutine(member) or name in _NO_CALLS:
            return member
        if name not in self._reading:
            raise WouldWrite(name)
        if inspect.isasyncgenfunction(member):
            return lambda *given, **more: self._paged(name, member(*given, **more))
        return lambda *given, **more: self._noted(name, member, given, more)

    def outcome(self, name: str) -> Outcome:
        """Return what has come of an operation so far."""
        return self._outcomes.setdefault(name, Outcome())

    async def _noted(
        self,
        name: str,
        method: Any,
        given: tuple[object, ...],
        more: Mapping[str, object],
    ) -> object:
        """Call an operation, and note what comes of it."""
        outcome, before = self._begun(name)
        try:
            result: object = await method(*given, **more)
        except Exception as error:
            outcome.fail(error, in_words=self._in_words)
            raise
        finally:
            self._note_refused(outcome, before)
        outcome.take(result)
        return result

    async def _paged(
        self, name: str, pages: AsyncIterator[object]
    ) -> AsyncIterator[object]:
        """Go through an operation's pages, each an answer of its own."""
        outcome, before = self._begun(name)
        try:
            async for page in pages:
                outcome.take(page)
                yield page
        except Exception as error:
            outcome.fail(error, in_words=self._in_words)
            raise
        finally:
            self._note_refused(outcome, before)

    def _begun(self, name: str) -> tuple[Outcome, Counter[str]]:
        """Note a call, and what was refused before it."""
        outcome = self.outcome(name)
        outcome.calls += 1
        return outcome, Counter(self._client.refused())

    def _note_refused(self, outcome: Outcome, before: Counter[str]) -> None:
        """Note what has been refused since."""
        since = Counter(self._client.refused()) - before
        outcome.refused.update({named(key): count for key, count in since.items()})
