"""Spans of a history that could not be read, and when they are asked for again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
WEEK: Final = 7 * _DAY
# After so many tries; the last of them from then on.
_PAUSES: Final = (timedelta(), _HOUR, 3 * _HOUR, 9 * _HOUR, *(7 * [_DAY]), WEEK)

type Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """Whole days that could not be read, and the last reason why.

    They are put aside since `since`, and were last asked for at `asked`, for the
    `tries`th time. Of what is partial only something is missing, such as the costs.
    What is left is never asked for again.
    """

    start: datetime
    end: datetime
    why: str
    since: datetime
    asked: datetime
    tries: int = 1
    is_partial: bool = False
    is_left: bool = False

    def is_due(self, now: datetime) -> bool:
        """Say whether it is time to ask for them again."""
        pause = _PAUSES[min(self.tries, len(_PAUSES) - 1)]
        # A clock that was ahead is not waited for.
        is_early = timedelta() <= now - self.asked < pause
        return not self.is_left and not is_early

    def shares_time(self, span: Interval) -> bool:
        """Say whether they share time with a span."""
        return self.start < span[1] and span[0] < self.end


@dataclass(frozen=True, slots=True)
class Unread:
    """Whole days that were asked for in vain just now, and why."""

    span: Interval
    why: str
    is_partial: bool = False


def outside(asides: Iterable[Aside], span: Interval) -> Iterator[Interval]:
    """Yield what of a span is asked for with the rest.

    That is what is not put aside, and, apart from it, what is so in part.
    """
    start, end = span
    for each in sorted(asides, key=lambda each: each.start):
        if not each.shares_time((start, end)):
            continue
        if start < each.start:
            yield start, each.start
        if each.is_partial:
            yield max(start, each.start), min(each.end, end)
        start = each.end
    if start < end:
        yield start, end


def without(asides: Iterable[Aside], span: Interval) -> Iterator[Aside]:
    """Yield what is put aside, without a span."""
    for each in asides:
        if not each.shares_time(span):
            yield each
            continue
        if each.start < span[0]:
            yield replace(each, end=span[0])
        if span[1] < each.end:
            yield replace(each, start=span[1])


def renewed(
    asides: Iterable[Aside], asked: Interval, unread: Iterable[Unread], now: datetime
) -> tuple[Aside, ...]:
    """Return what is put aside once a span was asked for, and of it some in vain."""
    held = [*asides]
    kept = [*without(held, asked)]
    for each in unread:
        before = [other for other in held if other.shares_time(each.span)]
        # What is asked for with the rest all the same has its own rhythm.
        is_try = not before or any(other.is_due(now) for other in before)
        kept.append(
            Aside(
                start=each.span[0],
                end=each.span[1],
                why=each.why,
                since=min((other.since for other in before), default=now),
                asked=now if is_try else max(other.asked for other in before),
                tries=max((other.tries for other in before), default=0) + is_try,
                is_partial=each.is_partial,
                is_left=bool(before) and all(other.is_left for other in before),
            )
        )
    return _runs(kept)


def _runs(asides: Iterable[Aside]) -> tuple[Aside, ...]:
    """Return them in order, those as one that differ in time alone."""
    runs: list[Aside] = []
    for each in sorted(asides, key=lambda each: each.start):
        if runs and replace(runs[-1], start=each.start, end=each.end) == each:
            if runs[-1].end == each.start:
                runs[-1] = replace(runs[-1], end=each.end)
                continue
        runs.append(each)
    return tuple(runs)
