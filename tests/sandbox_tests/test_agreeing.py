"""What was read is held to what was told: the same, or nothing."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from custom_components.energy_portals.portals.epilot.models import Notification, Task
from tests.openapi_answers import bodies
from tests.portals.agreeing import differences, moment

NOTE = Notification(id="1", read=False, title={"de": "x"}, notification_id=1)
TOLD: dict[str, Any] = {"id": "1", "read": False, "title": {"de": "x"}}


@pytest.mark.parametrize(
    ("read", "told"),
    [
        *((None, 5), ([], [1]), (5.0, 5), (5, "5"), (0.5, "0,5"), ("a", " A ")),
        *(
            (date(2026, 6, 14), "2026-06-13T22:00:00Z"),
            (date(2026, 1, 1), "2026-01-01"),
        ),
        (datetime(2017, 1, 1, tzinfo=UTC), "2016-12-31T23:59:60z"),
        # Rows may be left out, in their order.
        *(([1, 3], [1, 2, 3]), ([Task("a")], [None, {"step_name": "a"}])),
        (NOTE, {**TOLD, "notification_id": 1}),
    ],
)
def test_the_same_or_nothing(read: object, told: object) -> None:
    assert [*differences(read, told)] == []


@pytest.mark.parametrize(
    ("read", "told"),
    [
        *(
            (0, None),
            (False, None),
            (5, 6),
            (5, True),
            (5, "1_0"),
            ("a", "b"),
            ("5", []),
        ),
        *(
            (True, "true"),
            (date(2026, 6, 14), "2026-06-14T22:00:00Z"),
            (1e300, 10**400),
        ),
        *(([3, 1], [1, 3]), ([1, 1], [1]), ([1], {"a": 1}), ({"a": 1}, {"a": 2})),
        *((NOTE, {**TOLD, "read": True}), (NOTE, TOLD), (NOTE, None)),
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00+01:00"),
    ],
)
def test_another_value(read: object, told: object) -> None:
    assert [*differences(read, told)]


@pytest.mark.parametrize(
    ("read", "told"),
    [(None, 5), ([], [1]), ([1], [1, 2]), (Task(""), {"step_name": "a"})],
)
def test_what_is_not_read(read: object, told: object) -> None:
    assert [*differences(read, told, whole=True)]
    assert not [*differences(read, told)]


def test_times_that_are_none() -> None:
    assert moment("soon") is moment("2026-13-01T00:00:00Z") is None


def test_words_that_are_not_known() -> None:
    with pytest.raises(AssertionError):
        bodies("number or so")
    with pytest.raises(TypeError):
        bodies([])
