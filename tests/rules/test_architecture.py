"""The rules of the house: who may know whom, and how large a file may grow."""

import ast
from collections.abc import Iterator
from pathlib import Path
import re
from typing import Final

from homeassistant.const import Platform
from homeassistant.loader import BASE_PRELOAD_PLATFORMS
import pytest

from custom_components.energy_portals.faces import registry as faces
from custom_components.energy_portals.portals.portal import LoginServer
from custom_components.energy_portals.services.listed import ListedAction
from tests.rules.source import (
    FACES,
    INTEGRATION,
    MODULES,
    PACKAGE,
    PORTALS,
    ROOMS,
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


def test_what_is_listed_is_so() -> None:
    """What is said of a face before it is loaded is true of it."""
    for key, listed in faces.FACES.items():
        face = FACES[key]
        assert listed.has_options is (face.options is not None)
        assert listed.has_login is bool(PORTALS[key].every(LoginServer))
        assert set(listed.parts) == set(face.parts)
        assert set(listed.actions) == {
            ListedAction(name=each.name, response=each.response, admin=each.admin)
            for each in face.actions
        }


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


@pytest.mark.parametrize("module", PURE, ids=named)
def test_dependencies_point_inwards(module: Module) -> None:
    """The model knows the model; the portals know the model and their own room."""
    is_model = module.path.parts[:2] == ("portals", "model")
    allowed = f"{PACKAGE}.portals.model." if is_model else f"{PACKAGE}.portals."
    for name in module.imports():
        if name.startswith(PACKAGE):
            assert name.startswith(allowed)
            if module.portal is not None:
                other = name.removeprefix(f"{PACKAGE}.portals.").split(".")[0]
                assert other not in set(ROOMS) - {module.portal}


def test_no_folder_is_taken_for_a_platform() -> None:
    """Home Assistant would import a folder that has a platform's name as one."""
    folders = {path.name for path in INTEGRATION.iterdir() if path.is_dir()}
    assert not folders & PLATFORMS


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_file_is_not_too_long(module: Module) -> None:
    """A file that outgrows this is asking for a second room."""
    assert len(module.text.splitlines()) <= LONGEST
