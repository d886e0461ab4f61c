"""The integration's files, read once for all rules."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
import json
from pathlib import Path
from string import Formatter
from types import ModuleType
from typing import Any, Final

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.faces import registry as faces
from custom_components.energy_portals.portals import registry as portals
from custom_components.energy_portals.portals.http.errors import PortalError

ROOT: Final = Path(__file__).parents[2]
INTEGRATION: Final = ROOT / "custom_components" / DOMAIN
PACKAGE: Final = f"custom_components.{DOMAIN}"
LANGUAGES: Final = sorted(path.stem for path in INTEGRATION.glob("translations/*.json"))

# Rooms that have a folder for each portal.
SHARED: Final = frozenset({"portals", "faces"})
# How the files of faces begin that hold steps of flows.
FLOW_FILES: Final = frozenset({"flow", "forms", "options", "parts", "steps", "vehicle"})


@cache
def read_json(name: str) -> Any:
    """Return what a JSON file of the integration holds."""
    return json.loads((INTEGRATION / name).read_text(encoding="utf-8"))


def strings(language: str = "en") -> Any:
    """Return a language's translations."""
    return read_json(f"translations/{language}.json")


def texts(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Walk through the leaves of nested mappings, each with its dotted path."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from texts(value, (*path, key))
    else:
        yield ".".join(path), tree


def placeholders(tree: Any) -> set[str]:
    """Return the names in braces in a text or in all the texts of a tree."""
    return {
        name
        for _, text in texts(tree)
        for _, name, _, _ in Formatter().parse(text)
        if name is not None
    }


@dataclass(frozen=True)
class Module:
    """One Python file of the integration; its path is relative to the integration."""

    path: Path

    @property
    def text(self) -> str:
        """Return the source."""
        return (INTEGRATION / self.path).read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """Return the parsed source."""
        return ast.parse(self.text, str(self.path))

    @property
    def name(self) -> str:
        """Return the module's full name."""
        parts = self.path.with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        return ".".join((PACKAGE, *parts))

    @property
    def module(self) -> ModuleType:
        """Return the imported module."""
        return import_module(self.name)

    @property
    def is_face(self) -> bool:
        """Say whether it is a portal's face to Home Assistant."""
        return self.path.parts[0] == "faces"

    @property
    def is_flow(self) -> bool:
        """Say whether it holds config-flow steps."""
        return self.path.name == "config_flow.py" or (
            self.path.parts[0] == "faces" and self.path.stem.split("_")[0] in FLOW_FILES
        )

    @property
    def portal(self) -> str | None:
        """Return the portal in whose room it stands."""
        parts = self.path.parts
        is_own = parts[0] in SHARED and len(parts) > 2 and parts[1] in ROOMS
        return parts[1] if is_own else None

    def imports(self) -> Iterator[str]:
        """Return what it imports, by full name; of a `from` both halves joined."""
        package = self.name
        if self.path.name != "__init__.py":
            package = package.rpartition(".")[0]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = package.split(".")[: len(package.split(".")) - node.level + 1]
                parts = (*(base if node.level else ()), *filter(None, [node.module]))
                yield from (".".join((*parts, alias.name)) for alias in node.names)


MODULES: Final = tuple(
    Module(path.relative_to(INTEGRATION)) for path in sorted(INTEGRATION.rglob("*.py"))
)
ROOMS: Final = sorted(
    path.name
    for path in (INTEGRATION / "faces").iterdir()
    if (path / "__init__.py").is_file()
)
PORTALS: Final = {key: load() for key, load in portals.PORTALS.items()}
FACES: Final = faces.FACES
PORTAL_NAMES: Final = frozenset(portal.name for portal in PORTALS.values())


def error_kinds(kind: type[PortalError] = PortalError) -> Iterator[type[PortalError]]:
    """Return the kinds of errors that the integration's clients raise."""
    for each in kind.__subclasses__():
        if each.__module__.startswith(PACKAGE):
            yield each
        yield from error_kinds(each)


def named(module: Module) -> str:
    """Name a module in the list of tests."""
    return str(module.path)
