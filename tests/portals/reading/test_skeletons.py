"""Skeletons: the shape of a body, and nothing of its values."""

import json
import re
from typing import Any

from hypothesis import example, given, strategies as st
import pytest

from custom_components.energy_portals.portals.reading.skeletons import (
    LIMIT,
    MORE,
    skeleton,
    skeleton_of_json,
    told_name,
)
from tests.portals.anything import ANYTHING

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")

# Every value carries a mark that no key and no type name has.
MARKED = st.one_of(
    st.integers(7_000_000, 7_999_999),
    st.integers(7_000_000, 7_999_999).map(lambda n: n + 0.5),
    st.text(max_size=5).map(lambda text: f"§{text}§"),
)
MARKED_KEYS = st.one_of(
    st.sampled_from(["total", "heat-pump", "_x", "F1", "a" * 40]),
    MARKED.map(str),
    st.sampled_from(["2026-01", "a§", "§", "a" * 41, "a\n", "à", "12345678", ""]),
)
MARKED_BODIES = st.recursive(
    MARKED,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(MARKED_KEYS, inner, max_size=4)
    ),
    max_leaves=12,
)


@given(MARKED_BODIES)
@example({"§": {"7000000": ["§§", 7_000_000, None]}})
def test_a_skeleton_has_no_value(body: Any) -> None:
    text = json.dumps(skeleton(body), ensure_ascii=False)
    assert "§" not in text
    assert not re.search(r"7\d{6}", text)
    names = {"object", "array", "boolean", "integer", "number", "string", "null"}
    for word in re.findall(r'"((?:[^"\\]|\\.)*)"', text):
        assert word in names or word in {"<key>", MORE} or PLAIN.fullmatch(word)


@given(ANYTHING)
def test_a_skeleton_is_json_and_small(body: Any) -> None:
    assert len(json.dumps(skeleton(body))) <= LIMIT


# Large ones: of long keys, many of them, in many levels.
KEYS = st.integers(0, 9).map(lambda n: f"a_key_of_forty_letters_as_some_have_them{n}")
LARGE = st.recursive(
    st.sampled_from([None, True, 1, 1.5, "x"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.one_of(KEYS, st.text(max_size=3)), inner, max_size=10),
        # Many times the same.
        st.tuples(inner, st.integers(1, 80)).map(
            lambda each: {_spelt(n): each[0] for n in range(each[1])}
        ),
    ),
    max_leaves=200,
)


def _spelt(number: int) -> str:
    """Return a number in letters, forty of them."""
    return "".join("abcdefghij"[int(digit)] for digit in f"{number:040}")


@given(LARGE)
def test_a_skeleton_of_anything_large_is_small(body: Any) -> None:
    """The same each time, and with a sign where something was left out."""
    found = skeleton(body)
    text = json.dumps(found, ensure_ascii=False)
    assert len(text.encode()) <= LIMIT
    assert json.dumps(skeleton(body), ensure_ascii=False) == text
    whole = not any(sign in text for sign in (MORE, '"object"', '"array"'))
    assert whole is _is_whole(found, body)


def _is_whole(found: Any, body: Any) -> bool:
    """Say whether a skeleton has every key of a body, in the lists' first elements."""
    if isinstance(body, dict):
        names = {told_name(key) for key in body}
        # Of objects that are alike one is told, and their keys are data.
        is_alike = isinstance(found, dict) and set(found) == {"<key>"}
        return (
            isinstance(found, dict)
            and (is_alike or names == set(found))
            and len(body) <= 60
            and all(
                _is_whole(found["<key>" if is_alike else name], body[key])
                for name, key in {told_name(key): key for key in [*body][::-1]}.items()
            )
        )
    if isinstance(body, list):
        return isinstance(found, list) and all(
            _is_whole(*each) for each in zip(found, body, strict=False)
        )
    return isinstance(found, str)


def test_what_is_left_out_of_a_large_body() -> None:
    wide = {_spelt(n): {_spelt(m): [{"x": 1}] for m in range(60)} for n in range(60)}
    found: Any = skeleton(wide)
    assert 7500 < len(json.dumps(found)) <= LIMIT
    assert found[MORE] == MORE
    first, *_, last = (each for name, each in found.items() if name != MORE)
    assert len(first) == 60 and MORE not in first
    assert last[MORE] == MORE


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_what_is_too_deep_to_decode(opening: bytes) -> None:
    assert skeleton_of_json(opening * 200_000) == "not JSON"


def test_the_skeleton_of_the_reference() -> None:
    body = {"status": 200, "data": {"potenza": 412, "punti": [{"t": "…", "w": 1}]}}
    assert skeleton(body) == {
        "status": "integer",
        "data": {"potenza": "integer", "punti": [{"t": "string", "w": "integer"}]},
    }


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (True, "boolean"),
        (1, "integer"),
        (1.0, "number"),
        ("x", "string"),
        (None, "null"),
        ([], []),
        ({}, {}),
        ([1, "x"], ["integer"]),
        ({"2026-01": 1}, {"<key>": "integer"}),
        ({"F23": 1, "version2": 2}, {"F23": "integer", "version2": "integer"}),
        ({"M123": 1, "total": 2}, {"<key>": "integer", "total": "integer"}),
        ({"f47ac10b-58cc-43a2-a5d7-0e02b2c3dd79": 1}, {"<key>": "integer"}),
        # A map by meters or people, of whatever is known of each.
        ({"Ola": {"x": 1}, "Kari": {"x": 2}}, {"<key>": {"x": "integer"}}),
        (
            {"a": {"x": 1}, "b": {"y": 2}},
            {"a": {"x": "integer"}, "b": {"y": "integer"}},
        ),
        ({"a": {"x": 1}}, {"a": {"x": "integer"}}),
        ({"a": {}, "b": {}}, {"a": {}, "b": {}}),
    ],
)
def test_skeletons(value: Any, name: Any) -> None:
    assert skeleton(value) == name


def test_a_skeleton_is_bounded_in_depth_and_width() -> None:
    objects: Any = 1
    lists: Any = 1
    for _ in range(200):
        objects, lists = {"x": objects}, [lists]
    assert json.dumps(skeleton(objects)).count("x") == 8
    assert json.dumps(skeleton(lists)) == f'{8 * "["}"array"{8 * "]"}'
    many: Any = skeleton({f"a{n}": n for n in range(10_000)})
    assert len(many) == 61
    assert many[MORE] == MORE
    dates: Any = skeleton({f"2026-{n}": n for n in range(10_000)})
    assert dates == {"<key>": "integer", MORE: MORE}
