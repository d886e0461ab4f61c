"""The rules of the house: who may know whom, and how large a file may grow."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
import re
from typing import Final

from homeassistant.const import Platform
from homeassistant.loader import BASE_PRELOAD_PLATFORMS
import pytest

from custom_components.energy_portals.portals.portal import LoginServer
from custom_components.energy_portals.services.listed import ListedAction
from custom_components.energy_portals.services.registry import STANDARD
from custom_components.energy_portals.services.standard import ACTIONS
from tests.rules.source import (
    FACES,
    INTEGRATION,
    MODULES,
    PACKAGE,
    PORTALS,
    ROOMS,
    SHARED,
    Module,
    named,
)

LONGEST: Final = 400

# What Home Assistant imports from an integration, beside entity platforms and those
# that it looks for at every start.
PLATFORMS: Final = frozenset(
    {*Platform, *BASE_PRELOAD_PLATFORMS}
    | {
        "analytics",
        "application_credentials",
        "cast",
        "device_action",
        "device_condition",
        "device_trigger",
        "llm",
        "onboarding",
        "reproduce_state",
        "significant_change",
    }
)

TOP: Final = "top"
# The rooms from the lowest to the highest, and the files that lie in none.
LEVELS: Final = (
    *("const", "portals", "history", "account", "entities", "services", "faces"),
    *("frontend", TOP),
)

PURE: Final = [module for module in MODULES if module.path.parts[0] == "portals"]
REGISTRIES: Final = {Path("portals/registry.py"), Path("faces/registry.py")}
HALL: Final = [
    module
    for module in MODULES
    if module.portal is None and module.path not in REGISTRIES
]


def test_registry_knows_every_room() -> None:
    """A portal is registered under the name of its folder."""
    assert sorted(PORTALS) == ROOMS
    assert all(key == portal.key for key, portal in PORTALS.items())


def _listed(actions: Iterable[ListedAction]) -> set[ListedAction]:
    """Return what Home Assistant asks of actions at once."""
    return {
        ListedAction(
            name=each.name,
            response=each.response,
            admin=each.admin,
            reads=each.reads,
        )
        for each in actions
    }


def test_what_is_listed_is_so() -> None:
    """What is said of a face before it is loaded is true of it."""
    assert set(STANDARD) == _listed(ACTIONS)
    for key, face in FACES.items():
        assert face.has_login is bool(PORTALS[key].every(LoginServer))
        assert set(face.part_types) == set(face.parts())
        assert set(face.listed) == _listed(face.actions())


def _docstrings(tree: ast.Module) -> set[int]:
    """Return the strings that are statements of their own."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def _words(module: Module) -> Iterator[str]:
    """Return the names and strings in a module's code, in lower case."""
    prose = _docstrings(module.tree)
    for node in ast.walk(module.tree):
        match node:
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.arg(arg=word):
                yield word.lower()
            case ast.alias(name=word, asname=other):
                yield f"{word} {other}".lower()
            case ast.ImportFrom(module=str(word)):
                yield word.lower()
            case ast.FunctionDef(name=word) | ast.AsyncFunctionDef(name=word):
                yield word.lower()
            case ast.ClassDef(name=word) | ast.keyword(arg=str(word)):
                yield word.lower()
            case ast.Constant(value=str(word)) if id(node) not in prose:
                yield word.lower()


@pytest.mark.parametrize("module", HALL, ids=named)
def test_only_the_registries_name_portals(module: Module) -> None:
    """Outside a portal's room, nobody but the registries know its name."""
    # What the model itself speaks of, such as a planner, is nobody's name.
    own = {each.path.stem for each in MODULES if "model" in each.path.parts}
    names = re.compile("|".join(re.escape(room) for room in ROOMS if room not in own))
    assert not [word for word in _words(module) if names.search(word)]


@pytest.mark.parametrize("module", PURE, ids=named)
def test_home_assistant_is_not_known(module: Module) -> None:
    """The maths and the portals' clients and feeds do without Home Assistant."""
    known = {name.split(".")[0] for name in module.imports()}
    assert not {"homeassistant", "voluptuous"} & known


def _level(path: str) -> int:
    """Return how high a module lies, by its path from the integration on."""
    room = path.partition(".")[0]
    return LEVELS.index(room if room in LEVELS else TOP)


def _ours(module: Module) -> Iterator[str]:
    """Return what a module imports of the integration, by path from there on."""
    for name in module.imports():
        if name.startswith(f"{PACKAGE}."):
            yield name.removeprefix(f"{PACKAGE}.")


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_no_import_runs_upwards(module: Module) -> None:
    """What is lower does not know what is higher."""
    level = _level(module.path.with_suffix("").parts[0])
    for name in _ours(module):
        assert _level(name) <= level, name


@pytest.mark.parametrize("module", PURE, ids=named)
def test_the_library_knows_itself_alone(module: Module) -> None:
    """And in it the model knows the model."""
    allowed = "portals.model." if "model" in module.path.parts else "portals."
    assert all(name.startswith(allowed) for name in _ours(module))


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_no_portal_knows_another(module: Module) -> None:
    """A portal's rooms are its own and the registries'."""
    if module.path in REGISTRIES:
        return
    for name in _ours(module):
        room, other, *_ = (*name.split("."), "")
        if room in SHARED and other in ROOMS:
            assert other == module.portal, name


def test_at_the_top_lies_what_is_looked_for() -> None:
    """Home Assistant finds each file there by its name, but for the shared names."""
    lying = {path.stem for path in INTEGRATION.glob("*.py")}
    assert lying - PLATFORMS == {"__init__", "const"}
    assert _rooms() == set(LEVELS) - {"const", TOP}


def _rooms() -> set[str]:
    """Return the folders with code in them."""
    return {path.parent.name for path in INTEGRATION.glob("*/*.py")}


def test_no_folder_is_taken_for_a_platform() -> None:
    """Home Assistant would import a folder that has a platform's name as one."""
    folders = {path.name for path in INTEGRATION.iterdir() if path.is_dir()}
    assert not folders & PLATFORMS


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_file_is_not_too_long(module: Module) -> None:
    """A file that outgrows this is asking for a second room."""
    assert len(module.text.splitlines()) <= LONGEST


def test_the_set_up_is_read_on_one_screen() -> None:
    """What happens to an account is told in one place, step by step."""
    (tree,) = (each.tree for each in MODULES if each.path == Path("__init__.py"))
    (set_up,) = (
        node
        for node in tree.body
        if isinstance(node, ast.AsyncFunctionDef) and node.name == "async_setup_entry"
    )
    assert set_up.end_lineno is not None
    assert set_up.end_lineno - set_up.lineno < 40
