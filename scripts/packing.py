"""What a release is made of: its entry in the changelog, and its zip."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
import subprocess
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile

ROOT: Final = Path(__file__).resolve().parent.parent
CODE: Final = ROOT / "custom_components" / "energy_portals"
CHANGELOG: Final = ROOT / "CHANGELOG.md"
NEXT: Final = "## Next"
# Marketplace of Home Assistant takes no more.
MOST_BYTES: Final = 100 * 1024 * 1024
MOST_FILES: Final = 50_000


class ReleaseError(Exception):
    """The tree is not one to release."""


def version_of(manifest: str) -> str:
    """Return the version that a manifest states."""
    version: str = json.loads(manifest)["version"]
    return version


def notes_of(changelog: str, version: str) -> str:
    """Return what the changelog says of a version; ReleaseError if nothing."""
    said = re.search(
        rf"^## {re.escape(version)}(?: [^\n]*)?$\n(.*?)(?=^## |\Z)",
        changelog,
        re.MULTILINE | re.DOTALL,
    )
    if said is None or not said[1].strip():
        raise ReleaseError(f"CHANGELOG.md says nothing of {version}")
    return said[1].strip() + "\n"


def enter(changelog: str, version: str, day: str) -> str:
    """Return the changelog with what is next under a version's name."""
    if not re.fullmatch(r"\d+\.\d+\.\d+(b\d+)?", version):
        raise ReleaseError(f"{version} is no version")
    if re.search(rf"^## {re.escape(version)}\b", changelog, re.MULTILINE):
        raise ReleaseError(f"{version} is out")
    notes_of(changelog, "Next")
    return changelog.replace(NEXT, f"{NEXT}\n\n## {version} ({day})", 1)


def _files() -> Iterator[Path]:
    """Yield what belongs into the zip: what is under version control."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", CODE],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    )
    return (ROOT / name for name in sorted(filter(None, listed.stdout.split("\0"))))


def make_zip(place: Path) -> Path:
    """Write the zip: what is inside the integration's folder is at its root."""
    name: str = json.loads((ROOT / "hacs.json").read_text())["filename"]
    place.mkdir(parents=True, exist_ok=True)
    with ZipFile(place / name, "w", ZIP_DEFLATED) as packed:
        for path in _files():
            packed.write(path, path.relative_to(CODE))
    return place / name


def check_zip(path: Path) -> None:
    """Refuse a zip that HACS or Marketplace would not install."""
    with ZipFile(path) as packed:
        inside = packed.infolist()
        manifest = packed.read("manifest.json").decode()
    names = {each.filename for each in inside}
    strange = [
        name
        for name in names
        if name.startswith(("tests/", "custom_components/")) or "__pycache__" in name
    ]
    missing = {"__init__.py", "manifest.json", "brand/icon.png"} - names
    if strange or missing:
        raise ReleaseError(f"in the zip: {strange}; not in it: {missing}")
    if len(inside) > MOST_FILES or sum(each.file_size for each in inside) > MOST_BYTES:
        raise ReleaseError("the zip is larger than Marketplace takes")
    notes_of(CHANGELOG.read_text(), version_of(manifest))
