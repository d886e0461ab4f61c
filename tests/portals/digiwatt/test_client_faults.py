"""What fails, and what errors and diagnostics tell of it."""

import asyncio
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.digiwatt.client import DigiwattClient
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    NotFound,
    PathNotFound,
    PortalError,
    RateLimited,
    Unavailable,
    UnexpectedResponse,
)
from tests.portals.digiwatt.operations import CALLS, READS, client_of, error_of
from tests.portals.server import Server, json_answer
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault

UNKNOWN = '{"status": 410, "message": "This account is gone"}'


def calls(digiwatt: DigiwattSandbox, key: str) -> int:
    return sum(call.operation == key for call in digiwatt.calls)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(kind="status", status=404), PathNotFound),
        (Fault(kind="status", status=410, body=UNKNOWN), NotFound),
        (Fault(kind="status", status=429), RateLimited),
        (Fault(kind="status", status=500, times=None), Unavailable),
        (Fault(kind="truncated", times=None), Unavailable),
        (Fault(kind="html", status=502, times=None), Unavailable),
    ],
    ids=["404", "410", "429", "500", "truncated", "html"],
)
async def test_failures(
    client: DigiwattClient,
    digiwatt: DigiwattSandbox,
    fault: Fault,
    kind: type[PortalError],
) -> None:
    """Reads are tried once more; what changes something never is."""
    for key, call in CALLS.items():
        digiwatt.fail(key, fault)
        error = await error_of(call(client))
        assert type(error) is kind, key
        assert error.operation == key
        repeated = kind is Unavailable and key in READS
        assert calls(digiwatt, key) == (2 if repeated else 1)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="html"),
        Fault(kind="cut"),
        Fault(kind="remove", path="data"),
        Fault(kind="set", path="data", value={"geheim": "§"}),
        Fault(kind="set", path="status", value=500),
        Fault(kind="raw", body='{"status": 200, "data": {"§": "§"}}'),
    ],
    ids=lambda fault: f"{fault.kind} {fault.path}",
)
async def test_bodies_that_cannot_be_read(
    client: DigiwattClient, digiwatt: DigiwattSandbox, fault: Fault
) -> None:
    for key, read in READS.items():
        digiwatt.fail(key, fault)
        error = await error_of(read(client))
        assert isinstance(error, UnexpectedResponse), key
        assert "§" not in f"{error} {error.skeleton}"
        assert calls(digiwatt, key) == 1


async def test_wrong_credentials(
    session: ClientSession, account: dict[str, Any], digiwatt: DigiwattSandbox
) -> None:
    client = DigiwattClient(session, **{**account, "client_secret": "wrong"})
    error = await error_of(client.check_account())
    assert isinstance(error, AuthError)
    assert error.operation == "token"
    assert [call.operation for call in digiwatt.calls] == ["token"]


async def test_a_revoked_token_is_renewed(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    await client.realtime()
    digiwatt.revoke_tokens()
    await asyncio.gather(*(call(client) for call in READS.values()))
    assert calls(digiwatt, "token") == 2
    digiwatt.rotate_secret()
    assert isinstance(await error_of(client.realtime()), AuthError)


# What is told


async def test_nothing_of_the_account_is_told(
    session: ClientSession, server: Server
) -> None:
    server.paths["/auth/token"] = json_answer({"access_token": "tok-9"})
    server.otherwise = json_answer({"message": "id/secret: tok-9 may not 1234"}, 403)
    error = await error_of(client_of(session, server).saving())
    assert error.detail == "HTTP 403: **/**: ** may not **"


async def test_an_account_number_that_is_a_key_is_not_told(
    session: ClientSession, server: Server
) -> None:
    """A POD looks like a plain identifier, and answers may be grouped by it."""
    number = "IT001E12345678"
    server.otherwise = json_answer({"data": {number: {"watts": 3}}})
    client = client_of(session, server, account_number=number)
    error = await error_of(client.realtime())
    assert number not in f"{error.placeholders()}"
    assert number not in f"{client.skeletons()}"


async def test_skeletons_and_refused_values(
    client: DigiwattClient, digiwatt: DigiwattSandbox
) -> None:
    assert (client.skeletons(), client.refused()) == ({}, {})
    digiwatt.fail("saving", Fault(kind="set", path="data.saving", value=-5))
    digiwatt.fail("saving", Fault(kind="set", path="data.saving", value="NaN"))
    for _ in range(2):
        saving = await client.saving()
        assert saving.saving is None and saving.consumption is not None
    assert client.refused() == {"saving.saving": 2}
    assert client.skeletons() == {
        "token": {
            "access_token": "string",
            "expires_in": "integer",
            "token_type": "string",
        },
        "saving": {
            "status": "integer",
            "data": {"consumption": "number", "saving": "string"},
        },
    }
    client.refused().clear()
    assert client.refused() == {"saving.saving": 2}
