"""What of a load is to be planned anew, and who chooses."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .demand import Demand
from .effort import Effort, best_effort, held_on, length
from .horizon import Horizon
from .load_plan import Reason
from .planner import Runs


@dataclass(frozen=True, slots=True)
class Ask:
    """What of a load is to be planned anew, within `[begin, deadline)`.

    `left` is what is left to do, and `running` for how long it has been running without
    a break if it does. `at_once` (kWh) waits for no price. `span` is what is known.
    """

    span: Horizon
    left: Demand
    begin: datetime
    deadline: datetime
    running: timedelta | None
    at_once: float


# Runs that were chosen with those of others; None where its own search is to choose.
type Choose = Callable[[Ask], Runs | None]


def effort_for(ask: Ask, before: Runs, choose: Choose | None) -> Effort:
    """Return what is planned of what is asked for.

    Of its own search `before` stays where it is as good or nearly: whoever chooses for
    several has seen to that.
    """
    left, begin, deadline = ask.left, ask.begin, ask.deadline
    if choose is not None and (runs := choose(ask)) is not None:
        missing = max(length(left, runs), timedelta())
        return Effort(runs, missing, left, Reason.LIMIT)
    effort = best_effort(ask.span, left, begin, deadline, ask.running, ask.at_once)
    if before.slots and held_on(ask.span, left, before, effort.runs, begin, deadline):
        return replace(effort, runs=before, missing=length(left, before))
    return effort
