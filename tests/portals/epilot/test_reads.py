"""Entities are open: every utility adds, renames and mistypes attributes."""

from collections import Counter as Tally
from collections.abc import Callable
from datetime import UTC, date, datetime
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.epilot import reads
from custom_components.energy_portals.portals.epilot.hooks import (
    Consumptions,
    Extensions,
    Metadata,
    Prices,
)
from custom_components.energy_portals.portals.epilot.models import (
    EntryPoint,
    Money,
    Notifications,
    PortalConfig,
    Tasks,
    Term,
    in_words,
)
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.reading.body import (
    Body,
    Mismatch,
    Refused,
)

ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"


def _entity(**members: Any) -> Body:
    return Body("search", {"_id": ID, **members})


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-10-10", date(2026, 10, 10)),
        # Midnight in UTC is how the portal stores a bare date.
        ("2026-10-10T00:00:00.000Z", date(2026, 10, 10)),
        ("2026-10-10T22:30:00.000Z", date(2026, 10, 11)),
        ("2026-10-10T23:30:00+02:00", date(2026, 10, 10)),
        ("2026-10-10T12:00:00", date(2026, 10, 10)),
    ],
)
def test_days(value: str, day: date) -> None:
    assert reads.day(value) == day


@pytest.mark.parametrize("value", ["2026-13-40", "soon", "", None, True, []])
def test_no_days(value: object) -> None:
    with pytest.raises((Mismatch, Refused)):
        reads.day(value)


@pytest.mark.parametrize(
    ("members", "money"),
    [
        ({"balance": 8990}, Money(amount=89.9, currency=None)),
        (
            {"balance": 8990, "balance_decimal": "89.901"},
            Money(amount=89.901, currency=None),
        ),
        (
            {"balance_decimal": 89.9, "balance_currency": "eur"},
            Money(amount=89.9, currency="EUR"),
        ),
        ({"balance": -5, "balance_currency": "€"}, Money(amount=-0.05, currency=None)),
        ({"balance": "8990"}, None),
        ({"balance": None}, None),
        ({"balance": True}, None),
        ({}, None),
    ],
)
def test_money(members: dict[str, Any], money: Money | None) -> None:
    assert reads.money(_entity(**members), "balance") == money


def test_money_that_names_its_currency_elsewhere() -> None:
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


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"data":{}}', b"x", b"\xff"])
def test_no_list(body: bytes) -> None:
    with pytest.raises(UnexpectedResponse):
        reads.listed(reads.counter, "data")("listCounters", body, Tally())


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"data":[]}', b"x"])
def test_no_object(body: bytes) -> None:
    with pytest.raises(UnexpectedResponse):
        reads.single(reads.user, "data")("getPortalUser", body, Tally())


def test_an_entity_without_an_id() -> None:
    for body in (b'{"data":[{}]}', b'{"data":[{"_id":null}]}'):
        with pytest.raises(UnexpectedResponse):
            reads.listed(reads.counter, "data")("listCounters", body, Tally())


def test_a_register_cannot_be_below_zero() -> None:
    refused: Tally[str] = Tally()
    entity = Body("x", {"_id": ID, "current_consumption": -1}, refused=refused)
    assert reads.counter(entity).current is None
    assert refused == {"x.current_consumption": 1}


# Documented bodies


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (EntryPoint, '{"user_exists": true}'),
        (Consumptions, '{"consumptions": [{"value": 1}]}'),
        (Consumptions, '{"consumptions": {}}'),
        (Prices, '{"prices": [{"timestamp": "x", "unit_amount": "x"}]}'),
        (Notifications, '{"results": [{"id": "1"}]}'),
        (Tasks, '{"tasks": []}'),
        (PortalConfig, "[]"),
    ],
)
def test_required_members(kind: type[Any], body: str) -> None:
    with pytest.raises(UnexpectedResponse) as caught:
        reads.typed(kind)("call", body.encode(), Tally())
    assert caught.value.skeleton is not None


@pytest.mark.parametrize(
    "kind", [PortalConfig, Extensions, Metadata, Consumptions, Notifications]
)
def test_new_members_do_no_harm(kind: type[Any]) -> None:
    body = json.dumps({"brand_new": {"a": [1]}, "accessToken": "eyJ"}).encode()
    assert reads.typed(kind)("call", body, Tally()) == kind()


def test_errors_hold_no_values() -> None:
    body = b'{"consumptions": [{"timestamp": "secret", "value": "s3cret"}]}'
    with pytest.raises(UnexpectedResponse) as caught:
        reads.typed(Consumptions)("getConsumption", body, Tally())
    told = f"{caught.value!r} {caught.value.placeholders()}"
    assert "s3cret" not in told
    assert "secret" not in told


def test_words() -> None:
    assert in_words({"en": "Price", "de": "Preis"}) == "Preis"
    assert in_words({"en": "Price", "de": ""}) == "Price"
    assert in_words({"fr": "Prix"}) == "Prix"
    assert in_words(None, "?") == in_words({}, "?") == "?"


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
    except UnexpectedResponse:
        # An id that is none.
        given = members.get("_id")
        is_id = isinstance(given, str | int | float) and not isinstance(given, bool)
        assert not is_id or not str(given).strip()
        return
    for moment in (getattr(found, "on", None), getattr(found, "last_login", None)):
        assert not isinstance(moment, datetime) or moment.tzinfo is UTC
