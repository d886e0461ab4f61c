"""What the library offers by name, and that nobody takes anything else by stealth."""

import ast
from collections.abc import Iterator
from dataclasses import is_dataclass
from importlib import import_module
from inspect import getmembers, isfunction
from pathlib import Path
import re
from types import ModuleType
from typing import Final, TypeAliasType, get_args, get_type_hints

from aiohttp import ClientSession
from msgspec import Struct
import pytest

from custom_components.energy_portals import portals as library
from custom_components.energy_portals.portals.contract import TokenStore
from custom_components.energy_portals.portals.registry import PORTALS
from tests.sandbox.server import Sandbox

NAME: Final = library.__name__
INTEGRATION: Final = Path(library.__path__[0]).parent


def test_what_the_docs_name_is_offered() -> None:
    """What the docstring names is what `__all__` names, and where it is found."""
    named = re.findall(r"`(\w+)`", library.__doc__ or "")
    rooms = {"model", "reading"}
    assert set(named) - rooms == set(library.__all__)
    assert rooms <= set(named)
    for name in library.__all__:
        home = getattr(getattr(library, name), "__module__", f"{NAME}.registry")
        assert home.startswith(f"{NAME}.")
        assert home.count(".") <= NAME.count(".") + 2


def _types(hint: object) -> Iterator[type]:
    """Yield the types that a type is put together from."""
    if isinstance(hint, TypeAliasType):
        yield from _types(hint.__value__)
    elif isinstance(hint, list):
        for each in hint:
            yield from _types(each)
    elif parts := get_args(hint):
        for each in parts:
            yield from _types(each)
    elif isinstance(hint, type):
        yield hint


def _gather(kind: object, room: str, known: set[type]) -> None:
    """Add the types of a room's own that something names, and those these name."""
    for each in {
        each for hint in get_type_hints(kind).values() for each in _types(hint)
    }:
        if each.__module__.startswith(room) and each not in known:
            known.add(each)
            if issubclass(each, Struct) or is_dataclass(each):
                _gather(each, room, known)


@pytest.mark.parametrize("key", PORTALS)
async def test_a_portal_offers_its_client_and_its_types(
    key: str, sandbox: Sandbox, session: ClientSession
) -> None:
    """Who calls a client has a name for all that its operations take and return."""
    room: ModuleType = import_module(f"{NAME}.{key}")
    portal = PORTALS[key]()
    account = {}
    if key in sandbox.portals:
        account = sandbox.portals[key].account(f"{sandbox.address}/{key}")
    client = type(portal.connect(session, account, {}, TokenStore()))
    offered = [getattr(room, name) for name in room.__all__]
    assert portal in offered
    assert client in offered
    kinds: set[type] = set()
    for name, method in getmembers(client, isfunction):
        if name == "__init__" or not name.startswith("_"):
            _gather(method, f"{room.__name__}.", kinds)
    missing = {kind.__name__ for kind in kinds} - set(room.__all__)
    assert [name for name in missing if name[0] != "_"] == []


def _taken(path: Path) -> Iterator[str]:
    """Yield what a module imports from others by name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield from (alias.name for alias in node.names)


def test_nobody_takes_what_is_private() -> None:
    """No module imports a name that another keeps to itself."""
    taken = [
        (str(path.relative_to(INTEGRATION)), name)
        for path in INTEGRATION.rglob("*.py")
        for name in _taken(path)
        if name.startswith("_")
    ]
    assert taken == []


def test_nothing_is_called_found() -> None:
    """A local of that name says nothing; it is called by what was found."""
    named = [
        str(path.relative_to(INTEGRATION))
        for path in INTEGRATION.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Name) and node.id == "found")
        or (isinstance(node, ast.arg) and node.arg == "found")
    ]
    assert named == []
