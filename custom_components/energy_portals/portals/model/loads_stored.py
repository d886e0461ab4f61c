"""Plans of flexible loads as plain data for the store."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from .loads import LoadPlan, Order, Status, Window
from .planner import Plan, Runs
from .prices import number
from .series import Series, Slot


def as_data(held: LoadPlan) -> dict[str, Any]:
    """Return a plan as plain data; `from_data` reads it."""
    found = held.plan
    return {
        "status": held.status.value,
        "turn": None if held.window is None else _window(held.window),
        "plan": None
        if found is None
        else {
            "runs": _runs(found.runs),
            "energy": found.energy,
            "cost": found.cost,
            "cost_now": found.cost_now,
            "share": found.share,
            "is_complete": found.is_complete,
        },
        "is_by_hand": held.is_by_hand,
        "done": None if held.done is None else held.done.isoformat(),
        "promised": _runs(held.promised),
        "past": _runs(held.past),
        "currency": held.currency,
        "order": None if held.order is None else held.order.value,
        "ordered": None if held.ordered is None else held.ordered.isoformat(),
    }


def from_data(data: Any) -> LoadPlan:
    """Return what `as_data` made; ValueError for anything else."""
    match data:
        case {
            "status": str(status),
            "turn": window,
            "plan": found,
            "is_by_hand": bool(is_by_hand),
            "done": done,
            "promised": list(promised),
            "past": list(past),
            "currency": str() | None as currency,
            "order": order,
            "ordered": ordered,
        }:
            return LoadPlan(
                status=Status(status),
                window=None if window is None else _window_of(window),
                plan=None if found is None else _plan_of(found),
                is_by_hand=is_by_hand,
                done=None if done is None else _told(date.fromisoformat, done),
                promised=_runs_of(promised),
                past=_runs_of(past),
                currency=currency,
                order=None if order is None else Order(order),
                ordered=None if ordered is None else _moment(ordered),
            )
    raise ValueError("not a stored plan")


def _window(window: Window) -> list[str]:
    """Return a window as plain data."""
    return [
        window.day.isoformat(),
        window.earliest.isoformat(),
        window.deadline.isoformat(),
    ]


def _window_of(data: Any) -> Window:
    """Return a stored window."""
    match data:
        case [str(day), earliest, deadline]:
            return Window(date.fromisoformat(day), _moment(earliest), _moment(deadline))
    raise ValueError("not a stored window")


def _plan_of(data: Any) -> Plan:
    """Return a stored plan."""
    match data:
        case {
            "runs": [_, *_] as runs,
            "energy": energy,
            "cost": cost,
            "cost_now": cost_now,
            "share": share,
            "is_complete": bool(is_complete),
        }:
            return Plan(
                runs=_runs_of(runs),
                energy=_amount(energy),
                cost=_amount(cost),
                cost_now=_amount(cost_now),
                share=_amount(share),
                is_complete=is_complete,
            )
    raise ValueError("not a stored plan")


def _runs(runs: Runs) -> list[Any]:
    """Return runs as plain data."""
    return [[run.start.isoformat(), run.end.isoformat(), run.value] for run in runs]


def _runs_of(data: list[Any]) -> Runs:
    """Return stored runs."""
    slots = []
    for each in data:
        match each:
            case [start, end, power]:
                slots.append(Slot(_moment(start), _moment(end), _amount(power)))
            case _:
                raise ValueError("not a stored run")
    return Series(tuple(slots))


def _amount(data: Any) -> float | None:
    """Return a stored number or nothing."""
    return None if data is None else number(data)


def _moment(data: Any) -> datetime:
    """Return a stored moment."""
    found = _told(datetime.fromisoformat, data)
    if found.tzinfo is None:
        raise ValueError("a moment without an offset")
    return found.astimezone(UTC)


def _told[ValueT](read: Callable[[str], ValueT], data: Any) -> ValueT:
    """Return what a text tells."""
    match data:
        case str(text):
            return read(text)
    raise ValueError("not a text")
