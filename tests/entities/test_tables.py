"""Every platform that is set up shows a table of its own."""

from dataclasses import fields

from custom_components.energy_portals.entities.tables import Tables
from tests.rules.source import INTEGRATION


def test_each_table_has_its_platform() -> None:
    names = sorted(each.name for each in fields(Tables) if each.name != "shown")
    tables = Tables(**{each: (each,) for each in names})
    shown = {key: name for key, (name,) in tables.by_platform().items()}
    assert all(name.startswith(platform) for platform, name in shown.items())
    assert sorted(shown.values()) == names


def test_each_platform_is_there() -> None:
    for platform in Tables().by_platform():
        assert (INTEGRATION / f"{platform}.py").is_file()
