"""Feeds: what cannot be read is unknown, and costs itself alone."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from custom_components.energy_portals.portals.epilot import feeds
from custom_components.energy_portals.portals.epilot.client import (
    MOST_PAGES,
    EpilotClient,
)
from custom_components.energy_portals.portals.epilot.feeds import Billing
from custom_components.energy_portals.portals.epilot.models import BillingEvent, Money
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from tests.portals.epilot.conftest import START
from tests.portals.epilot.feeds import fetch
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.faults import Fault

PORTAL = "portal"


def _set(path: str, value: object) -> Fault:
    return Fault(kind="set", path=path, value=value, times=None)


def _raw(body: str) -> Fault:
    return Fault(kind="raw", body=body, times=None)


# Absent is not empty

_NO_LISTS = [
    "{}",
    '{"error": "no"}',
    '{"results": null}',
    '{"results": {}}',
    "[]",
    '""',
]


@pytest.mark.parametrize("body", _NO_LISTS)
@pytest.mark.parametrize(
    ("operation", "feed"),
    [
        ("listPortalNotifications", feeds.NOTIFICATIONS),
        ("getBillingEvents", feeds.BILLING),
        ("getOutstandingTasks", feeds.TASKS),
        ("searchPortalUserEntities", feeds.DOCUMENTS),
    ],
)
async def test_what_is_no_list_is_a_failure(
    client: EpilotClient, epilot: EpilotSandbox, operation: str, feed: Any, body: str
) -> None:
    epilot.fail(operation, _raw(body))
    with pytest.raises(UnexpectedResponse):
        await fetch(client, feed)


async def test_what_there_is(client: EpilotClient, epilot: EpilotSandbox) -> None:
    inbox = (await fetch(client, feeds.NOTIFICATIONS)).data[PORTAL]
    assert (inbox.unread, len(inbox.newest)) == (3, 12)
    assert (await fetch(client, feeds.TASKS)).data[PORTAL].total == 1
    documents = (await fetch(client, feeds.DOCUMENTS)).data[PORTAL]
    assert (documents.count, len(documents.newest)) == (5, 5)
    billing = (await fetch(client, feeds.BILLING)).data[PORTAL]
    assert billing.balance == Money(amount=89.9, currency="EUR")
    assert billing.coming(START).due == date(2026, 7, 1)
    assert client.refused() == {}


# Counts and sums


@pytest.mark.parametrize(
    ("path", "value", "unread"),
    [
        *(("total_unread", each, None) for each in (10**400, 1.5, "1_0", -1, [], 2)),
        ("total_unread", 7, 7),
        # What is not told is counted, if all can be.
        ("total_unread", None, 3),
    ],
)
async def test_unread_notifications(
    client: EpilotClient,
    epilot: EpilotSandbox,
    path: str,
    value: object,
    unread: int | None,
) -> None:
    epilot.fail("listPortalNotifications", _set(path, value))
    inbox = (await fetch(client, feeds.NOTIFICATIONS)).data[PORTAL]
    assert inbox.unread == unread
    assert len(inbox.newest) == 12
    assert bool(client.refused()) is (unread is None)


@pytest.mark.parametrize(
    "bad",
    [None, {}, "text", {"id": "1"}, {"id": None, "read": True}, {"id": "1", "read": 0}],
)
async def test_one_bad_notification(
    client: EpilotClient, epilot: EpilotSandbox, bad: object
) -> None:
    """It is left out; how many are unread is still what the portal says, or unknown."""
    epilot.fail("listPortalNotifications", _set("results.1", bad))
    inbox = (await fetch(client, feeds.NOTIFICATIONS)).data[PORTAL]
    assert (inbox.unread, len(inbox.newest)) == (3, 11)
    assert client.refused()["listPortalNotifications.results"] == 1
    epilot.heal()
    epilot.fail(
        "listPortalNotifications",
        _set("", {"results": [bad, {"id": "2", "read": False}]}),
    )
    inbox = (await fetch(client, feeds.NOTIFICATIONS)).data[PORTAL]
    assert (inbox.unread, len(inbox.newest)) == (None, 1)


@pytest.mark.parametrize("more", [{"cursor": "abc"}, {"hits": 99}, {"limit": 2}])
async def test_a_page_of_notifications(
    client: EpilotClient, epilot: EpilotSandbox, more: dict[str, Any]
) -> None:
    rows = [{"id": "1", "read": False}, {"id": "2", "read": True}]
    epilot.fail("listPortalNotifications", _set("", {"results": rows, **more}))
    inbox = (await fetch(client, feeds.NOTIFICATIONS)).data[PORTAL]
    assert (inbox.unread, len(inbox.newest)) == (None, 2)


@pytest.mark.parametrize(
    ("told", "total"),
    [
        *(({"total": each}, None) for each in (10**400, 0, "1_0", 1.5, [])),
        ({"total": 5}, 5),
        ({"total": None}, 1),
        ({"total": None, "next": "x"}, None),
    ],
)
async def test_tasks(
    client: EpilotClient,
    epilot: EpilotSandbox,
    told: dict[str, Any],
    total: int | None,
) -> None:
    epilot.fail(
        "getOutstandingTasks", _set("", {"tasks": [{"step_name": "x"}], **told})
    )
    assert (await fetch(client, feeds.TASKS)).data[PORTAL].total == total


async def test_a_bad_task(client: EpilotClient, epilot: EpilotSandbox) -> None:
    rows = [{"step_name": "x"}, None]
    epilot.fail("getOutstandingTasks", _set("", {"tasks": rows}))
    tasks = (await fetch(client, feeds.TASKS)).data[PORTAL]
    assert (len(tasks.tasks), tasks.total) == (1, None)
    epilot.heal()
    epilot.fail("getOutstandingTasks", _set("", {"tasks": rows, "total": 2}))
    assert (await fetch(client, feeds.TASKS)).data[PORTAL].total == 2


@pytest.mark.parametrize(
    ("pagination", "count"),
    [
        ({"total": 40}, 40),
        ({"total": 10**400}, None),
        ({"total": 3}, None),
        ({"has_more": True}, None),
        ({"has_more": False}, 5),
        ({}, 5),
    ],
)
async def test_how_many_documents_there_are(
    client: EpilotClient,
    epilot: EpilotSandbox,
    pagination: dict[str, Any],
    count: int | None,
) -> None:
    epilot.fail("searchPortalUserEntities", _set("pagination", pagination))
    assert (await client.documents())[1] == count


def _twenty_of_each(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return many more entities, each with an id of its own."""
    return [
        {**each, "_id": f"{each['_id']}-{n}"} for n in range(20) for each in entities
    ]


async def test_more_documents_than_a_page(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    """An older portal does not tell how many there are."""
    epilot.home.files.extend(_twenty_of_each(epilot.home.files))
    assert (await client.documents())[1] == 105
    fault = Fault(kind="remove", path="pagination", times=None)
    epilot.fail("searchPortalUserEntities", fault)
    documents, count = await client.documents()
    assert (len(documents), count) == (100, None)


# Bills


@pytest.mark.parametrize(
    ("member", "value"),
    [
        *(("due_date", each) for each in ("soon", None, 10**400, [])),
        *(("paid_date", each) for each in ("soon", [], True)),
        *(("type", each) for each in (None, [], {})),
        *(("status", each) for each in ("unheard of", [])),
    ],
)
async def test_a_bill_that_may_be_the_next(
    client: EpilotClient, epilot: EpilotSandbox, member: str, value: object
) -> None:
    """Of what cannot be read, nobody knows whether it comes before the others."""
    truth = (await fetch(client, feeds.BILLING)).data[PORTAL]
    place = truth.events.index(truth.coming(START))
    epilot.fail("getBillingEvents", _set(f"results.{place}.{member}", value))
    billing = (await fetch(client, feeds.BILLING)).data[PORTAL]
    assert billing.coming(START) is None
    assert len(billing.events) >= len(truth.events) - 1
    assert billing.balance == truth.balance


@pytest.mark.parametrize("bad", [None, "text", 5, []])
async def test_a_bill_that_is_none(
    client: EpilotClient, epilot: EpilotSandbox, bad: object
) -> None:
    truth = (await fetch(client, feeds.BILLING)).data[PORTAL]
    epilot.fail("getBillingEvents", _set("results.0", bad))
    billing = (await fetch(client, feeds.BILLING)).data[PORTAL]
    assert billing.events == truth.events[1:]
    assert billing.coming(START) is billing.last_paid is None
    assert client.refused() == {"getBillingEvents.results": 1}


async def test_all_pages_of_bills(
    client: EpilotClient, epilot: EpilotSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A portal that counts, one that does not, and one that does not turn the page."""
    every = epilot.post._all_events()
    many = _twenty_of_each(every)
    monkeypatch.setattr(epilot.post, "_all_events", lambda: many)
    events = await client.billing_events()
    assert (len(events), events.is_whole) == (len(every) * 20, True)
    fault = Fault(kind="remove", path="hits", times=None)
    epilot.fail("getBillingEvents", fault)
    events = await client.billing_events()
    assert (len(events), events.is_whole) == (len(every) * 20, True)
    epilot.heal()
    rows = every[:10]
    epilot.fail("getBillingEvents", _set("", {"results": rows, "hits": 50}))
    events = await client.billing_events()
    assert (len(events), events.is_whole) == (10, False)


async def test_pages_of_bills_without_an_end(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    """As many are asked for as there may be, and the list is not whole."""
    every = epilot.post._all_events()
    for number in range(MOST_PAGES + 5):
        row = {**every[0], "_id": f"{number:08}{every[0]['_id'][8:]}"}
        epilot.fail(
            "getBillingEvents",
            Fault(kind="set", value={"results": [row], "hits": 10**9}),
        )
    events = await client.billing_events()
    assert (len(events), events.is_whole) == (MOST_PAGES, False)
    asked = [each for each in epilot.calls if each.operation == "getBillingEvents"]
    assert len(asked) == MOST_PAGES


async def test_a_bad_bill_does_not_shift_the_pages(
    client: EpilotClient, epilot: EpilotSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = epilot.post._all_events()
    many = _twenty_of_each(every)
    monkeypatch.setattr(epilot.post, "_all_events", lambda: many)
    epilot.fail("getBillingEvents", Fault(kind="set", path="results.5", value=None))
    events = await client.billing_events()
    assert len(events) == len(every) * 20 - 1
    asked = [
        each.query for each in epilot.calls if each.operation == "getBillingEvents"
    ]
    assert [each["from"] for each in asked] == ["0", "100", "200", "300"][: len(asked)]


@pytest.mark.parametrize(
    "balance",
    [
        *({"balance": 10**400}, {"balance_decimal": "1_0"}, {"balance_currency": "ct"}),
        *(
            {"balance": 1e300},
            {"balance_decimal": "8990.00"},
            {"balance_decimal": "1e999"},
        ),
    ],
)
async def test_a_balance_that_cannot_be_true(
    client: EpilotClient, epilot: EpilotSandbox, balance: dict[str, Any]
) -> None:
    for member, value in balance.items():
        epilot.fail("getCustomerBalance", _set(member, value))
    billing = (await fetch(client, feeds.BILLING)).data[PORTAL]
    assert billing.balance is None
    assert billing.coming(START) is not None
    assert client.refused() == {"getCustomerBalance.balance": 1}


@pytest.mark.parametrize("body", ['{"balance": 1e999}', '{"error": "no"}', "[]", "x"])
async def test_no_balance_costs_no_bill(
    client: EpilotClient, epilot: EpilotSandbox, body: str
) -> None:
    epilot.fail("getCustomerBalance", _raw(body))
    fetched = await fetch(client, feeds.BILLING)
    billing = fetched.data[PORTAL]
    assert billing.balance is None
    assert billing.coming(START) is not None
    assert fetched.problems or client.refused()


def _bill(currency: str | None, due: date | None = None) -> BillingEvent:
    return BillingEvent(
        id=None,
        kind="installment",
        amount=Money(amount=1, currency=currency),
        due=due or date(2026, 7, 1),
        paid=None,
        contract=None,
        note=None,
    )


def test_bills_of_several_currencies() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    one = Billing(balance=None, events=(_bill("EUR"), _bill(None)))
    assert one.currency == "EUR"
    two = Billing(balance=Money(amount=1, currency="CHF"), events=(_bill("EUR"),))
    assert two.currency is None
    assert two.coming(now) == _bill("EUR")


# The portal and its contracts


async def test_a_portal_that_does_not_say_that_it_is_there(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    assert (await fetch(client, feeds.PORTAL)).data[PORTAL].is_enabled is True
    epilot.fail("getPortalConfigByDomain", _set("enabled", None))
    assert (await fetch(client, feeds.PORTAL)).data[PORTAL].is_enabled is None


async def test_a_contact_that_cannot_be_read(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    epilot.fail("getContact", _raw("[]"))
    fetched = await fetch(client, feeds.PORTAL)
    assert fetched.data[PORTAL].contact is None
    assert fetched.data[PORTAL].user.mapping == "Mapped"
    assert len(fetched.problems) == 1


@pytest.mark.parametrize("bad", [None, 5, {}, {"_id": None}, {"_id": []}])
async def test_one_bad_contract(
    client: EpilotClient, epilot: EpilotSandbox, bad: object
) -> None:
    epilot.fail("searchPortalUserEntities", _set("results.2", bad))
    contracts = await client.contracts()
    assert [each.branch for each in contracts] == ["power", "gas"]
    assert not contracts.is_whole
    assert client.refused() == {"searchPortalUserEntities.results": 1}


# Meters


async def _power(client: EpilotClient, epilot: EpilotSandbox) -> list[Any]:
    """Return the registers of the power meter."""
    fetched = await fetch(client, feeds.METER)
    return list(fetched.data[f"meter:{epilot.home.power_meter}"].registers)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        *(("status", each) for each in ("implausible", "estimated", 5)),
        *(("unit", each) for each in ("MWh", "m³", "unheard of")),
        *(("value", each) for each in (10**400, "1_0", "NaN", -1, None, [])),
        *(("type", "relative"), ("direction", "sideways"), ("counter_id", "another")),
        *(("value_unit", "MWh"), ("multiplier", None)),
    ],
)
async def test_a_reading_of_something_else(
    client: EpilotClient, epilot: EpilotSandbox, member: str, value: object
) -> None:
    epilot.fail("getMeterReadings", _set(f"results.0.{member}", value))
    registers = await _power(client, epilot)
    shown = [each.reading and each.reading.value for each in registers]
    assert len(registers) == 2
    assert all(each.counter.current for each in registers)
    is_harmless = member in {"multiplier", "direction"}
    assert all(each is not None for each in shown) is is_harmless


async def test_a_reading_in_the_unit_of_its_register(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    epilot.fail("getMeterReadings", _set("results.0.unit", "KWH"))
    registers = await _power(client, epilot)
    assert all(each.reading.value for each in registers)
    epilot.fail("listCounters", _set("data.*.transformer_ratio", 40))
    registers = await _power(client, epilot)
    assert {each.reading for each in registers} == {None}
    assert {each.counter.current for each in registers} == {None}


async def test_one_bad_register(client: EpilotClient, epilot: EpilotSandbox) -> None:
    epilot.fail(
        "listCounters", Fault(kind="set", path="data.0", value=None, times=None)
    )
    assert len(await _power(client, epilot)) == 1
    assert client.refused()["listCounters.data"]
