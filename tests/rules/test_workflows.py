"""Workflows: what they use is pinned, what they may do is the least."""

from pathlib import Path
import re
import shlex
from typing import Any, Final

import pytest
import yaml

from tests.rules.source import ROOT

FOLDER: Final = ROOT / ".github" / "workflows"
WORKFLOWS: Final = sorted(FOLDER.glob("*.yml"))
# A commit, and the release that it is of for who reads it.
PINNED: Final = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # \S+")


def _jobs(workflow: Path) -> dict[str, Any]:
    """Return the jobs of a workflow."""
    jobs: dict[str, Any] = yaml.safe_load(workflow.read_text())["jobs"]
    return jobs


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_pinned(workflow: Path) -> None:
    """An action is used as of a commit, so that nobody can change what it does."""
    used = [line for line in workflow.read_text().splitlines() if "uses:" in line]
    assert used
    assert [line for line in used if not PINNED.search(line)] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_least_rights(workflow: Path) -> None:
    """No right is given to all jobs; each has its own, and an end."""
    assert yaml.safe_load(workflow.read_text())["permissions"] == {}
    jobs = _jobs(workflow)
    assert all(job["permissions"] and job["timeout-minutes"] for job in jobs.values())
    writing = {
        name for name, job in jobs.items() if "write" in job["permissions"].values()
    }
    assert writing <= ({"zip"} if workflow.stem == "release" else set())


def test_ci_runs_what_a_checkout_runs() -> None:
    """The parts of .ci/run are the jobs of the workflow."""
    (job,) = _jobs(FOLDER / "ci.yml").values()
    script = (ROOT / ".ci" / "run").read_text()
    parts = re.findall(r"^(?:alone|together) (.*)$", script, re.MULTILINE)
    run = [part for line in parts for part in shlex.split(line)]
    assert {*run} == {f"scripts/{each}" for each in job["strategy"]["matrix"]["script"]}
