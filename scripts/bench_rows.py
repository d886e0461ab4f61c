"""What a row of the benchmark is, and what is measured for it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    # The harness wants to be there before Home Assistant is imported.
    from bench_accounts import Account, Subject

type Figures = tuple[float, ...]
type Take = Callable[[Account], Awaitable[Figures]]


@dataclass(frozen=True)
class Row:
    """One figure; ours must not be above the bar, where there is one.

    A figure that only tells what the others are about is not `compared`.
    """

    name: str
    unit: str
    bar: float | None = None
    compared: bool = True


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What brings the figures of its rows, in their order, of each subject."""

    rows: Sequence[Row]
    take: Take
    subjects: Sequence[Subject]


MEASURES: Final[list[Measure]] = []


def measure(*rows: Row, subjects: Sequence[Subject]) -> Callable[[Take], Take]:
    """Register the function that brings the figures of these rows."""

    def register(take: Take) -> Take:
        MEASURES.append(Measure(rows=rows, take=take, subjects=subjects))
        return take

    return register


def cpu_ms() -> float:
    """Return the CPU time of this process; the other clocks may be frozen."""
    return time.clock_gettime(time.CLOCK_PROCESS_CPUTIME_ID) * 1000


def spent_ms(work: Callable[[], object]) -> float:
    """Return the CPU time that some work takes."""
    started = cpu_ms()
    work()
    return cpu_ms() - started
