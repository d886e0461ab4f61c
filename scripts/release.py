"""Make a release, or check that this tree is one: its zip in Home Assistants."""

import argparse
import asyncio
from datetime import UTC, datetime
from pathlib import Path
import sys
import tempfile
from typing import Final
from zipfile import ZipFile

from packing import (
    CHANGELOG,
    CODE,
    ReleaseError,
    check_zip,
    enter,
    make_zip,
    notes_of,
    version_of,
)

from accounts import ANSWERS, add_account
from configuration import CACHE, Configuration
from house import HouseError, open_house

MANIFEST: Final = CODE / "manifest.json"
# The least that lets a user in; whatever else is needed, the integration asks for.
COMPONENTS: Final = ("config", "onboarding")


async def _runs(packed: Path, python: Path) -> list[str]:
    """Install the zip as a user does, and add an account of each portal."""
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="release-") as folder:
        code = Path(folder) / "code"
        with ZipFile(packed) as zipped:
            zipped.extractall(code)
        configuration = Configuration(
            Path(folder) / "config", components=COMPONENTS, code=code
        )
        async with open_house(configuration, python=python, installs=True) as house:
            found = [
                f"{portal}: {account}"
                for portal in ANSWERS
                if "entry_id" not in (account := await add_account(house, portal))
            ]
            entries = await house.home_assistant.accounts()
            found += [
                f"{entry['title']}: {entry['state']}: {entry['reason']}"
                for entry in entries
                if entry["state"] != "loaded"
            ]
            version = house.home_assistant.version
        found += configuration.log_errors()
    print(f"Home Assistant {version}: {'; '.join(found) or f'{len(entries)} accounts'}")
    return found


async def _check(pythons: list[Path]) -> int:
    """Check the zip of this tree, also in Home Assistants, beside one another."""
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="zip-") as place:
        packed = make_zip(Path(place))
        check_zip(packed)
        found = await asyncio.gather(*(_runs(packed, each) for each in pythons))
    return 1 if any(found) else 0


def _enter(version: str) -> None:
    """Name what is next, and state its version."""
    manifest = MANIFEST.read_text()
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    CHANGELOG.write_text(enter(CHANGELOG.read_text(), version, day))
    stated = f'"version": "{version_of(manifest)}"'
    MANIFEST.write_text(manifest.replace(stated, f'"version": "{version}"'))


def _zip() -> None:
    """Leave the zip and its notes where the workflow takes them."""
    packed = make_zip(CACHE / "release")
    check_zip(packed)
    notes = notes_of(CHANGELOG.read_text(), version_of(MANIFEST.read_text()))
    (CACHE / "release" / "notes.md").write_text(notes)
    print(packed)


def main() -> int:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    asked = parser.add_subparsers(dest="asked", required=True)
    asked.add_parser("check").add_argument("pythons", nargs="*", type=Path)
    asked.add_parser("enter").add_argument("version")
    asked.add_parser("zip")
    words = parser.parse_args()
    try:
        if words.asked == "check":
            return asyncio.run(_check(words.pythons))
        if words.asked == "enter":
            _enter(words.version)
        else:
            _zip()
    except (HouseError, ReleaseError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
