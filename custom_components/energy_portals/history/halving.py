"""Reading a span as far as it can be read: what fails is halved down to its days."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ..portals.history import Readings, joined
from ..portals.http.errors import (
    AuthError,
    Forbidden,
    NotFound,
    PortalError,
    RateLimited,
    Rejected,
    Unavailable,
)
from ..portals.model.ledger_series import Span, days_in, days_of
from ..portals.model.periods import midnight

_DAY: Final = timedelta(days=1)
# So many calls in vain may be spent on finding the days of a month that fail.
_CALLS: Final = 64
# One that was waited for in vain counts for as many.
_TIMED_OUT: Final = 8

type Ask = Callable[[Span], Awaitable[Readings]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What came of a span, None of nothing, and what of it failed.

    `waits` says that it may pass, so that the span is not to be put aside yet.
    """

    span: Span
    readings: Readings | None
    problem: PortalError | None = None
    waits: bool = False


class Halving:
    """Reads spans of one site in one run.

    A span is at fault only while the portal answers for another one, such as a `known`
    day of which there are hours. `is_lasting` says that a portal that cannot be reached
    was waited for long enough.
    """

    def __init__(
        self,
        ask: Ask,
        zone: ZoneInfo,
        now: datetime,
        *,
        is_lasting: bool,
        known: Iterable[date] = (),
    ) -> None:
        """Take how the portal is asked for a span of whole days, or up to now."""
        self._known = tuple(known)
        self._ask = ask
        self._zone = zone
        self._now = now
        self._is_lasting = is_lasting
        self._left = _CALLS
        # Whether the last span that was halved was refused for what was asked.
        self.was_rejected = False

    async def read(
        self, span: Span, *, is_known: bool = False, sample: int | None = None
    ) -> list[Part]:
        """Return the parts of a span; raise when it is the portal that does not answer.

        What `is_known` was put aside before. With a `sample`, a span is halved only if
        a day of it comes: the one so many days before its last.
        """
        part = await self._part(span)
        problem = part.problem
        self.was_rejected = isinstance(problem, Rejected)
        if problem is None:
            return [part]
        if not is_known:
            waits = isinstance(problem, Unavailable) and not self._is_lasting
            if waits or _is_pause(problem) or not await self._answers_else(part):
                if part.readings is None:
                    raise problem
                return [replace(part, waits=waits)]
        if sample is not None and days_in(span, self._zone) > 1:
            last = days_of(span, self._zone)[1]
            tried = last - sample % days_in(span, self._zone) * _DAY
            day = await self._part(self._days_span(tried, tried))
            if day.problem is not None:
                return [part]
        return await self._halved(part)

    async def _part(self, span: Span) -> Part:
        """Ask for a span; what the portal says of all of them is raised."""
        try:
            readings = await self._ask(span)
        except AuthError:
            raise
        except PortalError as err:
            if _is_pause(err):
                raise
            return Part(span=span, readings=None, problem=err)
        return Part(
            span=span, readings=readings, problem=next(iter(readings.problems), None)
        )

    async def _halved(self, part: Part) -> list[Part]:
        """Return the parts of a span that failed as a whole."""
        if days_in(part.span, self._zone) <= 1 or self._left <= 0:
            return [part]
        problem = part.problem
        timed_out = isinstance(problem, Unavailable) and not problem.passing
        self._left -= _TIMED_OUT if timed_out else 1
        first, last = days_of(part.span, self._zone)
        middle = first + (last - first) // 2
        parts: list[Part] = []
        for days in ((first, middle), (middle + _DAY, last)):
            half = await self._part(self._days_span(*days))
            parts += [half] if half.problem is None else await self._halved(half)
        return parts

    async def _answers_else(self, part: Part) -> bool:
        """Say whether the portal has something of another day.

        One that refuses the newest ones is believed to refuse the site, unless it has
        something of others that fail for another reason.
        """
        today = self._now.astimezone(self._zone).date()
        first, last = days_of(part.span, self._zone)
        newest = [each async for each in self._others(part, (today, today - _DAY))]
        if any(_is_evidence(other, part) for other in newest):
            return True
        refusals = [
            other.problem
            for other in newest
            if isinstance(other.problem, (Forbidden, NotFound))
        ]
        # Nothing is not a refusal.
        is_refused = bool(newest) and len(refusals) == len(newest)
        if is_refused and isinstance(part.problem, (Forbidden, NotFound)):
            return False
        days = (last + _DAY, first, *self._known)
        async for other in self._others(part, days):
            if _is_evidence(other, part):
                return True
        if is_refused and part.readings is None:
            raise refusals[0]
        return False

    async def _others(self, part: Part, days: Iterable[date]) -> AsyncIterator[Part]:
        """Yield what comes of some days, up to the first that says something."""
        for day in dict.fromkeys(days):
            span = self._days_span(day, day)
            if span[0] < span[1] and span != part.span:
                other = await self._part(span)
                yield other
                if _is_evidence(other, part):
                    return

    def _days_span(self, first: date, last: date) -> Span:
        """Return the span of some days, which ends now at the latest."""
        start, end = midnight(first, self._zone), midnight(last + _DAY, self._zone)
        return start, min(end, self._now)


def _is_evidence(other: Part, part: Part) -> bool:
    """Say whether a part that came says that another is at fault for itself.

    Without a reading, the portal may not have been asked at all.
    """
    if other.readings is None or (part.readings is not None and other.problem):
        return False
    return any(other.readings.series.values())


def _is_pause(problem: PortalError) -> bool:
    """Say whether the portal asks for a pause, whatever it was asked for."""
    if isinstance(problem, Unavailable) and problem.retry_after is not None:
        return True
    return isinstance(problem, RateLimited)


def came(parts: Iterable[Part]) -> Iterator[tuple[Span, Readings]]:
    """Yield what came, as one where parts adjoin, in order."""
    run: tuple[Span, Readings] | None = None
    for part in parts:
        if part.readings is None:
            continue
        if run is not None and run[0][1] == part.span[0]:
            run = (run[0][0], part.span[1]), joined(run[1], part.readings)
            continue
        if run is not None:
            yield run
        run = part.span, part.readings
    if run is not None:
        yield run
