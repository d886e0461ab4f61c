"""Charging jobs while prices come late: what plans cost beyond hindsight, by policy.

Each job is replanned each hour by what is known then and what is expected beyond, and
keeps its deadline. The same code as the test of expected prices, of which the suite
runs a few jobs. Publication is on time, and then late or missing on half of the days.
"""

import argparse
from statistics import mean
from typing import Final

from tests.portals.late_prices import OURS, regrets

# How often publication is late, and the most that plans may cost beyond hindsight.
BOUNDS: Final = {0.0: 0.006, 0.5: 0.010}


def main(words: list[str]) -> int:
    """Read the command line, let all jobs go by, print a table."""
    parser = argparse.ArgumentParser(prog="scripts/soak prices", description=__doc__)
    parser.add_argument("--jobs", type=int, default=1500, help="of each seed (1500)")
    parser.add_argument("--seeds", type=int, default=5, help="how many markets (5)")
    told = parser.parse_args(words)
    is_kept = True
    for late, bound in BOUNDS.items():
        seeds = range(1, told.seeds + 1)
        found = [regrets(seed, told.jobs, late) for seed in seeds]
        print(f"\nlate or missing on {late:.0%} of the days; regret by seed, and mean")
        for policy in found[0]:
            each = [regret[policy] for regret in found]
            line = "".join(f"{one:>9.2%}" for one in (*each, mean(each)))
            print(f"{policy:<20}{line}")
        ours = mean(regret[OURS] for regret in found)
        is_kept = is_kept and ours <= bound
        verdict = "yes" if ours <= bound else "NO"
        print(f"mean at most {bound:.1%}: {verdict}")
    return 0 if is_kept else 1
