"""What can go wrong with an answer, and when."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
import json
from typing import Final, Literal, get_args

from aiohttp import web

from tests.sandbox.spoiling import SPOILERS

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
type Refusal = Callable[[int, str], web.Response]

FaultKind = Literal[
    "delay",
    "reset",
    "status",
    "truncated",
    "cut",
    "html",
    "raw",
    "set",
    "remove",
    "oversized",
    "spoilt",
    "echo",
]

# These act before the portal gets to see the request, and all but the delay in its
# place. The others spoil a true answer, and leave a refusal as it is.
_FOREMOST: Final = {
    *("delay", "reset", "status", "html", "raw", "oversized", "echo"),
}
_CHUNK: Final = 65_536
_HTML: Final = "<!DOCTYPE html><html><body><h1>Service unavailable</h1></body></html>"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault.

    | kind      | effect                                             | uses          |
    |-----------|----------------------------------------------------|---------------|
    | delay     | the true answer, late                              | seconds       |
    | reset     | connection closed without an answer                |               |
    | status    | an error; the portal's own body if none is given    | status, body  |
    | truncated | connection closed halfway through the body         |               |
    | cut       | a complete answer whose JSON ends halfway          |               |
    | html      | a web page instead of JSON                         | status, body  |
    | raw       | another body, labelled JSON                        | status, body  |
    | set       | one value of the true answer replaced              | path, value   |
    | remove    | one key of the true answer left out                | path          |
    | oversized | that many bytes of JSON, without Content-Length    | size          |
    | echo      | all that was sent, repeated in an error's words     | status        |
    | spoilt    | a true answer spoilt throughout, see `spoiling`     | how           |

    Every kind adds `headers` and first waits `seconds` of the event loop: with a frozen
    clock, until the test moves it. A path is dotted, with numbers for list places and
    `*` for all of a list or object: `data.consumption.*.value`; the empty path is the
    whole answer. Of a body's text, lone surrogates (U+DC80 and on) are sent as bytes.
    A fault with a `when` is met by the calls of which it says so.

    aiohttp's client repeats an idempotent request by itself, once, when a connection
    that was used before is reset: let such a reset come twice to be seen above it.
    """

    kind: FaultKind
    times: int | None = 1
    seconds: float = 0
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    path: str = ""
    value: object = None
    size: int = 10_000_000
    how: str = ""
    when: Callable[[web.Request], Awaitable[bool]] | None = None

    def __post_init__(self) -> None:
        """Refuse what would do nothing."""
        if self.kind not in get_args(FaultKind):
            msg = f"unknown fault kind {self.kind!r}"
            raise ValueError(msg)
        if self.kind == "remove" and not self.path:
            msg = "a fault of kind 'remove' needs a path"
            raise ValueError(msg)
        if self.kind == "spoilt" and self.how not in SPOILERS:
            msg = f"nothing spoils an answer by {self.how!r}"
            raise ValueError(msg)


@dataclass
class _Waiting:
    """A fault, and how many calls it still spoils; `None` is all."""

    fault: Fault
    left: int | None


async def brings_a_login(request: web.Request) -> bool:
    """Say whether a call has a login with it: a look at an address has none."""
    if {"Authorization", "x-api-key"} & request.headers.keys():
        return True
    return b"client_secret" in await request.read()


class FaultPlan:
    """The faults waiting for the operations of one portal, first in first out."""

    def __init__(self) -> None:
        """Start without a fault."""
        self._waiting: defaultdict[str, list[_Waiting]] = defaultdict(list)
        # Set whenever a call begins to wait.
        self.on_delay = asyncio.Event()

    def add(self, operation: str, fault: Fault) -> None:
        """Let calls of an operation, or of all with `*`, meet a fault."""
        self._waiting[operation].append(_Waiting(fault, fault.times))

    def clear(self) -> None:
        """Forget every fault."""
        self._waiting.clear()

    async def _take(
        self, operation: str, request: web.Request, *, foremost: bool
    ) -> Fault | None:
        for key in (operation, "*"):
            if not (queue := self._waiting[key]):
                continue
            first = queue[0]
            if first.fault.when is not None and not await first.fault.when(request):
                continue
            if (first.fault.kind in _FOREMOST) is not foremost:
                return None
            if first.left is not None:
                first.left -= 1
                if first.left <= 0:
                    queue.pop(0)
            return first.fault
        return None

    async def answer(
        self, operation: str, request: web.Request, handler: Handler, refusal: Refusal
    ) -> web.StreamResponse | None:
        """Answer a call, spoilt by the fault that waits for it; `None` is a reset."""
        if fault := await self._take(operation, request, foremost=True):
            await self._wait(fault)
            if fault.kind == "delay":
                response = await handler(request)
                response.headers.update(fault.headers)
                return response
            return await _replace(fault, request, refusal)
        response = await handler(request)
        if response.status >= 400 or not isinstance(response, web.Response):
            return response
        if fault := await self._take(operation, request, foremost=False):
            await self._wait(fault)
            return await _spoil(fault, request, response)
        return response

    async def _wait(self, fault: Fault) -> None:
        """Let a call wait, which a test with a frozen clock has to know."""
        if fault.seconds:
            self.on_delay.set()
        await asyncio.sleep(fault.seconds)


async def _replace(
    fault: Fault, request: web.Request, refusal: Refusal
) -> web.StreamResponse | None:
    """Return the answer of a fault that leaves the portal out."""
    if fault.kind == "reset":
        if request.transport is not None:
            request.transport.abort()
        return None
    if fault.kind == "oversized":
        return await _oversized(fault, request)
    if fault.kind == "echo":
        response = await _echo(fault, request)
    elif fault.kind == "status" and fault.body is None:
        response = refusal(fault.status or 500, "the sandbox was told to fail")
    else:
        response = web.Response(
            status=fault.status or (500 if fault.kind == "status" else 200),
            body=(_HTML if fault.body is None else fault.body).encode(
                errors="surrogateescape"
            ),
            content_type="text/html" if fault.kind == "html" else "application/json",
            charset="utf-8",
        )
    response.headers.update(fault.headers)
    return response


async def _echo(fault: Fault, request: web.Request) -> web.Response:
    """Return what was sent, wherever an error may have words."""
    headers = " ".join(f"{name}: {each}" for name, each in request.headers.items())
    said = f"{request.url} {headers} {await request.text()}"
    # An error's words are cut, so that what stands behind is to come first as well.
    turned = f"{await request.text()} {headers}"
    answer = {"message": turned, "error": said, "detail": {"message": said}}
    return web.json_response(answer, status=fault.status or 400)


async def _oversized(fault: Fault, request: web.Request) -> web.StreamResponse:
    """Stream a valid JSON object of exactly the wanted size."""
    response = web.StreamResponse(
        headers={"Content-Type": "application/json", **fault.headers}
    )
    await response.prepare(request)
    head, tail = b'{"status":200,"data":{"padding":"', b'"}}'
    left = max(0, fault.size - len(head) - len(tail))
    await response.write(head)
    while left:
        await response.write(b"x" * min(left, _CHUNK))
        left -= min(left, _CHUNK)
    await response.write_eof(tail)
    return response


async def _spoil(
    fault: Fault, request: web.Request, response: web.Response
) -> web.StreamResponse | None:
    """Return a true answer with the fault in it."""
    body = response.body
    assert isinstance(body, bytes)
    if fault.kind == "truncated":
        headers = {"Content-Type": "application/json", "Content-Length": f"{len(body)}"}
        partial = web.StreamResponse(headers={**headers, **fault.headers})
        await partial.prepare(request)
        await partial.write(body[: len(body) // 2])
        if request.transport is not None:
            request.transport.close()
        return None
    response.headers.update(fault.headers)
    if fault.kind == "cut":
        response.body = body[: len(body) // 2]
        return response
    path = fault.path.split(".") if fault.path else []
    try:
        if fault.kind == "spoilt":
            response.body = SPOILERS[fault.how](body)
            return response
        answer = _patched(json.loads(body), path, fault)
    except (LookupError, ValueError) as error:
        return web.Response(
            status=500, text=f"sandbox: {fault.kind} {fault.path}: {error!r}"
        )
    response.text = json.dumps(answer)
    return response


def _patched(node: object, path: list[str], fault: Fault) -> object:
    """Return a part of the answer with the value at a path replaced or left out."""
    if not path:
        return fault.value
    key, *deeper = path
    places: list[int] | list[str]
    if isinstance(node, list):
        places = list(range(len(node))) if key == "*" else [int(key)]
        # From the end, so that leaving one out does not move the others.
        for place in reversed(places):
            if not deeper and fault.kind == "remove":
                del node[place]
            else:
                node[place] = _patched(node[place], deeper, fault)
    elif isinstance(node, dict):
        places = list(node) if key == "*" else [key]
        for name in places:
            if not deeper and fault.kind == "remove":
                del node[name]
            else:
                # A key that is not there yet can be set, but not looked into.
                part = node.get(name) if not deeper else node[name]
                node[name] = _patched(part, deeper, fault)
    else:
        raise KeyError(key)
    return node
