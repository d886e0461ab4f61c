"""Plans of flexible loads as plain data for the store."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

import msgspec

from .loads import LoadPlan, Order, Status, Window
from .plain import Finite, Moment, looked_up
from .planner import Plan, Runs
from .series import Series, Slot

type _Run = tuple[Moment, Moment, Finite | None]


class _KeptPlan(msgspec.Struct, frozen=True):
    """A plan: its runs, and what is told of it."""

    runs: Annotated[list[_Run], msgspec.Meta(min_length=1)]
    energy: Finite | None
    cost: Finite | None
    cost_now: Finite | None
    share: Finite | None
    is_complete: bool


@looked_up
class _KeptLoadPlan(msgspec.Struct, frozen=True):
    """What a load is to do; `turn` are the day and the ends of its window."""

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
        },
        "is_by_hand": held.is_by_hand,
        "done": None if held.done is None else held.done.isoformat(),
        "promised": _runs(held.promised),
        "past": _runs(held.past),
        "currency": held.currency,
        "order": None if held.order is None else held.order.value,
        "ordered": None if held.ordered is None else held.ordered.isoformat(),
    }


def from_data(data: object) -> LoadPlan:
    """Return what `as_data` made; ValueError for anything else."""
    kept = msgspec.convert(data, _KeptLoadPlan)
    return LoadPlan(
        status=kept.status,
        window=None if kept.turn is None else Window(*kept.turn),
        plan=None if kept.plan is None else _plan_of(kept.plan),
        is_by_hand=kept.is_by_hand,
        done=kept.done,
        promised=_runs_of(kept.promised),
        past=_runs_of(kept.past),
        currency=kept.currency,
        order=kept.order,
        ordered=kept.ordered,
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
    )


def _runs(runs: Runs) -> list[list[object]]:
    """Return runs as plain data."""
    return [[run.start.isoformat(), run.end.isoformat(), run.value] for run in runs]


def _runs_of(kept: Iterable[_Run]) -> Runs:
    """Return stored runs."""
    return Series(tuple(Slot(*run) for run in kept))
