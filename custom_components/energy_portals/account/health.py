"""How a feed has been doing, for diagnostics and system health."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from homeassistant.util import dt as dt_util

from ..portals.http.errors import PortalError, UnexpectedResponse
from .bounds import told_of


@dataclass
class Health:
    """What has come of a feed's fetches."""

    fetches: int = 0
    failures: int = 0
    successes: int = 0
    last_success: datetime | None = None
    last_error: str | None = None
    skeleton: object = None
    partial: list[str] = field(default_factory=list)

    def failed(self, error: PortalError) -> None:
        """Keep what a report of a failure needs."""
        self.failures += 1
        self.last_error = error.brief
        if isinstance(error, UnexpectedResponse):
            self.skeleton = error.skeleton

    def succeeded(self, problems: Sequence[PortalError]) -> Iterable[str]:
        """Keep, and return, what failed while the rest came."""
        self.successes += 1
        self.last_success = dt_util.utcnow()
        self.partial = told_of(problems)
        return self.partial
