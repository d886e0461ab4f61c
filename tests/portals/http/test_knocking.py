"""Whether a portal answers at an address: asked without any secret."""

from collections.abc import AsyncGenerator, Callable

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
import pytest

from custom_components.energy_portals.portals.http.errors import Unavailable
from custom_components.energy_portals.portals.http.knocking import knock

ROUTES = ("GET /api/prices", "GET /api/ping")
TOKEN = ("POST /api/token",)


def _json(status: int) -> Callable[[web.Request], web.Response]:
    return lambda _: web.json_response({"Message": "no"}, status=status)


def _page(_: web.Request) -> web.Response:
    return web.Response(text="<html></html>", content_type="text/html")


@pytest.fixture
async def session() -> AsyncGenerator[ClientSession]:
    """Return a session without a cookie or a login."""
    async with ClientSession() as session:
        yield session


async def _knocked(
    session: ClientSession,
    *routes: str,
    **answers: Callable[[web.Request], web.Response],
) -> tuple[bool, list[str]]:
    """Return whether a portal answers by these, and what was asked."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        assert "Authorization" not in request.headers
        assert not await request.read()
        asked.append(request.path)
        handle = answers.get(request.path.rpartition("/")[2])
        return _json(404)(request) if handle is None else handle(request)

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    server = TestServer(app)
    await server.start_server()
    try:
        address = str(server.make_url("")).rstrip("/")
        known = await knock(session, address, routes or ROUTES)
    finally:
        await server.close()
    return known, asked


@pytest.mark.parametrize("status", [200, 400, 401, 403])
async def test_what_asks_for_a_login_is_one(
    session: ClientSession, status: int
) -> None:
    assert await _knocked(session, prices=_json(status)) == (True, ["/api/prices"])


async def test_one_route_of_several_is_enough(session: ClientSession) -> None:
    known, asked = await _knocked(session, ping=_json(401))
    assert known and asked == ["/api/prices", "/api/ping"]


async def test_what_knows_none_of_them_is_none(session: ClientSession) -> None:
    assert await _knocked(session) == (False, ["/api/prices", "/api/ping"])


async def test_one_that_is_away_is_no_matter(session: ClientSession) -> None:
    assert (await _knocked(session, prices=_json(503), ping=_json(401)))[0]


async def test_a_page_is_none(session: ClientSession) -> None:
    assert not (await _knocked(session, prices=_page))[0]


async def test_what_takes_a_form_refuses_an_empty_one(session: ClientSession) -> None:
    """A server of files refuses every form, and has no such route."""
    assert (await _knocked(session, *TOKEN, token=_json(400)))[0]
    assert not (await _knocked(session, *TOKEN, token=_json(405)))[0]


async def test_nobody_there(session: ClientSession) -> None:
    with pytest.raises(Unavailable):
        await knock(session, "http://127.0.0.1:1", ROUTES)
