"""What fails, and what errors and diagnostics tell of it."""

import base64
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.esmart.client import EsmartClient
from custom_components.energy_portals.portals.esmart.models import Area
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    Forbidden,
    NotFound,
    PortalError,
    RateLimited,
    Rejected,
    Unavailable,
    UnexpectedResponse,
)
from tests.portals.esmart.bodies import BODIES, body_of
from tests.portals.esmart.operations import CALLS, READS, WRITES, client_of, error_of
from tests.portals.server import Server, answer, json_answer, truncated
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault

PAIR = base64.b64encode(b"user:pass-9").decode()
TRAPS = {"tracking", "import", "invoice_pdf"}


def calls(esmart: EsmartSandbox, key: str) -> int:
    return sum(call.operation == key for call in esmart.calls)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(kind="status", status=401), AuthError),
        (Fault(kind="status", status=403), Forbidden),
        (Fault(kind="status", status=410), NotFound),
        (Fault(kind="status", status=400), Rejected),
        (Fault(kind="status", status=429), RateLimited),
        (Fault(kind="status", status=500, times=None), Unavailable),
        (Fault(kind="html", status=502, times=None), Unavailable),
    ],
    ids=["401", "403", "410", "400", "429", "500", "html"],
)
async def test_failures(
    session: ClientSession,
    login: dict[str, Any],
    esmart: EsmartSandbox,
    fault: Fault,
    kind: type[PortalError],
) -> None:
    """What only reads is tried once more, POST or not; what changes something never."""
    for key, call in CALLS.items():
        esmart.fail(key, fault)
        # A pause that one operation is asked for holds for all of its client.
        error = await error_of(call(EsmartClient(session, **login)))
        assert type(error) is kind, key
        assert error.operation == key
        repeated = kind is Unavailable and key in READS
        assert calls(esmart, key) == (2 if repeated else 1), key


@pytest.mark.parametrize("key", READS)
async def test_answers_that_cannot_be_read(
    session: ClientSession, server: Server, key: str
) -> None:
    client = client_of(session, server)
    for body in (
        b"<html>geheim</html>",
        b'{"geheim": "geheim"}',
        b"[5",
        b'{"a":' * 990,
    ):
        server.otherwise = answer(body)
        error = await error_of(READS[key](client))
        assert isinstance(error, UnexpectedResponse)
        assert error.operation == key
        assert "geheim" not in f"{error}"


# Some have nothing to say, and so an empty answer is one.
SILENT = {"building", "eula", "ping"}


@pytest.mark.parametrize("key", READS)
async def test_answers_without_a_body(
    session: ClientSession, server: Server, key: str
) -> None:
    server.otherwise = answer(b"", status=204)
    call = READS[key](client_of(session, server))
    if key in SILENT:
        await call
        return
    assert isinstance(await error_of(call), UnexpectedResponse)


@pytest.mark.parametrize("key", CALLS)
async def test_errors_that_succeed(
    session: ClientSession, server: Server, key: str
) -> None:
    client = client_of(session, server)
    for body in (
        {"Message": f"user 42 pass-9 {PAIR}"},
        {"ResponseStatus": {"ErrorCode": "E", "Message": f"user 42 pass-9 {PAIR}"}},
    ):
        server.otherwise = json_answer(body)
        error = await error_of(CALLS[key](client))
        assert isinstance(error, Rejected)
        assert error.detail == "** ** ** **"


@pytest.mark.parametrize("key", WRITES)
@pytest.mark.parametrize("body", [b"", b"OK", b"true", b"{}", b"[]", b'"x"', b'{"Id":'])
async def test_a_write_is_made_whatever_is_answered(
    session: ClientSession, server: Server, key: str, body: bytes
) -> None:
    server.otherwise = answer(body)
    assert await WRITES[key](client_of(session, server)) is None
    assert len(server.asked) == 1


@pytest.mark.parametrize("key", WRITES)
async def test_a_write_that_is_not_made(
    session: ClientSession, server: Server, key: str
) -> None:
    """A redirect is not followed, and an answer without an end tells nothing."""
    client = client_of(session, server)
    server.otherwise = answer(status=302, headers={"Location": "/elsewhere"})
    assert isinstance(await error_of(WRITES[key](client)), UnexpectedResponse)
    server.otherwise = truncated()
    assert isinstance(await error_of(WRITES[key](client)), Unavailable)
    assert len(server.asked) == 2


@pytest.mark.parametrize("key", sorted(BODIES.keys() & READS.keys()))
async def test_json_that_is_called_html(
    session: ClientSession, server: Server, key: str
) -> None:
    html = {"Content-Type": "text/html; charset=utf-8"}

    async def give(request: Any) -> Any:
        response = await json_answer(body_of(key))(request)
        response.headers.update(html)
        return response

    server.otherwise = give
    client = client_of(session, server)
    await READS[key](client)
    assert client.refused() == {}
    assert set(client.skeletons()) == {key}


# Who may


async def test_wrong_credentials(
    session: ClientSession, login: dict[str, Any], esmart: EsmartSandbox
) -> None:
    client = EsmartClient(session, **{**login, "password": "wrong-9"})
    for call in (client.authenticate, client.contracts):
        error = await error_of(call())
        assert isinstance(error, AuthError)
        assert "wrong-9" not in f"{error}"
    assert len(esmart.calls) == 2


async def test_a_changed_password(client: EsmartClient, esmart: EsmartSandbox) -> None:
    await client.contracts()
    esmart.change_password()
    assert isinstance(await error_of(client.contracts()), AuthError)


async def test_an_area_that_is_not_held(
    session: ClientSession, login: dict[str, Any], esmart: EsmartSandbox
) -> None:
    """The credentials are right: another area may be, too."""
    esmart.leave_area(Area.NET)
    client = EsmartClient(session, **{**login, "area": Area.NET})
    assert isinstance(await error_of(client.authenticate()), NotFound)
    assert isinstance(await error_of(client.contracts()), Forbidden)


async def test_a_foreign_customer(
    session: ClientSession, login: dict[str, Any]
) -> None:
    client = EsmartClient(session, **{**login, "customer_id": "44"})
    assert isinstance(await error_of(client.contracts()), Forbidden)


async def test_nobody_calls_what_must_not_be_called(
    session: ClientSession, login: dict[str, Any], esmart: EsmartSandbox
) -> None:
    client = EsmartClient(session, **login)
    for call in CALLS.values():
        try:
            await call(client)
        except NotFound:
            # The identifiers of some operations are of another world.
            continue
    made = {call.operation for call in esmart.calls}
    assert not made & TRAPS
    assert made == set(CALLS)


# What is told


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
async def test_nothing_of_the_account_is_told(
    session: ClientSession, server: Server, status: int
) -> None:
    words = f"user/pass-9: Basic {PAIR} may not 4242, see {server.address}/api"
    server.otherwise = json_answer({"Message": words}, status)
    client = client_of(session, server, customer_id="4242")
    for call in CALLS.values():
        error = await error_of(call(client))
        assert error.detail == f"HTTP {status}: **/**: Basic ** may not **, see **"


async def test_skeletons_and_refused_values(
    session: ClientSession, server: Server
) -> None:
    client = client_of(session, server)
    assert (client.skeletons(), client.refused()) == ({}, {})
    server.otherwise = json_answer(
        {"Total": "NaN", "Items": [{"$id": "1", "Name": "geheim", "Value": 1}], "7": 1}
    )
    for _ in range(2):
        found = await READS["expenseoverview"](client)
        assert found.total is None
    assert client.refused() == {"expenseoverview.Total": 2}
    assert client.skeletons() == {
        "expenseoverview": {
            "Total": "string",
            "Items": [{"<key>": "string", "Name": "string", "Value": "integer"}],
            "<key>": "integer",
        }
    }
