"""Where in an answer its content stands: an object or a list, wrapped or not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from .values import Row, Unread, flag, folded

# How deep an answer may be wrapped.
_DEEPEST: Final = 4
_WRAPS: Final = frozenset(
    {
        *("body", "content", "d", "data", "embedded", "items", "payload", "response"),
        *("result", "results", "root", "rows", "value", "values"),
    }
)
_ERRORS: Final = ("error", "errors", "errormessage", "errorcode", "exception")


def inside(value: object, required: frozenset[str]) -> object:
    """Return the object that an answer wraps; `required` are members it must have."""
    for _ in range(_DEEPEST):
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        elif isinstance(value, Mapping) and not required <= set(map(folded, value)):
            wrapped = list(_wrapped(value))
            if len(wrapped) != 1:
                break
            value = wrapped[0]
        else:
            break
    return value


def _wrapped(value: Mapping[str, object]) -> Iterator[object]:
    """Yield what an envelope holds."""
    for name, each in value.items():
        if folded(name) in _WRAPS and isinstance(each, Mapping | list):
            yield each


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of an answer, and the objects around them from the outermost on."""

    rows: list[object]
    around: tuple[Mapping[str, object], ...] = ()
    is_named: bool = False

    @property
    def is_alone(self) -> bool:
        """Say whether there is nothing beside the list in the object that names it."""
        return self.is_named and len(self.around[-1]) == 1

    @classmethod
    def of(cls, value: object, name: str) -> Page:
        """Return the list of this name; Unread where there is none."""
        around: list[Mapping[str, object]] = []
        is_named = False
        for _ in range(_DEEPEST):
            if isinstance(value, list):
                return cls(value, tuple(around), is_named)
            if around and (numbered := _numbered(value)) is not None:
                return cls(numbered, tuple(around), is_named)
            row = Row(value)
            if is_named or _has_failed(row) or not isinstance(value, Mapping):
                break
            around.append(value)
            is_named = name in row
            value = row.get(name) if is_named else _only(_wrapped(value))
        raise Unread


def _only(values: Iterator[object]) -> object:
    """Return the one value; Unread where there is none, or several."""
    told = list(values)
    if len(told) != 1:
        raise Unread
    return told[0]


def _has_failed(row: Row) -> bool:
    """Say whether an envelope tells of an error."""
    if any(row.get(name) for name in _ERRORS):
        return True
    return "success" in row and not flag(row.get("success"))


def _numbered(value: object) -> list[object] | None:
    """Return the rows of a list that is told as an object of numbers."""
    if not isinstance(value, Mapping) or not value:
        return None
    keys = [str(n) for n in range(len(value))]
    return list(value.values()) if list(value) == keys else None
