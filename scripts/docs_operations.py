"""What the portals offer, and what becomes of it here.

Of each portal a text has the operations of its reference, a line each, and a table says
of each which method of the client calls it and where a person meets it, or why not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from homeassistant.util.yaml import load_yaml_dict

FOLDER: Final = Path(__file__).with_name("operations")


@dataclass(frozen=True, kw_only=True)
class Row:
    """What becomes of an operation; without a method `where` says why not."""

    method: str = ""
    where: str


def portals() -> list[str]:
    """Return the portals that have operations."""
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def operations(portal: str) -> Mapping[str, str]:
    """Return a portal's operations by verb and path, with their names if they have."""
    lines = (FOLDER / f"{portal}.txt").read_text(encoding="utf-8").splitlines()
    told = [f"{line} ".split(" ", 2) for line in lines]
    return {f"{verb} {path}": name.strip() for verb, path, name in told}


def rows(portal: str) -> Sequence[tuple[str, Row]]:
    """Return what is said of operations, in the order of the table."""
    table = load_yaml_dict(str(FOLDER / f"{portal}.yaml"))
    used = [(call, Row(**told)) for call, told in table["used"].items()]
    left_out = [
        (call, Row(where=reason))
        for reason, calls in table["left_out"].items()
        for call in calls
    ]
    return [*used, *left_out]
