"""Lists in pages: all of them, or known not to be whole."""

from collections.abc import Sequence
import logging
from typing import Any

import pytest

from custom_components.energy_portals.portals.autarc import client as module, paged
from custom_components.energy_portals.portals.autarc.client import AutarcClient
from custom_components.energy_portals.portals.autarc.feeds import Customers
from custom_components.energy_portals.portals.autarc.models import Project
from custom_components.energy_portals.portals.autarc.reads import Listing
from custom_components.energy_portals.portals.http.errors import Unavailable
from tests.sandbox.autarc import API_KEY, AutarcSandbox
from tests.sandbox.autarc_company import record_id
from tests.sandbox.autarc_pages import PAGINGS, UNTOLD
from tests.sandbox.faults import Fault

FIRST = record_id("project", 0)


def _read(listing: Listing[Project]) -> tuple[list[str], bool]:
    """Return the ids of a list, and whether it is whole."""
    ids = [project.id for project in listing]
    return ids, listing.is_whole


def _asked(autarc: AutarcSandbox, operation: str = "projects") -> list[dict[str, str]]:
    """Return the queries of the calls of an operation."""
    return [dict(each.query) for each in autarc.calls if each.operation == operation]


# The last page is short, full, a single row, or the only one.
@pytest.mark.parametrize("size", [5, 4, 11, 12, 50])
@pytest.mark.parametrize("paging", sorted(set(PAGINGS) - set(UNTOLD)))
async def test_all_pages(
    client: AutarcClient, autarc: AutarcSandbox, paging: str, size: int
) -> None:
    autarc.paging, autarc.page_size = paging, size
    assert await client.projects(_read) == (list(autarc.company.projects), True)
    assert (await client.customers(Customers.read)).count == 9
    autarc.page_size = 3
    assert len(await client.rooms(FIRST) or ()) == 4
    assert client.refused() == {}


@pytest.mark.parametrize("paging", UNTOLD)
async def test_pages_of_which_is_not_told_how_they_are_got(
    client: AutarcClient, autarc: AutarcSandbox, paging: str
) -> None:
    autarc.paging = paging
    assert await client.projects(_read) == (list(autarc.company.projects)[:5], False)
    assert (await client.customers(Customers.read)).count is None
    autarc.page_size = 3
    assert await client.rooms(FIRST) is None
    autarc.page_size = 12
    assert await client.projects(_read) == (list(autarc.company.projects), True)
    assert len(_asked(autarc)) == 2


async def test_parameters_go_with_every_page(
    client: AutarcClient, autarc: AutarcSandbox
) -> None:
    autarc.paging, autarc.page_size = "offset", 1
    customer = record_id("customer", 0)
    ids, is_whole = await client.projects(_read, customer_id=customer)
    assert (len(ids), is_whole) == (2, True)
    assert {each["customerId"] for each in _asked(autarc)} == {customer}


async def test_a_portal_that_knows_no_pages_is_asked_once_more(
    client: AutarcClient, autarc: AutarcSandbox
) -> None:
    """It says that there are more, and answers the same whatever it is asked."""
    autarc.has_envelopes = True
    autarc.metadata = {"page": 1, "totalPages": 3, "limit": 12}
    ids, is_whole = await client.projects(_read)
    assert (len(ids), is_whole) == (12, False)
    assert _asked(autarc) == [{}, {"page": "2", "limit": "12"}]


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_a_page_that_is_refused(
    client: AutarcClient, autarc: AutarcSandbox, status: int
) -> None:
    autarc.has_envelopes = True
    autarc.metadata = {"nextCursor": "c"}
    fault = Fault(kind="status", status=status)
    autarc.fail("projects", Fault(kind="delay"))
    autarc.fail("projects", fault)
    ids, is_whole = await client.projects(_read)
    assert (len(ids), is_whole) == (12, False)


async def test_a_page_that_does_not_come_fails_the_list(
    client: AutarcClient, autarc: AutarcSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    autarc.paging = "metadata"
    autarc.fail("projects", Fault(kind="delay"))
    autarc.fail(
        "projects", Fault(kind="status", status=503, headers={"Retry-After": "9"})
    )
    with pytest.raises(Unavailable):
        await client.projects(_read)


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example.com/api/v1/projects?page=2",
        "//elsewhere.example.com/api/v1/projects",
        "/other/api/v1/projects",
        "https://[",
    ],
)
async def test_a_link_elsewhere_is_not_followed(
    client: AutarcClient,
    autarc: AutarcSandbox,
    caplog: pytest.LogCaptureFixture,
    link: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    autarc.fail(
        "projects", Fault(kind="delay", headers={"Link": f"<{link}>; rel=next"})
    )
    ids, is_whole = await client.projects(_read)
    assert (len(ids), is_whole) == (12, False)
    assert len(autarc.calls) == 1
    assert client.refused() == {"projects.next": 1}
    assert "elsewhere" not in caplog.text


async def test_nothing_that_leads_to_pages_is_logged(
    client: AutarcClient, autarc: AutarcSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, module.__name__.rpartition(".")[0])
    autarc.paging, autarc.page_size = "link", 3
    await client.projects(_read)
    assert API_KEY not in caplog.text
    assert "offset" not in caplog.text


async def test_pages_and_rows_are_bounded(
    client: AutarcClient, autarc: AutarcSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    autarc.paging, autarc.page_size = "metadata", 2
    monkeypatch.setattr(paged, "PAGES", 3)
    assert await client.projects(_read) == (list(autarc.company.projects)[:6], False)
    monkeypatch.setattr(paged, "ROWS", 4)
    assert await client.projects(_read) == (list(autarc.company.projects)[:4], False)


async def test_a_list_that_moves_while_it_is_read(
    client: AutarcClient, autarc: AutarcSandbox
) -> None:
    """A row that comes twice has pushed another out of sight."""
    autarc.paging = "metadata"
    rows = list(autarc.company.projects.values())
    body = {"items": [rows[4], *rows[6:10]], "metadata": {"totalPages": 3, "page": 2}}
    autarc.fail("projects", Fault(kind="delay"))
    autarc.fail("projects", Fault(kind="set", value=body))
    ids, is_whole = await client.projects(_read)
    assert (len(ids), len(set(ids)), is_whole) == (11, 11, False)
    assert client.refused() == {"projects.id": 1}


async def test_long_lists_are_read_in_a_thread(
    client: AutarcClient, autarc: AutarcSandbox
) -> None:
    autarc.company.grow(300)
    autarc.paging, autarc.page_size = "cursor", 100
    rows: Sequence[Any] = (await client.projects(_read))[0]
    assert len(rows) == 300
