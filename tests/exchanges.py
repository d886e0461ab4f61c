"""What was asked of the simulated portals and what they answered, bodies included."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.sandbox import Sandbox


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request and its response; of a content type nothing but `type/subtype`."""

    method: str
    path: str
    query: Sequence[tuple[str, str]] = ()
    request_type: str = "application/json"
    request_body: bytes = b""
    status: int = 200
    response_type: str = "application/json"
    response_body: bytes = b""


@dataclass
class Exchanges:
    """The exchanges with the portals of a sandbox while this context is entered.

    Left out are the controls, and what had no whole body: a stream, a cut connection.
    """

    sandbox: Sandbox
    seen: list[Exchange] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        """Start to record."""
        self.sandbox.observers.append(self._observe)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop recording; what was seen remains."""
        self.sandbox.observers.remove(self._observe)

    def under(self, prefix: str) -> list[Exchange]:
        """Return the exchanges below a path such as `/digiwatt`, without that path."""
        prefix = prefix.rstrip("/")
        return [
            replace(each, path=each.path.removeprefix(prefix))
            for each in self.seen
            if each.path.startswith(f"{prefix}/")
        ]

    async def _observe(self, request: web.Request, response: web.Response) -> None:
        body = response.body or b""
        if not isinstance(body, bytes):
            return
        self.seen.append(
            Exchange(
                method=request.method,
                path=request.rel_url.raw_path,
                query=tuple(request.query.items()),
                request_type=request.content_type,
                request_body=await request.read(),
                status=response.status,
                response_type=response.content_type,
                response_body=body,
            )
        )
