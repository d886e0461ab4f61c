"""HTTP Basic, over the wire."""

from aiohttp import BasicAuth, ClientSession

from custom_components.energy_portals.portals.http.credentials import BasicCredentials
from custom_components.energy_portals.portals.http.errors import AuthError
from tests.portals.plain import Client
from tests.portals.server import Server, answer


async def test_the_pair_goes_with_every_request(
    session: ClientSession, server: Server
) -> None:
    auth = BasicCredentials("Kåre", "pass:ørd €")
    client = Client(session, server.address, auth=auth)
    for _ in range(2):
        await client.get()
        header = server.asked[-1].headers["Authorization"]
        assert header == f"Basic {auth.token}"
        pair = BasicAuth.decode(header, encoding="utf-8")
        assert (pair.login, pair.password) == ("Kåre", "pass:ørd €")


async def test_a_refused_pair_is_not_tried_again(
    session: ClientSession, server: Server
) -> None:
    server.otherwise = answer(status=401)
    client = Client(session, server.address, auth=BasicCredentials("user", "wrong"))
    assert isinstance(await client.fail(), AuthError)
    assert len(server.asked) == 1


async def test_the_pair_is_told_nowhere(session: ClientSession, server: Server) -> None:
    """A server may say back what it was sent."""
    auth = BasicCredentials("user", "word-9")
    server.otherwise = answer(f'"no: {auth.token}"'.encode(), status=403)
    error = await Client(session, server.address, auth=auth).fail()
    assert error.detail == "HTTP 403: no: **"
