"""Every operation, both headers, both shapes of lists."""

import asyncio
from datetime import date
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.autarc import AUTARC
from custom_components.energy_portals.portals.autarc.client import (
    ROUTES,
    AutarcClient,
    Scheme,
)
from custom_components.energy_portals.portals.autarc.models import (
    Customer,
    HeatingCircuit,
    Project,
    Room,
)
from custom_components.energy_portals.portals.contract import TokenStore
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    Forbidden,
    NotFound,
    PortalError,
    Rejected,
    Unavailable,
    UnexpectedResponse,
)
from tests.sandbox.autarc import API_KEY, AutarcSandbox
from tests.sandbox.autarc_company import COMPANY, record_id
from tests.sandbox.faults import Fault
from tests.sandbox.server import Sandbox

FIRST = record_id("project", 0)
WHO = record_id("customer", 0)


def _all[RowT](rows: Any) -> tuple[RowT, ...]:
    """Keep every row."""
    return tuple(rows)


async def test_every_operation(client: AutarcClient, autarc: AutarcSandbox) -> None:
    projects: tuple[Project, ...] = await client.projects(_all)
    assert [each.id for each in projects] == list(autarc.company.projects)
    assert (await client.project(FIRST)) == projects[0]
    rooms = await client.rooms(FIRST)
    assert rooms[0] == Room(
        id=rooms[0].id, name="Wohnzimmer", floor="ground", temperature=20
    )
    assert rooms[2].temperature is None

    made = await client.create_project(
        {
            "name": "Neubau",
            "customer_id": WHO,
            "installation_date": date(2026, 12, 24),
            "address": {"address_line1": "Ring 1", "country_code": "DE"},
            "heating_circuits": [HeatingCircuit(name="Heizkreis 1", index=1)],
            "technical_feasibility": "feasible",
        }
    )
    kept = autarc.company.projects[made.id]
    assert kept["companyId"] == COMPANY
    assert kept["installationDate"] == "2026-12-24"
    assert kept["address"] == {"addressLine1": "Ring 1", "countryCode": "DE"}
    assert kept["heatingCircuits"] == [{"name": "Heizkreis 1", "index": 1}]
    assert kept["technicalFeasibilityAssesment"] == "feasible"
    assert made.installation_date == date(2026, 12, 24)
    changed = await client.update_project(made.id, {"project_value": None, "name": "A"})
    assert (changed.name, changed.project_value) == ("A", None)
    await client.delete_project(made.id)
    assert made.id not in autarc.company.projects

    customers: tuple[Customer, ...] = await client.customers(_all)
    assert len(customers) == 9
    found: tuple[Customer, ...] = await client.customers(_all, search="brandt")
    assert [each.last_name for each in found] == ["Brandt"]
    assert (await client.customer(WHO)).email == "kunde0@example.com"
    new = await client.create_customer({"first_name": "Kim", "last_name": "Neu"})
    assert autarc.company.customers[new.id]["address"] is None
    assert (await client.update_customer(new.id, {"is_company": True})).is_company
    await client.delete_customer(new.id)
    assert new.id not in autarc.company.customers

    assert {call.operation for call in autarc.calls} == set(ROUTES)
    assert client.refused() == {}


async def test_both_shapes_of_lists(
    client: AutarcClient, autarc: AutarcSandbox
) -> None:
    bare: tuple[Project, ...] = await client.projects(_all)
    mine: tuple[Project, ...] = await client.projects(_all, customer_id=WHO)
    assert {each.customer_id for each in mine} == {WHO}
    autarc.has_envelopes = True
    assert await client.projects(_all) == bare
    assert len(await client.customers(tuple)) == 9


@pytest.mark.parametrize(
    "body",
    [
        '{"message": "no", "error": "Bad Request", "statusCode": 400}',
        "{}",
        "null",
        '"no"',
        '{"items": null}',
        '{"items": {}}',
        '[{"name": "without an id"}]',
        '[{"id": ""}]',
        "[null]",
        '[{"id": "p", "name"',
        "<html>",
        "\xff",
    ],
)
async def test_anything_else_is_no_empty_list(
    client: AutarcClient, autarc: AutarcSandbox, body: str
) -> None:
    for operation in ("projects", "customers", "rooms"):
        autarc.fail(operation, Fault(kind="raw", body=body))
    with pytest.raises(UnexpectedResponse):
        await client.projects(tuple)
    with pytest.raises(UnexpectedResponse):
        await client.customers(tuple)
    with pytest.raises(UnexpectedResponse):
        await client.rooms(FIRST)


@pytest.mark.parametrize(
    ("metadata", "is_whole"),
    [
        ({}, True),
        ({"total": 12}, True),
        ({"total": 13}, False),
        ({"totalCount": 500}, False),
        ({"total_pages": 1}, True),
        ({"totalPages": 2}, False),
        ({"hasMore": True}, False),
        ({"hasNextPage": False, "nextCursor": None}, True),
        ({"nextPage": 2}, False),
        ({"page": 1, "limit": 100, "something": "else"}, True),
        ([], True),
    ],
)
async def test_hints_at_more(
    client: AutarcClient, autarc: AutarcSandbox, metadata: Any, is_whole: bool
) -> None:
    autarc.has_envelopes = True
    autarc.metadata = metadata
    assert await client.projects(lambda listing: listing.is_whole) is is_whole


async def test_header_that_works_is_kept(
    client: AutarcClient,
    autarc: AutarcSandbox,
    token_store: TokenStore,
    session: ClientSession,
    sandbox: Sandbox,
) -> None:
    autarc.takes_bearer = False
    await client.project(FIRST)
    assert [call.status for call in autarc.calls] == [401, 200]
    assert token_store.values == {"scheme": "x_api_key"}
    await client.project(FIRST)
    assert [call.status for call in autarc.calls] == [401, 200, 200]

    account = autarc.account(f"{sandbox.address}/autarc")
    again = AUTARC.connect(session, account, {}, token_store)
    await again.project(FIRST)
    assert [call.status for call in autarc.calls][3:] == [200]

    # The portal may take to the documented header one day.
    autarc.takes_bearer, autarc.takes_x_api_key = True, False
    later = AUTARC.connect(session, account, {}, token_store)
    await later.project(FIRST)
    assert later.scheme is Scheme.BEARER
    assert token_store.values == {"scheme": "bearer"}


async def test_403_is_tried_in_the_other_header_too(
    client: AutarcClient, autarc: AutarcSandbox
) -> None:
    autarc.fail("project", Fault(kind="status", status=403))
    await client.project(FIRST)
    assert client.scheme is Scheme.X_API_KEY


@pytest.mark.parametrize(
    ("statuses", "error"),
    [
        ((401, 401), AuthError),
        ((401, 403), AuthError),
        ((403, 401), AuthError),
        ((403, 403), Forbidden),
    ],
)
async def test_refused_in_both_headers(
    client: AutarcClient,
    autarc: AutarcSandbox,
    statuses: tuple[int, int],
    error: type[PortalError],
) -> None:
    for status in statuses:
        autarc.fail("project", Fault(kind="status", status=status))
    with pytest.raises(error):
        await client.project(FIRST)
    assert len(autarc.calls) == 2
    assert client.scheme is Scheme.BEARER


async def test_proven_header_is_not_doubted(
    client: AutarcClient, autarc: AutarcSandbox
) -> None:
    await client.project(FIRST)
    autarc.fail("project_delete", Fault(kind="status", status=403))
    with pytest.raises(Forbidden):
        await client.delete_project(FIRST)
    autarc.rotate_key()
    with pytest.raises(AuthError):
        await client.project(FIRST)
    assert [call.status for call in autarc.calls] == [200, 403, 401]


async def test_header_is_found_by_several_requests_at_once(
    client: AutarcClient, autarc: AutarcSandbox
) -> None:
    """One that is refused late takes the header that another has found meanwhile."""
    autarc.takes_bearer = False
    autarc.fail("customers", Fault(kind="delay", seconds=0.1))
    project, customers = await asyncio.gather(
        client.project(FIRST), client.customers(tuple)
    )
    assert (project.id, len(customers)) == (FIRST, 9)
    assert client.scheme is Scheme.X_API_KEY


async def test_header_is_found_while_the_account_closes(
    client: AutarcClient, autarc: AutarcSandbox, token_store: TokenStore
) -> None:
    autarc.takes_bearer = False
    await token_store.close()
    assert (await client.project(FIRST)).id == FIRST
    assert token_store.values == {}


async def test_refusals(client: AutarcClient, autarc: AutarcSandbox) -> None:
    nobody = record_id("nobody", 1)
    for call in (
        client.project(nobody),
        client.rooms(nobody),
        client.update_project(nobody, {"name": "x"}),
        client.delete_project(nobody),
        client.customer(nobody),
        client.delete_customer(nobody),
    ):
        with pytest.raises(NotFound):
            await call
    with pytest.raises(Rejected, match="name should not be empty"):
        await client.create_project({"name": ""})
    autarc.deletes_customers = False
    with pytest.raises(Rejected, match="405"):
        await client.delete_customer(WHO)


async def test_deletes_and_creates_are_not_repeated(
    client: AutarcClient, autarc: AutarcSandbox
) -> None:
    await client.project(FIRST)
    for operation in ("project_create", "project_delete"):
        autarc.fail(operation, Fault(kind="status", status=503, times=None))
    with pytest.raises(Unavailable):
        await client.create_project({"name": "x"})
    with pytest.raises(Unavailable):
        await client.delete_project(FIRST)
    assert [call.status for call in autarc.calls] == [200, 503, 503]


async def test_lists_may_be_large(client: AutarcClient, autarc: AutarcSandbox) -> None:
    autarc.company.grow(9_000)
    assert await client.projects(lambda rows: sum(1 for _ in rows)) == 9_000


async def test_no_secret_in_errors(client: AutarcClient, autarc: AutarcSandbox) -> None:
    body = f'{{"message": "key {API_KEY} of {COMPANY} is wrong", "statusCode": 400}}'
    autarc.fail("project", Fault(kind="status", status=400, body=body))
    with pytest.raises(Rejected) as raised:
        await client.project(FIRST)
    told = str(raised.value)
    assert "is wrong" in told
    assert API_KEY not in told
    assert COMPANY not in told
