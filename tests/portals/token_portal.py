"""A server that gives out tokens, and what is sent to it."""

import asyncio
from typing import Any

from aiohttp import web
import pytest

from custom_components.energy_portals.portals.http.client import HttpClient, Operation
from custom_components.energy_portals.portals.http.errors import PortalError
from tests.portals.server import Server, answer, json_answer

READ = Operation.of("read", "GET /read")
TOKEN = Operation.of("token", "POST /token", repeatable=True)
ID, SECRET = "cl-id-zqz", "s3cr3t/zqz x"
LIFETIME = 36_000.0


class Portal:
    """A server with a token call, whose tokens can be revoked."""

    def __init__(self, server: Server) -> None:
        """Give out tokens, and take none but the last."""
        self.server = server
        self.token: dict[str, Any] = {"expires_in": LIFETIME, "token_type": "Bearer"}
        self.issued = 0
        self.valid: set[str] = set()
        self.token_delay = 0.0
        server.paths = {"/token": self.give}
        server.otherwise = self.answer

    async def give(self, request: web.Request) -> web.StreamResponse:
        """Give out a token."""
        await asyncio.sleep(self.token_delay)
        self.issued += 1
        access = f"tok-zqz-{self.issued}"
        self.valid = {f"{self.token.get('token_type', 'Bearer')} {access}"}
        return await json_answer({"access_token": access, **self.token})(request)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer who has a token, and repeat that of who has not."""
        given = request.headers.get("Authorization", "")
        if given in self.valid:
            return await answer(given.encode())(request)
        token = given.rpartition(" ")[2]
        return await json_answer({"message": f"bad token {token}"}, 401)(request)

    @property
    def token_calls(self) -> int:
        """Return how often a token was asked for."""
        return self.server.count("/token")

    @property
    def reads(self) -> int:
        """Return how often anything else was asked for."""
        return len(self.server.asked) - self.token_calls


async def read(client: HttpClient) -> str:
    return await client.send(READ, bytes.decode)


async def error_of(client: HttpClient) -> PortalError:
    with pytest.raises(PortalError) as caught:
        await read(client)
    assert "zqz" not in f"{caught.value!r}{caught.value.placeholders()}"
    return caught.value
