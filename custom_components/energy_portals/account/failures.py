"""How often in a row a feed has failed, and how soon it is tried again."""

from datetime import datetime, timedelta

from .login import pause_after


class Failures:
    """Failures in a row of a feed, in whole or in part."""

    def __init__(self) -> None:
        """Begin with none."""
        self._count = 0
        self._until: datetime | None = None

    @property
    def pauses(self) -> tuple[timedelta, ...]:
        """Return how long to wait, if the last fetch failed: ever longer."""
        return (pause_after(self._count),) if self._count else ()

    def take(self, now: datetime, *, failed: bool) -> None:
        """Count a fetch, unless it failed before it was time to try again."""
        if not failed:
            self._count, self._until = 0, None
        elif self._until is None or now >= self._until:
            self._count += 1
            self._until = now + pause_after(self._count)
