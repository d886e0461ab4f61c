"""When a feed fetches next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from .model.periods import local_time, next_midnight
from .model.series import Changing

# What is held of each site, of whatever feed; None where there is nothing.
type Held = Sequence[Any]


class Rhythm(Protocol):
    """When a feed fetches next.

    `spread` is in [0, 1), always the same for one feed of one account, and keeps the
    world's installations from calling at the same second. `held` is what is held of
    each site the feed is about, None where there is nothing.
    """

    def due(self, now: datetime, spread: float, held: Held) -> bool:
        """Say whether there is now something to ask for that is not held."""

    def pause(
        self,
        now: datetime,
        spread: float,
        held: Held = (),
        misses: int = 0,
    ) -> timedelta | None:
        """Return how long to wait from `now`; None waits to be told.

        `misses` counts the fetches in a row after which something was still due.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """Fetch at an interval, lengthened by up to `jitter`.

    `day_in` fetches soon after midnight in that zone as well, for data that is
    named from today.
    """

    interval: timedelta
    jitter: timedelta = timedelta()
    day_in: ZoneInfo | None = None

    def due(self, now: datetime, spread: float, held: Sequence[object]) -> bool:
        """Say yes: what is held may have changed."""
        return True

    def pause(
        self, now: datetime, spread: float, held: Sequence[object] = (), misses: int = 0
    ) -> timedelta:
        """Return the interval, or less when a local day begins within it."""
        wait = self.interval + self.jitter * spread
        if self.day_in is None:
            return wait
        new_day = next_midnight(now, self.day_in) - now
        return min(wait, new_day + timedelta(seconds=10) + self.jitter * spread)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTheClock:
    """Look at every full `step` of the clock, such as every quarter of an hour.

    And when what is held changes: what is over is to be followed by something.
    """

    step: timedelta

    def due(self, now: datetime, spread: float, held: Sequence[object]) -> bool:
        """Say yes: another time has come."""
        return True

    def pause(
        self, now: datetime, spread: float, held: Sequence[object] = (), misses: int = 0
    ) -> timedelta:
        """Return how long it is to the next."""
        changes = (each.next_change(now) for each in held if isinstance(each, Changing))
        to_step = self.step - (now - _EPOCH) % self.step
        to_change = min(filter(None, changes), default=now + to_step) - now
        return min(to_step, to_change)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PushedTo(Protocol):
    """Data that a portal may push."""

    @property
    def is_pushed_to(self) -> bool:
        """Say whether the latest of it was pushed, and not found by asking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """Ask seldom while pushes come, and often while they do not."""

    asked: timedelta
    pushed: timedelta

    def due(self, now: datetime, spread: float, held: Sequence[object]) -> bool:
        """Say yes: a push may have been missed."""
        return True

    def pause(
        self,
        now: datetime,
        spread: float,
        held: Sequence[PushedTo | None] = (),
        misses: int = 0,
    ) -> timedelta:
        """Return the long interval if any site's latest was pushed."""
        comes = any(site is not None and site.is_pushed_to for site in held)
        wait = self.pushed if comes else self.asked
        return wait + wait / 10 * spread


class Published(Protocol):
    """Data that is published by the local day and then stays as it is."""

    def known(self, day: date) -> bool:
        """Say whether this day is held, whole and final."""


@runtime_checkable
class LookedAtAgain(Protocol):
    """Data that may be corrected after it was published."""

    def next_look(self, now: datetime) -> datetime | None:
        """Return when it is to be asked for again; what is past is due."""


# So many tries after a publication are `first` apart.
_DENSE: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class OncePublished:
    """Fetch a day when it is published the day before, and look at it again.

    Publication is at the local time `at` in `zone`; the first try comes up to `over`
    later. While a day is missing the tries are `first` apart at the beginning, and
    then become rarer, up to `last`. When a held day is to be looked at again is for
    the data to say. Between these it looks every `look` whether all is well, without a
    call: a long timer misses its moment when the machine sleeps or its clock is moved.
    """

    at: time
    zone: ZoneInfo
    # With the time that a fetch takes, ten minutes at most from publication to user.
    over: timedelta = timedelta(minutes=8)
    first: timedelta = timedelta(minutes=10)
    last: timedelta = timedelta(hours=6)
    look: timedelta = timedelta(minutes=15)

    def days(self, now: datetime, late: timedelta = timedelta()) -> tuple[date, ...]:
        """Return the days that are published: today, and tomorrow from `at` on."""
        today = now.astimezone(self.zone).date()
        if now < local_time(today, self.at, self.zone) + late:
            return (today,)
        return (today, today + timedelta(days=1))

    def due(
        self, now: datetime, spread: float, held: Sequence[Published | None]
    ) -> bool:
        """Say whether a published day is missing or to be looked at at any site."""
        days = self.days(now, self.over * spread)
        if any(site is None or not all(map(site.known, days)) for site in held):
            return True
        look = _next_look(now, held)
        return look is not None and look <= now

    def expected(self, now: datetime) -> datetime:
        """Return when the day after the local day of `now` is expected, or was."""
        return local_time(now.astimezone(self.zone).date(), self.at, self.zone)

    def pause(
        self,
        now: datetime,
        spread: float,
        held: Sequence[Published | None] = (),
        misses: int = 0,
    ) -> timedelta:
        """Return the time to the next publication, or to the next try before it."""
        today = now.astimezone(self.zone).date()
        coming = next(moment for moment in self._tries(today, spread) if moment > now)
        look = _next_look(now, held)
        if look is not None and look > now:
            coming = min(coming, look)
        until_then = coming - now
        if not self.due(now, spread, held):
            return min(until_then, self.look)
        # An exponent without a bound would overflow in a long outage.
        again: timedelta = self.first * 2 ** min(max(misses - _DENSE, 0), 16)
        return min(again, self.last, until_then)

    def _tries(self, today: date, spread: float) -> Iterator[datetime]:
        """Yield when today's and tomorrow's publications are first asked for."""
        for day in (today, today + timedelta(days=1)):
            yield local_time(day, self.at, self.zone) + self.over * spread


def _next_look(now: datetime, held: Sequence[object]) -> datetime | None:
    """Return when any site's data is to be asked for again."""
    looks = (each.next_look(now) for each in held if isinstance(each, LookedAtAgain))
    return min(filter(None, looks), default=None)
