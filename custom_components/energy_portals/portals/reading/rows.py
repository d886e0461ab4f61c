"""Rows of a series: when each is, what it holds, and what else it says.

A row costs itself alone; but rows that could be of two series, and times that could be
two moments, are refused, as no order of a list says which of them is meant.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import Final

from .body import Body
from .body_numbers import candidates, matches, measured, numeric
from .numbers import Mismatch, Refused
from .quantities import Field, Unit
from .rows_parts import (
    asked_of,
    compared,
    identity_word,
    is_about,
    is_of_part,
    is_whole,
    of_home,
)
from .rows_series import Point, amounts_or_none, one_series, share_times
from .rows_times import TimeNames, Times, When, moments_of, named, when_of
from .said import NOTHING, Said, said
from .said_names import BANDS, NARROW, effect_of, is_summary
from .words import is_object

__all__ = ["Point", "RowReader", "Times", "is_about", "is_of_part", "of_home"]


_NO_NUMBERS: Final = (bool, list)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where rows with the same names have what is wanted of them."""

    is_row: bool
    times: TimeNames
    values: tuple[tuple[str, str], ...]
    effects: tuple[str, ...]
    identities: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, str], ...]
    kinds: tuple[str, ...]

    def identity(self, row: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
        """Return what a row says that it belongs to, by word."""
        return tuple(
            (word, str(row[name]).casefold())
            for name, word in self.identities
            if isinstance(row[name], str | int) and row[name] != ""
        )


@dataclass(slots=True)
class _Read:
    """One row, as far as it is read: its time may depend on those of others."""

    row: Mapping[str, object]
    when: When
    value: float | None
    said: Said
    identity: tuple[tuple[str, str], ...]


@lru_cache(maxsize=64)
def _usually_in(field: Field, unit: Unit | None) -> Field:
    """Return a field that is in this unit where none is told."""
    return replace(field, usual=unit)


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
        self._asked = {name: compared(value) for name, value in asked.items()}
        self._amounts = amounts
        self._length = length
        self._beside = beside
        self._is_part = is_part
        self._plans: dict[tuple[str, ...], _Plan] = {}
        self._effects: dict[tuple[object, ...], Said | None] = {}
        self.units: set[Unit] = set()
        self._untold = False
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
        counted = self._owner.refused.copy()
        read = self._rows(given, outer)
        if self.units and self._untold:
            # What some rows say of their unit is said of all of them.
            self._owner.refused.clear()
            self._owner.refused.update(counted)
            self._assume(self.units)
            read = self._rows(given, outer)
        parts = [self._points(group) for group in self._groups(read)]
        if share_times(parts):
            self._owner.refuse("rows_of_several", len(read))
            parts = []
        points = [point for part in parts for point in part]
        if self._bad and not self._beside and all(one.value is None for one in read):
            raise self._owner.unexpected(f"no {self._field.name} is understood")
        if given and not points:
            raise self._owner.unexpected(f"{self._times.neutral[0]} is missing")
        single = one_series(self._owner, points, self._beside)
        if self._amounts:
            return amounts_or_none(self._owner, single, self._field)
        return single

    def _assume(self, units: set[Unit]) -> None:
        """Take the unit of some rows for all, or none where they tell several."""
        usual = next(iter(units)) if len(units) == 1 else None
        self._field = _usually_in(self._field, usual)
        self._plans.clear()
        self._effects.clear()
        self._bad = 0

    def _rows(self, rows: Iterable[object], outer: Said) -> list[_Read]:
        """Return what rows say, those left out that are none of the series."""
        return [one for row in rows if (one := self._row(row, outer)) is not None]

    def _row(self, row: object, outer: Said) -> _Read | None:
        """Return what a row says; None for what is no row of the series."""
        if not is_object(row):
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
        if plan.kinds and any(is_summary(name, row[name]) for name in plan.kinds):
            self._owner.refuse("row_that_sums_up")
            return None
        return _Read(
            row,
            when_of(plan.times, row, told, self._times),
            self._value(plan, row, told),
            told,
            plan.identity(row) if plan.identities else (),
        )

    def _plan(self, names: tuple[str, ...], row: Mapping[str, object]) -> _Plan:
        """Return where rows with these names have it; `row` is the first of them."""
        values = matches(self._field, names, numeric(row))
        without = tuple(
            name for name in names if name not in {each for each, _ in values}
        )
        times = TimeNames.of(without, self._times)
        taken = {*times.neutral, *times.start, *times.end}
        rest = [name for name in without if name not in taken]
        return _Plan(
            bool(times) and bool(values or named(names, self._beside)),
            times,
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
        if len(values) != 1 or type(row[values[0][0]]) in _NO_NUMBERS:
            values = candidates(self._field, row)
            if not values and not self._beside:
                self._refuse_value()
                return None
        # Null under the name that is looked at first is no value.
        if not values or row[values[0][0]] is None:
            return None
        return self._one_of(values, row, told)

    def _one_of(
        self,
        values: tuple[tuple[str, str], ...],
        row: Mapping[str, object],
        told: Said,
    ) -> float | None:
        """Return the one number that members of a row tell, None where they differ."""
        results: set[float] = set()
        try:
            for name, unit in values:
                if (value := row[name]) is None:
                    continue
                try:
                    result, used = measured(
                        self._owner.notation, self._field, told, unit, value
                    )
                except Mismatch:
                    continue
                if used is not None:
                    self.units.add(used)
                self._untold = self._untold or used is None
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

    def _points(self, group: Sequence[_Read]) -> list[Point]:
        """Return the points of rows that belong together, in their order."""
        moments = moments_of(
            [one.when for one in group],
            [one.said for one in group],
            self._times,
            self._length,
        )
        points = []
        for one, (start, end) in zip(group, moments, strict=True):
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

    def _groups(self, rows: Sequence[_Read]) -> list[list[_Read]]:
        """Return the rows of the series that is wanted, by what they belong to.

        Rows of several things are of none, but where the body says which is asked.
        """
        if not any(plan.identities or plan.asked for plan in self._plans.values()):
            return [list(rows)]
        kept = [one for one in rows if self._is_asked(one)]
        groups: dict[tuple[tuple[str, str], ...], list[_Read]] = defaultdict(list)
        for one in kept:
            groups[one.identity].append(one)
        if len(rows) != len(kept):
            self._owner.refuse("row_of_another", len(rows) - len(kept))
        whole = [key for key in groups if is_whole(key)]
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
            self._owner.refuse("row_of_a_part", parts)

    def _is_asked(self, one: _Read) -> bool:
        """Say whether a row is not of another area or meter than was asked for."""
        return all(
            compared(str(one.row[name])) == wanted
            for name, wanted in self._plans[tuple(one.row)].asked
            if one.row[name] not in (None, "")
        )
