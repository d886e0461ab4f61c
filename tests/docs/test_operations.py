"""The table of operations: every one of the references has a row, and that is true."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
import json
import re
from typing import Final

from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.energy_portals.portals.registry import PORTALS
from scripts import docs_operations
from tests.openapi import SPECS, needs_specs
from tests.rules.source import INTEGRATION, ROOT

EACH: Final = pytest.mark.parametrize("portal", docs_operations.portals())
# What is no call of a client's own.
BY_ITSELF: Final = frozenset({"sign-in", "webhook"})
# Portals that ask no server.
OF_THE_HOUSE: Final = frozenset({"home_assistant", "planner"})
VENDORS: Final = SPECS.parent / "vendors"
_VERBS: Final = "GET|POST|PUT|PATCH|DELETE"


def test_portals() -> None:
    """Each portal that is a server has its operations."""
    assert {*docs_operations.portals()} == PORTALS.keys() - OF_THE_HOUSE


@EACH
def test_rows(portal: str) -> None:
    """Each operation has one row, which says something; no row is of another one."""
    rows = docs_operations.rows(portal)
    assert sorted(call for call, _ in rows) == sorted(
        docs_operations.operations(portal)
    )
    assert all(row.where.strip() for _, row in rows)


def test_a_row_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An operation that the table does not know is no row of the page."""
    whole = docs_operations.operations

    def longer(portal: str) -> dict[str, str]:
        return {**whole(portal), "GET /new": ""}

    monkeypatch.setattr(docs_operations, "operations", longer)
    for portal in docs_operations.portals():
        with pytest.raises(AssertionError):
            test_rows(portal)


def test_page() -> None:
    """The page has a line for each."""
    page = (ROOT / "docs" / "reference" / "operations.md").read_text(encoding="utf-8")
    told = re.findall(rf"^\| `((?:{_VERBS}) [^`]+)`", page, re.MULTILINE)
    wanted = [
        call
        for portal in docs_operations.portals()
        for call in docs_operations.operations(portal)
    ]
    assert told == wanted


# --- what is said is true -------------------------------------------------------------


@cache
def _methods(portal: str) -> Mapping[str, ast.AsyncFunctionDef]:
    """Return the methods of a portal's client, in whichever file they stand."""
    folder = INTEGRATION / "portals" / portal
    return {
        each.name: each
        for path in (*folder.glob("client*.py"), *folder.glob("public.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        for each in node.body
        if isinstance(each, ast.AsyncFunctionDef)
    }


def _called(portal: str, name: str) -> Iterator[str]:
    """Yield the keys of what a method calls, itself or by those that it stands on."""
    for node in ast.walk(_methods(portal)[name]):
        match node:
            case ast.Constant(value=str() as text):
                yield text
            case ast.Attribute(value=ast.Name(id="self"), attr=inner):
                if inner != name and inner in _methods(portal):
                    yield from _called(portal, inner)


@cache
def _routes(portal: str) -> Mapping[str, str]:
    """Return the keys of a client's operations by verb and path."""
    module = "public" if portal == "epilot" else "client"
    if portal in {"esmart", "volue"}:
        module = "client_calls"
    package = f"custom_components.energy_portals.portals.{portal}.{module}"
    routes: Mapping[str, str] = import_module(package).ROUTES
    return {_plain(route): key for key, route in routes.items()}


def _plain(call: str) -> str:
    """Return verb and path without the names of what is filled in."""
    return re.sub(r"\{\w+\}", "{}", call)


@EACH
def test_methods(portal: str) -> None:
    """A row's method calls just that operation."""
    for call, row in docs_operations.rows(portal):
        if row.method and row.method not in BY_ITSELF:
            assert _routes(portal)[_plain(call)] in _called(portal, row.method), call


@EACH
def test_callers(portal: str) -> None:
    """Somebody calls it who is no client."""
    folders = INTEGRATION / "portals" / portal, INTEGRATION / "faces" / portal
    texts = [
        path.read_text(encoding="utf-8")
        for folder in folders
        for path in folder.glob("*.py")
        if not path.name.startswith("client")
    ]
    for call, row in docs_operations.rows(portal):
        if row.method and row.method not in BY_ITSELF:
            assert any(re.search(rf"\.{row.method}\b", text) for text in texts), call


@EACH
def test_actions(portal: str) -> None:
    """An action that is named is one."""
    actions = load_yaml_dict(str(INTEGRATION / "services.yaml"))
    for call, row in docs_operations.rows(portal):
        named = re.findall(r"`(\w+)`", row.where)
        assert actions.keys() >= {*named}, call


@EACH
def test_left_out(portal: str) -> None:
    """What a client can call and nobody is said to meet has its reason."""
    told = {_plain(call) for call, _ in docs_operations.rows(portal)}
    assert _routes(portal).keys() <= told


# --- the references themselves --------------------------------------------------------


def _documented(portal: str) -> set[str]:
    """Return the operations of a portal's own documents, as they stand there."""
    match portal:
        case "epilot" | "volue":
            return {
                f"{verb.upper()} {path}"
                for document in SPECS.glob(f"{portal}-*.openapi.json")
                for path, verbs in json.loads(document.read_text())["paths"].items()
                for verb in verbs
                if verb.upper() in _VERBS.split("|")
            }
        case "esmart":
            text = (VENDORS / "esmart.source.txt").read_text(encoding="utf-8")
            calls = re.findall(rf"^\s*({_VERBS}) (api/[^\s?]+)", text, re.MULTILINE)
            return {f"{verb} /{path}" for verb, path in calls}
    text = (VENDORS / f"{portal}.md").read_text(encoding="utf-8").replace("**", "")
    rows = "\n".join(line for line in text.splitlines() if line.startswith("|"))
    calls = re.findall(rf"\b({_VERBS})\b`? `?(?:https://[^/]+)?(/[^\s`?]+)", rows)
    return {f"{verb} {path}" for verb, path in calls}


@needs_specs
@EACH
def test_references(portal: str) -> None:
    """Nothing of the references is missing; what is more stands in no such list."""
    told = {*docs_operations.operations(portal)}
    assert _documented(portal) <= told
    # The quickstart's older calls, and what Volue itself calls.
    more = {"POST /connect/token", "POST /notify", "POST /users/{userId}/meters"}
    more |= {"POST /users/{userId}/resources"} if portal == "volue" else set()
    assert told - _documented(portal) <= more
