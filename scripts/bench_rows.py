"""What a row of the benchmark is, and what is measured for it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
import gc
from statistics import median
import time
from typing import Final

from bench_accounts import ENERGYZERO, NORDPOOL, OURS, Account, Subject

type Figures = tuple[float, ...]
type Take = Callable[[Account], Awaitable[Figures]]


@dataclass(frozen=True)
class Row:
    """One figure; ours must not be above the bar, where there is one."""

    name: str
    unit: str
    bar: float | None = None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What brings the figures of its rows, in their order, of each subject."""

    rows: Sequence[Row]
    take: Take
    subjects: Sequence[Subject]


MEASURES: Final[list[Measure]] = []


def measure(
    *rows: Row, subjects: Sequence[Subject] = (OURS, NORDPOOL, ENERGYZERO)
) -> Callable[[Take], Take]:
    """Register the function that brings the figures of these rows."""

    def register(take: Take) -> Take:
        MEASURES.append(Measure(rows=rows, take=take, subjects=subjects))
        return take

    return register


def cpu_ms() -> float:
    """Return the CPU time of this process; the other clocks may be frozen."""
    return time.clock_gettime(time.CLOCK_PROCESS_CPUTIME_ID) * 1000


def median_ms(
    work: Callable[[], object],
    times: int,
    before: Callable[[], object] = lambda: None,
) -> float:
    """Return the median CPU time of some work; `before` each time is not counted."""
    gc.collect()
    taken: list[float] = []
    for _ in range(times):
        before()
        started = cpu_ms()
        work()
        taken.append(cpu_ms() - started)
    return median(taken)
