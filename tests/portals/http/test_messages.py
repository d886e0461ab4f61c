"""What the body of an error says."""

from datetime import UTC, datetime

import pytest

from custom_components.energy_portals.portals.http.messages import (
    plain,
    reason_of_json,
    words_of_json,
)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"message": "No"}', "No"),
        (b'{"error": "e", "error_description": "Why"}', "Why"),
        (b'{"Message": "No", "MESSAGE": "Other"}', "No"),
        (b'{"ResponseStatus": {"Message": "Deep"}}', "Deep"),
        (b'{"detail": ["a", 1, "b"]}', "a; b"),
        (b'{"message": "", "title": "Title"}', "Title"),
        (b'"Bare"', "Bare"),
        (b"[1]", ""),
        (b"<html>", ""),
        (b"\xff", ""),
        (b"[" * 100_000, ""),
    ],
)
def test_words(body: bytes, words: str) -> None:
    assert words_of_json(body) == words


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"__type": "com.example#NotAuthorized"}', "NotAuthorized"),
        (b'{"reason": "gone", "__type": "x"}', "gone"),
        (b'{"reason": 4}', ""),
        (b'["reason"]', ""),
        (b"<html>", ""),
    ],
)
def test_reason(body: bytes, reason: str) -> None:
    assert reason_of_json(body) == reason


def test_times_of_a_clock() -> None:
    """Times alone are written; what else has no form is refused."""
    assert plain(datetime(2026, 11, 1, tzinfo=UTC)) == "2026-11-01T00:00:00+00:00"
    with pytest.raises(TypeError, match="object"):
        plain(object())
