"""Ticking at slot boundaries."""

from datetime import datetime, timedelta
from functools import partial

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..portals.model.series import Changing
from .coordinator import AnyCoordinator

# A clock that jumps or a machine that sleeps leaves timers behind; looking once a
# minute bounds how long a passed boundary goes unseen.
LONGEST_TICK = timedelta(minutes=1)


class SlotTicker:
    """Tells entities when what depends on "now" changes. It never fetches."""

    def __init__(
        self, hass: HomeAssistant, coordinators: tuple[AnyCoordinator, ...]
    ) -> None:
        """Take the coordinators whose listeners it wakes."""
        self._hass = hass
        self._coordinators = coordinators
        self._due: dict[AnyCoordinator, datetime] = {}
        self._seen = dt_util.utcnow()
        self._cancel_timer: CALLBACK_TYPE | None = None
        self._cancel_follows: list[CALLBACK_TYPE] = []

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Begin to tick; return what ends it."""
        for coordinator in self._coordinators:
            self._look(coordinator, dt_util.utcnow())
            follow = coordinator.async_follow(partial(self._fetched, coordinator))
            self._cancel_follows.append(follow)
        self._schedule()
        return self._stop

    @callback
    def _stop(self) -> None:
        """Tick no more."""
        for cancel in self._cancel_follows:
            cancel()
        if self._cancel_timer is not None:
            self._cancel_timer()

    @callback
    def _fetched(self, coordinator: AnyCoordinator) -> None:
        """Take over the boundaries of data that has just come."""
        now = dt_util.utcnow()
        # A boundary that passed meanwhile is not put off by a new timer, nor passed
        # over for the sites that what has come is not about.
        if any(due <= now for due in self._due.values()):
            self._tick(now)
        self._look(coordinator, now)
        self._schedule()

    def _look(self, coordinator: AnyCoordinator, now: datetime) -> None:
        """Note the next boundary of a coordinator's data."""
        due = _next_change(coordinator, now)
        if due is None:
            self._due.pop(coordinator, None)
        else:
            self._due[coordinator] = due

    def _schedule(self) -> None:
        """Set the timer to the nearest boundary."""
        if self._cancel_timer is not None:
            self._cancel_timer()
        now = dt_util.utcnow()
        nearest = min([now + LONGEST_TICK, *self._due.values()])
        # By what is left, not by the time of day: a clock that is put back would put
        # off a timer that waits for a time of day.
        self._cancel_timer = async_call_later(self._hass, nearest - now, self._tick)

    @callback
    def _tick(self, _: datetime) -> None:
        """Wake the listeners of data whose boundary has passed."""
        now = dt_util.utcnow()
        # A clock that was put back makes boundaries of the past come again.
        went_back = now < self._seen
        self._seen = now
        for coordinator in self._coordinators:
            due = self._due.get(coordinator)
            if went_back or (due is not None and due <= now):
                self._look(coordinator, now)
                coordinator.async_tick()
        self._schedule()


def _next_change(coordinator: AnyCoordinator, now: datetime) -> datetime | None:
    """Return the first moment after `now` at which the data shows other values."""
    held = coordinator.data.values()
    changing = (each for each in held if isinstance(each, Changing))
    changes = (each.next_change(now) for each in changing)
    return min(filter(None, changes), default=None)
