"""A portal that answers everything with one body, and what a client reads of it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
import json

from aiohttp import ClientSession

from tests.portals.server import Server, answer


class AnsweredPortal[ClientT]:
    """A portal of one body; each question is asked by a client of its own."""

    def __init__(
        self,
        runner: asyncio.Runner,
        server: Server,
        session: ClientSession,
        connect: Callable[[ClientSession, str], ClientT],
    ) -> None:
        """Take what runs, and how a client is made for an address."""
        self._runner = runner
        self._server = server
        self._session = session
        self._connect = connect

    def ask(self, call: Callable[[ClientT], Awaitable[object]], body: object) -> object:
        """Return what a client reads of a body."""
        self._server.otherwise = answer(json.dumps(body).encode())
        client = self._connect(self._session, self._server.address)
        return self._runner.run(_awaited(call(client)))


@contextmanager
def answered[ClientT](
    connect: Callable[[ClientSession, str], ClientT],
) -> Iterator[AnsweredPortal[ClientT]]:
    """Run a portal for many questions, in a loop of its own."""
    with asyncio.Runner() as runner:
        server = runner.run(Server().__aenter__())
        session = runner.run(_opened())
        yield AnsweredPortal(runner, server, session, connect)
        runner.run(session.close())
        runner.run(server.__aexit__(None, None, None))


async def _opened() -> ClientSession:
    """Open a session in the loop that is running."""
    return ClientSession()


async def _awaited(call: Awaitable[object]) -> object:
    """Wait for whatever is awaitable."""
    return await call
