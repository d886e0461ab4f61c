"""Check that every JSON and YAML file can be read and the languages say the same."""

from collections.abc import Iterator, Mapping
import json
import os
from pathlib import Path
import re
import sys
from typing import Any, Final, override

import yaml

ROOT: Final = Path(__file__).resolve().parent.parent
TRANSLATIONS: Final = ROOT / "custom_components" / "energy_portals" / "translations"
PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


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


def _texts(tree: Mapping[str, Any], path: str = "") -> dict[str, str]:
    """Return the texts of a translation by their dotted keys."""
    found: dict[str, str] = {}
    for key, value in tree.items():
        here = f"{path}.{key}" if path else key
        found |= _texts(value, here) if isinstance(value, dict) else {here: value}
    return found


def _differences(language: Path, english: Mapping[str, str]) -> Iterator[str]:
    """Return what a language says that English does not, and the other way round."""
    texts = _texts(json.loads(language.read_text(encoding="utf-8")))
    for key in sorted(english.keys() - texts.keys()):
        yield f"{language.name}: lacks {key}"
    for key in sorted(texts.keys() - english.keys()):
        yield f"{language.name}: {key} is not in en.json"
    for key in sorted(texts.keys() & english.keys()):
        here, there = (
            set(PLACEHOLDER.findall(text)) for text in (texts[key], english[key])
        )
        if here != there:
            yield f"{language.name}: {key}: {sorted(here)}, in en.json {sorted(there)}"


def main() -> int:
    """Print what is wrong; returns the exit code."""
    if wrong := [found for path in sorted(_files()) if (found := _unreadable(path))]:
        print(*wrong, sep="\n", file=sys.stderr)
        return 1
    english = TRANSLATIONS / "en.json"
    texts = _texts(json.loads(english.read_text(encoding="utf-8")))
    wrong = [
        difference
        for language in sorted(TRANSLATIONS.glob("*.json"))
        if language != english
        for difference in _differences(language, texts)
    ]
    print(*wrong, sep="\n", file=sys.stderr, end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
