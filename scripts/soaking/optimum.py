"""Optima of homes without end: small ones held to every state, real ones to time.

Small homes are planned as a program and as states that are all tried; not one may
differ. Real homes are planned within their time: nothing is broken, nothing is dearer
than without the solver.
"""

import argparse
from statistics import median
import time
from typing import Final

from custom_components.energy_portals.portals.optimum.bill import bill
from custom_components.energy_portals.portals.optimum.check import broken
from custom_components.energy_portals.portals.optimum.fallback import fallback, judged
from custom_components.energy_portals.portals.optimum.optimise import optimise, solver
from custom_components.energy_portals.portals.optimum.settings import Settings
from tests.portals.optimum.oracle import best
from tests.portals.optimum.real_homes import real_home
from tests.portals.optimum.small_homes import small_home

_EXACT: Final = Settings(gap=0.0, money=0.0, tie=0.0)
_KINDS: Final = ("load", "target", "price_limit")
# Money, and what may be lacking beside it, kWh.
_SAME: Final = 1e-3


def small(seed: int) -> list[str]:
    """Return what is wrong with the optimum of a small home."""
    home = small_home(seed)
    solve = solver()
    planned = None if solve is None else solve(home, _EXACT)
    if planned is None:
        return [f"small home {seed}: no plan"]
    load, target, _, dear, money = best(home)
    lacks = dict.fromkeys(_KINDS, 0.0)
    for each in planned.given_up:
        if each.kind in lacks:
            lacks[each.kind] += each.energy
    figures = (*lacks.values(), bill(home, planned).total)
    problems = broken(home, planned)
    if any(
        abs(one - other) > _SAME
        for one, other in zip(figures, (load, target, dear, money), strict=True)
    ):
        problems.append(f"{figures} instead of {(load, target, dear, money)}")
    return [f"small home {seed}: {problem}" for problem in problems]


def real(seed: int, seconds: float) -> tuple[list[str], float, bool]:
    """Return what is wrong with a home's plan, its time of CPU, if it is proven."""
    home = real_home(seed)
    begun = time.process_time()
    planned = optimise(home, solve=solver(), settings=Settings(seconds=seconds))
    spent = time.process_time() - begun
    problems = broken(home, planned)
    if judged(home, planned) > judged(home, fallback(home)):
        problems.append("dearer than without the solver")
    told = [f"real home {seed}: {problem}" for problem in problems]
    return told, spent, planned.is_proven


def main(words: list[str]) -> int:
    """Read the command line, run, print a table."""
    parser = argparse.ArgumentParser(prog="scripts/soak optimum", description=__doc__)
    parser.add_argument("--small", type=int, default=5000, help="how many (5000)")
    parser.add_argument("--real", type=int, default=100, help="how many (100)")
    parser.add_argument("--seed", type=int, default=0, help="of the first home (0)")
    parser.add_argument("--seconds", type=float, default=10, help="for each (10)")
    told = parser.parse_args(words)
    wrong = [
        problem
        for seed in range(told.seed, told.seed + told.small)
        for problem in small(seed)
    ]
    spent, proven = [0.0], 0
    for seed in range(told.seed, told.seed + told.real):
        problems, seconds, is_proven = real(seed, told.seconds)
        wrong += problems
        spent.append(seconds)
        proven += is_proven
    print(*wrong, sep="\n")
    print(f"{told.small} small homes, {told.real} real ones: {len(wrong)} wrong")
    print(f"proven {proven}; median {median(spent):.2f} s, longest {max(spent):.2f} s")
    return 1 if wrong else 0
