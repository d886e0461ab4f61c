"""Which cases are run: a selection that meets every route and every fault, or all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
import json
import os
from pathlib import Path
from random import Random
from typing import Final, Self
from zlib import crc32

from tests.journeys.faults.accounts import ACCOUNTS
from tests.journeys.faults.case import PHASES, Outcome, Phase
from tests.journeys.faults.catalogue import NAMES

# Set by scripts/soak, which wants all cases and what came of each.
WANTED: Final = "SOAK_FAULTS"

type Case = tuple[str, str]


def selection(
    account: str, phase: Phase, routes: Mapping[Phase, Sequence[str]]
) -> list[Case]:
    """Return few cases: every route with a fault, and every fault that is its turn.

    Each sort of account and phase has faults of its own; together they have all. What
    is used at set-up and later is tried in one of them, and in which stays the same.
    """
    turns = [(each, either) for each in ACCOUNTS for either in PHASES]
    mine = NAMES[turns.index((account, phase)) :: len(turns)]
    tried = [each for each in routes[phase] if _phase_of(each, routes) == phase]
    most = max(len(tried), len(mine))
    here = tried or routes[phase]
    return [(here[n % len(here)], mine[n % len(mine)]) for n in range(most)]


def _phase_of(
    route: str, routes: Mapping[Phase, Sequence[str]], fault: str = ""
) -> Phase:
    """Return the phase in which a route is tried, or meets a fault."""
    phases = [phase for phase in PHASES if route in routes[phase]]
    return phases[crc32(f"{route}{fault}".encode()) % len(phases)]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What scripts/soak wants: cases that have all these words, those done left out.

    Every route meets every fault, by turns at set-up or later, or in `both`.
    """

    results: Path
    words: Sequence[str]
    seed: int
    share: float
    parts: int
    both: bool

    @classmethod
    def read(cls) -> Self | None:
        """Return what is wanted, if anything."""
        if not (text := os.environ.get(WANTED)):
            return None
        told = json.loads(text)
        return cls(**{**told, "results": Path(told["results"])})

    def as_text(self) -> str:
        """Return it as a variable of the environment."""
        return json.dumps({**vars(self), "results": str(self.results)})

    def accounts(self) -> list[str]:
        """Return the sorts of accounts that have cases: setting one up takes time."""
        named = [word for word in self.words if word in ACCOUNTS]
        return [each for each in ACCOUNTS if all(word in each for word in named)]

    def cases(
        self,
        account: str,
        phase: Phase,
        routes: Mapping[Phase, Sequence[str]],
        part: int,
    ) -> list[Case]:
        """Return a part's cases that are not done, those of one route together."""
        done = {(each.account, each.phase, each.route, each.fault) for each in self}
        cases = []
        for route in routes[phase][part :: self.parts]:
            for fault in NAMES:
                chance = Random(f"{self.seed} {account} {phase} {route} {fault}")
                said = {account, phase, route, fault}
                if (
                    (account, phase, route, fault) not in done
                    and (self.both or _phase_of(route, routes, fault) == phase)
                    and all(any(w in each for each in said) for w in self.words)
                    and chance.random() < self.share
                ):
                    cases.append((route, fault))
        return cases

    def note(self, outcome: Outcome) -> None:
        """Note what became of a case; a line, so that many may write."""
        with self.results.open("a") as file:
            file.write(json.dumps(outcome.as_dict()) + "\n")

    def __iter__(self) -> Iterator[Outcome]:
        """Return what became of cases so far."""
        if not self.results.exists():
            return
        for line in self.results.read_text().splitlines():
            told: Mapping[str, object] = json.loads(line)
            yield Outcome(**told)  # type: ignore[arg-type]
