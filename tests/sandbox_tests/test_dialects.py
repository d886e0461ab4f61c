"""Dialects: each says a true answer in another way, and refusals are left alone."""

from collections.abc import Mapping
from typing import Any

from tests.sandbox import Sandbox
from tests.sandbox.dialects import SHAPES, dialects_of
from tests.sandbox_tests.esmart_client import Caller

ROWS = [
    {"ValueTime": "2026-10-25T00:00:00+00:00", "Value": 1.5, "Status": 1},
    {"ValueTime": "2026-10-25T01:00:00+00:00", "Value": 0.25, "Status": 1},
]


def said(name: str, body: Any, **query: str) -> Any:
    """Return consumption in a dialect of eSmart's."""
    shape = SHAPES["esmart"]["consumption"]
    (dialect,) = [each for each in dialects_of(shape) if each.name == name]
    return dialect.of(body, query)


def consumption() -> dict[str, Any]:
    return {"Unit": "kWh", "Values": [dict(row) for row in ROWS]}


def test_a_unit_is_said_where_the_numbers_are() -> None:
    first, _ = said("energy.unit.unit", consumption()).body["Values"]
    assert (first["Value"], first["Unit"]) == (1500, "Wh")
    first, _ = said("energy.unit.in_key", consumption()).body["Values"]
    assert first["ValueWh"] == 1500
    assert said("energy.unit.above", consumption()).body["Unit"] == "Wh"
    assert "Unit" not in said("energy.unit.in_text", consumption()).body


def test_a_register_is_what_was_counted_so_far() -> None:
    body = said("register.type_100", consumption()).body
    shown = [row["Value"] for row in body["Values"]]
    assert [round(later - shown[0], 6) for later in shown] == [0, 1.5]
    assert body["TimeSeriesTypeClass"] == 100


def test_whoever_asks_on_gets_the_rest() -> None:
    first = said("page.next_link", consumption()).body
    assert first["Values"] == ROWS[:1]
    assert first["next"] == "?offset=1"
    last = said("page.next_link", consumption(), offset="1").body
    assert (last["Values"], last["next"]) == (ROWS[1:], None)
    assert said("page.header_total", consumption()).headers == {"X-Total-Count": "2"}


async def test_a_refusal_is_left_alone(sandbox: Sandbox) -> None:
    def transform(
        body: object, query: Mapping[str, str]
    ) -> tuple[object, Mapping[str, str]]:
        return {"said": body}, {"X-Said": "yes"}

    sandbox.portals["esmart"].transforms = dict.fromkeys(
        ("ping", "spotprices"), transform
    )
    async with Caller(sandbox) as esmart:
        assert set(await esmart.get("ping")) == {"said"}
        assert await esmart.refused("GET", "spotprices") == 400
