"""A company's projects as a whole: counts, values, what is to be installed when.

Of each project only what these need is held. All of it is worked out once a fetch, in
the thread that reads the answer; what has not changed stays the same object, so that
comparing ten thousand projects costs nothing on the event loop.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from math import fsum
from typing import Final, override

import msgspec
from msgspec import Struct, structs

from ..model.agenda import Agenda, Occasion
from ..model.dues import Due, Dues, DueSort
from ..model.periods import next_midnight
from ..model.tasks import Task
from .days import ZONE
from .models import Project, ProjectStatus
from .reads import Listing

# More changes than these at once are told as one.
TOLD_AT_ONCE: Final = 50
# Members that figures are made of.
_DOUBTED: Final = frozenset({"status", "is_lead", "project_value", "installation_date"})
# What lies outside is a sentinel for "no day", not a day.
_DAYS: Final = (date(1970, 1, 1), date(2200, 1, 1))


class ProjectRow(Struct, frozen=True, array_like=True, gc=False):
    """What is held of a project; `value` in EUR, `day` is when it is installed."""

    id: str
    title: str
    status: str | None = None
    is_lead: bool = False
    value: float | None = None
    day: date | None = None
    number: str | None = None

    @classmethod
    def of(cls, project: Project) -> ProjectRow:
        """Return what is held of a project."""
        day, number = project.installation_date, project.human_id
        return cls(
            project.id,
            # Its title, which is asked for ten thousand times.
            project.name or number or project.title,
            project.status,
            project.is_lead is True,
            project.project_value,
            day if day is not None and _DAYS[0] <= day < _DAYS[1] else None,
            number,
        )

    @property
    def is_open(self) -> bool:
        """Say whether it is in progress."""
        return self.status == ProjectStatus.IN_PROGRESS

    @property
    def planned(self) -> date | None:
        """Return the day of its installation, unless it is archived."""
        return None if self.status == ProjectStatus.ARCHIVED else self.day


@dataclass(frozen=True, slots=True)
class Portfolio:
    """All projects of a company; figures are unknown unless they are all (`is_whole`).

    `doubts` are the members that some project may have, and that could not be read.
    Values in EUR, None where no project has one.
    """

    rows: tuple[ProjectRow, ...]
    is_whole: bool = True
    doubts: frozenset[str] = frozenset()
    by_status: Mapping[str | None, int] = field(default_factory=dict, compare=False)
    leads: int = field(default=0, compare=False)
    undated: int = field(default=0, compare=False)
    total: float | None = field(default=None, compare=False)
    open_value: float | None = field(default=None, compare=False)
    agenda: Agenda = field(default_factory=Agenda, compare=False)
    tasks: tuple[Task, ...] = field(default=(), compare=False)
    days: tuple[date, ...] = field(default=(), compare=False)
    open_days: tuple[date, ...] = field(default=(), compare=False)

    @classmethod
    def of(
        cls,
        rows: Iterable[ProjectRow],
        is_whole: bool,
        before: Portfolio | None = None,
        doubts: Collection[str] = (),
    ) -> Portfolio:
        """Work all of it out, and keep of what was held whatever is still true."""
        return cls._of(_held_again(rows, before), is_whole, before, doubts)

    @classmethod
    def read(cls, listing: Listing[Project], before: Portfolio | None) -> Portfolio:
        """Work all of it out from a list that is read row by row."""
        rows = _held_again(map(ProjectRow.of, listing), before)
        # Only now it is known what could not be read.
        return cls._of(rows, listing.is_whole, before, listing.doubts & _DOUBTED)

    @classmethod
    def _of(
        cls,
        kept: tuple[ProjectRow, ...],
        is_whole: bool,
        before: Portfolio | None,
        doubts: Collection[str],
    ) -> Portfolio:
        """Work all of it out from rows of which each is there once."""
        held = cls(kept, is_whole, frozenset(doubts))
        if held == before:
            return before
        opened = [row for row in kept if row.is_open]
        planned = [(day, row) for row in kept if (day := row.planned) is not None]
        return cls(
            rows=kept,
            is_whole=is_whole,
            doubts=held.doubts,
            by_status=Counter(row.status for row in kept),
            leads=sum(row.is_lead for row in opened),
            undated=sum(row.day is None for row in opened),
            total=_sum(kept),
            open_value=_sum(opened),
            agenda=_same(
                Agenda.of(_occasion(day, row) for day, row in planned), before, "agenda"
            ),
            tasks=_same(tuple(map(_task, opened)), before, "tasks"),
            days=tuple(sorted(day for day, _ in planned)),
            open_days=tuple(sorted(row.day for row in opened if row.day is not None)),
        )

    @override
    def __repr__(self) -> str:
        """Say how much it holds."""
        return f"<Portfolio of {len(self.rows)} projects>"

    def knows(self, *members: str) -> bool:
        """Say whether what these members of all projects make is known."""
        return self.is_whole and self.doubts.isdisjoint(members)

    def dues(self) -> Dues:
        """Return the days of open installations, without whose they are."""
        return Dues.of(
            (Due(day=day, sort=DueSort.INSTALLATION) for day in self.open_days),
            is_whole=True,
        )

    def installed_between(self, start: date, end: date) -> int:
        """Count the installations of the days `[start, end)`."""
        return bisect_left(self.days, end) - bisect_left(self.days, start)

    def next_installation(self, start: date) -> date | None:
        """Return the first day from this on at which one is to be installed."""
        index = bisect_left(self.open_days, start)
        return self.open_days[index] if index < len(self.open_days) else None


def _held_again(
    rows: Iterable[ProjectRow], before: Portfolio | None
) -> tuple[ProjectRow, ...]:
    """Return rows, those that were held where they are equal."""
    held = () if before is None else before.rows
    in_order = iter(held)
    known: dict[str, ProjectRow] | None = None
    # Of two rows with one id, the later counts.
    current: dict[str, ProjectRow] = {}
    for row in rows:
        # Most stand where they stood, and need not be looked up.
        old = next(in_order, None)
        if old != row:
            known = known or {each.id: each for each in held}
            old = known.get(row.id)
            old = old if old == row else row
        current[row.id] = row if old is None else old
    return tuple(current.values())


def _sum(rows: Iterable[ProjectRow]) -> float | None:
    """Add up the values that are known: none of no project is zero."""
    rows = list(rows)
    values = [row.value for row in rows if row.value is not None]
    return fsum(values) if values or not rows else None


def _same[PartT](part: PartT, before: Portfolio | None, name: str) -> PartT:
    """Return what was held where it is equal."""
    held = None if before is None else getattr(before, name)
    return held if held == part else part


def _named(row: ProjectRow) -> str:
    """Return a project's title, with its number where that says more."""
    if row.number is None or row.number == row.title:
        return row.title
    return f"{row.title} ({row.number})"


def _occasion(day: date, row: ProjectRow) -> Occasion:
    """Return the day of an installation."""
    return Occasion.on(day, ZONE, title=_named(row), detail=row.id)


def _task(row: ProjectRow) -> Task:
    """Return a project to be completed."""
    return Task(uid=row.id, title=row.title, due=row.day, detail=row.number)


class Change(Struct, frozen=True, kw_only=True):
    """Something that has happened to projects; `number` counts them all.

    Of one project `id` and the rest say what; of many at once, `counts` how many.
    """

    number: int
    type: str
    id: str | None = None
    title: str | None = None
    status: str | None = None
    before: str | None = None
    counts: Mapping[str, int] = {}


# Looked up here: under a clock that is replaced, types of days would not be known.
for _kind in (ProjectRow, Change):
    msgspec.json.Decoder(_kind)

CREATED: Final = "created"
STATUS_CHANGED: Final = "status_changed"
REMOVED: Final = "removed"
MANY_CHANGED: Final = "many_changed"


@dataclass(frozen=True, slots=True)
class ProjectLog:
    """The projects, and what has happened to them lately, oldest first."""

    portfolio: Portfolio
    changes: tuple[Change, ...] = ()
    number: int = 0

    @classmethod
    def read(cls, before: ProjectLog | None, listing: Listing[Project]) -> ProjectLog:
        """Return what becomes of what is held once a list has been read."""
        held = None if before is None else before.portfolio
        portfolio = Portfolio.read(listing, held)
        if before is None:
            return cls(portfolio)
        if portfolio is held:
            return before
        news = _news(before, portfolio)
        changes = (*before.changes, *news)[-TOLD_AT_ONCE:]
        return cls(portfolio, changes, before.number + len(news))

    def next_change(self, now: datetime) -> datetime:
        """Return when another day begins, by which installations are counted."""
        return next_midnight(now, ZONE)


def _news(before: ProjectLog, portfolio: Portfolio) -> list[Change]:
    """Return what has happened since; of parts of a list nothing can be said."""
    if not (before.portfolio.is_whole and portfolio.is_whole):
        return []
    old = {row.id: row for row in before.portfolio.rows}
    told: list[Change] = []
    for row in portfolio.rows:
        was = old.pop(row.id, None)
        if was is None:
            told.append(_about(CREATED, row))
        elif was.status != row.status and None not in {was.status, row.status}:
            told.append(structs.replace(_about(STATUS_CHANGED, row), before=was.status))
    told += [_about(REMOVED, row) for row in old.values()]
    if len(told) > TOLD_AT_ONCE:
        counts = Counter(each.type for each in told)
        told = [Change(number=0, type=MANY_CHANGED, counts=dict(counts))]
    return [
        structs.replace(each, number=before.number + index)
        for index, each in enumerate(told, start=1)
    ]


def _about(kind: str, row: ProjectRow) -> Change:
    """Return what is told of a project, not counted yet."""
    return Change(number=0, type=kind, id=row.id, title=row.title, status=row.status)
