"""Thirty days of all accounts, the planner's included, as fast as they can go by.

In one Home Assistant of the test harness, whose clock is moved from timer to timer.
On the way portals fail, refuse, correct and ask for pauses, and accounts are set up
again. What is held then is compared with what was held on the third day, so that only
what goes on growing is seen.
"""

import argparse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

RUN: Final = Path(__file__).with_name("month_run.py")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure, before and after; it may not grow by more than the bound."""

    name: str
    unit: str
    before: float
    after: float
    bound: float | None

    @property
    def growth(self) -> float:
        """Return by how much it has grown."""
        return self.after - self.before

    @property
    def is_kept(self) -> bool:
        """Say whether it is within its bound."""
        return self.bound is None or self.growth <= self.bound

    def line(self) -> str:
        """Return it as a line of the table."""
        bound = "-" if self.bound is None else f"<= {self.bound:g}"
        return (
            f"{self.name:<44}{self.unit:<8}{self.before:>12,.1f}{self.after:>12,.1f}"
            f"{self.growth:>12,.1f}{bound:>10}  {'yes' if self.is_kept else 'NO'}"
        )


@dataclass(eq=False)  # pytest hashes its plugins
class Month:
    """How long a month is, and what came of it, as a plugin of pytest."""

    days: int
    step: int
    seed: int
    figures: list[Figure] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @pytest.fixture(name="month")
    def month_fixture(self) -> Month:
        """Return what is wanted, where the figures go."""
        return self


def main(words: list[str]) -> int:
    """Read the command line, let the month go by, print a table."""
    parser = argparse.ArgumentParser(prog="scripts/soak month", description=__doc__)
    parser.add_argument("--days", type=int, default=30, help="at least 4 (30)")
    parser.add_argument("--step", type=int, default=5, help="minutes at a time (5)")
    parser.add_argument("--seed", type=int, default=1, help="of what goes wrong (1)")
    told = parser.parse_args(words)
    month = Month(days=max(told.days, 4), step=told.step, seed=told.seed)
    options = ("--quiet", "--no-header", "--tb=short", "-p", "no:cacheprovider")
    code = pytest.main([str(RUN), *options], plugins=[month])
    print(*month.happened, sep="\n")
    print(
        f"\n{'':<44}{'unit':<8}{'day 3':>12}{'at the end':>12}"
        f"{'growth':>12}{'bound':>10}"
    )
    for each in month.figures:
        print(each.line())
    print(*month.wrong, sep="\n")
    is_kept = all(each.is_kept for each in month.figures) and not month.wrong
    return 0 if code == pytest.ExitCode.OK and is_kept and month.figures else 1
