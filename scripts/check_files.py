"""Check that every JSON and YAML file can be read, and holds no key twice."""

from collections.abc import Iterator
import json
import os
from pathlib import Path
import sys
from typing import Any, Final, override

import yaml

ROOT: Final = Path(__file__).resolve().parent.parent


class _Loader(yaml.SafeLoader):
    """Reads Home Assistant's YAML, with tags such as `!input`."""

    @override
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Read a node; a mapping must not hold a key twice."""
        node = super().compose_node(parent, index)
        if isinstance(node, yaml.MappingNode):
            _distinct([(key.value, value) for key, value in node.value])
        return node


_Loader.add_multi_constructor("!", lambda _loader, _suffix, node: node.value)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make a mapping of pairs; a key that stands there twice is an error."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"twice: {sorted({k for k in keys if keys.count(k) > 1})}")
    return found


def _files() -> Iterator[Path]:
    """Return all JSON and YAML files of the checkout."""
    for place, folders, names in os.walk(ROOT):
        folders[:] = {*folders} - {".git", ".cache", ".venv", "node_modules"}
        for name in names:
            if name.endswith((".json", ".yaml", ".yml")):
                yield Path(place, name)


def _unreadable(path: Path) -> str | None:
    """Return what is wrong with a file, if anything is."""
    text = path.read_text(encoding="utf-8")
    try:
        if path.suffix == ".json":
            json.loads(text, object_pairs_hook=_distinct)
        else:
            yaml.load(text, _Loader)  # noqa: S506  a safe loader with more tags
    except (ValueError, yaml.YAMLError) as error:
        return f"{path.relative_to(ROOT)}: {error}"
    return None


def main() -> int:
    """Print what is wrong; returns the exit code."""
    wrong = [fault for path in sorted(_files()) if (fault := _unreadable(path))]
    print(*wrong, sep="\n", file=sys.stderr, end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
