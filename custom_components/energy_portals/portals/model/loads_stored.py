"""Plans of flexible loads as plain data for the store."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Final

import msgspec

from .load_plan import LoadPlan, Move, Order, Reason, Shortfall, Status, Window
from .plain import Finite, Moment, looked_up, plain
from .planner import Plan, Runs
from .series import Series, Slot

# What earlier releases called a window without room.
_IMPOSSIBLE: Final = "impossible"

type _Run = tuple[Moment, Moment, Finite | None]


class _KeptPlan(msgspec.Struct, frozen=True):
    """A plan: its runs, and what is told of it."""

    runs: Annotated[list[_Run], msgspec.Meta(min_length=1)]
    energy: Finite | None
    cost: Finite | None
    cost_now: Finite | None
    share: Finite | None
    is_complete: bool
    is_expected: bool = False
    co2: Finite | None = None


class _KeptShortfall(msgspec.Struct, frozen=True):
    """What a window does not give; how long, in seconds."""

    reason: Reason
    seconds: Annotated[float, msgspec.Meta(ge=0, le=10**9)]
    energy: Finite | None
    deadline: Moment
    since: Moment


class _KeptMove(msgspec.Struct, frozen=True):
    """What was changed of one window, which its day and its place tell."""

    day: date
    place: int
    asked: Moment
    ready_by: Moment | None = None
    start: Moment | None = None


@looked_up
class _KeptLoadPlan(msgspec.Struct, frozen=True):
    """What a load is to do; `turn` are the day and the ends of its window.

    `place` and `done_place` are the places of this and of the last one in their days.
    """

    status: Status
    turn: tuple[date, Moment, Moment] | None
    plan: _KeptPlan | None
    is_by_hand: bool
    done: date | None
    promised: list[_Run]
    past: list[_Run]
    currency: str | None
    order: Order | None
    ordered: Moment | None
    ran: list[_Run] = []
    place: int = 0
    done_place: int = 0
    looked: Moment | None = None
    shortfall: _KeptShortfall | None = None
    moved: _KeptMove | None = None


def as_data(held: LoadPlan) -> dict[str, object]:
    """Return a plan as plain data; `from_data` reads it."""
    plan, window = held.plan, held.window
    return {
        "status": held.status.value,
        "turn": None
        if window is None
        else [
            each.isoformat() for each in (window.day, window.earliest, window.deadline)
        ],
        "plan": None
        if plan is None
        else {
            "runs": _runs(plan.runs),
            "energy": plan.energy,
            "cost": plan.cost,
            "cost_now": plan.cost_now,
            "share": plan.share,
            "is_complete": plan.is_complete,
            **({"is_expected": True} if plan.is_expected else {}),
            **({} if plan.co2 is None else {"co2": plan.co2}),
        },
        "is_by_hand": held.is_by_hand,
        "done": None if held.done is None else held.done.isoformat(),
        "promised": _runs(held.promised),
        "past": _runs(held.past),
        "currency": held.currency,
        "order": None if held.order is None else held.order.value,
        "ordered": None if held.ordered is None else held.ordered.isoformat(),
        **{key: each for key, each in _of_late(held).items() if each},
    }


def _of_late(held: LoadPlan) -> dict[str, object]:
    """Return what most plans have none of."""
    short, moved = held.shortfall, held.moved
    return {
        "moved": None if moved is None else plain(_kept_move(moved)),
        "ran": _runs(held.ran),
        "place": 0 if held.window is None else held.window.place,
        "done_place": held.done_place,
        "looked": None if held.looked is None else held.looked.isoformat(),
        "shortfall": None
        if short is None
        else {
            "reason": short.reason.value,
            "seconds": short.duration.total_seconds(),
            "energy": short.energy,
            "deadline": short.deadline.isoformat(),
            "since": short.since.isoformat(),
        },
    }


def _kept_move(moved: Move) -> _KeptMove:
    """Return what was changed of a window, to be kept."""
    return _KeptMove(*moved.which, moved.asked, moved.ready_by, moved.start)


def _move_of(kept: _KeptMove) -> Move:
    """Return what was changed of a window."""
    return Move(
        which=(kept.day, kept.place),
        asked=kept.asked,
        ready_by=kept.ready_by,
        start=kept.start,
    )


def from_data(data: object) -> LoadPlan:
    """Return what `as_data` made; ValueError for anything else."""
    if isinstance(data, dict) and data.get("status") == _IMPOSSIBLE:
        data = {**data, "status": Status.WAITING.value}
    kept = msgspec.convert(data, _KeptLoadPlan)
    return LoadPlan(
        status=kept.status,
        window=None if kept.turn is None else Window(*kept.turn, kept.place),
        plan=None if kept.plan is None else _plan_of(kept.plan),
        is_by_hand=kept.is_by_hand,
        done=kept.done,
        done_place=kept.done_place,
        promised=_runs_of(kept.promised),
        past=_runs_of(kept.past),
        currency=kept.currency,
        order=kept.order,
        ordered=kept.ordered,
        ran=_runs_of(kept.ran),
        looked=kept.looked,
        shortfall=None if kept.shortfall is None else _shortfall_of(kept.shortfall),
        moved=None if kept.moved is None else _move_of(kept.moved),
        moved_at=None if kept.moved is None else kept.moved.asked,
    )


def _shortfall_of(kept: _KeptShortfall) -> Shortfall:
    """Return a stored shortfall."""
    return Shortfall(
        kept.reason,
        timedelta(seconds=kept.seconds),
        kept.energy,
        kept.deadline,
        kept.since,
    )


def _plan_of(kept: _KeptPlan) -> Plan:
    """Return a stored plan."""
    return Plan(
        runs=_runs_of(kept.runs),
        energy=kept.energy,
        cost=kept.cost,
        cost_now=kept.cost_now,
        share=kept.share,
        is_complete=kept.is_complete,
        is_expected=kept.is_expected,
        co2=kept.co2,
    )


def _runs(runs: Runs) -> list[list[object]]:
    """Return runs as plain data."""
    return [[run.start.isoformat(), run.end.isoformat(), run.value] for run in runs]


def _runs_of(kept: Iterable[_Run]) -> Runs:
    """Return stored runs."""
    return Series(tuple(Slot(*run) for run in kept))
