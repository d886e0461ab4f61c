"""Entities: every row of every table has a name and an icon, and no other name is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final

from homeassistant.components.sensor import DEVICE_CLASS_UNITS, SensorDeviceClass
from homeassistant.helpers.entity import Entity
import pytest

from custom_components.energy_portals import PLATFORMS
from custom_components.energy_portals.entities import standard
from custom_components.energy_portals.entities.descriptions import DynamicEntities
from custom_components.energy_portals.entities.entity import PortalEntity
from custom_components.energy_portals.entities.tables import Tables, joined
from tests.rules.calls import calls
from tests.rules.samples import Samples, argument_type
from tests.rules.source import FACES, PACKAGE, PORTALS, placeholders, read_json, strings

type Row = tuple[str, str, Any]


def _words(portal: str | None) -> list[str]:
    """Return the texts that mean something to a portal: the values of its enums."""
    module = f"{PACKAGE}.portals.{portal}.models"
    if portal is None or find_spec(module) is None:
        return []
    return [
        member.value
        for kind in vars(import_module(module)).values()
        if isinstance(kind, type) and issubclass(kind, StrEnum)
        for member in kind
    ]


def _described(row: Any, portal: str | None) -> Iterator[Any]:
    """Return what a row of a table stands for, whatever the data may be."""
    if not isinstance(row, DynamicEntities):
        yield row
        return
    known: set[tuple[str, str | None]] = set()
    for data in Samples(_words(portal)).of(argument_type(row.things)):
        for description in map(row.describe, row.things(data)):
            # What data shows may say which words a key has.
            what = (description.key, description.translation_key)
            if what not in known:
                known.add(what)
                yield description


@dataclass(frozen=True)
class Single:
    """An entity in no table, described by its class."""

    key: str
    kind: type[Entity]

    @property
    def _bare(self) -> Entity:
        """Return one as its class alone makes it."""
        return self.kind.__new__(self.kind)

    @property
    def translation_key(self) -> str | None:
        """Return the key of its words."""
        return self._bare.translation_key

    @property
    def translation_placeholders(self) -> Mapping[str, str]:
        """Return what its name fills in."""
        return self._bare.translation_placeholders

    @property
    def device_class(self) -> str | None:
        """Return the device class."""
        return self._bare.device_class

    @property
    def has_entity_name(self) -> bool:
        """Say whether it is named after its device."""
        return self._bare.has_entity_name

    @property
    def icon(self) -> str | None:
        """Return the icon that is not in icons.json."""
        return self._bare.icon


@cache
def singles() -> dict[str, list[Single]]:
    """Return the entities of each platform that no table describes."""
    found: dict[str, list[Single]] = {}
    for platform in PLATFORMS:
        kinds_of_it = [
            each
            for each in vars(_platform(platform)).values()
            if isinstance(each, type)
            and issubclass(each, Entity)
            and not issubclass(each, PortalEntity)
            and each.__module__.startswith(PACKAGE)
        ]
        keys = {
            call.place.owner: key.values()
            for call in calls("unique_id")
            if call.place.module.path.stem == platform
            and (key := call.argument("key", 2)) is not None
        }
        if kinds_of_it:
            found[platform] = [
                Single(key, each) for each in kinds_of_it for key in keys[each.__name__]
            ]
    return found


def _in_tables() -> Iterator[tuple[str | None, str, Any]]:
    """Yield every row of every table, with whose it is and its platform."""
    shared = [load() for load in standard.KINDS.values()]
    of: dict[str | None, Tables] = {None: joined(shared)}
    of |= {key: face.tables() for key, face in FACES.items()}
    for portal, shown in of.items():
        for platform, table in shown.by_platform().items():
            for row in table:
                yield portal, platform, row


@cache
def rows() -> list[Row]:
    """Return all descriptions, with their platform and whose they are."""
    found: list[Row] = [
        (platform, portal or "model", description)
        for portal, platform, row in _in_tables()
        for description in _described(row, portal)
    ]
    found += (
        (platform, "model", single)
        for platform, alone in singles().items()
        for single in alone
    )
    return found


def _platform(name: str) -> ModuleType:
    return import_module(f"{PACKAGE}.{name}")


ROWS: Final = rows()


def _id(row: Row) -> str:
    platform, owner, description = row
    return f"{owner}-{platform}-{description.key}"


def test_every_platform_has_its_table() -> None:
    """Every table is shown by a platform of its own."""
    # Beside what is on of them.
    assert len(PLATFORMS) == len(fields(Tables)) - 1
    assert all(singles().values())


@pytest.mark.parametrize("platform", PLATFORMS)
def test_parallel_updates(platform: str) -> None:
    """Every platform says how many calls it makes at once."""
    assert isinstance(_platform(platform).PARALLEL_UPDATES, int)


def _words_of(row: Row) -> Any:
    """Return the translations of an entity, nothing where there are none."""
    platform, _, description = row
    return strings()["entity"].get(platform, {}).get(description.translation_key, {})


def test_names() -> None:
    """Every entity has a name, with just the placeholders it fills in."""
    for row in ROWS:
        assert "name" in _words_of(row), _id(row)
        filled_in = set(row[2].translation_placeholders or {})
        assert placeholders(_words_of(row)["name"]) == filled_in, _id(row)


def test_entities_in_no_table() -> None:
    """They are named after their device and their key, as those of the tables are."""
    for platform, found in singles().items():
        for single in found:
            assert single.has_entity_name, platform
            assert single.translation_key == single.key, platform


def test_icons() -> None:
    """Every entity has an icon by its key, or one from its device class."""
    for row in ROWS:
        platform, _, description = row
        icons = read_json("icons.json")["entity"].get(platform, {})
        assert description.translation_key in icons or description.device_class, _id(
            row
        )
        assert description.icon is None, _id(row)


def test_states() -> None:
    """What an enumeration may show has words; of others, plain texts may have some."""
    for row in ROWS:
        options = getattr(row[2], "options", None)
        if row[0] == "sensor":
            is_enum = row[2].device_class == SensorDeviceClass.ENUM
            worded = set(_words_of(row).get("state", ()))
            # A portal's text that is open to new ones is no enumeration.
            is_text = row[2].state_class is None and row[2].device_class is None
            if is_enum or not is_text:
                assert worded == set(options or ()), _id(row)
            assert is_enum is (options is not None), _id(row)


# Units that several classes have, or that say nothing of what is told in them.
_OF_ANYTHING: Final = {None, "%", "ppm"}


def test_device_classes() -> None:
    """A sensor has the class of its unit; one whose data brings it, by that."""
    units = {
        unit for units in DEVICE_CLASS_UNITS.values() for unit in units
    } - _OF_ANYTHING
    without = [
        _id(row)
        for row in ROWS
        if row[0] == "sensor"
        and row[2].device_class is None
        and row[2].native_unit_of_measurement in units
    ]
    assert not without


def test_keys_are_unique() -> None:
    """No two entities of an account can have one unique id."""
    for portal in PORTALS:
        keys = [
            (platform, key)
            for owner, platform, row in _in_tables()
            if owner in {None, portal}
            for key in {each.key for each in _described(row, owner)}
        ]
        assert len(keys) == len(set(keys))


def test_what_only_data_knows_has_keys_of_its_own() -> None:
    """What goes when it is no longer shown is told from all else by its key's begin."""
    for portal, face in FACES.items():
        shared = [load() for load in standard.KINDS.values()]
        for table in joined((*shared, face.tables())).by_platform().values():
            rows = [row for row in table if isinstance(row, DynamicEntities)]
            begins = tuple(begin for row in rows for begin in row.begins)
            for row in rows:
                for each in _described(row, portal):
                    own = row.begins or begins
                    assert each.key.startswith(own) is bool(row.begins), each.key


def test_no_other_names() -> None:
    """Nothing is named, or has an icon, that is no entity."""
    used = {(platform, each.translation_key) for platform, _, each in ROWS}
    for file in (strings(), read_json("icons.json")):
        named = {
            (platform, key) for platform, keys in file["entity"].items() for key in keys
        }
        assert named <= used
