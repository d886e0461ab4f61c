"""Make the translations, icons.json and services.yaml of the sources in scripts/texts.

    scripts/make_texts.py          write them
    scripts/make_texts.py --check  say which of them are stale

Each folder of sources makes one file: `icons`, `actions`, and a language each. The
files of a folder are laid over one another, so that each keeps to one portal or topic.
A text that begins with `=` refers to the place where it is spelled out. A key that does
stands for all that is there; what follows it in its mapping wins.
A key with `<name>` stands for a key of each entry of `names.<name>`; the entry's text
takes the place of `<name>` in the texts below it.
`names` and `shared` are there to be used and referred to, and are not handed on.
English says what there is. Other languages spell out what it spells out and nothing
else: references are English's alone. `icons` uses its names, or has its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
import json
from pathlib import Path
import re
import sys
from typing import Final, override

import yaml

type Node = Tree | list[Node] | str | float | None
type Tree = dict[str, Node]
type Leaves = dict[tuple[str, ...], Node]

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCES: Final = ROOT / "scripts" / "texts"
INTEGRATION: Final = ROOT / "custom_components" / "energy_portals"
ENGLISH: Final = "en"
NAME: Final = re.compile(r"<(\w+)>")
PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
# More words than these must not be spelled out at two places.
LABEL: Final = 3

# Where a mapping may stand as its most usual member: how deep, and that member's key.
OF_TEXTS: Final = {"entity": (2, "name"), "exceptions": (1, "message")}
OF_ICONS: Final = {
    "entity": (2, "default"),
    "services": (1, "service"),
    "conditions": (1, "condition"),
    "triggers": (1, "trigger"),
}


class Refused(Exception):
    """The sources do not fit together."""


def _mapping(node: Node, where: str) -> Tree:
    """Return a node that has to be a mapping."""
    if not isinstance(node, dict):
        raise Refused(f"{where} is no mapping")
    return node


def _refers(value: Node) -> bool:
    """Say whether a key or a text is a reference."""
    return isinstance(value, str) and value.startswith("=")


def _merged(tree: Tree, more: Tree, *, wins: bool = False, at: str = "") -> Tree:
    """Lay a tree over another; what is in both is an error, or the upper one's."""
    result = dict(tree)
    for key, value in more.items():
        here = result.get(key)
        if isinstance(here, dict) and isinstance(value, dict):
            result[key] = _merged(here, value, wins=wins, at=f"{at}{key}.")
        elif key in result and not wins:
            raise Refused(f"{at}{key} stands there twice")
        else:
            result[key] = value
    return result


def _leaves(tree: Tree, path: tuple[str, ...] = ()) -> Leaves:
    """Return what is no mapping, by its path."""
    result: Leaves = {}
    for key, value in tree.items():
        here = (*path, key)
        result |= _leaves(value, here) if isinstance(value, dict) else {here: value}
    return result


def _spelled(tree: Tree) -> Leaves:
    """Return what is spelled out, by its path."""
    return {
        path: value
        for path, value in _leaves(tree).items()
        if not _refers(value) and not _refers(path[-1])
    }


def _read(folder: Path) -> Tree:
    """Read a folder's files."""
    tree: Tree = {}
    for path in sorted(folder.glob("*.yaml")):
        where = f"{folder.name}/{path.name}"
        more = _mapping(yaml.safe_load(path.read_text(encoding="utf-8")), where)
        for key in {key for keys in _leaves(more) for key in keys}:
            if not isinstance(key, str):  # YAML's unquoted on, off, yes, no, 1
                raise Refused(f"{where}: quote the key that is read as {key}")
        tree = _merged(tree, more, at=f"{where}: ")
    return tree


def _choices(key: str, names: Tree) -> Iterator[tuple[Tree, Tree]]:
    """Return the keys, and the texts, that the names in a key can stand for."""
    wanted = NAME.findall(key)
    if unknown := [name for name in wanted if name not in names]:
        raise Refused(f"{key}: there is no names.{unknown[0]}")
    for entries in product(*(_mapping(names[name], name).items() for name in wanted)):
        keys, texts = zip(*entries, strict=True) if entries else ((), ())
        yield (
            dict(zip(wanted, keys, strict=True)),
            dict(zip(wanted, texts, strict=True)),
        )


def _put(text: str, names: Tree) -> str:
    """Put what names stand for into a text."""
    return NAME.sub(lambda match: str(names.get(match[1], match[0])), text)


def _filled(node: Node, names: Tree) -> Node:
    """Put what names stand for into the texts of a node."""
    if isinstance(node, dict):
        return {key: _filled(value, names) for key, value in node.items()}
    return _put(node, names) if isinstance(node, str) else node


def _expanded(tree: Tree, names: Tree) -> Tree:
    """Write out each key that stands for several."""
    result: Tree = {}
    for key, value in tree.items():
        inner = _expanded(value, names) if isinstance(value, dict) else value
        for keys, texts in _choices(key, names):
            result = _merged(result, {_put(key, keys): _filled(inner, texts)})
    return result


def _follow(reference: str, tree: Tree, trail: tuple[str, ...]) -> Node:
    """Return what is at the place that a reference names."""
    if reference in trail:
        raise Refused(f"in a circle: {' '.join((*trail, reference))}")
    node: Node = tree
    for key in reference.removeprefix("=").split("."):
        if not isinstance(node, dict) or key not in node:
            raise Refused(f"{reference}: there is no such place")
        node = node[key]
    return _resolved(node, tree, (*trail, reference))


def _resolved(node: Node, tree: Tree, trail: tuple[str, ...] = ()) -> Node:
    """Put what references name in their place."""
    if not isinstance(node, dict):
        return _follow(str(node), tree, trail) if _refers(node) else node
    result: Tree = {}
    for key, value in node.items():
        if _refers(key):
            more = _mapping(_follow(key, tree, trail), key)
        else:
            more = {key: _resolved(value, tree, trail)}
        result = _merged(result, more, wins=True)
    return result


def _translated(tree: Tree, texts: Leaves, path: tuple[str, ...] = ()) -> Tree:
    """Return a tree with texts of another language."""
    return {
        key: _translated(value, texts, (*path, key))
        if isinstance(value, dict)
        else texts.get((*path, key), value)
        for key, value in tree.items()
    }


def _names(english: Tree, own: Tree) -> Tree:
    """Return a language's names; English may refer from one to another."""
    tree: Tree = {"names": english.get("names", {})}
    tree = _translated(tree, _spelled(own))
    return _mapping(_resolved(tree["names"], tree), "names")


def _faults(language: str, english: Tree, own: Tree) -> Iterator[str]:
    """Say where a language has not just those texts that English has."""
    wanted = _spelled(english)
    given = wanted if language == ENGLISH else _leaves(own)
    for path in sorted(wanted.keys() - given):
        yield f"{language} lacks {'.'.join(path)}"
    for path in sorted(given.keys() - wanted):
        yield f"{language} has {'.'.join(path)}, which English does not spell out"
    for path, text in given.items():
        if not isinstance(text, str) or NAME.search(text) or _refers(text):
            yield f"{language}: {'.'.join(path)} is no text: {text}"
    for path in sorted(wanted.keys() & given):
        here, there = (
            sorted({*PLACEHOLDER.findall(str(texts[path]))})
            for texts in (given, wanted)
        )
        if here != there:
            yield f"{language}: {'.'.join(path)} takes {here}, in English {there}"


def _twice(languages: Iterable[Tree]) -> Iterator[str]:
    """Say which sentences stand at two places in every language."""
    spelled = [_spelled(tree) for tree in languages]
    places: defaultdict[tuple[Node, ...], list[str]] = defaultdict(list)
    for path in set[tuple[str, ...]].intersection(*map(set, spelled)):
        texts = tuple(language[path] for language in spelled)
        if any(len(str(text).split()) > LABEL for text in texts):
            places[texts].append(".".join(path))
    for paths in places.values():
        if len(paths) > 1:
            yield f"one text, refer from one to another: {' '.join(sorted(paths))}"


def _languages(folders: Iterable[Path]) -> dict[str, Tree]:
    """Return the trees of all languages, each as complete as English."""
    sources = {folder.name: _read(folder) for folder in sorted(folders)}
    english = sources[ENGLISH]
    model = _expanded(english, _names(english, {}))
    faults = [*_twice(sources.values())]
    result: dict[str, Tree] = {}
    for language, own in sources.items():
        tree = _expanded(own, _names(english, own))
        faults += _faults(language, model, tree)
        result[language] = _translated(model, _spelled(tree))
    if faults:
        raise Refused("\n".join(faults))
    return result


def _in_full(node: Node, depth: int, key: str) -> Node:
    """Write out mappings that stand as one member."""
    if not isinstance(node, dict):
        return {key: node}
    if not depth:
        return node
    return {each: _in_full(value, depth - 1, key) for each, value in node.items()}


def _whole(tree: Tree, usual: Mapping[str, tuple[int, str]]) -> Tree:
    """Return what Home Assistant reads of a tree."""
    return {
        section: _in_full(node, *usual[section]) if section in usual else node
        for section, node in _mapping(_resolved(tree, tree), "all").items()
        if section not in {"names", "shared"}
    }


class _InFull(yaml.SafeDumper):
    """Writes out what is at two places."""

    @override
    def ignore_aliases(self, data: object) -> bool:
        """Make no anchors."""
        return True


def _json(tree: Tree) -> str:
    """Write a tree in its order."""
    return json.dumps(tree, ensure_ascii=False, indent=2) + "\n"


def _yaml(tree: Tree) -> str:
    """Write actions in their order."""
    return "# Made by scripts/make_texts.py\n\n" + "\n".join(
        yaml.dump({key: node}, Dumper=_InFull, allow_unicode=True, sort_keys=False)
        for key, node in tree.items()
    )


def make(sources: Path) -> dict[str, str]:
    """Return the files that a folder of sources makes, by path in the integration.

    Raises:
        Refused: The sources do not fit together.
    """
    icons, actions = sources / "icons", sources / "actions"
    languages = _languages({*sources.iterdir()} - {icons, actions})
    pictures = _read(icons)
    names = _names(_read(sources / ENGLISH), {})
    names |= _mapping(pictures.get("names", {}), "names of icons")
    return {
        "icons.json": _json(_whole(_expanded(pictures, names), OF_ICONS)),
        "services.yaml": _yaml(_whole(_read(actions), {})),
    } | {
        f"translations/{language}.json": _json(_whole(tree, OF_TEXTS))
        for language, tree in languages.items()
    }


def stale(files: Mapping[str, str], integration: Path) -> list[str]:
    """Return which files of an integration are not those that were made."""
    there = {
        path.relative_to(integration).as_posix(): path.read_text(encoding="utf-8")
        for pattern in ("icons.json", "services.yaml", "translations/*.json")
        for path in integration.glob(pattern)
    }
    names = files.keys() | there.keys()
    return sorted(name for name in names if files.get(name) != there.get(name))


def main() -> int:
    """Write the files or check them; returns the exit code."""
    try:
        files = make(SOURCES)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    if "--check" in sys.argv[1:]:
        wrong = stale(files, INTEGRATION)
        for name in wrong:
            print(f"{name} is stale: run scripts/make_texts.py", file=sys.stderr)
        return 1 if wrong else 0
    for name, text in files.items():
        (INTEGRATION / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
