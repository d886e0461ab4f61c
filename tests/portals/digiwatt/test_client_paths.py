"""Paths that the portal does not have: which it is, or that it may be the account."""

from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.digiwatt.client import (
    ROUTES,
    DigiwattClient,
)
from custom_components.energy_portals.portals.http.errors import (
    Forbidden,
    NotFound,
    PathNotFound,
    Rejected,
)
from tests.portals.digiwatt.operations import CALLS, READS, client_of, error_of
from tests.portals.server import Server, answer, json_answer
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault

PAGE = "<html><body>Cannot GET this</body></html>"
REALTIME = ROUTES["consumption_realtime"]
# What is not there is taken for a period by the operation that takes one.
LIKE_PERIODS = {"consumption_realtime", "consumption_latest"}


def elsewhere(route: str) -> str:
    """Return a route under another path."""
    method, _, path = route.partition(" ")
    return f"{method} /v9{path}"


@pytest.mark.parametrize("page", [None, "", PAGE])
@pytest.mark.parametrize("key", sorted(ROUTES.keys() - LIKE_PERIODS))
async def test_each_path_is_told_by_name(
    client: DigiwattClient, digiwatt: DigiwattSandbox, key: str, page: str | None
) -> None:
    digiwatt.move(key, elsewhere(ROUTES[key]))
    digiwatt.page = page
    call = CALLS.get(key, CALLS["consumption_realtime"])
    error = await error_of(call(client))
    assert isinstance(error, PathNotFound)
    assert (error.operation, error.route) == (key, ROUTES[key])
    assert error.placeholders() == {
        "operation": key,
        "detail": f"HTTP 404 at {ROUTES[key]}",
    }
    assert error.brief == f"PathNotFound: {key}: HTTP 404 at {ROUTES[key]}"
    assert client.account_number not in f"{error} {error.brief}"
    # What names no account cannot be about one.
    assert error.is_sure == ("{account_number}" not in ROUTES[key])


@pytest.mark.parametrize("key", sorted(LIKE_PERIODS))
async def test_what_is_taken_for_a_period_is_told_by_name(
    client: DigiwattClient, digiwatt: DigiwattSandbox, key: str
) -> None:
    digiwatt.move(key, elsewhere(ROUTES[key]))
    error = await error_of(CALLS[key](client))
    assert isinstance(error, Rejected)
    assert error.detail == f"HTTP 400 at {ROUTES[key]}: no such period"
    assert error.brief == f"Rejected: {key}: HTTP 400 at {ROUTES[key]}"


@pytest.mark.parametrize("key", ROUTES)
async def test_each_path_can_be_corrected(
    session: ClientSession, account: dict[str, Any], digiwatt: DigiwattSandbox, key: str
) -> None:
    route = elsewhere(ROUTES[key])
    digiwatt.move(key, route)
    client = DigiwattClient(session, **account, routes={key: route})
    for call in READS.values():
        await call(client)
    assert {call.status for call in digiwatt.calls} == {200}


@pytest.mark.parametrize("key", CALLS)
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (405, ""),
        (405, '{"status": 405, "message": "user"}'),
        (403, '{"message": "Missing Authentication Token"}'),
    ],
)
async def test_what_only_a_path_can_be(
    client: DigiwattClient,
    digiwatt: DigiwattSandbox,
    key: str,
    status: int,
    body: str,
) -> None:
    digiwatt.fail(key, Fault(kind="raw", status=status, body=body))
    error = await error_of(CALLS[key](client))
    assert isinstance(error, PathNotFound)
    assert error.is_sure
    assert error.detail == f"HTTP {status} at {ROUTES[key]}"


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        (404, "unknown account", NotFound),
        (404, "The user does not exist", NotFound),
        (404, "No such POD", NotFound),
        (404, "Utente non trovato", NotFound),
        (410, "Fornitura cessata", NotFound),
        (404, "Not Found", PathNotFound),
        (404, "Cannot GET /user/1/saving", PathNotFound),
        (404, "No accounting here", PathNotFound),
        (404, "", PathNotFound),
        (403, "not your account", Forbidden),
        (400, "no such account", Rejected),
    ],
)
async def test_an_account_in_the_portals_own_words(
    client: DigiwattClient,
    digiwatt: DigiwattSandbox,
    status: int,
    words: str,
    kind: type[Exception],
) -> None:
    body = f'{{"status": {status}, "message": "{words}"}}'
    digiwatt.fail("saving", Fault(kind="raw", status=status, body=body))
    assert type(await error_of(client.saving())) is kind


# The account as it is added


async def test_the_account_is_known_elsewhere(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    digiwatt.move("consumption_realtime", elsewhere(REALTIME))
    error = await error_of(client.check_account())
    assert isinstance(error, PathNotFound)
    assert (error.operation, error.route) == ("consumption_realtime", REALTIME)
    assert error.is_sure
    asked = {call.operation for call in digiwatt.calls if call.status == 200}
    assert asked == {"token", *READS} - {"consumption_realtime"}


async def test_a_refusal_that_cannot_be_the_paths(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    """An account that is refused everywhere has nothing to do with one path."""
    digiwatt.fail("*", Fault(kind="delay"))
    digiwatt.fail("*", Fault(kind="status", status=400, times=None))
    assert type(await error_of(client.check_account())) is Rejected


@pytest.mark.parametrize("page", [None, "", PAGE])
async def test_no_path_knows_the_account(
    client: DigiwattClient, digiwatt: DigiwattSandbox, page: str | None
) -> None:
    digiwatt.page = page
    for key, route in ROUTES.items():
        if "{account_number}" in route:
            digiwatt.move(key, elsewhere(route))
    error = await error_of(client.check_account())
    assert isinstance(error, PathNotFound)
    assert not error.is_sure
    digiwatt.move("greenness", elsewhere(ROUTES["greenness"]))
    error = await error_of(client.check_account())
    assert isinstance(error, PathNotFound)
    assert error.is_sure


async def test_an_account_that_is_not_known(
    session: ClientSession, account: dict[str, Any], digiwatt: DigiwattSandbox
) -> None:
    """Nothing else is asked for where the portal says so itself."""
    client = DigiwattClient(session, **{**account, "account_number": "5"})
    assert type(await error_of(client.check_account())) is NotFound
    assert [call.operation for call in digiwatt.calls][1:] == ["consumption_realtime"]


async def test_a_page_for_every_path_tells_nothing(
    session: ClientSession, server: Server
) -> None:
    """Some servers answer 200 wherever they are asked."""
    server.otherwise = answer(PAGE.encode())
    server.paths["/consumption/1234/realtime"] = json_answer({}, 404)
    error = await error_of(client_of(session, server).check_account())
    assert isinstance(error, PathNotFound)
    assert not error.is_sure


async def test_what_reads_by_post_is_repeated(
    session: ClientSession, server: Server
) -> None:
    server.answers = [answer(b"", 503)]
    server.otherwise = json_answer({"data": {"saving": 1}})
    routes = {"saving": "POST /saving/{account_number}"}
    client = client_of(session, server, routes=routes)
    assert (await client.saving()).saving == 1
    assert [asked.method for asked in server.asked] == ["POST", "POST", "POST"]
