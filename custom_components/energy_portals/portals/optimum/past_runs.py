"""What devices did in windows that are over, and what that cost and saved."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import fsum

from ..model.series import Slot
from .home import QUARTER
from .realised import Job, energies, instead_of

type _Spans = tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True, slots=True)
class PastRun:
    """What a device did in one window.

    `planned` and `ran` are spans of time in UTC. `cost` is by the prices that there
    were, and `saved` how much more it would have been at once, in the home's currency;
    None where a price is not known. `why` is the reason of the plan.
    """

    planned: _Spans
    ran: _Spans
    cost: float | None
    saved: float | None
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRuns:
    """What devices did in the last days: their `jobs`, and `prices` per kWh by quarter.

    What the sun gave has no price of its own: of a home that feeds in, nothing is told
    of money.
    """

    jobs: tuple[Job, ...]
    prices: Mapping[datetime, float]
    feeds_in: bool = False

    def of(self, key: str, now: datetime) -> Iterator[PastRun]:
        """Yield what a device did, without what it is at."""
        for job in self.jobs:
            if job.key != key or job.is_store or not job.runs or _is_at_it(job, now):
                continue
            ran, would = instead_of(job, now)
            cost, at_once = self._cost(job.ran(now)), self._cost(would)
            is_known = bool(ran) and cost is not None and at_once is not None
            yield PastRun(
                planned=job.planned,
                ran=tuple((start, end) for start, end, _ in job.runs),
                cost=cost,
                saved=(at_once or 0.0) - (cost or 0.0) if is_known else None,
                why=job.why,
            )

    def _cost(self, runs: Iterable[Slot[float]]) -> float | None:
        """Return what runs cost, None where the price of a quarter is not known."""
        drawn = energies(runs)
        if self.feeds_in or not drawn.keys() <= self.prices.keys():
            return None
        return fsum(energy * self.prices[start] for start, energy in drawn.items())


def _is_at_it(job: Job, now: datetime) -> bool:
    """Say whether it may go on: it is looked at each quarter of an hour."""
    return now < job.end and now - job.runs[-1][1] <= QUARTER
