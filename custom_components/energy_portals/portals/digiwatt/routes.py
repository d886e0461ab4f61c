"""What a user may enter in place of the assumed paths.

A wrong path must neither change anything at the portal nor bring another operation's
values, and what is entered is shown in logs and diagnostics.
"""

from collections.abc import Iterable, Mapping
import re
from typing import Final

from .client import ROUTES, WRITES

# Segments and a query of plain text and `{names}`: neither a host nor a way up.
_PATH: Final = re.compile(
    r"(/(?!\.{1,2}(/|\?|$))[\w.~!$'()*+,;:@{}-]+)+/?(\?[\w.~,:={}&-]+)?", re.ASCII
)
_NAME: Final = re.compile(r"\{(\w*)\}")
_SECRET: Final = re.compile(
    r"key|token|secret|pass|pwd|auth|sig|cred|client|session|code", re.IGNORECASE
)
_READING: Final = frozenset({"GET", "POST"})
_WRITING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class InvalidRoute(ValueError):
    """What was entered for an operation cannot be its method and path."""

    def __init__(self, operation: str, route: str) -> None:
        """Keep what was entered for which operation."""
        super().__init__(operation)
        self.operation = operation
        self.route = route


def replaced(entered: Mapping[str, str], secrets: Iterable[str] = ()) -> dict[str, str]:
    """Return those routes that are not the assumed ones, in their one spelling.

    What is empty is as assumed; without a method that one is. InvalidRoute for what
    cannot be one, holds one of the `secrets`, or is another operation's.
    """
    secret = frozenset(secrets)
    routes = {
        key: _route(key, text, secret) for key, text in entered.items() if text.strip()
    }
    changed = {key: route for key, route in routes.items() if route != ROUTES[key]}
    table = {**ROUTES, **changed}
    for key, route in changed.items():
        if list(table.values()).count(route) > 1:
            raise InvalidRoute(key, route)
    return changed


def _route(key: str, text: str, secrets: frozenset[str]) -> str:
    """Return one route in its one spelling."""
    assumed, _, usual = ROUTES[key].partition(" ")
    *method, path = text.split()
    route = " ".join((*map(str.upper, method or [assumed]), path))
    if (
        len(method) > 1
        or route.partition(" ")[0] not in _methods(key)
        or not _PATH.fullmatch(path)
        or sorted(_NAME.findall(path)) != sorted(_NAME.findall(usual))
        or set("{}") & set(_NAME.sub("", path))
        or not secrets.isdisjoint(re.split(r"[/?&=]", path))
        or _SECRET.search(_NAME.sub("", path.partition("?")[2]))
    ):
        raise InvalidRoute(key, text.strip())
    return route


def _methods(key: str) -> frozenset[str]:
    """Return the methods that an operation may have: what reads must not delete."""
    if key == "token":
        return frozenset({"POST"})
    return _WRITING if key in WRITES else _READING
