"""Rows of a series: when each is, what it holds, and what else it says.

A row costs itself alone; but rows that could be of two series, and times that could be
two moments, are refused, as no order of a list says which of them is meant.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from .body import Body, candidates, matches, measured, numeric
from .clocks import hours_of_days, in_order
from .moments import Wall, clock_of, read_time
from .numbers import Mismatch, Refused, number
from .quantities import ENERGY, Field, Unit
from .said import (
    BANDS,
    NARROW,
    NOTHING,
    WHICH,
    Position,
    Said,
    effect_of,
    is_summary,
    said,
    told_words,
)
from .words import folded

# A home's use does not rise for half a day without ever falling; a register does.
_HALF_DAY: Final = timedelta(hours=11)
_RUN: Final = 12
_MOSTLY: Final = 0.6
# Nor are many hours of more than 20 kWh alike but for a little more each time.
_FEW: Final = 4
_LARGE: Final = 20.0
_HARDLY: Final = 1.05
_LENGTHS: Final = frozenset(timedelta(minutes=each) for each in (5, 10, 15, 30, 60))
_MIDNIGHT: Final = time()


@dataclass(frozen=True, slots=True)
class Times:
    """Under which names rows have their times, and in which zone without an offset.

    `neutral` are those that do not say whether they begin or end an interval; then
    `position` holds unless the body says so. `apart` is whether a day and an hour of
    it may stand apart.
    """

    neutral: tuple[str, ...]
    start: tuple[str, ...]
    end: tuple[str, ...]
    zone: ZoneInfo
    position: Position = Position.START
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """One row: `[start, end)` in UTC, where an end is told, and its number.

    That is in the unit in which the field is kept.
    """

    start: datetime
    end: datetime | None
    value: float | None
    row: Mapping[str, object]
    is_preliminary: bool = False


_AREAS: Final = frozenset({"area", "zone", "region"})
_NAMED_BY: Final = frozenset(
    {
        *("id", "no", "number", "name", "code", "key", "index", "type", "label"),
        *(
            "price",
            "bidding",
            "delivery",
            "point",
            "serial",
            "point",
            "smart",
            "energy",
        ),
    }
)
_WHOLE: Final = frozenset(
    {"total", "all", "whole", "home", "house", "sum", "household", "overall", "totale"}
)
_CLOCKS: Final = frozenset(
    {
        *("hour", "h", "hr", "clock", "hourofday", "ora", "time", "slot", "quarter"),
        *("interval", "position", "mtu", "minute", "index", "pos", "starthour"),
        *("period", "meridiem", "ampm", "hourending", "he", "block", "step"),
    }
)
_HALVES_OF_DAYS: Final = frozenset({"meridiem", "ampm"})
_HOURS: Final = frozenset({"hour", "h", "hr", "hourofday", "ora", "starthour"})


def identity_word(name: str) -> str | None:
    """Return the word for what a member of this name tells rows apart by, or None."""
    told = frozenset(told_words(name))
    core = told & (NARROW | BANDS | WHICH)
    if "time" in told or not core or told - core - _NAMED_BY:
        return None
    return min(core)


def asked_of(asked: Mapping[str, str], name: str) -> str | None:
    """Return what was asked for under a member's name, None if nothing was."""
    if folded(name) in asked:
        return asked[folded(name)]
    is_area = identity_word(name) in _AREAS
    return asked.get("area") if is_area else None


def of_home(rows: list[Body], but: frozenset[str] = frozenset()) -> list[Body]:
    """Return rows without those that say that they are of a part of the home.

    What the words of `but` tell apart is wanted.
    """
    kept = [row for row in rows if not is_of_part(row, but)]
    if len(kept) < len(rows):
        rows[0].refuse("row of a part", len(rows) - len(kept))
    if rows and not kept:
        raise rows[0].unexpected("the rows are of parts of the home")
    return kept


def is_of_part(row: Body, but: frozenset[str] = frozenset()) -> bool:
    """Say whether a row says that it is of a part of the home that is not wanted."""
    return any(
        identity_word(name) in (NARROW | BANDS) - but
        and isinstance(value, str | int)
        and str(value).casefold() not in _WHOLE
        for name, value in row.members().items()
    )


def is_about(place: Body, asked: Mapping[str, str]) -> bool:
    """Say whether a place is not of another area or meter than was asked for."""
    compared = {name: _compared(value) for name, value in asked.items()}
    return all(
        _compared(str(value)) == wanted
        for name, value in place.members().items()
        if isinstance(value, str | int)
        and value != ""
        and (wanted := asked_of(compared, name)) is not None
    )


def _compared(value: str) -> str:
    """Return an id or a code as it is compared."""
    return folded(value.strip()).replace(" ", "")


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where rows with the same names have what is wanted of them."""

    is_row: bool
    neutral: tuple[str, ...]
    start: tuple[str, ...]
    end: tuple[str, ...]
    hours: tuple[str, ...]
    values: tuple[tuple[str, str], ...]
    effects: tuple[str, ...]
    identities: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, str], ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _When:
    """The times of one row; `neutral` says not what of its interval it is."""

    start: datetime | Wall | None = None
    end: datetime | Wall | None = None
    neutral: datetime | Wall | None = None
    hour: float | None = None


@dataclass(slots=True)
class _Read:
    """One row, as far as it is read: its time may depend on those of others."""

    row: Mapping[str, object]
    when: _When
    value: float | None
    said: Said
    identity: tuple[tuple[str, str], ...]


class RowReader:
    """Reads the rows of one series."""

    def __init__(
        self,
        owner: Body,
        field: Field,
        times: Times,
        *,
        asked: Mapping[str, str] = {},
        amounts: bool = False,
        length: timedelta | None = None,
        beside: tuple[str, ...] = (),
        is_part: bool = False,
    ) -> None:
        """Take the place that holds the rows.

        `asked` are the values that rows must have where they have a member of that
        name (folded), or one that means the word `area`; `amounts` says that numbers
        are amounts per interval, not a register's; `length` is that of a row which
        stands alone; of the members `beside` one makes a row that needs no number;
        `is_part` that rows of a part of the home are wanted.
        """
        self._owner = owner
        self._field = field
        self._times = times
        self._asked = {name: _compared(value) for name, value in asked.items()}
        self._amounts = amounts
        self._length = length
        self._beside = beside
        self._is_part = is_part
        self._plans: dict[tuple[str, ...], _Plan] = {}
        self._effects: dict[tuple[object, ...], Said | None] = {}
        self.units: set[Unit] = set()
        self._bad = 0

    def read(self, rows: Iterable[object]) -> list[Point]:
        """Return the points, oldest first.

        Raises UnexpectedResponse where there are rows and none of them is one.
        """
        try:
            outer = self._owner.said(self._field)
        except Refused:
            self._owner.refuse(self._field.name)
            raise self._owner.unexpected(
                "what is said of the numbers is not understood"
            ) from None
        given = list(rows)
        read = [one for row in given if (one := self._row(row, outer)) is not None]
        parts = [self._points(group) for group in self._groups(read)]
        if _share_times(parts):
            self._owner.refuse("rows of several", len(read))
            parts = []
        points = [point for part in parts for point in part]
        if 0 < len(given) == self._bad and not self._beside:
            raise self._owner.unexpected(f"no {self._field.name} is understood")
        if given and not points:
            raise self._owner.unexpected(f"{self._times.neutral[0]} is missing")
        return self._one_series(points)

    # --- one row ---------------------------------------------------------------------

    def _row(self, row: object, outer: Said) -> _Read | None:
        """Return what a row says; None for what is no row of the series."""
        if not isinstance(row, Mapping):
            if row is not None:
                self._owner.refuse("row")
            return None
        names = tuple(row)
        plan = self._plans.get(names)
        if plan is None:
            plan = self._plans[names] = self._plan(names, row)
        if not plan.is_row:
            self._owner.refuse("row")
            return None
        told = self._said(plan, row, outer)
        if told is None:
            # What is not understood may be of its time as well.
            self._refuse_value()
            return None
        if any(is_summary(name, row[name]) for name in plan.kinds):
            self._owner.refuse("row that sums up")
            return None
        return _Read(
            row,
            self._when(plan, row, told),
            self._value(plan, row, told),
            told,
            tuple(
                (word, str(row[name]).casefold())
                for name, word in plan.identities
                if isinstance(row[name], str | int) and row[name] != ""
            ),
        )

    def _plan(self, names: tuple[str, ...], row: Mapping[str, object]) -> _Plan:
        """Return where rows with these names have it; `row` is the first of them."""
        times = self._times
        values = matches(self._field, names, numeric(row))
        taken = {name for name, _ in values}
        neutral = _named(names, times.neutral)
        start, end = _named(names, times.start), _named(names, times.end)
        taken |= {*neutral, *start, *end}
        rest = [name for name in names if name not in taken]
        return _Plan(
            bool(neutral or start or end)
            and bool(values or _named(names, self._beside)),
            neutral,
            start,
            end,
            tuple(name for name in rest if folded(name) in _CLOCKS),
            values,
            tuple(name for name in rest if effect_of(name, self._field) is not None),
            tuple(
                (name, word)
                for name in rest
                if (word := identity_word(name)) is not None
            ),
            tuple(
                (name, wanted)
                for name in rest
                if (wanted := asked_of(self._asked, name)) is not None
            ),
            tuple(
                name
                for name in rest
                if is_summary(name, True) or is_summary(name, "sum")
            ),
        )

    def _said(self, plan: _Plan, row: Mapping[str, object], outer: Said) -> Said | None:
        """Return what a row and its surroundings say; None where that is unclear."""
        if not plan.effects:
            return outer
        given = tuple((name, row[name]) for name in plan.effects)
        try:
            if given not in self._effects:
                self._effects[given] = self._worked_out(plan, row, outer)
            return self._effects[given]
        except TypeError:
            # A list or an object is not kept.
            return self._worked_out(plan, row, outer)

    def _worked_out(
        self, plan: _Plan, row: Mapping[str, object], outer: Said
    ) -> Said | None:
        """Return what the members of a row say."""
        told = NOTHING
        try:
            for name in plan.effects:
                told = said(row, self._field, (name,)).beside(told)
            return told.beside(outer)
        except Refused:
            return None

    def _value(
        self, plan: _Plan, row: Mapping[str, object], told: Said
    ) -> float | None:
        """Return a row's number; None where it has none, or several, or a bad one."""
        values = plan.values
        if any(isinstance(row[name], bool | list) for name, _ in values):
            values = candidates(self._field, row)
            if not values and not self._beside:
                self._refuse_value()
                return None
        # Null under the name that is looked at first is no value.
        if not values or row[values[0][0]] is None:
            return None
        results: set[float] = set()
        try:
            for name, unit in values:
                if (value := row[name]) is None:
                    continue
                try:
                    result, used = measured(self._owner, self._field, told, unit, value)
                except Mismatch:
                    continue
                if used is not None:
                    self.units.add(used)
                results.add(result)
        except Refused:
            results.clear()
        if len(results) != 1:
            self._refuse_value()
            return None
        return results.pop()

    def _refuse_value(self) -> None:
        """Count a number that is refused."""
        self._bad += 1
        self._owner.refuse(self._field.name)

    def _when(self, plan: _Plan, row: Mapping[str, object], told: Said) -> _When:
        """Return the times of a row, as far as they are told."""
        try:
            start, end = self._time(plan.start, row), self._time(plan.end, row)
            # A day and an hour of it are one time where their zone is told.
            is_apart = self._times.apart or told.zone is not None
            neutral = self._neutral(plan, row, is_apart=is_apart)
            return self._taken_together(start, end, *neutral)
        except Refused, Mismatch:
            # Without a time it is counted with those of all rows.
            return _When()

    def _taken_together(
        self,
        start: datetime | Wall | None,
        end: datetime | Wall | None,
        neutral: datetime | Wall | None,
        hour: float | None,
    ) -> _When:
        """Return the times of a row; a neutral one beside others is one of them."""
        if neutral is not None and (start is not None or end is not None):
            if start is not None and neutral not in (start, end):
                raise Refused
            if start is None and neutral != end:
                start = neutral
            neutral = None
        return _When(start, end, neutral, hour)

    def _time(
        self, names: tuple[str, ...], row: Mapping[str, object]
    ) -> datetime | Wall | None:
        """Return the one time under some names; Refused where they differ."""
        told = {read_time(row[name]) for name in names if _says(row[name])}
        if len(told) > 1:
            raise Refused
        return next(iter(told), None)

    def _neutral(
        self, plan: _Plan, row: Mapping[str, object], *, is_apart: bool
    ) -> tuple[datetime | Wall | None, float | None]:
        """Return the time of a row and the hour of the day that is told apart."""
        whole: set[datetime | Wall] = set()
        days: set[Wall] = set()
        clocks: set[time] = set()
        for name in plan.neutral:
            if not _says(row[name]):
                continue
            try:
                told = read_time(row[name])
            except Mismatch:
                clocks.add(_clock(row[name]))
                continue
            if isinstance(told, Wall) and told.is_day:
                days.add(told)
            else:
                whole.add(told)
        beside = [row[name] for name in plan.hours if _says(row[name])]
        if not beside and not clocks and len(whole) + len(days) <= 1:
            # As most rows are.
            return next(iter(whole or days), None), None
        if not is_apart:
            raise Refused
        return self._apart(whole, days, clocks, plan, row)

    def _apart(
        self,
        whole: set[datetime | Wall],
        days: set[Wall],
        clocks: set[time],
        plan: _Plan,
        row: Mapping[str, object],
    ) -> tuple[datetime | Wall | None, float | None]:
        """Return a time of which a day and something else are told apart."""
        hours: set[float] = set()
        is_half = False
        for name in plan.hours:
            value = row[name]
            if not _says(value):
                continue
            if folded(name) in _HALVES_OF_DAYS:
                raise Refused
            if folded(name) in _HOURS and not isinstance(value, str):
                hours.add(number(value))
            elif isinstance(value, str) and ":" in value:
                clocks.add(clock_of(value))
            elif folded(name) in _HOURS and isinstance(value, str):
                hours.add(number(value))
            else:
                is_half = True
        if len(whole) > 1 or len(days) > 1 or len(clocks) > 1 or len(hours) > 1:
            raise Refused
        hour, clock = next(iter(hours), None), next(iter(clocks), None)
        if whole:
            return self._checked(next(iter(whole)), hour, clock)
        if not days:
            raise Refused
        return self._combined(next(iter(days)), hour, clock, is_half=is_half)

    def _checked(
        self, whole: datetime | Wall, hour: float | None, clock: time | None
    ) -> tuple[datetime | Wall | None, float | None]:
        """Return a whole time; its midnight beside an hour is the day of that hour."""
        if hour is None and clock is None:
            return whole, None
        if isinstance(whole, Wall) and whole.when.time() == _MIDNIGHT:
            return self._combined(whole, hour, clock, is_half=False)
        local = (
            whole.when
            if isinstance(whole, Wall)
            else whole.astimezone(self._times.zone)
        )
        told = clock or time(int(hour or 0))
        if (local.hour, local.minute) != (told.hour, told.minute):
            raise Refused
        return whole, None

    def _combined(
        self, day: Wall, hour: float | None, clock: time | None, *, is_half: bool
    ) -> tuple[datetime | Wall | None, float | None]:
        """Return the time of a day at a clock, or the day and the hour apart."""
        if hour is None and clock is None and not is_half:
            return day, None
        if (hour is None) == (clock is None) or (hour is not None and is_half):
            raise Refused
        if clock is not None:
            return Wall(datetime.combine(day.when.date(), clock)), None
        return Wall(day.when), hour

    # --- all rows --------------------------------------------------------------------

    def _points(self, group: Sequence[_Read]) -> list[Point]:
        """Return the points of rows that belong together, in their order."""
        zones = [one.said.zone or self._times.zone for one in group]
        starts, ends = self._moments(group, zones)
        if (step := self._step(starts, ends)) is not None:
            starts = [
                start or (end and end - step)
                for start, end in zip(starts, ends, strict=True)
            ]
        points = []
        for one, start, end in zip(group, starts, ends, strict=True):
            if start is None:
                self._owner.refuse(self._times.neutral[0])
                continue
            is_interval = end is None or end > start
            if not is_interval:
                self._owner.refuse(self._times.end[0])
            points.append(
                Point(
                    start,
                    end if is_interval else None,
                    one.value if is_interval else None,
                    one.row,
                    one.said.is_preliminary,
                )
            )
        return points

    @staticmethod
    def _by_season(
        told: datetime | Wall | None, one: _Read, zone: ZoneInfo
    ) -> datetime | Wall | None:
        """Return the moment of a repeated hour that a flag tells apart."""
        if one.said.is_summer is None or not isinstance(told, Wall):
            return told
        moments = told.moments(zone)
        return moments[not one.said.is_summer] if len(moments) == 2 else told

    def _moments(
        self, group: Sequence[_Read], zones: Sequence[ZoneInfo]
    ) -> tuple[list[datetime | None], list[datetime | None]]:
        """Return when rows begin and end, as far as that is told."""
        neutrals = self._with_hours([one.when for one in group], zones)
        starts, ends = [], []
        for one, told, zone in zip(group, neutrals, zones, strict=True):
            neutral = self._by_season(told, one, zone)
            position = one.said.position or self._times.position
            is_end = position is Position.END
            starts.append(one.when.start or (None if is_end else neutral))
            ends.append(one.when.end or (neutral if is_end else None))
        return in_order(starts, zones), in_order(ends, zones)

    def _with_hours(
        self, whens: Sequence[_When], zones: Sequence[ZoneInfo]
    ) -> list[datetime | Wall | None]:
        """Return neutral times, with the hours that are told apart from their days."""
        apart = [place for place, when in enumerate(whens) if when.hour is not None]
        times = [when.neutral for when in whens]
        days = [whens[place].neutral for place in apart]
        walls = hours_of_days(
            [day.when.date() for day in days if isinstance(day, Wall)],
            [hour for when in whens if (hour := when.hour) is not None],
            zones[0] if zones else self._times.zone,
        )
        for place, wall in zip(apart, walls, strict=True):
            times[place] = wall
        # A day may be its sum, or its first hour, or its end: nobody knows.
        return [
            None if isinstance(told, Wall) and told.is_day else told for told in times
        ]

    def _step(
        self,
        starts: Sequence[datetime | None],
        ends: Sequence[datetime | None],
    ) -> timedelta | None:
        """Return how long each interval is of which only ends are told."""
        alone = sorted(
            {
                end
                for start, end in zip(starts, ends, strict=True)
                if start is None and end is not None
            }
        )
        if not alone:
            return None
        steps = {later - earlier for earlier, later in pairwise(alone)}
        step = min(steps, default=self._length)
        return step if step in _LENGTHS else None

    def _groups(self, rows: Sequence[_Read]) -> list[list[_Read]]:
        """Return the rows of the series that is wanted, by what they belong to.

        Rows of several things are of none, but where the body says which is asked.
        """
        kept = [one for one in rows if self._is_asked(one)]
        groups: dict[tuple[tuple[str, str], ...], list[_Read]] = defaultdict(list)
        for one in kept:
            groups[one.identity].append(one)
        if len(rows) != len(kept):
            self._owner.refuse("row of another", len(rows) - len(kept))
        whole = [key for key in groups if _is_whole(key)]
        words_told = {word for key in groups for word, _ in key}
        is_of_band = words_told & BANDS and len(groups) == 1
        if self._is_part:
            return [kept] if kept else []
        if len(whole) == 1 and len(groups) > 1 and whole[0]:
            return [groups[whole[0]]]
        if not (words_told & NARROW or is_of_band):
            return list(groups.values())
        self._refuse_parts(groups, whole)
        return [groups[key] for key in whole]

    def _refuse_parts(
        self,
        groups: Mapping[tuple[tuple[str, str], ...], Sequence[_Read]],
        whole: Sequence[tuple[tuple[str, str], ...]],
    ) -> None:
        """Count the rows that belong to a part of the home."""
        parts = sum(len(rows) for key, rows in groups.items() if key not in whole)
        if parts:
            self._owner.refuse("row of a part", parts)

    def _is_asked(self, one: _Read) -> bool:
        """Say whether a row is not of another area or meter than was asked for."""
        return all(
            _compared(str(one.row[name])) == wanted
            for name, wanted in self._plans[tuple(one.row)].asked
            if one.row[name] not in (None, "")
        )

    def _one_series(self, points: list[Point]) -> list[Point]:
        """Return points of which there is one a time, and none is of two."""
        by_start: dict[datetime, list[Point]] = defaultdict(list)
        for point in points:
            by_start[point.start].append(point)
        single = []
        for start in sorted(by_start):
            first, *more = by_start[start]
            if any(self._differ(one, first) for one in more):
                self._owner.refuse("two rows of one time")
                first = replace(first, value=None, end=None, row={})
            single.append(first)
        return self._checked_amounts(self._apart_in_time(single))

    def _differ(self, one: Point, other: Point) -> bool:
        """Say whether two rows of one time say different things."""
        if (one.value, one.end) != (other.value, other.end):
            return True
        return any(
            one.row.get(name) != other.row.get(name)
            for name in _named((*one.row, *other.row), self._beside)
        )

    def _apart_in_time(self, points: list[Point]) -> list[Point]:
        """Leave out points that reach over others: of two lengths one is a sum."""
        longer = {
            place
            for place, (point, later) in enumerate(pairwise(points))
            if point.end is not None and point.end > later.start
        }
        if not longer:
            return points
        # What was too long among others is so at the end of them, too.
        lengths = {_length(points[place]) for place in longer}
        kept = [point for point in points if _length(point) not in lengths]
        self._owner.refuse("rows that overlap", len(points) - len(kept))
        return kept

    def _hardly_rises(self, points: Sequence[Point]) -> bool:
        """Say whether energies are large and rise by next to nothing, time by time."""
        values = [point.value for point in points if point.value is not None]
        if self._field.quantity is not ENERGY or len(values) < _FEW:
            return False
        never_falls = all(later >= earlier for earlier, later in pairwise(values))
        is_large = self._field.kept.converted(values[0], Unit()) >= _LARGE
        return never_falls and is_large and values[-1] < values[0] * _HARDLY

    def _checked_amounts(self, points: list[Point]) -> list[Point]:
        """Refuse what only ever rises: it is a register, not amounts."""
        if self._amounts and (_rises(points) or self._hardly_rises(points)):
            self._owner.refuse("a register instead of amounts")
            return [replace(point, value=None) for point in points]
        return points


def _share_times(parts: Sequence[Sequence[Point]]) -> bool:
    """Say whether rows of several things are of the same times."""
    starts = [point.start for part in parts for point in part]
    each = sum(len({point.start for point in part}) for part in parts)
    return len(set(starts)) < each


def _named(names: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of an object's names that are among the wanted."""
    known = {folded(name) for name in wanted}
    return tuple(name for name in names if folded(name) in known)


def _length(point: Point) -> timedelta | None:
    """Return how long a point lasts, where its end is told."""
    return None if point.end is None else point.end - point.start


def _says(value: object) -> bool:
    """Say whether a member could tell a time: neither nothing nor a flag does."""
    return value is not None and value != "" and not isinstance(value, bool)


def _clock(value: object) -> time:
    """Return the clock that a time without a day is; Refused where it is none."""
    if not isinstance(value, str):
        raise Refused
    try:
        return clock_of(value)
    except Mismatch:
        raise Refused from None


def _is_whole(identity: tuple[tuple[str, str], ...]) -> bool:
    """Say whether rows are of the whole home, and say so where others are of parts."""
    return all(value in _WHOLE for word, value in identity if word in NARROW | BANDS)


def _rises(points: Sequence[Point]) -> bool:
    """Say whether numbers never fall for half a day, and mostly rise."""
    count = rising = 0
    first: datetime | None = None
    last: float | None = None
    for point in points:
        if point.value is None:
            continue
        if first is None or last is None or point.value < last:
            count, rising, first = 0, 0, point.start
        elif point.value > last:
            rising += 1
        count, last = count + 1, point.value
        is_long = count >= _RUN and point.start - first >= _HALF_DAY
        if is_long and rising >= count * _MOSTLY:
            return True
    return False
