"""Anything in any place of eSmart's bodies breaks nothing."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
import json
import math
from typing import Any

from hypothesis import example, given, settings, strategies as st
import msgspec

from custom_components.energy_portals.portals.esmart import wire
from custom_components.energy_portals.portals.http.errors import (
    Rejected,
    UnexpectedResponse,
)
from custom_components.energy_portals.portals.model.prices import PriceSeries
from custom_components.energy_portals.portals.model.series import Series
from custom_components.energy_portals.portals.reading.body import Body
from tests.portals.anything import ANYTHING, KEYS as SOME_KEYS, SCALARS
from tests.portals.esmart.bodies import BODIES, body_of, read

KEYS = st.one_of(
    SOME_KEYS,
    st.sampled_from(
        [
            *(
                "$id",
                "$ref",
                "$values",
                "Values",
                "ValueTime",
                "Value",
                "Unit",
                "Items",
            ),
            *("EndTime", "ContractNo", "MeterId", "Gateways", "Address", "Message"),
            *("ResponseStatus", "ErrorCode", "Resolution", "ConsumptionUnitType", "Id"),
            *("Last", "maxMonthWattmeter", "subscribedPowerWattmeter", "sections"),
        ]
    ),
)
MORE = st.recursive(
    st.one_of(SCALARS, ANYTHING),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)
    ),
    max_leaves=6,
)


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


def check(value: Any) -> None:
    """Hold every number and every time in a result against what can be true."""
    if isinstance(value, float):
        assert math.isfinite(value)
    elif isinstance(value, datetime):
        assert value.tzinfo is UTC
    elif isinstance(value, msgspec.Struct):
        check(msgspec.structs.astuple(value))
    elif isinstance(value, Mapping):
        check([*value.keys(), *value.values()])
    elif isinstance(value, tuple | list):
        for inner in value:
            check(inner)
    elif isinstance(value, PriceSeries):
        check(value.slots)
        check([slot.value.value for slot in value.slots])
    elif isinstance(value, Series):
        for slot in value:
            check([slot.start, slot.end])
            if isinstance(slot.value, msgspec.Struct | float):
                check(slot.value)
    else:
        assert value is None or isinstance(value, str | int | Enum)


def hold(key: str, data: Any) -> None:
    try:
        check(read(key, data))
    except UnexpectedResponse as err:
        json.dumps(err.skeleton)
    # Numbers that JSON spells and this program's decoder does not take are above.
    try:
        value = wire.decoded(key, json.dumps(data).encode(), str)
        check(BODIES[key][0](Body(key, value)))
    except UnexpectedResponse, Rejected:
        pass


@settings(max_examples=700)
@given(st.sampled_from(SPOTS), st.one_of(SCALARS, MORE))
@example(("consumption", ("Values", 0, "ValueTime")), "9999-12-31T23:59:59Z")
@example(("consumption", ("Values", 0, "ValueTime")), 10**400)
@example(("costs", ("Values", 0, "ValueTime")), "2199-12-31T23:59:59Z")
@example(("spotprices", (0, "Value")), 1.7e308)
@example(("wattmeter", ("Last", "Value")), 1.7e308)
@example(("expenseoverview", ("Items", 0, "Value")), -1.7e308)
@example(("control_settings", ("DeviceOrder",)), [[1]])
@example(("contractdeliverypoints", (0, "ContractNo")), 10**400)
def test_anything_in_any_place(spot: tuple[str, tuple[Any, ...]], value: Any) -> None:
    """Only an unexpected response is raised, and no value is one that cannot be."""
    key, path = spot
    hold(key, spoilt(key, path, value))


@settings(max_examples=200)
@given(
    st.sampled_from(sorted(BODIES)),
    st.lists(st.dictionaries(KEYS, MORE, max_size=4), max_size=3),
)
def test_any_list_of_any_objects(key: str, data: Any) -> None:
    hold(key, data)


@settings(max_examples=200)
@given(st.sampled_from(SPOTS), KEYS, MORE)
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


def test_sums_that_overflow_are_no_values() -> None:
    items = [{"Name": "a", "Value": 1.7e308}] * 2
    hold("expenseoverview", {"Items": items})
