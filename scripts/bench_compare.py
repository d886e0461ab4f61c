"""Measure another commit and the working tree in turn, so that drift meets both.

Each side is measured by its own scripts, which know its modules, in the environment of
the working tree. The other commit's files are kept in .cache/compare.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
import json
from math import inf
import os
from pathlib import Path
from statistics import median
import subprocess
import sys
import tarfile
import tempfile
import time
from typing import Any, Final

from bench_table import figure, table
from configuration import CACHE, ROOT

# Less than this is noise, and so is what not every pair shows.
NOISE: Final = 1.1
# Peers tell nothing about a commit. Their measures are left out by their ids, because
# not every commit has an option for it.
_OURS_ALONE: Final = "-k-ours"
_NO_SUCH_ROWS: Final = 2

type Rows = Mapping[str, Mapping[str, Any]]


class CompareError(Exception):
    """A commit cannot be measured."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A row that both sides have, with the figures of each round."""

    name: str
    unit: str
    is_judged: bool
    then: Sequence[float]
    now: Sequence[float]

    @property
    def ratios(self) -> list[float]:
        """Return now to then, by rounds."""
        return [
            now / then if then else inf if now else 1.0
            for then, now in zip(self.then, self.now, strict=True)
        ]

    @property
    def is_worse(self) -> bool:
        """Say whether it is more than it was, beyond noise."""
        return self.is_judged and median(self.ratios) > NOISE and min(self.ratios) > 1

    @property
    def is_better(self) -> bool:
        """Say whether it is less than it was, beyond noise."""
        return (
            self.is_judged and median(self.ratios) < 1 / NOISE and max(self.ratios) < 1
        )

    @property
    def verdict(self) -> str:
        """Return what is to be said of it."""
        worse, better = ("SLOWER", "faster") if self.is_time else ("MORE", "less")
        return worse if self.is_worse else better if self.is_better else ""

    @property
    def is_time(self) -> bool:
        """Say whether it is a time."""
        return self.unit in {"s", "ms", "µs"}

    @property
    def cells(self) -> Sequence[str]:
        """Return its line in the table."""
        ratios = self.ratios
        spread = f"{min(ratios):.2f}-{max(ratios):.2f}"
        middles = figure(median(self.then)), figure(median(self.now))
        ratio = f"{median(ratios):.2f}"
        return self.name, self.unit, *middles, ratio, spread, self.verdict


def compare(ref: str, words: Sequence[str], rounds: int) -> int:
    """Measure both, print what came, and say whether nothing got worse."""
    try:
        other = _checkout(ref)
        pairs = list(_pairs(other, words, rounds))
    except CompareError as error:
        print(error, file=sys.stderr)
        return 2
    then, now = pairs[0]
    rows = [_compared(name, pairs) for name in now if name in then]
    head = ("", "unit", ref, "now", "ratio", "spread", "")
    print(table([head, *(row.cells for row in rows)], 2))
    for side, names in ((ref, then.keys() - now), ("now", now.keys() - then)):
        if names:
            print(f"only {side}:", *sorted(names), sep="\n  ")
    return 1 if any(row.is_worse for row in rows) else 0


def _compared(name: str, pairs: Sequence[tuple[Rows, Rows]]) -> Compared:
    """Return a row of all rounds."""
    row = pairs[0][1][name]
    return Compared(
        name=name,
        unit=row["unit"],
        is_judged=row["compared"],
        then=[then[name]["ours"] for then, _ in pairs],
        now=[now[name]["ours"] for _, now in pairs],
    )


def _checkout(ref: str) -> Path:
    """Return a folder with the files of a commit."""
    try:
        commit = _git("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
    except subprocess.CalledProcessError as error:
        raise CompareError(f"no commit: {ref}") from error
    folder = CACHE / "compare" / commit.decode().strip()
    if not folder.exists():
        part = folder.with_suffix(".part")
        with tarfile.open(fileobj=BytesIO(_git("archive", ref))) as archive:
            archive.extractall(part, filter="data")
        part.rename(folder)
    return folder


def _git(*arguments: str) -> bytes:
    """Return what git prints."""
    command = ("git", *arguments)
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


def _pairs(
    other: Path, words: Sequence[str], rounds: int
) -> Iterator[tuple[Rows, Rows]]:
    """Measure by turns; each round begins with the side that ended the last."""
    for n in range(rounds):
        begun = time.monotonic()
        if n % 2:
            now = _measure(ROOT, words)
            then = _measure(other, words)
        else:
            then = _measure(other, words)
            now = _measure(ROOT, words)
        took = time.monotonic() - begun
        print(f"round {n + 1} of {rounds}: {took:.0f} s", file=sys.stderr)
        yield then, now


def _measure(root: Path, words: Sequence[str]) -> Rows:
    """Return the rows of one side by name; bars that are missed say nothing here."""
    options = f"{os.environ.get('PYTEST_ADDOPTS', '')} {_OURS_ALONE}"
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "rows.json"
        done = subprocess.run(
            [sys.executable, "scripts/bench.py", *words, "--json", written],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root), "PYTEST_ADDOPTS": options},
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode == _NO_SUCH_ROWS:
            return {}
        rows = json.loads(written.read_text()) if written.exists() else []
    if not rows or any(row["ours"] is None for row in rows):
        raise CompareError(f"{root}:\n{done.stdout}")
    return {row["name"]: row for row in rows}
