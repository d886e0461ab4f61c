"""A month that is lived in: a home plans and drives five devices, as fast as it can.

Two cars, a dishwasher, hot water and a pump share one limit, and are planned anew each
quarter of an hour. Prices come late, cars at any time, targets are raised, calendars,
prices and states of charge go away, calls fail, and Home Assistant is killed. The home
is that of tests/portals/planner/lived.py, of which the suite lives through a slice.
With `--peak` it draws besides what nobody foresees, pays a Norwegian peak fee and is
planned by the optimum, once with the guard and once without.
"""

import argparse
import asyncio
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
import os
import sys
from typing import Final, override

from tests.portals.planner.lived import LIMIT, Figures, Home
from tests.portals.planner.lived_peak import Month, PeakHome

# Of all looks, so many may move a start.
MOVES: Final = 0.05
_SHOWN: Final = 20
_GUARDED: Final = (True, False)
_PLAIN: Final = (
    f"{'seed':>6}{'deadlines':>12}{'impossible':>12}{'unforeseen':>12}"
    f"{'wrong':>8}{'looks':>10}"
    f"{'moved':>9}{'switchings':>12}{'paid':>10}{'regret':>9}"
)
# Of what was paid, and of the least that it could have been: peak, energy and fee.
_PEAK: Final = (
    f"{'seed':>6}{'guard':>7}{'deadlines':>11}{'impossible':>12}{'unforeseen':>12}"
    f"{'wrong':>7}"
    f"{'moved':>8}{'switchings':>12}{'kW':>7}{'energy':>9}{'fee':>5}"
    f"{'least':>7}{'energy':>9}{'fee':>5}{'regret':>8}"
)


@dataclass(frozen=True, kw_only=True)
class Lived:
    """What came of one home."""

    seed: int
    figures: Figures

    @property
    def is_right(self) -> bool:
        """Say whether all promises were kept."""
        return not self.figures.wrong and self.figures.moves <= MOVES

    def line(self) -> str:
        """Return it as a line of the table."""
        told = self.figures
        return (
            f"{self.seed:>6}{told.deadlines:>12}{told.impossible:>12}"
            f"{told.unforeseen:>12}{len(told.wrong):>8}{told.looked:>10}{told.moves:>9.2%}"
            f"{told.switched:>12}{told.paid:>10.2f}{told.regret:>9.2%}"
            f"  {'yes' if self.is_right else 'NO'}"
        )


@dataclass(frozen=True, kw_only=True)
class Peaked(Lived):
    """What came of one home with a peak fee; without the guard it only compares."""

    is_guarded: bool
    month: Month

    @property
    @override
    def is_right(self) -> bool:
        """Say whether all promises were kept, of a home that is guarded."""
        return super().is_right or not self.is_guarded

    @override
    def line(self) -> str:
        """Return it as a line of the table."""
        told, paid, least = self.figures, self.month.paid, self.month.least
        return (
            f"{self.seed:>6}{'yes' if self.is_guarded else 'no':>7}"
            f"{told.deadlines:>11}{told.impossible:>12}{told.unforeseen:>12}"
            f"{len(told.wrong):>7}"
            f"{told.moves:>8.2%}{told.switched:>12}"
            f"{paid.peaks[0]:>7.2f}{paid.drawn:>9.2f}{paid.fee:>5.0f}"
            f"{least.peaks[0]:>7.2f}{least.drawn:>9.2f}{least.fee:>5.0f}"
            f"{self.month.regret:>8.2%}  {'yes' if super().is_right else 'NO'}"
        )


def lived(seed: int, days: int) -> Lived:
    """Let the days of one home go by."""
    return Lived(seed=seed, figures=asyncio.run(Home(seed, days).live()))


def peaked(home: tuple[int, bool], days: int) -> Lived:
    """Let the days of one home with a peak fee go by: its seed, and if guarded."""
    seed, is_guarded = home
    month = asyncio.run(PeakHome(seed, days, is_guarded=is_guarded).month())
    return Peaked(seed=seed, figures=month.figures, is_guarded=is_guarded, month=month)


def main(words: list[str]) -> int:
    """Read the command line, let the homes live, print a table."""
    parser = argparse.ArgumentParser(prog="scripts/soak lived", description=__doc__)
    parser.add_argument("--days", type=int, default=30, help="how long (30)")
    parser.add_argument("--seeds", type=int, default=2, help="how many homes (2)")
    parser.add_argument("--first", type=int, default=1, help="the first of them (1)")
    parser.add_argument("--peak", action="store_true", help="with a peak fee")
    told = parser.parse_args(words)
    print(
        f"limit {LIMIT} kW, {told.days} days", _PEAK if told.peak else _PLAIN, sep="\n"
    )
    seeds = range(told.first, told.first + told.seeds)
    is_right = True
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        if told.peak:
            homes = pool.map(partial(peaked, days=told.days), product(seeds, _GUARDED))
        else:
            homes = pool.map(partial(lived, days=told.days), seeds)
        for each in homes:
            print(each.line(), flush=True)
            print(*each.figures.wrong[:_SHOWN], sep="\n", file=sys.stderr)
            is_right = is_right and each.is_right
    return 0 if is_right else 1
