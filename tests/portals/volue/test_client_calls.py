"""What answers of the coordinator become, over the wire."""

from collections.abc import Awaitable, Callable
import json
from typing import Any

import pytest

from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.volue.client import VolueClient
from custom_components.energy_portals.portals.volue.client_calls import PAGES
from custom_components.energy_portals.portals.volue.reads import Listed, is_whole
from tests.sandbox.faults import Fault
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import METER_POINT, TANK

type Ask = Callable[[VolueClient], Awaitable[Any]]


async def _events(client: VolueClient) -> Listed[Any]:
    pages = [page async for page in client.events()]
    return Listed.of(
        (event for page in pages for event in page),
        (lost for page in pages for lost in page.lost),
        more=pages[-1].more,
    )


LISTS: dict[str, Ask] = {
    "events": _events,
    "users": lambda client: client.users(),
    "locations": lambda client: client.locations(),
    "resources": lambda client: client.resources(),
    "webhooks": lambda client: client.webhooks(),
    "webhook_logs": lambda client: client.webhook_logs("w"),
}
OBJECTS: dict[str, Ask] = {
    "event": lambda client: client.event("event-0001"),
    "user": lambda client: client.user(),
    "location": lambda client: client.location("l"),
    "resource": lambda client: client.resource(TANK),
    "enrollment": lambda client: client.enrollment(),
    "eligibility": lambda client: client.eligibility(),
    "meter_eligibility": lambda client: client.meter_eligibility(METER_POINT),
    "compensation": lambda client: client.compensation(),
    "webhook": lambda client: client.webhook("w"),
}
NAMES = {"webhook_logs": "webhookNotificationLogs"}
# Rows of each list, as they have to be at least.
ROWS: dict[str, dict[str, str]] = {
    "events": {"id": "{}"},
    "users": {"userId": "{}"},
    "locations": {"locationId": "{}"},
    "resources": {"resourceId": "{}", "resourceType": "HVAC", "userId": "u"},
    "webhooks": {"webhookId": "{}", "webhookUrl": "https://home.example"},
    "webhook_logs": {"webhookId": "{}", "tenantId": "t", "webhookUrl": "https://x"},
}
PAGED = ("events", "users", "webhook_logs")
NOTHINGS = [
    *("null", "{}", '""', '"Service unavailable"', "0", "false", "[[]]"),
    *('{"error": "later"}', '{"success": false, "errorMessage": "no"}', '{"data": 1}'),
    "[" * 120_000 + "]" * 120_000,
]


def _rows(key: str, count: int, first: int = 0) -> list[dict[str, str]]:
    return [
        {name: text.format(n) for name, text in ROWS[key].items()}
        for n in range(first, first + count)
    ]


def _raw(body: Any, **headers: str) -> Fault:
    told = {name.replace("_", "-"): text for name, text in headers.items()}
    return Fault(kind="raw", body=json.dumps(body), headers=told)


@pytest.mark.parametrize("body", NOTHINGS)
@pytest.mark.parametrize("key", [*LISTS, *OBJECTS])
async def test_what_is_no_answer(
    client: VolueClient, volue: VolueSandbox, key: str, body: str
) -> None:
    """It is neither an empty list nor an object without members."""
    if body == "[[]]" and key in LISTS:
        body = "[[]"
    volue.fail(key, Fault(kind="raw", body=body))
    with pytest.raises(UnexpectedResponse):
        await {**LISTS, **OBJECTS}[key](client)


@pytest.mark.parametrize("odd", ["null", "[]", "{}", "7", '"row"'])
@pytest.mark.parametrize("key", LISTS)
async def test_a_bad_row_costs_that_row(
    client: VolueClient, volue: VolueSandbox, key: str, odd: str
) -> None:
    one, other = _rows(key, 2)
    volue.fail(key, _raw([one, json.loads(odd), other]))
    rows = await LISTS[key](client)
    assert len(rows) == 2
    assert not is_whole(rows)
    assert any(name.startswith(key) for name in client.refused())


@pytest.mark.parametrize("key", LISTS)
async def test_an_empty_list_is_one(
    client: VolueClient, volue: VolueSandbox, key: str
) -> None:
    for body in ([], {NAMES.get(key, key): [], "pagination": {"totalRecords": 0}}):
        volue.fail(key, _raw(body))
        rows = await LISTS[key](client)
        assert (rows, is_whole(rows)) == ((), True)
    assert client.refused() == {}


@pytest.mark.parametrize(
    ("around", "headers"),
    [
        ({"total": 9}, {}),
        ({"pagination": {"totalRecords": 9, "currentPage": 1}}, {}),
        ({"meta": {"page": {"totalPages": 4}}}, {}),
        ({"hasMore": True}, {}),
        ({"nextCursor": "abc"}, {}),
        ({"@odata.nextLink": "https://elsewhere.example/page2"}, {}),
        ({"page": 1, "limit": 2}, {}),
        ({}, {"X_Total_Count": "9"}),
        ({}, {"Link": '<https://elsewhere.example/2>; rel="next"'}),
        ({}, {"Content_Range": "items 0-1/9"}),
    ],
)
@pytest.mark.parametrize("key", ["locations", "resources", "webhooks"])
async def test_lists_that_are_not_paged_but_are_parts(
    client: VolueClient, volue: VolueSandbox, key: str, around: Any, headers: Any
) -> None:
    body = {key: _rows(key, 2), **around} if around else _rows(key, 2)
    volue.fail(key, _raw(body, **headers))
    rows = await LISTS[key](client)
    assert len(rows) == 2
    assert not is_whole(rows)


@pytest.mark.parametrize("key", PAGED)
@pytest.mark.parametrize(
    "told",
    [
        lambda n: {
            "pagination": {"currentPage": n, "nextPage": n + 1 if n < 3 else None}
        },
        lambda n: {"pagination": {"currentPage": n, "totalRecords": 6}},
        lambda n: {"totalCount": 6},
        lambda n: {"meta": {"totalPages": 3, "page": n}},
        lambda n: {"page": n, "hasNext": n < 3},
        lambda n: {"next": f"?page={n + 1}&pageSize=2" if n < 3 else None},
        lambda n: {"cursor": f"c{n}" if n < 3 else None},
    ],
)
async def test_pages(
    client: VolueClient,
    volue: VolueSandbox,
    key: str,
    told: Callable[[int], dict[str, Any]],
) -> None:
    """Whatever way of telling that there are more, all are asked for."""
    for number in (1, 2, 3):
        rows = _rows(key, 2, 2 * number)
        volue.fail(key, _raw({NAMES.get(key, key): rows, **told(number)}))
    rows = await LISTS[key](client)
    assert (len(set(map(repr, rows))), is_whole(rows)) == (6, True)


@pytest.mark.parametrize("key", PAGED)
async def test_pages_that_do_not_advance(
    client: VolueClient, volue: VolueSandbox, key: str
) -> None:
    body = {NAMES.get(key, key): _rows(key, 2), "total": 9}
    volue.fail(key, Fault(kind="raw", body=json.dumps(body), times=None))
    volue.calls.clear()
    rows = await LISTS[key](client)
    assert (len(rows), is_whole(rows)) == (2, False)
    assert len([call for call in volue.calls if call.operation == key]) == 2


async def test_pages_without_an_end(client: VolueClient, volue: VolueSandbox) -> None:
    for number in range(PAGES + 5):
        volue.fail("users", _raw({"users": _rows("users", 1, number), "hasMore": True}))
    rows = await client.users()
    assert (len(rows), is_whole(rows)) == (PAGES, False)
    volue.heal()


async def test_a_bare_list_as_long_as_was_asked_for(
    client: VolueClient, volue: VolueSandbox
) -> None:
    """There may be more; the same once more is the same list."""
    full = _rows("events", 100)
    volue.fail("events", _raw(full))
    volue.fail("events", _raw(_rows("events", 3, 100)))
    rows = await _events(client)
    assert (len(rows), is_whole(rows)) == (103, True)
    volue.fail("events", Fault(kind="raw", body=json.dumps(full), times=2))
    rows = await _events(client)
    assert (len(rows), is_whole(rows)) == (100, True)


async def test_where_a_page_stands_has_to_be_told(
    client: VolueClient, volue: VolueSandbox
) -> None:
    for key in ("events", "users"):
        volue.fail(key, _raw({key: _rows(key, 2)}))
        with pytest.raises(UnexpectedResponse):
            await LISTS[key](client)


async def test_the_error_names_members_and_no_values(
    client: VolueClient, volue: VolueSandbox
) -> None:
    volue.fail("eligibility", _raw({"userId": "secret", "isEligible": "secret"}))
    with pytest.raises(UnexpectedResponse) as raised:
        await client.eligibility()
    assert raised.value.detail == "cannot be read: isEligible"
    assert raised.value.skeleton == {"userId": "string", "isEligible": "string"}
    assert client.refused() == {"eligibility.isEligible": 1}
