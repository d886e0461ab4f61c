"""Tests mirror the house: a module's tests are found by its path and name."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.rules.source import MODULES, ROOT, Module, named

TESTS: Final = ROOT / "tests"

# Folders of tests that go through several rooms, or are about something else.
ELSEWHERE: Final = frozenset(
    {"docs", "flows", "journeys", "rules", "sandbox_tests", "scripts", "types"}
)

# What is tested where a whole account is, as it does nothing by itself.
ON_JOURNEYS: Final[Mapping[str, tuple[str, ...]]] = {
    # Home Assistant calls what stands at the top.
    "flows/test_hand_over.py": ("config_flow.py",),
    "faces/digiwatt/test_entities.py": (
        *("binary_sensor.py", "sensor.py", "entities/adding.py", "entities/entity.py"),
        "entities/standard/green.py",
    ),
}

BY_PATH: Final = {module.path.as_posix(): module for module in MODULES}


def _tests_of(module: Module) -> list[Path]:
    """Return the files of tests that bear a module's path and name."""
    folder = TESTS / module.path.parent
    if module.path.stem == "__init__":
        return sorted(folder.glob("test_*.py"))
    name = f"test_{module.path.stem}"
    return [*folder.glob(f"{name}.py"), *folder.glob(f"{name}_*.py")]


def _only_declares(module: Module) -> bool:
    """Say whether a module has no function that does anything."""
    return all(
        isinstance(node.body[-1], ast.Expr) and len(node.body) == 1
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def _wholes(module: Module) -> Iterator[Module]:
    """Yield the modules that a module is a part of: client, of client_energy."""
    words = module.path.stem.split("_")
    for count in range(1, len(words)):
        path = module.path.with_stem("_".join(words[:count]))
        if path.as_posix() in BY_PATH:
            yield BY_PATH[path.as_posix()]


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_module_has_its_tests(module: Module) -> None:
    """Beside its own name under that of what it is a part of, or on a journey."""
    journeys = [
        name for name, paths in ON_JOURNEYS.items() if module.path.as_posix() in paths
    ]
    own = _tests_of(module)
    if own or _only_declares(module):
        assert not journeys
        return
    wholes = any(_tests_of(each) for each in _wholes(module))
    assert len(journeys) == (0 if wholes else 1)


def test_journeys_are_there() -> None:
    """What is said to be tested somewhere is not said of a file that is gone."""
    assert all((TESTS / name).is_file() for name in ON_JOURNEYS)
    assert {path for paths in ON_JOURNEYS.values() for path in paths} <= set(BY_PATH)


def _test_files() -> Iterator[Path]:
    """Yield the files of tests that mirror the house."""
    for path in sorted(TESTS.rglob("test_*.py")):
        if path.relative_to(TESTS).parts[0] not in ELSEWHERE:
            yield path


def test_every_test_has_its_module() -> None:
    """A test whose module was moved or renamed goes with it."""
    mirrored = {path for module in MODULES for path in _mirrored(module)}
    assert not [path for path in _test_files() if path not in mirrored]


def _mirrored(module: Module) -> list[Path]:
    """Return the files of tests of a module, those of a folder by `test_init`."""
    if module.path.stem == "__init__":
        return sorted((TESTS / module.path.parent).glob("test_init*.py"))
    return _tests_of(module)
