"""Entities are open: every utility adds, renames and mistypes attributes."""

from collections import Counter as Tally
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.epilot import reads
from custom_components.energy_portals.portals.epilot.bodies import Rows
from custom_components.energy_portals.portals.epilot.models import Money, Reading, Term
from custom_components.energy_portals.portals.epilot.values import Unreadable
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.reading.body import Body

ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"


def _entity(**members: Any) -> Body:
    return Body("search", {"_id": ID, **members})


def test_money_that_names_its_currency_elsewhere() -> None:
    assert reads.billing_event(_entity(billing_amount=100)).amount == Money(
        amount=1.0, currency=None
    )
    entity = _entity(billing_amount=100, billing_currency="CHF")
    assert reads.billing_event(entity).amount == Money(amount=1.0, currency="CHF")
    entity = _entity(billing_amount=100, billing_amount_currency="eur")
    assert reads.billing_event(entity).amount == Money(amount=1.0, currency="EUR")


def test_a_contract_of_little() -> None:
    found = reads.contract(_entity())
    assert (found.id, found.title) == (ID, ID)
    assert found.meters == ()
    assert {found.status, found.start, found.installment, found.notice} == {None}


def test_a_contract_of_odd_types() -> None:
    found = reads.contract(
        _entity(
            _title="Strom",
            contract_number=4711,
            status=["active"],
            start_date=20230101,
            billing_due_day="15",
            notice_time_amount="4",
            notice_time_unit="weeks",
            renewal_duration_amount=12,
            meters=[{"entity_id": "m1"}, {"_id": "m2"}, "m3", {}],
            billing_account={"$relation": [{"entity_id": "b"}]},
        )
    )
    assert found.number == "4711"
    assert (found.status, found.start) == (None, None)
    assert found.billing_due_day == 15
    assert found.notice == Term(amount=4, unit="weeks")
    assert found.renewal is None
    assert found.meters == ("m1", "m2")
    assert found.billing_account == "b"


@pytest.mark.parametrize("value", [0, 32, 1.5, "x"])
def test_no_day_of_a_month(value: object) -> None:
    assert reads.contract(_entity(billing_due_day=value)).billing_due_day is None


def test_relations_in_place() -> None:
    """As an answer has them whose relations are resolved."""
    assert reads.related(_entity(contract={"_id": "c", "x": 1}), "contract") == ("c",)


@pytest.mark.parametrize(
    ("members", "way"),
    [
        ({"direction": "feed-in"}, "feed-in"),
        ({"direction": "FEED_OUT"}, "feed-out"),
        ({"obis_number": "1-1:2.8.0"}, "feed-in"),
        ({"obis_number": "1.8.1"}, "feed-out"),
        ({"obis_number": "1-0:1.8.0", "direction": "feed-out"}, "feed-out"),
        # Of gas and water the groups mean something else.
        ({"obis_number": "7-20:3.0.0"}, None),
        ({"obis_number": "8-1:2.0.0", "direction": "feed-out"}, "feed-out"),
        ({"obis_number": "power"}, None),
        ({}, None),
    ],
)
def test_which_way_a_register_counts(members: dict[str, Any], way: str | None) -> None:
    assert reads.counter(_entity(**members)).direction == way


@pytest.mark.parametrize(
    "members",
    [
        {"obis_number": "1-1:2.8.0", "direction": "feed-out"},
        {"obis_number": "1-1:1.8.0", "direction": "feed-in"},
        {"direction": "sideways"},
        {"direction": 5},
    ],
)
def test_a_register_of_which_the_way_is_not_clear(members: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        reads.counter(_entity(**members))


@pytest.mark.parametrize(
    ("members", "current"),
    [
        ({"transformer_ratio": 1}, 100),
        ({"transformer_ratio": "1"}, 100),
        ({"transformer_ratio": None}, 100),
        ({"transformer_ratio": 40}, None),
        ({"transformer_ratio": "40/1"}, None),
        ({"current_consumption_unit": "MWh"}, None),
    ],
)
def test_a_register_that_shows_a_part(
    members: dict[str, Any], current: float | None
) -> None:
    entity = _entity(current_consumption=100, unit="kWh", **members)
    assert reads.counter(entity).current == current


@pytest.mark.parametrize(
    ("members", "value"),
    [
        *(({"status": each}, 5) for each in (None, "", "valid", "in-validation")),
        *(({"status": each}, None) for each in ("implausible", "estimated", 5, [])),
        ({"type": "cumulative"}, 5),
        ({"type": "relative"}, None),
        ({"value_unit": "MWh"}, None),
    ],
)
def test_readings_that_hold(members: dict[str, Any], value: float | None) -> None:
    entity = _entity(value=5, **members)
    assert reads.reading(entity).value == value
    assert bool(entity.refused) is (value is None)


def _reading(
    value: float | None, day: int | None, counter: str | None = None
) -> Reading:
    on = None if day is None else date(2026, 6, day)
    return Reading(value=value, on=on, source=None, status=None, counter=counter)


@pytest.mark.parametrize(
    ("readings", "value"),
    [
        ([_reading(1, 1)], 1),
        ([_reading(1, None)], 1),
        # Whatever order was asked for.
        ([_reading(1, 1), _reading(3, 3), _reading(2, 2)], 3),
        ([_reading(1, 1, "c")], 1),
        ([_reading(1, 1, "another")], None),
        ([_reading(1, 1), _reading(3, None)], None),
        ([_reading(3, 3), _reading(4, 3)], None),
        ([_reading(3, 3), _reading(3, 3)], 3),
        ([], None),
    ],
)
def test_the_newest_reading(readings: list[Reading], value: float | None) -> None:
    newest = reads.newest(Rows(readings), "c")
    assert (None if newest is None else newest.value) == value
    if len(readings) > 1:
        assert reads.newest(Rows(readings, lost=1), "c") is None


@pytest.mark.parametrize(
    "members",
    [{"due_date": "soon"}, {"paid_date": 10**400}, {"type": []}, {"status": {}}],
)
def test_a_bill_of_which_something_is_not_sure(members: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        reads.billing_event(_entity(**{"type": "installment", **members}))


@pytest.mark.parametrize(
    ("members", "is_open"),
    [
        ({}, True),
        ({"status": "open"}, True),
        ({"status": "CLOSED"}, False),
        ({"paid_date": "2026-06-01"}, False),
        ({"status": "unheard of"}, None),
    ],
)
def test_whether_a_bill_is_open(members: dict[str, Any], is_open: bool | None) -> None:
    event = reads.billing_event(_entity(type="Installment", **members))
    assert event.is_open is is_open
    assert event.kind == "installment"


def test_a_balance() -> None:
    assert reads.balance(Body("call", {})) is None
    assert reads.balance(Body("call", {"balance": 100})) == Money(
        amount=1.0, currency=None
    )
    for odd in ({"error": "no"}, [], None):
        with pytest.raises(UnexpectedResponse):
            reads.balance(Body("call", odd))


def test_a_register_cannot_be_below_zero() -> None:
    refused: Tally[str] = Tally()
    entity = Body("x", {"_id": ID, "current_consumption": -1}, refused=refused)
    assert reads.counter(entity).current is None
    assert refused == {"x.current_consumption": 1}


# Anything

_READS: list[Callable[[Body], Any]] = [
    *(reads.contract, reads.meter, reads.counter, reads.reading, reads.allowed),
    *(reads.billing_account, reads.billing_event, reads.document, reads.user),
]
_NAMES = st.sampled_from(
    [
        "_id",
        "_title",
        "contract_name",
        "status",
        "branch",
        "start_date",
        "end_date",
        "billing_due_day",
        "installment_amount",
        "installment_amount_decimal",
        "balance",
        "balance_currency",
        "meters",
        "contract",
        "billing_account",
        "meter_number",
        "sector",
        "obis_number",
        "unit",
        "direction",
        "current_consumption",
        "last_reading",
        "value",
        "timestamp",
        "min_value",
        "due_date",
        "paid_date",
        "billing_amount",
        "type",
        "filename",
        "file_date",
        "is_new",
        "last_login",
        "notice_time_amount",
        "notice_time_unit",
        "meter_counter_id",
    ]
)
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.dates().map(str)
    | st.datetimes().map(str),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["$relation", "entity_id", "_id"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)


@given(st.sampled_from(_READS), st.dictionaries(_NAMES, _VALUES, max_size=12))
def test_anything_in_any_place(
    read: Callable[[Body], Any], members: dict[str, Any]
) -> None:
    """Nothing but what is missing or odd is left out, and nothing else is raised."""
    try:
        found = read(Body("call", {"_id": ID, **members}))
    except Unreadable:
        # An id that is none, or what has to be sure.
        return
    for moment in (getattr(found, "on", None), getattr(found, "last_login", None)):
        assert not isinstance(moment, datetime) or moment.tzinfo is UTC
