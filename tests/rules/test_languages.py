"""A language is its folder of texts, and is whole: wherever one speaks, all do."""

from collections.abc import Iterable
import re

import pytest

from tests.journeys.assist.agent import SENTENCES
from tests.languages import SPOKEN
from tests.rules.source import INTEGRATION, LANGUAGES, ROOT

TEXTS = ROOT / "scripts" / "texts"


@pytest.mark.parametrize(
    "there",
    [
        {path.name for path in TEXTS.iterdir()} - {"actions", "icons"},
        {path.stem for path in (INTEGRATION / "frontend" / "www" / "words").iterdir()},
        {path.stem for path in (INTEGRATION / "frontend" / "www" / "later").iterdir()},
        {path.parent.name for path in SENTENCES.glob("*/energy_portals.yaml")},
        SPOKEN,
    ],
    ids=["texts", "words", "later words", "sentences", "tests"],
)
def test_every_language_is_everywhere(there: Iterable[str]) -> None:
    """Texts, the card's words, sentences to say and what the tests say."""
    assert sorted(there) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_of_a_language(language: str) -> None:
    """A text stands in the file in which English has it, and it is the same file."""
    own, english = (
        sorted(path.name for path in (TEXTS / each).iterdir())
        for each in (language, "en")
    )
    assert own == english


def test_germans_are_told_du() -> None:
    """As Home Assistant does; "Sie" begins a sentence about what was named before."""
    formal = re.compile(
        r"(?<![.:?!] )(?<!\\n)(?<!^)(?<!\")\b(Sie|Ihnen|Ihr(e[mnrs]?)?)\b"
    )
    said = [
        line.partition(": ")[2]
        for path in sorted((TEXTS / "de").iterdir())
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    for words in (INTEGRATION / "frontend" / "www").glob("*/de.js"):
        said += words.read_text(encoding="utf-8").splitlines()
    assert [line for line in said if formal.search(line)] == []
