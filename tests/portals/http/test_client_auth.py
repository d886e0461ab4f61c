"""Requests without authorisation, and with one that cannot be renewed."""

from aiohttp import ClientSession

from custom_components.energy_portals.portals.http.client import HttpClient
from custom_components.energy_portals.portals.http.errors import AuthError
from tests.portals.server import Server, answer, json_answer
from tests.portals.token_portal import READ, Portal, error_of


async def test_without_authorisation(session: ClientSession, server: Server) -> None:
    server.otherwise = answer(b"", 401)
    client = HttpClient(session, server.address)
    assert type(await error_of(client)) is AuthError
    assert len(server.asked) == 1
    assert "Authorization" not in server.asked[0].headers


async def test_a_call_that_needs_no_authorisation(
    authorized: HttpClient, portal: Portal
) -> None:
    portal.server.otherwise = answer(b"open")
    assert await authorized.send(READ, bytes, authorized=False) == b"open"
    assert portal.token_calls == 0


async def test_an_authorisation_that_cannot_be_renewed(
    session: ClientSession, server: Server
) -> None:
    class ApiKey:
        async def authorization(self) -> str:
            return "key zqz"

        def refused(self, authorization: str) -> bool:
            return False

    server.otherwise = json_answer({"message": "zqz"}, 401)
    client = HttpClient(session, server.address, auth=ApiKey())
    assert (await error_of(client)).detail == "HTTP 401: **"
    assert len(server.asked) == 1
    assert server.asked[0].headers["Authorization"] == "key zqz"
