"""Every platform that is set up shows a table of its own."""

from dataclasses import fields

from custom_components.energy_portals.entities.tables import Tables
from tests.rules.source import INTEGRATION


def test_each_table_has_its_platform() -> None:
    tables = Tables(**{each.name: (each.name,) for each in fields(Tables)})
    shown = {key: name for key, (name,) in tables.by_platform().items()}
    assert all(name.startswith(platform) for platform, name in shown.items())
    assert sorted(shown.values()) == sorted(each.name for each in fields(Tables))


def test_each_platform_is_there() -> None:
    for platform in Tables().by_platform():
        assert (INTEGRATION / f"{platform}.py").is_file()
