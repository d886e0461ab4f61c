"""Every fault at every route that an account uses, until all is right by itself.

The same code as tests/journeys/faults, of which the suite runs a selection. What became
of each case is in a file, and a run that was broken off goes on where it was.
"""

import argparse
from collections import Counter
import json
import os
from pathlib import Path
import subprocess
import sys
from typing import Final

from configuration import CACHE, ROOT

TESTS: Final = "tests/journeys/faults/test_faults.py"
RESULTS: Final = CACHE / "soak-faults.jsonl"
_SHOWN: Final = 5

type Outcome = dict[str, object]


def _outcomes(path: Path) -> list[Outcome]:
    """Return what became of the cases so far."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines()]


def _problems(outcome: Outcome) -> dict[str, list[str]]:
    """Return what was wrong, by kind."""
    found = outcome["problems"]
    return found if isinstance(found, dict) else {}


def _table(outcomes: list[Outcome]) -> str:
    """Return cases and failures by account and phase."""
    kinds = sorted({kind for each in outcomes for kind in _problems(each)})
    head = f"{'account':<18}{'phase':<8}{'routes':>7}{'cases':>7}{'right':>7}"
    lines = [head + "".join(f"{kind:>14}" for kind in kinds)]
    groups = dict.fromkeys((each["account"], each["phase"]) for each in outcomes)
    for account, phase in sorted(groups, key=str):
        of = [e for e in outcomes if (e["account"], e["phase"]) == (account, phase)]
        count = Counter(kind for each in of for kind in _problems(each))
        right = sum(not _problems(each) for each in of)
        routes = len({each["route"] for each in of})
        lines.append(
            f"{account!s:<18}{phase!s:<8}{routes:>7}{len(of):>7}{right:>7}"
            + "".join(f"{count[kind]:>14}" for kind in kinds)
        )
    return "\n".join(lines)


def _told(outcomes: list[Outcome], most: int) -> str:
    """Return what was wrong, the first cases of each kind."""
    lines = []
    for kind in sorted({kind for each in outcomes for kind in _problems(each)}):
        of = [each for each in outcomes if kind in _problems(each)]
        lines.append(f"\n{kind}: {len(of)}")
        for each in of[:most]:
            name = " ".join(
                str(each[part]) for part in ("account", "phase", "route", "fault")
            )
            lines.append(f"  {name}: {str(_problems(each)[kind][0])[:200]}")
        if len(of) > most:
            lines.append(f"  and {len(of) - most} more")
    return "\n".join(lines)


def main(words: list[str]) -> int:
    """Read the command line, run, print a table."""
    parser = argparse.ArgumentParser(prog="scripts/soak faults", description=__doc__)
    parser.add_argument(
        "word", nargs="*", help="only cases with it in account, phase, route or fault"
    )
    parser.add_argument(
        "--both", action="store_true", help="at set-up and later, not by turns"
    )
    parser.add_argument("--share", type=float, default=1, help="of all cases, 0 to 1")
    parser.add_argument("--seed", type=int, default=1, help="which share it is (1)")
    parser.add_argument("--jobs", type=int, default=2, help="at the same time (2)")
    parser.add_argument("--parts", type=int, default=4, help="of each account (4)")
    parser.add_argument("--results", type=Path, default=RESULTS, help="kept here")
    parser.add_argument("--anew", action="store_true", help="forget earlier results")
    parser.add_argument("--show", type=int, default=_SHOWN, help="failures of a kind")
    told = parser.parse_args(words)
    if told.anew:
        told.results.unlink(missing_ok=True)
    wanted = {
        "results": str(told.results),
        "words": told.word,
        "seed": told.seed,
        "share": told.share,
        "parts": told.parts,
        "both": told.both,
    }
    command = [sys.executable, "-m", "pytest", TESTS, "--quiet", "--no-header"]
    command += ["--numprocesses", str(told.jobs), "--dist", "worksteal", "--tb=short"]
    environment = {**os.environ, "SOAK_FAULTS": json.dumps(wanted)}
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    outcomes = _outcomes(told.results)
    if not outcomes:
        print("no case has these words")
        return 2
    print(_table(outcomes))
    print(_told(outcomes, told.show))
    minutes = [float(str(each["minutes"])) for each in outcomes if each["minutes"]]
    print(f"\nat most {max(minutes, default=0) / 60:.0f} h until all was right again")
    return 1 if code or any(map(_problems, outcomes)) else 0
