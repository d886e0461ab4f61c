"""A whole portal that speaks a dialect, as far as its operations have it."""

from collections import Counter
from collections.abc import Mapping

from tests.sandbox.dialects import (
    SHAPES,
    Dialect,
    copied,
    dialects_of,
    without_references,
)
from tests.sandbox.portal import Transform

# Without these there is no account.
_LOGINS = frozenset({"authenticate", "getPortalUser"})


def spoken(key: str, name: str, used: Counter[str]) -> dict[str, Transform]:
    """Return how operations are answered in the dialects whose names end so.

    Of those that an operation has, the first that changes an answer counts; `used`
    counts how often each did.
    """
    found: dict[str, list[Dialect]] = {}
    for operation, shape in SHAPES[key].items():
        own = [each for each in dialects_of(shape) if each.name.endswith(name)]
        if own and operation not in _LOGINS:
            found.setdefault(operation.partition(" ")[0], []).extend(own)
    return {operation: _first_of(each, used) for operation, each in found.items()}


def _first_of(dialects: list[Dialect], used: Counter[str]) -> Transform:
    """Return how answers are said in the first of these that changes them."""

    def transform(
        body: object, query: Mapping[str, str]
    ) -> tuple[object, Mapping[str, str]]:
        true = without_references(body)
        for dialect in dialects:
            try:
                answer = dialect.of(copied(true), query)
            except LookupError, TypeError, ValueError:
                continue  # an answer that has no such rows
            if answer.body != true or answer.headers:
                used[dialect.name] += 1
                return answer.body, answer.headers
        return true, {}

    return transform
