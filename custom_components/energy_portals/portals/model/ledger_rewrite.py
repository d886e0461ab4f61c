"""The smallest rewrite that makes a stored series say what an answer says.

Amounts and sums are in the unit of their series.
"""

from collections.abc import Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from .ledger import HOUR, Hours, LedgerRow, hours_between, share_of
from .ledger_readings import Interval, differs

# What a sum may be apart from the one before it and its hour's amount: what two sums
# lose by rounding, absolutely and as a share.
_ROUNDING: Final = 1e-6
_EPSILON: Final = 1e-12
# Nobody adjusts a sum by as much: it has an amount in it that never was.
_MOST: Final = 1e18


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What storing an answer takes.

    `rows` are those that differ from what is stored, from the first changed hour on;
    `states` are the amounts of the span afterwards. `corrected` are the hours whose
    stored amount is another one then, or none. `coarser` are the longer readings that
    the stored hours within do not make up, and by what share: they cannot be spread.
    `at_mean` are the hours whose amount afterwards is one at a mean price.
    """

    rows: tuple[LedgerRow, ...]
    states: Mapping[datetime, float]
    unchanged: int
    corrected: frozenset[datetime] = frozenset()
    coarser: Mapping[Interval, float] = field(default_factory=dict)
    at_mean: frozenset[datetime] = frozenset()


def rewrite(
    stored: Sequence[LedgerRow],
    hours: Hours,
    span: Interval,
    *,
    base: float,
    believed_from: datetime | None,
    untouched_before: datetime | None = None,
    signed: bool = False,
    follows: AbstractSet[datetime] = frozenset(),
    at_mean: AbstractSet[datetime] = frozenset(),
) -> Rewrite:
    """Return what has to be written so that a series says what an answer says.

    `stored` are the rows from the span's start on, `base` is the sum before them. A
    stored hour that the answer leaves out is withdrawn from `believed_from` on; None
    believes nothing of the kind, and what could not be read is not left out. Before
    `untouched_before` nothing changes. Stored hours are finer than a longer reading
    that includes them, and stay. An hour that `follows` one of another series, which
    was corrected, is withdrawn unless the answer has it: it belongs to what was there
    before. `signed` amounts may be below zero.
    Stored amounts are exact but for those `at_mean`: one at a mean price takes the
    place of an exact one only where that cannot be true any more.
    """
    start, end = span
    if untouched_before is not None:
        start = max(start, untouched_before)
    held = {row.start: row.state for row in stored}
    target: dict[datetime, float | None] = {
        hour: amount for hour, amount in hours.amounts.items() if start <= hour < end
    }
    coarser = {}
    for hour, last in hours.until.items():
        if hour not in target:
            continue
        finer = [
            (each, each + HOUR, state)
            for each in hours_between(hour, last)
            # Where another reading of its length begins is no part of this one.
            if each == hour or each not in hours.until
            if (state := held.get(each)) is not None
        ]
        if finer and finer[-1][0] > hour:
            del target[hour]
            whole = hour, last, hours.amounts[hour]
            if differs(whole, finer, signed):
                coarser[hour, last] = share_of(whole[2], (each[2] for each in finer))
    for hour, (least, most) in hours.at_mean.items():
        exact = None if hour in at_mean else held.get(hour)
        if exact is not None and least - _ROUNDING <= exact <= most + _ROUNDING:
            target.pop(hour, None)
    kept = hours.covered() | set(hours.until) | hours.left | hours.at_mean.keys()
    for hour in held:
        is_believed = believed_from is not None and hour >= believed_from
        is_left_out = is_believed and hour not in hours.unread
        if (is_left_out or hour in follows) and start <= hour < end:
            if hour not in kept:
                target.setdefault(hour, None)
    changes = {
        hour: amount
        for hour, amount in target.items()
        if (hour in held or amount is not None) and held.get(hour) != amount
    }
    rows = _chained(stored, changes, base)
    after = held | changes
    return Rewrite(
        rows=rows,
        states={
            hour: amount
            for hour, amount in after.items()
            if amount is not None and span[0] <= hour < span[1]
        },
        unchanged=len(target) - len(changes),
        corrected=frozenset(hour for hour in changes if held.get(hour) is not None),
        coarser=coarser,
        at_mean=frozenset(hours.at_mean.keys() & target.keys()),
    )


def _chained(
    stored: Sequence[LedgerRow], changes: Mapping[datetime, float | None], base: float
) -> tuple[LedgerRow, ...]:
    """Return the rows that differ once changes are made and sums follow them."""
    if not changes:
        return ()
    first = min(changes)
    held = {row.start: row for row in stored}
    adjusted: dict[datetime, float] = {}
    running = before = base
    for row in stored:
        if row.start < first:
            running = row.sum
        elif (apart := row.sum - before - (row.state or 0.0)) and _is_meant(row, apart):
            adjusted[row.start] = apart
        before = row.sum
    states = {hour: row.state for hour, row in held.items() if hour >= first}
    states.update(changes)
    rows = []
    for hour in sorted(states):
        state = states[hour]
        running += 0.0 if state is None else state
        if hour in adjusted:
            running += adjusted[hour]
        row = LedgerRow(hour, state, running)
        if held.get(hour) != row:
            rows.append(row)
    return tuple(rows)


def _is_meant(row: LedgerRow, apart: float) -> bool:
    """Say whether a user has adjusted the sum, and it is not for rounding alone."""
    return max(_ROUNDING, abs(row.sum) * _EPSILON) < abs(apart) < _MOST


def healed(stored: Sequence[LedgerRow], base: float) -> tuple[LedgerRow, ...]:
    """Return the rows whose sum does not follow from the rows before them."""
    wrong = []
    running = base
    for row in stored:
        running += 0.0 if row.state is None else row.state
        if row.sum != running:
            wrong.append(LedgerRow(row.start, row.state, running))
    return tuple(wrong)
