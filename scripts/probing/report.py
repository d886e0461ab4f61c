"""What a probe has found, in words, and as a file of names and types."""

from collections import Counter
from collections.abc import Iterator, Mapping
import json
from pprint import pformat
import re
from typing import Final

from . import INTEGRATION
from .noting import Outcome, State
from .run import Findings

# Of one answer, and of one result that is printed.
SHAPE_LIMIT: Final = 8 * 1024
VALUE_LIMIT: Final = 4 * 1024
_LINK: Final = re.compile(r"https?://[^\s'\"]+")


def lines(findings: Findings, name: str, *, with_values: bool) -> Iterator[str]:
    """Yield the report, line by line."""
    sorts = Counter(findings.number_of(key).split()[0] for key in findings.sites)
    sites = ", ".join(_many(count, sort) for sort, count in sorts.items())
    yield f"{name}: {sites or 'no site'}"
    parts = {
        "operations": findings.operations,
        "feeds": findings.feeds,
        "history": findings.past,
    }
    for title, outcomes in parts.items():
        if outcomes:
            yield from ("", title)
        for each, outcome in outcomes.items():
            yield from _about(each, outcome, "site" if title == "feeds" else "value")
            if with_values and title == "operations":
                yield from _values(outcome)
    yield ""
    yield _summary(findings.operations)


def _about(name: str, outcome: Outcome, noun: str) -> Iterator[str]:
    """Yield what came of one operation, feed or site's past."""
    yield f"  {outcome.state:8} {name:20} {_read(outcome, noun)}".rstrip()
    for word, told in (
        ("refused", outcome.refused),
        ("failed", outcome.failed),
        ("missing", outcome.missing),
    ):
        for text, count in sorted(told.items()):
            yield f"           {word}: {text}{f' ({count} times)' * (count > 1)}"


def _read(outcome: Outcome, noun: str) -> str:
    """Return how much was read."""
    if not outcome.read:
        return ""
    values = _many(outcome.values, noun)
    unknown = f", {outcome.unknown} unknown" * bool(outcome.unknown)
    calls = f" in {outcome.read} answers" * (outcome.read > 1)
    return f"{values}{unknown}{calls}"


def _many(count: int, noun: str) -> str:
    """Return how many there are of something."""
    if noun.endswith("y") and count != 1:
        return f"{count} {noun[:-1]}ies"
    return f"{count} {noun}{'s' * (count != 1)}"


def _values(outcome: Outcome) -> Iterator[str]:
    """Yield what was read, shortened; a link may open what it leads to."""
    for result in outcome.results:
        text = _LINK.sub("**", pformat(result, width=100, compact=True))
        cut = len(text) - VALUE_LIMIT
        shown = text if cut <= 0 else f"{text[:VALUE_LIMIT]}\n… {cut} characters more"
        yield from (f"             {line}" for line in shown.splitlines())


def _summary(outcomes: Mapping[str, Outcome]) -> str:
    """Return how many operations came to what."""
    states = Counter(outcome.state for outcome in outcomes.values())
    return ", ".join(f"{states[state]} {state}" for state in State)


def is_complete(findings: Findings) -> bool:
    """Say whether nothing was refused and nothing failed."""
    worst = {State.REFUSED, State.FAILED}
    return not any(outcome.state in worst for outcome in findings.outcomes())


# --- the file -----------------------------------------------------------------------


def skeletons(findings: Findings, portal: str) -> str:
    """Return the file: what came of everything, with keys and types of the answers."""
    manifest = json.loads((INTEGRATION / "manifest.json").read_text(encoding="utf-8"))
    shapes: dict[str, object] = {}
    for outcome in findings.outcomes():
        shapes |= outcome.shapes
    shapes |= findings.shapes()
    told = {
        "portal": portal,
        "version": manifest["version"],
        "operations": _told(findings.operations),
        "feeds": _told(findings.feeds),
        "history": _told(findings.past),
        "skeletons": {key: bounded(shapes[key]) for key in sorted(shapes)},
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _told(outcomes: Mapping[str, Outcome]) -> dict[str, object]:
    """Return what came of operations, without a value."""
    return {name: _state(outcome) for name, outcome in outcomes.items()}


def _state(outcome: Outcome) -> dict[str, object]:
    """Return what came of one operation, without what is empty."""
    told = {
        "state": outcome.state,
        "values": outcome.values,
        "unknown": outcome.unknown,
        "refused": dict(outcome.refused),
        "failed": list(outcome.failed),
        "missing": list(outcome.missing),
    }
    return {key: value for key, value in told.items() if value}


def bounded(shape: object) -> object:
    """Return a shape that is no longer than the limit, cut where it is deepest."""
    depth = 16
    while len(json.dumps(shape)) > SHAPE_LIMIT and depth:
        depth -= 1
        shape = _cut(shape, depth)
    return shape


def _cut(shape: object, depth: int) -> object:
    """Return a shape down to a depth."""
    if isinstance(shape, Mapping):
        if not depth:
            return "object"
        return {key: _cut(value, depth - 1) for key, value in shape.items()}
    if isinstance(shape, list):
        return [_cut(value, depth - 1) for value in shape] if depth else "array"
    return shape
