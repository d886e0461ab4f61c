"""Whatever way a true answer is said in, what is read of it is true, or is not read.

`python -m tests.portals.dialects` shows what comes out, by operation and dialect.
"""

import pytest

from tests.portals.asking import CALLS
from tests.portals.dialects import cases, running, shares
from tests.portals.judging import judged
from tests.sandbox.dialects import SHAPES, dialects_of

OPERATIONS = [(key, operation) for key, calls in CALLS.items() for operation in calls]


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize(
    ("key", "operation"), OPERATIONS, ids=[" ".join(each) for each in OPERATIONS]
)
async def test_never_another_value(key: str, operation: str) -> None:
    """And of what says the same, nine in ten are read: refusing all is no answer."""
    async with running(key) as portals:
        found = await cases(key, portals[key], operation)
    wrong = {
        case.dialect.name: case.detail for case in found if case.outcome == "WRONG"
    }
    assert not wrong
    kept, read = shares(found)
    missed = [
        case.dialect.name
        for case in found
        if case.dialect.keeps and case.outcome != "read"
    ]
    assert read >= 0.9 * kept, missed


def test_every_read_is_asked() -> None:
    """Each has a table, and together they are many cases."""
    assert {key: set(shapes) for key, shapes in SHAPES.items()} == {
        key: set(calls) for key, calls in CALLS.items()
    }
    assert sum(len(list(dialects_of(SHAPES[k][o]))) for k, o in OPERATIONS) > 10_000


@pytest.mark.parametrize(
    ("got", "wrong", "known"),
    [
        ({"a": 1.0, "b": [1, 2]}, 0, 3),
        ({"a": None, "b": [1, 2]}, 0, 2),
        ({"b": [1]}, 0, 1),
        ({"a": 1000.0, "b": [1, 2]}, 1, 2),
        ({"a": 1.0, "b": [1, 2, 2]}, 1, 3),
        ({"a": 1.0, "b": [1, 2], "c": 0}, 1, 3),
        ({"a": True}, 1, 0),
    ],
)
def test_judgement(got: object, wrong: int, known: int) -> None:
    """Less is known or it is true; what is other or more is wrong."""
    verdict = judged({"a": 1.0, "b": [1, 2]}, got)
    assert (len(verdict.wrong), verdict.known, verdict.all) == (wrong, known, 3)
