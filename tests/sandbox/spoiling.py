"""Ways in which a whole true answer comes to be wrong, each by a name."""

from collections.abc import Callable, Mapping
import gzip
import json
import math
from typing import Final

type Leaf = str | int | float | bool | None
type Change = Callable[[Leaf], object]


def _changed(node: object, change: Change) -> object:
    """Return an answer with every leaf changed."""
    if isinstance(node, dict):
        return {key: _changed(each, change) for key, each in node.items()}
    if isinstance(node, list):
        return [_changed(each, change) for each in node]
    assert node is None or isinstance(node, str | int | float | bool)
    return change(node)


def _leaves(change: Change) -> Callable[[bytes], bytes]:
    """Return what changes every leaf of a body."""
    return lambda body: json.dumps(_changed(json.loads(body), change)).encode()


def _numbers(other: float | str) -> Callable[[bytes], bytes]:
    """Return what puts something else in the place of every number."""

    def change(leaf: Leaf) -> object:
        is_number = isinstance(leaf, int | float) and not isinstance(leaf, bool)
        return other if is_number else leaf

    return _leaves(change)


def _without_keys(node: object) -> object:
    """Return an answer whose objects have lost their keys, each at its depth."""
    if isinstance(node, list):
        return [_without_keys(each) for each in node]
    return {} if isinstance(node, dict) else node


def _renamed(node: object) -> object:
    """Return an answer whose keys mean nothing to anybody."""
    if isinstance(node, dict):
        return {f"zz{n}": _renamed(each) for n, each in enumerate(node.values())}
    return [_renamed(each) for each in node] if isinstance(node, list) else node


def _swapped(body: bytes) -> bytes:
    """Return a list for an object, and an object for a list."""
    answer = json.loads(body)
    other = {"0": answer} if isinstance(answer, list) else [answer, answer]
    return json.dumps(other).encode()


def _doubled(node: object, other: str) -> str:
    """Return JSON whose every key comes twice, the true value last."""
    if isinstance(node, dict):
        pairs = (
            f"{json.dumps(key)}:{other},{json.dumps(key)}:{_doubled(each, other)}"
            for key, each in node.items()
        )
        return f"{{{','.join(pairs)}}}"
    if isinstance(node, list):
        return f"[{','.join(_doubled(each, other) for each in node)}]"
    return json.dumps(node)


SPOILERS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "types_objects": _leaves(lambda _: {"odd": []}),
    "types_lists": _leaves(lambda leaf: [leaf, leaf]),
    "types_words": _numbers("odd"),
    "types_flags": _leaves(lambda _: True),
    "types_nulls": _leaves(lambda _: None),
    "types_swapped": _swapped,
    "nan": _numbers(math.nan),
    "infinity": _numbers(math.inf),
    "keys_missing": lambda body: json.dumps(_without_keys(json.loads(body))).encode(),
    "keys_other": lambda body: json.dumps(_renamed(json.loads(body))).encode(),
    "keys_twice": lambda body: _doubled(json.loads(body), "null").encode(),
    # Bytes that are no UTF-8 in every name and text.
    "not_utf8": lambda body: body.replace(b'"', b'\xff"'),
    "byte_order_mark": lambda body: b"\xef\xbb\xbf" + body,
    "utf16": lambda body: body.decode().encode("utf-16"),
    "more_behind": lambda body: body + b'{"and": "more"}',
    "compressed": gzip.compress,
}
