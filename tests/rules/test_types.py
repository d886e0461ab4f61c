"""The joints: what does not fit together is refused by the type checker."""

from collections.abc import Mapping
from pathlib import Path
import re
import subprocess
import sys
from typing import Final

import pytest

from tests.rules.source import ROOT

FILES: Final = sorted(
    path for path in (ROOT / "tests/types").glob("*.py") if path.stem != "__init__"
)
_ERROR: Final = re.compile(r"^(?P<path>[^:]+):(?P<line>\d+): error: ")
_MARK: Final = "  # refused"


@pytest.fixture(scope="module")
def refused() -> Mapping[Path, set[int]]:
    """Return the lines that mypy refuses, all files checked in one run."""
    paths = [str(path.relative_to(ROOT)) for path in FILES]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *paths],
        capture_output=True,
        check=False,
        cwd=ROOT,
        text=True,
        timeout=300,
    )
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    lines: dict[Path, set[int]] = {}
    for error in filter(None, map(_ERROR.match, done.stdout.splitlines())):
        lines.setdefault(ROOT / error["path"], set()).add(int(error["line"]))
    return lines


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_refused(refused: Mapping[Path, set[int]], path: Path) -> None:
    """Just the lines that say so are refused."""
    lines = path.read_text(encoding="utf-8").splitlines()
    marked = {n for n, line in enumerate(lines, 1) if line.endswith(_MARK)}
    assert marked
    assert refused.get(path, set()) == marked
