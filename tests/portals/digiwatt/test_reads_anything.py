"""Anything in any place of Digiwatt's bodies breaks nothing."""

from collections.abc import Mapping
from datetime import UTC, datetime
import json
import math
from typing import Any

from hypothesis import example, given, settings, strategies as st
import msgspec

from custom_components.energy_portals.portals.digiwatt import reads
from custom_components.energy_portals.portals.digiwatt.models import Totals
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.model.green import GreenOutlook
from custom_components.energy_portals.portals.model.power import PowerNow
from tests.portals.anything import ANYTHING, KEYS, SCALARS
from tests.portals.digiwatt.bodies import AT0, BODIES, body_of, read


def spots(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every place in a body, the body itself first."""
    steps: Any = node.items() if isinstance(node, dict) else ()
    if isinstance(node, list):
        steps = enumerate(node)
    return [
        path,
        *(spot for key, inner in steps for spot in spots(inner, (*path, key))),
    ]


SPOTS = [(key, spot) for key, (_, body) in BODIES.items() for spot in spots(body)]


def spoilt(key: str, spot: tuple[Any, ...], value: Any) -> Any:
    """Return a body with another value in one place."""
    body = body_of(key)
    if not spot:
        return value
    here = body
    for step in spot[:-1]:
        here = here[step]
    here[spot[-1]] = value
    return body


def check(value: Any, *, low: float = 0) -> None:
    """Hold every number and every time in a result against what can be true."""
    if isinstance(value, float):
        assert math.isfinite(value) and value >= low
    elif isinstance(value, datetime):
        assert value.tzinfo is UTC
        assert value.astimezone(reads.ZONE).astimezone(UTC) == value
    elif isinstance(value, Totals):
        check(msgspec.structs.astuple(msgspec.structs.replace(value, variation=None)))
        check(value.variation, low=-math.inf)
    elif isinstance(value, msgspec.Struct):
        check(msgspec.structs.astuple(value))
    elif isinstance(value, Mapping):
        check(list(value.values()))
    elif isinstance(value, tuple | list):
        for inner in value:
            check(inner)
    elif isinstance(value, PowerNow):
        check([value.watts, value.measured_at, value.at(AT0), value.next_change(AT0)])
    elif isinstance(value, GreenOutlook):
        slots = value.windows.slots
        check([value.share, *(slot.value for slot in slots), value.next_change(AT0)])
        check([end for slot in slots for end in (slot.start, slot.end)])
        assert all(share is None or share <= 100 for share in [value.share])
    else:
        assert value is None or isinstance(value, str | int)


def hold(key: str, data: Any) -> None:
    try:
        found = read(key, data)
    except UnexpectedResponse as err:
        json.dumps(err.skeleton)
        return
    check(found)


@settings(max_examples=400)
@given(st.sampled_from(SPOTS), st.one_of(SCALARS, ANYTHING))
@example(("latest", ("consumption",)), {"1" * 400: 5})
@example(("latest", ("consumption", 0, "timestamp")), 10**400)
@example(("habits", ("habits", 0, "hour")), "9999-12-31T23:59:59Z")
@example(("habits", ("habits",)), {"9999-12-31T23:59:59Z": 1})
@example(("realtime", ("timestamp",)), "9999-12-31T23:59:59Z")
@example(("greenness", ("windows", 0, "stop")), "9999-12-31T23:59:59Z")
@example(("totals", ("previous_total",)), 5e-324)
def test_anything_in_any_place(spot: tuple[str, tuple[Any, ...]], value: Any) -> None:
    """Only an unexpected response is raised, and no value is one that cannot be."""
    key, path = spot
    if key == "totals" and path == ("previous_total",):
        body = spoilt(key, path, value)
        del body["variation"]
        hold(key, body)
    hold(key, spoilt(key, path, value))


@settings(max_examples=150)
@given(
    st.sampled_from(sorted(BODIES)),
    st.lists(st.dictionaries(KEYS, ANYTHING, max_size=4), max_size=3),
)
def test_any_list_of_any_objects(key: str, data: Any) -> None:
    hold(key, data)


@given(st.sampled_from(SPOTS), KEYS, ANYTHING)
def test_any_key_beside_the_known(
    spot: tuple[str, tuple[Any, ...]], name: str, value: Any
) -> None:
    key, path = spot
    body = body_of(key)
    here = body
    for step in path:
        here = here[step]
    if isinstance(here, dict):
        here[name] = value
    hold(key, body)
