"""What a user changes of one window alone, and which window is next."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from .demand import Demand, Shape
from .load_plan import Load, LoadPlan, Move, Window

_DAY: Final = timedelta(days=1)


def next_window(
    load: Load,
    held: LoadPlan,
    ready_by: datetime | None,
    now: datetime,
    zone: ZoneInfo,
) -> Window | None:
    """Return the next window that is not done, as it was moved.

    `ready_by` is when the device says that it is needed.
    """
    for window in _windows(load, held.moved, now, zone):
        if held.done is None or window.which > (held.done, held.done_place):
            is_moved = held.moved is not None and held.moved.which == window.which
            return window if is_moved else _as_told(load, window, ready_by, now)
    return None


def _as_told(
    load: Load, window: Window, ready: datetime | None, now: datetime
) -> Window:
    """Return a window that ends when its device has to be ready.

    That is sooner; or later, where nothing but deadlines bound it, if it is before the
    next of them.
    """
    if ready is None:
        return window
    is_sooner = max(now, window.earliest) < ready < window.deadline
    is_later = load.is_open and window.deadline < ready < window.deadline + _DAY
    return replace(window, deadline=ready) if is_sooner or is_later else window


def _windows(
    load: Load, moved: Move | None, now: datetime, zone: ZoneInfo
) -> Iterator[Window]:
    """Yield the windows that have not ended, the next first; one may be moved."""
    # What is to be ready later than usual has not ended with its usual window.
    since = now if moved is None else min(now, moved.asked)
    for usual in load.windows(since, zone):
        window = usual
        if moved is not None and usual.which == moved.which:
            window = _moved(usual, moved, load.demand.shortest)
        if window.deadline > now:
            yield window


def _moved(window: Window, moved: Move, shortest: timedelta) -> Window:
    """Return a window with another deadline, or what another start needs."""
    if moved.ready_by is not None:
        return replace(window, deadline=moved.ready_by)
    if moved.start is not None:
        return replace(
            window,
            earliest=min(window.earliest, moved.start),
            deadline=max(window.deadline, moved.start + shortest),
        )
    return window


def unmoved_when_over(
    load: Load, held: LoadPlan, now: datetime, zone: ZoneInfo
) -> LoadPlan:
    """Return it without what was changed of a window that is over."""
    moved = held.moved
    if moved is None:
        return held
    if held.done is None or moved.which > (held.done, held.done_place):
        windows = _windows(load, moved, now, zone)
        if any(each.which == moved.which for each in windows):
            return held
    return replace(held, moved=None)


def pinned(
    held: LoadPlan, window: Window, left: Demand, begin: datetime, deadline: datetime
) -> tuple[datetime, datetime, float]:
    """Return from when to when what is left of a window runs, and how much at once.

    What has a start begins with it: what runs for a time lasts as long as it takes, an
    energy is had as fast as there is room, kWh.
    """
    moved = held.moved
    if moved is None or moved.start is None or moved.which != window.which:
        return begin, deadline, 0.0
    begin = max(begin, moved.start)
    if left.energy is not None and left.shape is not Shape.CONTIGUOUS:
        return begin, deadline, left.energy
    return begin, min(deadline, begin + left.shortest), 0.0
