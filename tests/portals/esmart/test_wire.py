"""What is peculiar about the transport: references, wrappers, errors that succeed."""

from datetime import UTC, datetime, timedelta, timezone
import json
from typing import Any

from hypothesis import example, given, strategies as st
import pytest

from custom_components.energy_portals.portals.esmart import wire
from custom_components.energy_portals.portals.http.errors import (
    Rejected,
    UnexpectedResponse,
)
from tests.portals.anything import SCALARS

PEAK = {"ValueTime": "2026-01-15T10:00:00.1234567+00:00", "Value": 1.1}


def decoded(value: Any) -> Any:
    return wire.decoded("read", json.dumps(value).encode(), str)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (
            {"Last": {"$id": "1", **PEAK}, "Max": {"$ref": "1"}},
            {"Last": PEAK, "Max": PEAK},
        ),
        (
            {"Max": {"$ref": "1"}, "Last": {"$id": "1", **PEAK}},
            {"Last": PEAK, "Max": PEAK},
        ),
        ([{"$id": 1, "a": 1}, {"$ref": "1"}], [{"a": 1}, {"a": 1}]),
        ([{"$id": "1", "a": 1}, {"$ref": 1}], [{"a": 1}, {"a": 1}]),
        (
            [{"$id": "1", "a": 1}, {"$id": "1", "a": 2}, {"$ref": "1"}],
            [{"a": 1}, {"a": 2}, None],
        ),
        ({"a": {"$ref": "9"}}, {"a": None}),
        ({"a": {"$ref": None}}, {"a": None}),
        ({"a": {"$ref": [1]}, "$id": {"b": 1}}, {"a": None}),
        ({"$values": [1, 2]}, [1, 2]),
        (
            {"a": {"$id": "1", "$values": [{"$id": "2", "b": 1}]}, "c": {"$ref": "1"}},
            {"a": [{"b": 1}], "c": [{"b": 1}]},
        ),
        ({"$values": "no list"}, {"$values": "no list"}),
        ({"$id": "1", "a": {"$id": "2", "$ref": "1"}}, {"a": None}),
        ({"$id": "1", "self": {"$ref": "1"}, "a": 1}, {"self": None, "a": 1}),
        (
            [{"$id": "1", "b": {"$ref": "2"}}, {"$id": "2", "a": {"$ref": "1"}}],
            [{"b": {"a": None}}, {"a": None}],
        ),
        ([{"$ref": "1"}, {"$ref": "1"}, {"x": {"$id": "1"}}], [{}, {}, {"x": {}}]),
    ],
)
def test_references_and_wrappers(value: Any, plain: Any) -> None:
    assert decoded(value) == plain


def test_references_cost_nothing() -> None:
    """Twenty doublings in a small body are a million objects when copied out."""
    body: Any = {"$id": "0", "a": 1}
    rows = [body]
    for number in range(1, 60):
        ref = {"$ref": f"{number - 1}"}
        rows.append({"$id": f"{number}", "l": ref, "r": ref})
    last = decoded(rows)[-1]
    assert last["l"] is last["r"]


@pytest.mark.parametrize("body", [b"", b"  \r\n"])
def test_no_body_is_nothing(body: bytes) -> None:
    assert wire.decoded("read", body, str) is None


@pytest.mark.parametrize(
    "body",
    [
        *(b"<html>geheim</html>", b"{", b"\xff", b"nan", b"[" * 100_000),
        b"1" * 5000,
        b'{"a":' * 990 + b"1" + b"}" * 990,
    ],
    ids=["html", "cut", "no text", "nan", "deep", "long", "nested"],
)
def test_what_is_not_json(body: bytes) -> None:
    with pytest.raises(UnexpectedResponse) as caught:
        wire.decoded("read", body, str)
    assert "geheim" not in f"{caught.value} {caught.value.skeleton}"


STATUS = {"ErrorCode": "E7", "Message": "no such meter", "StackTrace": None}


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"Message": "no"}, "no"),
        ({"message": "no"}, "no"),
        ({"Message": "no", "MessageDetail": "d", "ModelState": {"a": ["b"]}}, "no"),
        ({"Value": 5, "ExceptionMessage": "no"}, "no"),
        ({"Value": None, "ResponseStatus": STATUS}, "no such meter"),
        ({"value": None, "responsestatus": {"errorCode": "E7"}}, ""),
        ({"ResponseStatus": {"ErrorCode": ["E7"], "Message": "no"}}, "no"),
        ([{"Value": 5}, {"ResponseStatus": STATUS}], None),
    ],
)
def test_errors_that_succeed(body: Any, detail: str | None) -> None:
    with pytest.raises(Rejected) as caught:
        decoded(body)
    assert caught.value.operation == "read"
    assert caught.value.detail == (detail or "")


@pytest.mark.parametrize(
    "body",
    [
        {"Message": "said", "Name": "Cache", "IsOk": True},
        [{"Message": None, "Name": "Cache"}],
        {"ResponseStatus": {"ErrorCode": None, "Message": None}, "Value": 5},
        {"ResponseStatus": {"ErrorCode": "", "Message": None}, "Value": 5},
        {"ResponseStatus": None},
        {"ExceptionMessage": None},
        {"Message": None},
        {},
        [],
        "Message",
    ],
)
def test_what_is_no_error(body: Any) -> None:
    assert decoded(body) == body


def test_the_words_of_an_error_are_made_harmless() -> None:
    body = json.dumps({"Message": "user 42 may not"}).encode()
    with pytest.raises(Rejected) as caught:
        wire.decoded("read", body, lambda text: text.replace("42", "**"))
    assert caught.value.detail == "user ** may not"


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (datetime(2026, 1, 15, 10, 0, 59, 999999, UTC), "2026-01-15T10:00:59"),
        (
            datetime(2026, 1, 15, tzinfo=timezone(timedelta(hours=2))),
            "2026-01-14T22:00:00",
        ),
    ],
)
def test_times_are_sent_without_an_offset(when: datetime, text: str) -> None:
    assert wire.sent(when) == text


IDS = st.sampled_from(["1", "2", "3", 1, None, [1], {"$ref": "1"}, 10**400])
BODIES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["$values", "a", "b", "Message", "ResponseStatus"]),
            inner,
            max_size=3,
        ),
        st.builds(lambda number, value: {"$id": number, "a": value}, IDS, inner),
        st.builds(lambda number: {"$ref": number}, IDS),
    ),
    max_leaves=12,
)


@given(BODIES)
@example({"$id": "1", "$values": [{"$ref": "1"}]})
def test_any_references(body: Any) -> None:
    """No reference is left, nothing holds itself, and nothing else is raised."""
    plain = json.dumps(wire.normalised(body))
    assert '"$ref"' not in plain and '"$id"' not in plain
    wire.is_failure(wire.normalised(body))
