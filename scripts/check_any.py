"""Hold the integration to few types that say nothing, and to few ways round mypy."""

from collections.abc import Iterator
from pathlib import Path
import re
import sys
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent / "custom_components"
# `Any` in a thousand lines, imports and all.
MOST: Final = 8.0
# In all; neither is to grow.
WAYS_ROUND: Final = {r"type: ignore\b": 1, r"\bcast\(": 2}


def _wrong(text: str) -> Iterator[str]:
    """Yield what there is too much of."""
    share = len(re.findall(r"\bAny\b", text)) * 1000 / text.count("\n")
    if share > MOST:
        yield f"Any: {share:.1f} in a thousand lines, at most {MOST:.0f}"
    for pattern, most in WAYS_ROUND.items():
        if (count := len(re.findall(pattern, text))) > most:
            yield f"{pattern}: {count}, at most {most}"


def main() -> int:
    """Return 1 and say what there is too much of."""
    files = sorted(ROOT.rglob("*.py"))
    wrong = list(_wrong("".join(path.read_text(encoding="utf-8") for path in files)))
    print(*wrong, sep="\n", file=sys.stderr, end="\n" if wrong else "")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
