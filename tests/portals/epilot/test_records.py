"""Records: what a row says of its number counts, wherever it says it."""

from collections import Counter as Tally
import json
from math import isfinite
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.epilot.bodies import Rows
from custom_components.energy_portals.portals.epilot.hooks import (
    Consumption,
    MoneyRecord,
    Period,
)
from custom_components.energy_portals.portals.epilot.records import consumptions, money
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.http.exchange import Answer
from tests.portals.anything import ANYTHING, KEYS

METER = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
AT = "2026-06-14T22:00:00Z"
LATER = "2026-06-14T23:00:00Z"


def _used(
    *rows: object, refused: Tally[str] | None = None, **around: Any
) -> Rows[Consumption]:
    body = json.dumps({"consumptions": rows, **around}).encode()
    read = consumptions(frozenset({METER}))
    return read(
        "getConsumption", Answer(body, {}), Tally() if refused is None else refused
    )


def _paid(*rows: object, refused: Tally[str] | None = None) -> Rows[MoneyRecord]:
    body = json.dumps({"prices": rows}).encode()
    read = money("prices", frozenset({METER}))
    return read("getPrices", Answer(body, {}), Tally() if refused is None else refused)


def _row(**more: Any) -> dict[str, Any]:
    return {"timestamp": AT, "value": 1.5, "type": "ht", "unit": "kWh", **more}


def _price(**more: Any) -> dict[str, Any]:
    return {
        "timestamp": AT,
        "unit_amount": 30,
        "unit_amount_currency": "EUR",
        "unit_amount_decimal": "0.3012",
        "tax_behavior": "exclusive",
        "tax_rate": 19,
        **more,
    }


# Consumption


@pytest.mark.parametrize(
    "row",
    [
        _row(),
        _row(value="1.5"),
        _row(value="1,5"),
        _row(value={"value": 1.5, "unit": "kWh"}),
        {"Timestamp": AT, "VALUE": 1.5, "Type": "ht", "uNit": "kWh"},
        # What leaves a number as it is.
        _row(quality="measured", status="valid", is_final=True, estimated=False),
        _row(meter_id=METER, tariff=None, version=""),
        _row(year=2026, days=30, count=1, note="1 MWh", name="x"),
    ],
)
def test_amounts(row: dict[str, Any]) -> None:
    refused: Tally[str] = Tally()
    (record,) = _used(row, refused=refused)
    assert (record.timestamp, record.value) == (AT, 1.5)
    assert (record.type, record.unit) == ("ht", "kWh")
    assert not refused


@pytest.mark.parametrize(
    "beside",
    [
        *(
            {"quality": each}
            for each in ("estimated", "preliminary", "E", 5, ["valid"])
        ),
        *({"status": each} for each in ("missing", "error", 4000)),
        *(
            {each: True}
            for each in ("estimated", "isPreliminary", "missing", "forecast")
        ),
        *({each: False} for each in ("valid", "final", "isMeasured")),
        *(
            {each: 1000}
            for each in ("multiplier", "scaleFactor", "exponent", "decimals")
        ),
        *({each: "x"} for each in ("unitOfMeasure", "uom", "tariff", "area", "zone")),
        *(
            {each: "x"}
            for each in ("version", "channel", "timeZone", "end", "direction")
        ),
        *({each: 5} for each in ("hour", "interval", "meterNumber", "register")),
        *({"direction": each} for each in ("feed-in", "feed-out")),
        {"cumulative": True},
        {"unit": 5},
        {"value": {"value": 1.5, "unit": "MWh"}},
    ],
)
def test_what_stands_beside_a_number(beside: dict[str, Any]) -> None:
    """What may say how it is meant, and is not understood, makes it unknown."""
    refused: Tally[str] = Tally()
    record, _ = _used(_row(**beside), _row(timestamp=LATER), refused=refused)
    assert record.value is None
    assert record.timestamp == AT
    assert sum(refused.values()) == 1


@pytest.mark.parametrize(
    "value",
    [
        *("1_0", "NaN", "1e999", "9" * 400, "1,234", "٣", True, [], {}, [1.5], 10**400),
        {"amount": 1.5},
    ],
)
def test_no_amounts(value: object) -> None:
    refused: Tally[str] = Tally()
    record, _ = _used(_row(value=value), _row(timestamp=LATER), refused=refused)
    assert record.value is None
    assert refused == {"getConsumption.value": 1}


@pytest.mark.parametrize(
    "row",
    [
        *(None, 5, "text", [], {}, {"value": 1.5}),
        *(_row(timestamp=each) for each in (None, "", True, [], {}, 10**400)),
        *(_row(type=each) for each in (5, [], {}, True)),
        *(
            _row(period=each)
            for each in ("today", {}, {"from": AT}, {"from": 1, "to": 2})
        ),
    ],
)
def test_a_row_of_which_nobody_knows_what_it_is(row: object) -> None:
    refused: Tally[str] = Tally()
    rows = _used(row, _row(), refused=refused)
    assert [each.value for each in rows] == [1.5]
    assert (rows.lost, rows.is_whole) == (1, False)
    assert refused == {"getConsumption.consumptions": 1}


@pytest.mark.parametrize("owner", ["meter_id", "meterId", "meter", "contract", "obis"])
def test_rows_of_another_meter(owner: str) -> None:
    refused: Tally[str] = Tally()
    other = _row(value=9, **{owner: "another"})
    rows = _used(_row(**{owner: METER}), other, refused=refused)
    assert [each.value for each in rows] == [1.5]
    assert refused == {"getConsumption.of_another": 1}


def test_a_record_that_says_all() -> None:
    period = {"from": AT, "to": "2026-06-14T23:00:00Z"}
    words = {"de": "Hoch", "en": None}
    (record,) = _used(_row(timestamp=1781474400, label=words, period=period))
    assert record.timestamp == "2026-06-14T22:00:00+00:00"
    assert record.label == {"de": "Hoch"}
    assert record.period == Period(AT, "2026-06-14T23:00:00Z")


@pytest.mark.parametrize(
    "body",
    [
        *(b"{}", b"[]", b'{"consumptions":null}', b'{"consumptions":{}}'),
        *(b'{"error":"no"}', b'{"consumptions":"none"}', b"x", b"null"),
    ],
)
def test_absent_is_not_empty(body: bytes) -> None:
    with pytest.raises(UnexpectedResponse):
        consumptions(frozenset())("getConsumption", Answer(body, {}), Tally())


def test_a_list_that_says_there_is_more() -> None:
    assert not _used(_row(), cursor="abc").is_whole
    assert _used().is_whole


@given(st.lists(st.dictionaries(KEYS | st.sampled_from([*_row()]), ANYTHING)))
def test_any_rows(rows: list[dict[str, object]]) -> None:
    for record in _used(_row(), *rows):
        assert record.value is None or isfinite(record.value)


# Money


@pytest.mark.parametrize(
    "row",
    [
        _price(),
        _price(unit_amount_decimal=0.3012),
        _price(unit_amount_decimal="0,3012"),
        _price(unit_amount_currency="eur", tax_behavior="Exclusive", tax_rate="19"),
        {key.upper(): value for key, value in _price().items()},
        _price(quality="final", contract_id=METER, year=2026),
    ],
)
def test_prices(row: dict[str, Any]) -> None:
    (record,) = _paid(row)
    assert record.unit_amount_decimal == 0.3012
    assert (record.unit_amount_currency, record.tax_behavior) == ("EUR", "exclusive")
    assert record.tax_rate == 19


@pytest.mark.parametrize(
    "more",
    [
        *({"unit_amount_decimal": each} for each in ("30.12", "1e999", "1_0", "NaN")),
        *({"unit_amount": each} for each in (0.3012, 3012, 10**400)),
        *({"unit_amount": each, "unit_amount_decimal": None} for each in ("n/a", True)),
        *({"tax_rate": each} for each in (-100, None, "1_9", 0.19, 10**400, [])),
        *({"tax_behavior": each} for each in ("", None, "both", 1)),
        *({"unit_amount_currency": each} for each in (None, "", "ct", 978)),
        *({each: "x"} for each in ("area", "zone", "tariff", "type", "version")),
        {"status": 4000},
        {"unit": 5},
        {"unit_amount_unit": "ct"},
        {"preliminary": True},
    ],
)
def test_no_prices(more: dict[str, Any]) -> None:
    refused: Tally[str] = Tally()
    record, _ = _paid(_price(**more), _price(timestamp=LATER), refused=refused)
    assert record.unit_amount is record.unit_amount_decimal is None
    assert sum(refused.values())


# Rows of which none can be read

_ODD = ("odd", True, {"odd": []}, [1, 1])


@pytest.mark.parametrize(
    "rows",
    [
        *([_row(value=each)] for each in _ODD),
        [_row(multiplier=1000), _row(value="odd", timestamp=LATER)],
        # One that is not there yet says nothing of the other.
        [_row(value=None), _row(value="odd", timestamp=LATER)],
        [_row(meter_id="another")],
    ],
)
def test_amounts_of_which_none_can_be_read(rows: list[Any]) -> None:
    """They are not none: what is known of them stays, and they are asked for again."""
    with pytest.raises(UnexpectedResponse):
        _used(*rows)


@pytest.mark.parametrize(
    "member",
    ["unit_amount_decimal", "unit_amount_currency", "tax_rate", "tax_behavior"],
)
@pytest.mark.parametrize("odd", _ODD)
def test_money_of_which_none_can_be_read(member: str, odd: object) -> None:
    without = {"unit_amount": None} if member == "unit_amount_decimal" else {}
    row = _price(**{**without, member: "both" if odd == "odd" else odd})
    with pytest.raises(UnexpectedResponse):
        _paid(row, {**row, "timestamp": LATER})


@pytest.mark.parametrize(
    "more", [{}, {"status": "preliminary"}, {"is_final": False}, {"estimated": True}]
)
def test_what_is_not_there_yet_can_be_read(more: dict[str, Any]) -> None:
    null = {} if more else {"value": None}
    (record,) = _used(_row(**more, **null))
    assert record.value is None
    null = {} if more else {"unit_amount": None, "unit_amount_decimal": None}
    (paid,) = _paid(_price(**more, **null))
    assert paid.unit_amount is paid.unit_amount_decimal is None


@given(st.lists(st.dictionaries(KEYS | st.sampled_from([*_price()]), ANYTHING)))
def test_any_prices(rows: list[dict[str, object]]) -> None:
    for record in _paid(_price(), *rows):
        amount = record.unit_amount_decimal
        assert amount is None or isfinite(float(amount))
        assert 0 <= record.tax_rate <= 100
