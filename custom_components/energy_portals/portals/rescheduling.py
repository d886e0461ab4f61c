"""What a user changes of a load this time only: when it is ready, or when it starts."""

from datetime import datetime
from itertools import islice
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from .http.errors import InvalidInput
from .model.demand import Shape
from .model.load_plan import Load, LoadPlan, Move, Order
from .model.moves import next_window


@runtime_checkable
class WithLoad(Protocol):
    """A site of something that is to run."""

    @property
    def load(self) -> Load:
        """Return what is to run within each window of the day."""


def rescheduled(
    load: Load,
    held: LoadPlan,
    now: datetime,
    zone: ZoneInfo,
    *,
    ready_by: datetime | None = None,
    start: datetime | None = None,
) -> LoadPlan:
    """Return a plan whose next window is moved, done with the next look.

    All times are in UTC. Without `ready_by` and `start` it is as usual again: what was
    started by hand or left out is taken back, else what was moved. Raises
    InvalidInput where there is nothing to move, or a time cannot be.
    """
    if ready_by is None and start is None:
        if held.can_go_back(now):
            return held.ordered_to(Order.BACK, now)
        return held.moved_to(None, now)
    window = next_window(load, held, None, now, zone)
    if not load.takes_part or window is None or held.is_by_hand:
        raise InvalidInput("nothing_to_reschedule")
    is_running = held.runs.at(now) is not None
    if start is not None and is_running and load.demand.shape is Shape.CONTIGUOUS:
        raise InvalidInput("runs_already")
    moment = start or ready_by
    if moment is None or moment <= now:
        raise InvalidInput("time_is_over")
    # Beyond the window that follows, this one would take that one's place.
    following = [
        each.deadline
        for each in islice(load.windows(now, zone), 8)
        if each.which > window.which
    ]
    if following and moment > following[0]:
        raise InvalidInput("reschedule_too_late")
    return held.moved_to(
        Move(which=window.which, asked=now, ready_by=ready_by, start=start), now
    )
