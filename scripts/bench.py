"""Measure what the design promises, beside peers from Home Assistant itself."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
import json
from pathlib import Path
from statistics import median
import sys

import pytest

from bench_compare import compare
from bench_rows import MEASURES, YARDSTICK, Row
from bench_table import figure, table

OURS = "ours"
RUN = Path(__file__).with_name("bench_run.py")


@dataclass(frozen=True, kw_only=True)
class Result:
    """A row with its figures; `ratio` is ours to what it is compared with.

    `held` is what the bar holds: ours, and of a time what it would be on the machine
    that the bar was set on, by the yardstick.
    """

    name: str
    unit: str
    compared: bool
    ours: float | None
    peers: Mapping[str, float]
    ratio: float | None
    held: float | None
    bar: float | None
    ratio_bar: float | None
    ok: bool


@dataclass(eq=False)  # pytest hashes its plugins
class Bench:
    """What to measure, as a plugin of pytest, and the figures that came."""

    words: Sequence[str]
    figures: dict[tuple[str, str], list[float]] = field(default_factory=dict)

    @property
    def rows(self) -> list[Row]:
        """Return the rows that are wanted, once pytest has imported them."""
        return [
            row
            for measure in MEASURES
            for row in measure.rows
            if not self.words or any(word in row.name for word in self.words)
        ]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Take each measure that a wanted row needs, of each of its subjects."""
        pairs = [
            pytest.param(measure, subject, id=f"{measure.take.__name__}-{subject.name}")
            for measure in MEASURES
            if any(row in self.rows for row in measure.rows)
            for _ in range(measure.rounds)
            for subject in measure.subjects
            if subject.taken_by == metafunc.function.__name__
        ]
        metafunc.parametrize(("measure", "subject"), pairs)

    @pytest.fixture(name="figures")
    def figures_fixture(self) -> dict[tuple[str, str], list[float]]:
        """Return where the figures go."""
        return self.figures

    def results(self) -> list[Result]:
        """Return the rows with what came."""
        return [self._result(row) for row in self.rows]

    def _result(self, row: Row) -> Result:
        """Return one row with what came."""
        found = {
            subject: median(figures)
            for (name, subject), figures in self.figures.items()
            if name == row.name
        }
        ours, yard = found.pop(OURS, None), found.pop(YARDSTICK, None)
        # A yardstick takes a millisecond of the machine that bars in time were set on.
        held = ours
        if ours is not None and yard and row.is_in_yardsticks:
            held = ours / yard
        if row.against is not None:
            other = median(self.figures.get(row.against, (0,)))
        else:
            other = min(found.values(), default=0) if row.compared else 0
        # To 0 there is no ratio.
        ratio = ours / other if ours is not None and other else None
        bars = ((held, row.bar), (ratio, row.ratio_bar))
        return Result(
            name=row.name,
            unit=row.unit,
            compared=row.compared,
            ours=ours,
            peers=found,
            ratio=ratio,
            held=held,
            bar=row.bar,
            ratio_bar=row.ratio_bar,
            ok=ours is not None
            and all(
                bar is None or (figure is not None and figure <= bar)
                for figure, bar in bars
            ),
        )


def main() -> int:
    """Measure, print a table, and say whether every bar is kept."""
    arguments = _arguments()
    if arguments.compare is not None:
        return compare(arguments.compare, arguments.name, arguments.rounds)
    bench = Bench(arguments.name)
    options = ("--quiet", "--no-header", "--tb=short")
    code = pytest.main([str(RUN), *options], plugins=[bench])
    results = bench.results()
    if not results:
        print("rows to choose from:", *(row.name for row in Bench(()).rows), sep="\n  ")
        return 2
    print(_table(results))
    if arguments.json is not None:
        rows = [asdict(result) for result in results]
        arguments.json.write_text(json.dumps(rows, indent=2, ensure_ascii=False))
    return 0 if code == pytest.ExitCode.OK and all(each.ok for each in results) else 1


def _arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("name", nargs="*", help="only rows whose name has a word of it")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows here")
    parser.add_argument(
        "--compare",
        metavar="REF",
        help="measure this commit too, in turn with the working tree, and fail where "
        "the working tree is slower; all rows take an hour, so give words",
    )
    parser.add_argument(
        "--rounds", type=int, default=5, metavar="N", help="how often to compare (5)"
    )
    return parser.parse_args()


def _table(results: Sequence[Result]) -> str:
    """Return the results as a table."""
    peers = sorted({peer for result in results for peer in result.peers})
    lines = [
        ("", "unit", "ours", *peers, "ratio", "held", "bar", "ok"),
        *(
            (
                result.name,
                result.unit,
                figure(result.ours),
                *(figure(result.peers.get(peer)) for peer in peers),
                figure(result.ratio),
                figure(result.held),
                _bars(result),
                "yes" if result.ok else "NO",
            )
            for result in results
        ),
    ]
    return table(lines, 2)


def _bars(result: Result) -> str:
    """Return what ours, or its ratio, must not be above."""
    bars = ((result.bar, ""), (result.ratio_bar, "x"))
    return " ".join(f"<= {figure(bar)}{unit}" for bar, unit in bars if bar is not None)


if __name__ == "__main__":
    sys.exit(main())
