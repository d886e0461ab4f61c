"""A server on loopback that answers as a test tells it, and remembers every request."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
import gzip
from types import TracebackType
from typing import Self

from aiohttp import web
import msgspec

type Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Asked:
    """One request as it came over the wire."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


def json_answer(
    value: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    """Answer with a JSON body."""
    return answer(msgspec.json.encode(value), status, headers)


def answer(
    body: bytes = b"{}",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Answer with these bytes."""

    async def give(request: web.Request) -> web.StreamResponse:
        return web.Response(
            body=body, status=status, headers=headers, content_type="application/json"
        )

    return give


async def reset(request: web.Request) -> web.StreamResponse:
    """Close the connection without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def raw(*pieces: bytes) -> Answer:
    """Send what is no answer as a server should make it, and close the connection."""

    async def give(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.writelines(pieces)
        request.transport.close()
        return web.Response()

    return give


def truncated(
    status: int = 200, headers: Mapping[str, str] | None = None, body: bytes = b"{"
) -> Answer:
    """Close the connection before the promised end of the body."""

    async def give(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            status=status, headers={**(headers or {}), "Content-Length": "5000"}
        )
        await response.prepare(request)
        await response.write(body)
        assert request.transport is not None
        request.transport.close()
        return response

    return give


def stalled(status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Answer the head at once, and the body never."""

    async def give(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=status, headers=headers)
        await response.prepare(request)
        await asyncio.sleep(30)
        return response

    return give


def in_pieces(*pieces: bytes, status: int = 200) -> Answer:
    """Send the body in pieces, each one a while after the other."""

    async def give(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=status)
        await response.prepare(request)
        for piece in pieces:
            await response.write(piece)
            await asyncio.sleep(0.01)
        return response

    return give


def endless(status: int = 200) -> Answer:
    """Send a body that has no end."""

    async def give(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=status)
        await response.prepare(request)
        while True:
            await response.write(b" " * 1024)
            await asyncio.sleep(0.001)

    return give


def compressed(size: int) -> Answer:
    """Answer with few bytes that unpack to many."""
    body = gzip.compress(b"0" * size)
    return answer(body, headers={"Content-Encoding": "gzip"})


class Server:
    """Answers with `answers` in turn, then for good with `otherwise`."""

    def __init__(self) -> None:
        """Answer everything with an empty object."""
        self.address = ""
        self.asked: list[Asked] = []
        self.answers: list[Answer] = []
        self.otherwise: Answer = answer()
        self.paths: dict[str, Answer] = {}
        self.at_once = 0
        self.most_at_once = 0
        app = web.Application()
        app.router.add_route("*", r"/{path:[\s\S]*}", self._serve)
        # An access log would hold what the client's own log must not.
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )

    async def __aenter__(self) -> Self:
        """Start on a free port."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        await self._runner.cleanup()

    def count(self, path: str) -> int:
        """Return how often a path was asked for."""
        return sum(asked.path == path for asked in self.asked)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.asked.append(
            Asked(request.method, request.raw_path, dict(request.headers), body)
        )
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            give = self.paths.get(request.raw_path)
            if give is None:
                give = self.answers.pop(0) if self.answers else self.otherwise
            return await give(request)
        finally:
            self.at_once -= 1
