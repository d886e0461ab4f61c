"""What a row of the benchmark is, and what is measured for it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median
import time
from typing import Any, ClassVar, Final, Protocol

type Figures = tuple[float, ...]
# Of an account or a house, whatever the test of its subjects has.
type Take = Callable[[Any], Awaitable[Figures]]


class Subject(Protocol):
    """Who is measured; `taken_by` names the test that takes the measures."""

    taken_by: ClassVar[str]

    @property
    def name(self) -> str:
        """Return how it is called in the table."""


@dataclass(frozen=True)
class Row:
    """One figure; ours must not be above the bar, where there is one.

    The bar of a time is for a machine whose yardstick takes a millisecond, and ours is
    held to it by the yardsticks around it; not so what is ended `by_clock`. The ratio
    is to the best peer, or to the figure of the row and the subject that it is
    `against`; `ratio_bar` is its own bar. A figure that only tells what the others are
    about is not `compared`.
    """

    name: str
    unit: str
    bar: float | None = None
    compared: bool = True
    against: tuple[str, str] | None = None
    ratio_bar: float | None = None
    by_clock: bool = False

    @property
    def is_in_yardsticks(self) -> bool:
        """Say whether it says more of the machine than of what is measured."""
        return self.unit in {"s", "ms", "µs"} and not self.by_clock


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What brings the figures of its rows, in their order, of each subject.

    It is taken `rounds` times, the subjects by turns; the medians count.
    """

    rows: Sequence[Row]
    take: Take
    subjects: Sequence[Subject]
    rounds: int


MEASURES: Final[list[Measure]] = []
# Of it there is a figure in each row.
YARDSTICK: Final = "yardstick"


def measure(
    *rows: Row, subjects: Sequence[Subject], rounds: int = 1
) -> Callable[[Take], Take]:
    """Register the function that brings the figures of these rows."""

    def register(take: Take) -> Take:
        MEASURES.append(Measure(rows=rows, take=take, subjects=subjects, rounds=rounds))
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


def yardstick_ms() -> float:
    """Return the CPU time of a fixed piece of plain Python: about a millisecond."""
    return median(_yard() for _ in range(15))


def _yard() -> float:
    started = time.clock_gettime(time.CLOCK_THREAD_CPUTIME_ID)
    held = dict[int, str]()
    for n in range(15_000):
        held[n % 97] = f"{n}"
    sorted(held.values())
    return (time.clock_gettime(time.CLOCK_THREAD_CPUTIME_ID) - started) * 1000
