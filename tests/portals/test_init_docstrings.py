"""What the library says of itself: what it counts in, and where its facts are from."""

import ast
from collections.abc import Iterator
from pathlib import Path
import re
from typing import Final

import pytest

from custom_components.energy_portals import portals as library

FOLDER: Final = Path(library.__path__[0])
TREES: Final = {
    str(path.relative_to(FOLDER)): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.rglob("*.py"))
}
UNIT: Final = re.compile(
    r"\b(?:[kM]?Wh?|EUR|NOK|currency|percent|shares?|seconds|minutes|degrees|units?)\b"
    r"|/kWh|°C|m²"
)
# What speaks to a server, or knows how its bodies look.
FACTS: Final = re.compile(
    r"(?!http|planner)\w+/(?:client|reads|models|messages|hooks|cognito)\w*\.py"
)

type Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _public(
    tree: ast.Module | ast.ClassDef, around: str
) -> Iterator[tuple[str, Definition]]:
    """Yield what is public, each with the docstrings that hold for it."""
    for node in tree.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if node.name.startswith("_"):
            continue
        text = f"{around}\n{ast.get_docstring(node) or ''}"
        yield text, node
        if isinstance(node, ast.ClassDef):
            yield from _public(node, text)


def _counts(node: Definition) -> bool:
    """Say whether it has or returns numbers that are counted in something."""
    if isinstance(node, ast.ClassDef):
        hints = [
            each.annotation for each in node.body if isinstance(each, ast.AnnAssign)
        ]
    else:
        hints = [node.returns]
    names = (each for hint in hints if hint is not None for each in ast.walk(hint))
    return any(isinstance(each, ast.Name) and each.id == "float" for each in names)


@pytest.mark.parametrize("path", TREES)
def test_what_is_public_is_explained(path: str) -> None:
    """Every public class, function and method has a docstring."""
    tree = TREES[path]
    assert ast.get_docstring(tree)
    assert not [
        node.name for _, node in _public(tree, "") if not ast.get_docstring(node)
    ]


@pytest.mark.parametrize("path", TREES)
def test_numbers_have_units(path: str) -> None:
    """Who has or returns numbers says in what: itself, or its class or module."""
    tree = TREES[path]
    assert not [
        node.name
        for text, node in _public(tree, ast.get_docstring(tree) or "")
        if _counts(node) and not UNIT.search(text)
    ]


@pytest.mark.parametrize("path", filter(FACTS.fullmatch, TREES))
def test_facts_have_a_source(path: str) -> None:
    """A module that knows a portal's API says from which page or document."""
    assert "Source" in (ast.get_docstring(TREES[path]) or "")
