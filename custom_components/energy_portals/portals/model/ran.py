"""What a load has run by now: of its plan, and by what its device says."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from .load_plan import LoadPlan
from .planner import Runs, merged
from .seen import Seen
from .series import Series, Slot

# Plans are looked at each quarter of an hour; a look may be a little late.
_LATE: Final = timedelta(minutes=16)


def lived(
    held: LoadPlan, now: datetime, seen: Seen | None, *, is_restart: bool
) -> LoadPlan:
    """Return it with what has run by now."""
    plan = held.plan
    if seen is not None and (
        seen.is_running is not None or _is_missed(held, seen, now)
    ):
        return _with_rest(held, _seen(held, seen, now), now)
    if plan is None or plan.start > now:
        return held
    attended = now
    if is_restart:
        # Whoever was not there has switched nothing.
        last = held.looked or plan.start
        attended = now if now - last <= _LATE and held.looked else last
    ran = until(plan.runs, attended)
    held = _with_rest(held, ran, now)
    unattended = until(since(plan.runs, attended), now)
    missed = sum((run.end - run.start for run in unattended), timedelta())
    if held.is_by_hand and missed:
        run = Slot(now, max(plan.end, now) + missed, plan.runs.slots[-1].value)
        rest = merged((*ran, run))
        return replace(held, plan=replace(plan, runs=rest))
    return held


def _is_missed(held: LoadPlan, seen: Seen, now: datetime) -> bool:
    """Say whether a device that does not follow never began what was to run.

    One that went away while it ran goes on, as far as anybody knows.
    """
    begun = [each.start for each in held.stretches() if each.start <= now]
    return (
        not seen.follows
        and bool(begun)
        and not any(run.end > begun[-1] for run in seen.ran)
    )


def _seen(held: LoadPlan, seen: Seen, now: datetime) -> Runs:
    """Return what a device says that it ran, in the window or of a plan by hand."""
    begins = [] if held.window is None else [held.window.earliest]
    if held.plan is not None:
        begins.append(held.plan.start)
    if not begins:
        return held.ran
    # What ran before was for something else.
    over = [run.end for run in held.past][-1:]
    start = max(min(begins), *over) if over else min(begins)
    power = None if held.plan is None else held.plan.runs.slots[0].value
    return merged(
        Slot(run.start, min(run.end, now), power if run.value is None else run.value)
        for run in seen.since(start)
        if run.start < now
    )


def _with_rest(held: LoadPlan, ran: Runs, now: datetime) -> LoadPlan:
    """Return it with what ran, and with what is still to run."""
    if held.plan is None:
        return replace(held, ran=ran)
    runs = merged((*ran, *since(held.runs, now)))
    plan = replace(held.plan, runs=runs) if runs.slots else None
    return replace(held, ran=ran, plan=plan)


def until(runs: Runs, end: datetime) -> Runs:
    """Return what lies before a moment."""
    return Series(
        tuple(
            Slot(run.start, min(run.end, end), run.value)
            for run in runs
            if run.start < end
        )
    )


def since(runs: Runs, start: datetime) -> Runs:
    """Return what lies after a moment."""
    return Series(
        tuple(
            Slot(max(run.start, start), run.end, run.value)
            for run in runs
            if run.end > start
        )
    )


def starts(ran: Runs) -> Iterable[datetime]:
    """Yield when it started."""
    end: datetime | None = None
    for run in ran:
        if run.start != end:
            yield run.start
        end = run.end


def running_since(ran: Runs, now: datetime) -> datetime:
    """Return since when it has been running without a break."""
    since = ran.slots[-1].start if ran.slots else now
    for run in reversed(ran.slots):
        if run.end < since:
            break
        since = run.start
    return since
