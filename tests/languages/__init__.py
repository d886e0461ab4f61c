"""What the tests say and hear in each language: a file each, found by its name."""

from pathlib import Path
from typing import Final

import msgspec
import yaml


class Spoken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Questions with what their answers have beside numbers, and more."""

    # Texts that are the same as in English, beside the names of portals.
    shared: frozenset[str] = frozenset()
    # Forms that a count asks for, beside that of most numbers (of the CLDR).
    plurals: frozenset[str] = frozenset({"one"})
    price: str
    money: str
    cheapest: tuple[str, str]
    runs: tuple[str, str]
    ready: str
    green: tuple[str, str]
    due: tuple[str, str]
    # Run it now, skip it today, ready by half past six.
    orders: tuple[str, str, str]
    # What yesterday cost, and this month.
    spent: tuple[str, str]
    yesterday: str

    def number(self, value: float, digits: int) -> str:
        """Return a number as it is said."""
        said = f"{value:.{digits}f}"
        return said if "." in self.price else said.replace(".", ",")


SPOKEN: Final = {
    path.stem: msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), Spoken)
    for path in sorted(Path(__file__).parent.glob("*.yaml"))
}
