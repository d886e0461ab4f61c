"""The pages of the documentation, and the examples that stand on them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import json
from pathlib import Path
import re
from typing import Any, Final

from homeassistant.util.yaml import parse_yaml

from tests.rules.source import ROOT

README: Final = ROOT / "README.md"
DOCS: Final = ROOT / "docs"
PAGES: Final = (*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md")))

_BLOCK: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """An example as Home Assistant reads it, and the answer that is promised."""

    page: str
    line: int
    text: str
    answer: Any = None

    @property
    def yaml(self) -> dict[str, Any]:
        """Return what it says."""
        parsed = parse_yaml(self.text)
        assert isinstance(parsed, Mapping), f"{self} is no mapping"
        return dict(parsed)

    def __str__(self) -> str:
        """Return where it stands."""
        return f"{self.page}:{self.line}"


def named(path: Path) -> str:
    """Return a page as it is called from the root."""
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    """Return a page."""
    return path.read_text(encoding="utf-8")


def prose_of(path: Path) -> str:
    """Return a page without its examples."""
    return _BLOCK.sub("", text_of(path))


def headings_of(path: Path) -> list[str]:
    """Return the headings of a page."""
    return re.findall(r"^#+ (.+)$", prose_of(path), re.MULTILINE)


def examples_on(path: Path) -> Iterator[Example]:
    """Yield what is in YAML on a page; JSON after it is what it answers."""
    text = text_of(path)
    example: Example | None = None
    for match in _BLOCK.finditer(text):
        language, code = match.groups()
        if language == "json":
            assert example is not None, f"{named(path)}: an answer to nothing"
            yield Example(example.page, example.line, example.text, json.loads(code))
            example = None
            continue
        if example is not None:
            yield example
        line = text.count("\n", 0, match.start()) + 1
        example = None
        if language == "yaml":
            example = Example(named(path), line, code)
    if example is not None:
        yield example


EXAMPLES: Final = [example for page in PAGES for example in examples_on(page)]
