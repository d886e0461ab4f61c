"""What the long runs say of themselves; the runs are too long for a test."""

import argparse
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest

from tests.journeys.faults.accounts import ACCOUNTS, BY_LOGIN
from tests.journeys.faults.choosing import Wanted

SCRIPTS: Final = Path(__file__).parents[2] / "scripts"

type Part = Callable[[str], Any]


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> Part:
    """Return how to get at a module as the script itself does."""
    monkeypatch.syspath_prepend(SCRIPTS)
    return import_module


@pytest.mark.parametrize(
    ("after", "wrong", "passed", "code"),
    [
        (12.0, [], True, 0),
        (12.1, [], True, 1),
        (3.0, ["day 4: a line"], True, 1),
        (3.0, [], False, 1),
    ],
)
def test_month(
    part: Part,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    after: float,
    wrong: list[str],
    passed: bool,
    code: int,
) -> None:
    month = part("soaking.month")

    def run(_: object, plugins: list[Any]) -> pytest.ExitCode:
        (told,) = plugins
        assert (told.days, told.step, told.seed) == (4, 30, 1)
        told.figures.append(
            month.Figure(name="timers", unit="", before=2, after=after, bound=10)
        )
        told.wrong += wrong
        return pytest.ExitCode.OK if passed else pytest.ExitCode.TESTS_FAILED

    monkeypatch.setattr(month.pytest, "main", run)
    assert month.main(["--days", "2", "--step", "30"]) == code
    said = capsys.readouterr().out
    assert [line for line in said.splitlines() if line.startswith("day")] == wrong
    assert ("NO" in said) is (after > 12)


def test_month_has_faults_between_its_measures(part: Part) -> None:
    month, run = part("soaking.month"), part("soaking.month_run")
    of_seed = [
        run._faults(month.Month(days=30, step=5, seed=seed)) for seed in (1, 1, 2)
    ]
    assert of_seed[0] == of_seed[1] != of_seed[2]
    assert min(of_seed[0]) > run.WARM
    assert max(of_seed[0]) < 29
    assert {way for _, way in of_seed[0].values()} == run._WAYS.keys()


@pytest.mark.parametrize(
    ("words", "accounts"),
    [
        ([], list(ACCOUNTS)),
        (["status_500", "prices"], list(ACCOUNTS)),
        (["esmart", "later"], ["esmart"]),
        (["autarc"], ["autarc", BY_LOGIN]),
        (["autarc", "esmart"], []),
    ],
)
def test_faults_set_up_what_has_cases(words: list[str], accounts: list[str]) -> None:
    wanted = Wanted(
        results=Path("none"), words=words, seed=1, share=1, parts=1, both=False
    )
    assert wanted.accounts() == accounts


@pytest.mark.parametrize(
    ("problems", "code"), [({}, 0), ({"left": ["sensor: 1, not 2"]}, 1)]
)
def test_faults(
    part: Part,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    problems: dict[str, list[str]],
    code: int,
) -> None:
    faults = part("soaking.faults")
    results = tmp_path / "results.jsonl"
    results.write_text("what was before\n")
    case = {"account": "esmart", "phase": "later", "route": "costs", "fault": "html"}
    outcomes = [
        {**case, "problems": {}, "minutes": 90.0},
        {**case, "fault": "reset", "problems": problems, "minutes": None},
    ]

    def run(command: list[str], **told: Any) -> SimpleNamespace:
        assert faults.TESTS in command
        assert json.loads(told["env"]["SOAK_FAULTS"])["words"] == ["esmart"]
        results.write_text("".join(f"{json.dumps(each)}\n" for each in outcomes))
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(faults.subprocess, "run", run)
    words = ["esmart", "--anew", "--results", str(results)]
    assert faults.main(words) == code
    said = capsys.readouterr().out.splitlines()
    assert said[1].split()[:5] == [
        "esmart",
        "later",
        "1",
        "2",
        "2" if not code else "1",
    ]
    assert said[-1] == "at most 2 h until all was right again"
    named = "  esmart later costs reset: sensor: 1, not 2"
    assert (named in said) is bool(problems)
    outcomes.clear()
    assert faults.main(words) == 2


@pytest.mark.parametrize(("wrong", "code"), [([], 0), (["hours are missing"], 1)])
async def test_kill(
    part: Part,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wrong: list[str],
    code: int,
) -> None:
    kill = part("soaking.kill")

    async def household(kind: str, kills: int, random: object, tally: Any) -> None:
        tally.households += 1
        tally.kills += min(6, kills)
        tally.rows += 1000
        tally.note("after corrections", wrong)

    monkeypatch.setattr(kill, "_household", household)
    options = argparse.Namespace(database="mariadb", kills=8, seed=1)
    assert await kill._main(options) == code
    said = capsys.readouterr().out.splitlines()
    (line,) = (each for each in said if each.startswith("mariadb  "))
    assert line.split()[:4] == ["mariadb", "8", "2", "2,000"]
    named = "mariadb, after corrections: hours are missing"
    assert said.count(named) == 4 * len(wrong)


@pytest.mark.parametrize(("late", "code"), [(0.01, 0), (0.011, 1)])
def test_prices(
    part: Part,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    late: float,
    code: int,
) -> None:
    prices = part("soaking.prices")

    def regrets(seed: int, count: int, share: float) -> dict[str, float]:
        assert count == 7
        mean = late if share else 0.005
        return {prices.OURS: mean + (seed - 2) / 1000, "at once": 0.4}

    monkeypatch.setattr(prices, "regrets", regrets)
    assert prices.main(["--jobs", "7", "--seeds", "3"]) == code
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[-4:] for line in said if line.startswith("known")] == [
        ["0.40%", "0.50%", "0.60%", "0.50%"],
        [f"{late + off:.2%}" for off in (-0.001, 0, 0.001, 0)],
    ]
    assert said.count("mean at most 1.0%: NO") == code


@pytest.mark.parametrize(
    ("moved", "wrong", "code"), [(5, [], 0), (6, [], 1), (0, ["12 07:00 a limit"], 1)]
)
def test_lived(
    part: Part,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    moved: int,
    wrong: list[str],
    code: int,
) -> None:
    lived = part("soaking.lived")

    def run(seed: int, days: int) -> Any:
        assert days == 3
        figures = lived.Figures(deadlines=9, looked=100, moved=moved, wrong=wrong)
        return lived.Lived(seed=seed, figures=figures)

    monkeypatch.setattr(lived, "lived", run)
    monkeypatch.setattr(lived, "ProcessPoolExecutor", ThreadPoolExecutor)
    words = ["--days", "3", "--seeds", "2", "--first", "7"]
    assert lived.main(words) == code
    said = capsys.readouterr()
    assert [line.split()[0] for line in said.out.splitlines()[2:]] == ["7", "8"]
    assert ("NO" in said.out) is bool(code)
    assert said.err.split() == " ".join(wrong * 2).split()


@pytest.mark.parametrize(
    ("guarded", "unguarded", "code"), [([], ["12 07:00 a limit"], 0), (["it"], [], 1)]
)
def test_lived_with_a_peak_fee(
    part: Part,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    guarded: list[str],
    unguarded: list[str],
    code: int,
) -> None:
    lived = part("soaking.lived")

    class House:
        """One that costs a tenth more than it could have."""

        def __init__(self, seed: int, days: int, *, is_guarded: bool) -> None:
            assert (seed, days) == (1, 3)
            self.wrong = guarded if is_guarded else unguarded

        async def month(self) -> Any:
            paid, least = (
                SimpleNamespace(peaks=(5.5,), drawn=money - 20, fee=20, paid=money)
                for money in (110, 100)
            )
            figures = lived.Figures(deadlines=9, looked=100, wrong=self.wrong)
            return lived.Month(figures=figures, paid=paid, least=least)

    monkeypatch.setattr(lived, "PeakHome", House)
    monkeypatch.setattr(lived, "ProcessPoolExecutor", ThreadPoolExecutor)
    assert lived.main(["--peak", "--days", "3", "--seeds", "1"]) == code
    said = capsys.readouterr().out.splitlines()[2:]
    assert [line.split()[1] for line in said] == ["yes", "no"]
    assert [line.split()[-2] for line in said] == ["10.00%", "10.00%"]
    assert [line.split()[-1] for line in said] == [
        "NO" if wrong else "yes" for wrong in (guarded, unguarded)
    ]


def test_optimum(
    part: Part, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    optimum = part("soaking.optimum")
    words = ["--small", "3", "--real", "1", "--seconds", "0.5"]
    assert optimum.main(words) == 0
    assert "3 small homes, 1 real ones: 0 wrong" in capsys.readouterr().out
    monkeypatch.setattr(optimum, "best", lambda _: (9.0, 0.0, 0.0, 0.0, 0.0))
    figures = iter([(2.0,), (1.0,)])
    monkeypatch.setattr(optimum, "judged", lambda *_: next(figures))
    assert optimum.main(words) == 1
    said = capsys.readouterr().out
    assert "small home 2: " in said and "dearer than without the solver" in said
    monkeypatch.setattr(optimum, "solver", lambda: None)
    assert optimum.main(["--small", "1", "--real", "0"]) == 1
    assert "no plan" in capsys.readouterr().out
