"""A release: what its changelog says, and what is in its zip."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from scripts import packing
from scripts.packing import ReleaseError
from tests.rules.source import ROOT, read_json

CHANGELOG = """# Changelog

## Next

- What is new.

## 0.10.0 (2026-11-30)

- Older.

## 0.1.0

- First.
"""


@pytest.mark.parametrize(
    ("version", "notes"),
    [("Next", "- What is new.\n"), ("0.10.0", "- Older.\n"), ("0.1.0", "- First.\n")],
)
def test_notes(version: str, notes: str) -> None:
    """A version's notes end where the next version begins."""
    assert packing.notes_of(CHANGELOG, version) == notes


@pytest.mark.parametrize("version", ["0.1", "0.10", "0.2.0", "0.1.00", "."])
def test_no_notes(version: str) -> None:
    """Nothing is said of a version whose name only begins alike."""
    with pytest.raises(ReleaseError):
        packing.notes_of(CHANGELOG, version)


def test_enter() -> None:
    """What is next becomes a version's, and nothing is next."""
    entered = packing.enter(CHANGELOG, "0.11.0", "2026-12-01")
    assert packing.notes_of(entered, "0.11.0") == "- What is new.\n"
    assert "## 0.11.0 (2026-12-01)\n" in entered
    with pytest.raises(ReleaseError):
        packing.notes_of(entered, "Next")
    with pytest.raises(ReleaseError):
        packing.enter(entered, "0.12.0", "2026-12-02")


@pytest.mark.parametrize("version", ["0.10.0", "0.1.0", "1.0", "v1.0.0", "next"])
def test_refused_version(version: str) -> None:
    """A version that is out, or that is none."""
    with pytest.raises(ReleaseError):
        packing.enter(CHANGELOG, version, "2026-12-01")


def test_zip(tmp_path: Path) -> None:
    """The zip holds what is inside the integration's folder, and the check takes it."""
    packed = packing.make_zip(tmp_path)
    packing.check_zip(packed)
    with ZipFile(packed) as zipped:
        names = set(zipped.namelist())
    assert {"manifest.json", "translations/de.json", "portals/model/prices.py"} <= names
    assert packed.name == "energy_portals.zip"


@pytest.mark.parametrize(
    ("more", "fewer"),
    [
        ("tests/test_init.py", ""),
        ("portals/__pycache__/house.pyc", ""),
        ("custom_components/energy_portals/sensor.py", ""),
        ("", "__init__.py"),
        ("", "brand/icon.png"),
    ],
)
def test_refused_zip(tmp_path: Path, more: str, fewer: str) -> None:
    """A zip with what belongs elsewhere, or without what is asked for by name."""
    packed = tmp_path / "some.zip"
    names = {"__init__.py", "manifest.json", "brand/icon.png", more} - {fewer, ""}
    with ZipFile(packed, "w") as zipped:
        for name in names:
            path = packing.CODE / name
            zipped.writestr(name, path.read_bytes() if path.exists() else b"")
    with pytest.raises(ReleaseError):
        packing.check_zip(packed)


def test_this_version_has_notes() -> None:
    """The changelog says what is new in the version that the manifest states."""
    version = read_json("manifest.json")["version"]
    assert packing.notes_of((ROOT / "CHANGELOG.md").read_text(), version)
