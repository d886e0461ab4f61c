"""Entities: every row of every table has a name and an icon, and no other name is."""

import ast
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final

from homeassistant.components.sensor import SensorDeviceClass
import pytest

from custom_components.energy_portals import PLATFORMS, kinds
from custom_components.energy_portals.entity import Growing
from custom_components.energy_portals.vendors import VENDORS, faces
from tests.rules.calls import calls
from tests.rules.samples import Samples, argument_type
from tests.rules.source import MODULES, PACKAGE, Module, placeholders, read_json, strings

type Row = tuple[str, str, Any]


def _words(vendor: str | None) -> list[str]:
    """Return the texts that mean something to a vendor: the values of its enums."""
    module = f"{PACKAGE}.vendors.{vendor}.models"
    if vendor is None or find_spec(module) is None:
        return []
    return [
        member.value
        for kind in vars(import_module(module)).values()
        if isinstance(kind, type) and issubclass(kind, StrEnum)
        for member in kind
    ]


def _described(row: Any, vendor: str | None) -> Iterator[Any]:
    """Return what a row of a table stands for, whatever the data may be."""
    if not isinstance(row, Growing):
        yield row
        return
    known: set[str] = set()
    for data in Samples(_words(vendor)).of(argument_type(row.describe)):
        for description in row.describe(data):
            if description.key not in known:
                known.add(description.key)
                yield description


@cache
def tables() -> dict[str, str]:
    """Return the table of each platform: what its module asks the vendors for."""
    return {
        call.place.module.path.stem: str(call.node.args[0].value)
        for call in calls("tables")
        if isinstance(call.node.args[0], ast.Constant)
    }


@cache
def rows() -> list[Row]:
    """Return all descriptions, with their platform and whose they are."""
    found: list[Row] = []
    for platform, table in tables().items():
        of: dict[str | None, Any] = {None: getattr(kinds, table, ())}
        of |= faces.tables(table)
        found += (
            (platform, vendor or "model", description)
            for vendor, entries in of.items()
            for row in entries
            for description in _described(row, vendor)
        )
    return found


ROWS: Final = rows()


def _id(row: Row) -> str:
    platform, owner, description = row
    return f"{owner}-{platform}-{description.key}"


def _platform(name: str) -> ModuleType:
    return import_module(f"{PACKAGE}.{name}")


def _public(module: Module) -> set[str]:
    """Return the public names that a module gives values to."""
    targets = (
        target
        for node in module.tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    )
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    return {name for name in names if not name.startswith("_")}


def test_every_platform_has_its_table() -> None:
    """Every platform walks a table of its own, and there is no other table."""
    assert set(tables()) == set(PLATFORMS)
    for module in MODULES:
        if module.path.name in {"kinds.py", "entities.py"}:
            assert _public(module) <= set(tables().values()), module.path


@pytest.mark.parametrize("platform", PLATFORMS)
def test_parallel_updates(platform: str) -> None:
    """Every platform says how many calls it makes at once."""
    assert isinstance(_platform(platform).PARALLEL_UPDATES, int)


@pytest.mark.parametrize("row", ROWS, ids=_id)
def test_name(row: Row) -> None:
    """An entity has a name, with just the placeholders it fills in."""
    platform, _, description = row
    words = strings()["entity"][platform][description.translation_key]
    assert placeholders(words["name"]) == set(
        description.translation_placeholders or {}
    )


@pytest.mark.parametrize("row", ROWS, ids=_id)
def test_icon(row: Row) -> None:
    """An entity has an icon of its own or one from its device class."""
    platform, _, description = row
    icons = read_json("icons.json")["entity"].get(platform, {})
    assert description.translation_key in icons or description.device_class
    assert description.icon is None


@pytest.mark.parametrize("row", ROWS, ids=_id)
def test_states(row: Row) -> None:
    """What an enumeration may show has words, and nothing else has."""
    platform, _, description = row
    words = strings()["entity"][platform][description.translation_key]
    if getattr(description, "device_class", None) == SensorDeviceClass.ENUM:
        assert set(words["state"]) == set(description.options)
    elif platform == "sensor":
        assert "state" not in words


def test_keys_are_unique() -> None:
    """No two entities of an account can have one unique id."""
    shared = [(each[0], each[2].key) for each in ROWS if each[1] == "model"]
    for vendor in VENDORS:
        own = [(each[0], each[2].key) for each in ROWS if each[1] == vendor]
        keys = [*shared, *own]
        assert len(keys) == len(set(keys))


def test_no_other_names() -> None:
    """Nothing is named, or has an icon, that is no entity."""
    used = {(platform, each.translation_key) for platform, _, each in ROWS}
    for file in (strings(), read_json("icons.json")):
        named = {
            (platform, key) for platform, keys in file["entity"].items() for key in keys
        }
        assert named <= used
