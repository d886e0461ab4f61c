"""The one path every request to a portal takes."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
import logging
import re
import time
from typing import Final, Protocol, Unpack, cast
from urllib.parse import quote

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from ..reading.skeletons import skeleton_of_json, without_names
from .address import beneath
from .calls import note_call
from .errors import (
    AuthError,
    Forbidden,
    NotFound,
    PortalError,
    RateLimited,
    Rejected,
    Unavailable,
    UnexpectedResponse,
)
from .exchange import Answer, Asked, body_of, decoded_large, drop_once, retry_after_of
from .messages import decoded, reason_of_json, words_of_json

_LOGGER = logging.getLogger(__name__)

TIMEOUT: Final = ClientTimeout(total=30, connect=10)
BODY_LIMIT: Final = 8 * 1024 * 1024
# Decoding more than this would hold the event loop up; a thread costs less.
DECODE_INLINE: Final = 32 * 1024
PARTS_LIMIT: Final = 500_000
# An error page may be of any size; what it says stands in its beginning.
ERROR_LIMIT: Final = 4 * 1024
RETRY_PAUSE: Final = 1.0
AT_ONCE: Final = 4

_ANSWERS: Final = range(200, 300)
# Anything else is none that HTTP knows, or none that ends an answer.
_STATUSES: Final = range(200, 600)
# Also tokens that were sent earlier, or that somebody else holds: no word is so long
# and has a digit in it.
_LIKE_SECRETS: Final = re.compile(
    r"eyJ[\w.-]+|Bearer\s+\S+|https?://\S+|(?=[^\s\d]*\d)[\w.~+/=-]{24,}"
)
_PASSING: Final = frozenset({408, 500, 502, 503, 504})
_ASKS_FOR_PAUSE: Final = frozenset({429, 503})

# Names may come more than once.
type Query = Mapping[str, str] | Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One call a portal offers; `path` has `{names}` for its parameters.

    `repeatable` says that calling twice does no more than calling once.
    """

    key: str
    method: str
    path: str
    repeatable: bool

    @classmethod
    def of(cls, key: str, route: str, *, repeatable: bool | None = None) -> Operation:
        """Read a route such as `GET /greenness`."""
        method, _, path = route.partition(" ")
        return cls(
            key, method, path, method == "GET" if repeatable is None else repeatable
        )

    @property
    def route(self) -> str:
        """Return method and path, with the names of its parameters."""
        return f"{self.method} {self.path}"


class Auth(Protocol):
    """How requests of an account are authorised."""

    async def authorization(self) -> str:
        """Return the value of the Authorization header."""

    def refused(self, authorization: str) -> bool:
        """Note that a value was refused; say whether another may be had."""


@dataclass(frozen=True, slots=True)
class _Request:
    """One request, ready but for its authorisation."""

    operation: Operation
    url: URL
    body: bytes | None
    content_type: str | None
    extra: Mapping[str, str]

    def headers(self, authorization: str | None) -> dict[str, str]:
        """Return the headers to send."""
        headers = {"Accept": "application/json", **self.extra}
        if self.content_type is not None:
            headers["Content-Type"] = self.content_type
        if authorization is not None:
            headers["Authorization"] = authorization
        return headers


class RateLimit:
    """The way to a portal that all requests of an account share.

    `unnamed` is the pause in seconds after a 429 that names none.
    """

    def __init__(self, unnamed: float | None = None) -> None:
        """Begin without a pause."""
        self.unnamed = unnamed
        self.at_once = asyncio.Semaphore(AT_ONCE)
        self.not_before = 0.0

    def hold(self, seconds: float) -> None:
        """Keep the pause that the portal asks for."""
        self.not_before = max(self.not_before, time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """Return how long a pause lasts yet, seconds; none is at most zero."""
        return self.not_before - time.monotonic()


class HttpClient:
    """Sends the requests of one account to one address, and nothing else ever does.

    `secrets` are never part of an error or a log line; `headers` go with every
    request. A pause that the portal asks for with Retry-After holds for the whole
    account: clients of several addresses share a `rate_limit`. `reasons` are the
    portal's own codes in error bodies that say more than the status, and the errors
    they stand for.
    """

    timeout = TIMEOUT
    body_limit, decode_inline = BODY_LIMIT, DECODE_INLINE
    parts_limit = PARTS_LIMIT

    def __init__(
        self,
        session: ClientSession,
        address: str,
        *,
        secrets: Iterable[str] = (),
        auth: Auth | None = None,
        headers: Mapping[str, str] = {},
        rate_limit: RateLimit | None = None,
        reasons: Mapping[str, type[PortalError]] = {},
    ) -> None:
        """Take the shared session and an address from `check_address`."""
        self.auth = auth
        self._rate_limit = rate_limit or RateLimit()
        self._reasons = reasons
        self._headers = dict(headers)
        self._session = session
        self._address = address
        url = URL(address)
        spellings = {url.host or "", url.authority}
        for text in secrets:
            spellings |= {text, quote(text, safe="")}
        self._secrets = sorted(filter(None, spellings), key=len, reverse=True)
        self._bodies: dict[str, bytes] = {}

    async def send[ResultT](
        self,
        operation: Operation,
        decode: Callable[[bytes], ResultT],
        **asked: Unpack[Asked],
    ) -> ResultT:
        """Send one request and return its decoded body; raise only PortalError."""
        return await self.ask(operation, lambda answer: decode(answer.body), **asked)

    async def ask[ResultT](
        self,
        operation: Operation,
        decode: Callable[[Answer], ResultT],
        **asked: Unpack[Asked],
    ) -> ResultT:
        """Send one request; `decode` sees the headers of the answer as well."""
        note_call(operation.key)
        body, content_type = body_of(asked)
        url = self._url(operation, asked.get("path") or {}, asked.get("query"))
        extra = {**self._headers, **(asked.get("headers") or {})}
        request = _Request(operation, url, body, content_type, extra)
        auth = self.auth if asked.get("authorized", True) else None
        answer = await self._authorized(request, auth)
        try:
            return await self._decoded(operation.key, decode, answer)
        except UnexpectedResponse as err:
            err.skeleton = without_names(err.skeleton, self._secrets)
            raise

    async def _decoded[ResultT](
        self, key: str, decode: Callable[[Answer], ResultT], answer: Answer
    ) -> ResultT:
        """Decode, in a thread where it may take long."""
        if len(answer.body) <= self.decode_inline:
            self._bodies[key] = small = bytes(answer.body)
            return decoded(key, decode, replace(answer, body=small))
        self._bodies.pop(key, None)
        return await asyncio.to_thread(
            decoded_large, key, decode, answer, self.parts_limit
        )

    def at(
        self, operation: Operation, path: Mapping[str, str] | None, link: str
    ) -> Operation | None:
        """Return a call of where a link in an answer leads, None if that is elsewhere.

        The answer was that of `operation` at `path`.
        """
        here = str(self._url(operation, path or {}, None))
        way = beneath(self._address, here, link)
        return None if way is None else replace(operation, path=way)

    def skeletons(self) -> dict[str, object]:
        """Return keys and types of the last answer to each operation."""
        return {
            key: without_names(skeleton_of_json(body), self._secrets)
            for key, body in self._bodies.items()
        }

    def redact(self, text: str, authorization: str | None = None) -> str:
        """Return a text of the portal's, short and without secrets."""
        token = (authorization or "").rpartition(" ")[2]
        for secret in filter(None, (token, *self._secrets)):
            text = text.replace(secret, "**")
        text = _LIKE_SECRETS.sub("**", text)
        return " ".join(text.split())[:200]

    def _url(
        self,
        operation: Operation,
        path: Mapping[str, str],
        query: Query | None,
    ) -> URL:
        """Return the address of a call, every parameter one percent-encoded segment."""
        # A segment of dots alone would climb in the path, and quoting leaves dots.
        segments = {
            name: quote(value, safe="").replace(".", "%2E")
            if value.strip(".") == ""
            else quote(value, safe="")
            for name, value in path.items()
        }
        url = URL(self._address + operation.path.format(**segments), encoded=True)
        return url.update_query(query) if query else url

    async def _authorized(self, request: _Request, auth: Auth | None) -> Answer:
        """Send with authorisation, renewed once when the portal refuses it."""
        if auth is None:
            return await self._repeated(request, None)
        authorization = await auth.authorization()
        try:
            return await self._repeated(request, authorization)
        except AuthError:
            if not auth.refused(authorization):
                raise
        return await self._repeated(request, await auth.authorization())

    async def _repeated(self, request: _Request, authorization: str | None) -> Answer:
        """Send, and once more after a passing fault where that is harmless."""
        try:
            return await self._once(request, authorization)
        except Unavailable as err:
            asks_for_pause = err.retry_after is not None
            if not (request.operation.repeatable and err.passing) or asks_for_pause:
                raise
        await asyncio.sleep(RETRY_PAUSE)
        return await self._once(request, authorization)

    async def _once(self, request: _Request, authorization: str | None) -> Answer:
        """Send one request over the wire."""
        operation = request.operation
        try:
            async with self._rate_limit.at_once:
                # Those that had to queue keep a pause that came up meanwhile, too.
                self._keep_pause(operation)
                started = time.monotonic()
                async with self._session.request(
                    operation.method,
                    request.url,
                    data=request.body,
                    headers=request.headers(authorization),
                    timeout=self.timeout,
                    # A redirect would carry the credentials to an address nobody chose.
                    allow_redirects=False,
                    middlewares=(drop_once,),
                ) as response:
                    _LOGGER.debug(
                        "%s answered %s after %.0f ms",
                        operation.key,
                        response.status,
                        (time.monotonic() - started) * 1000,
                    )
                    if response.status in _ANSWERS:
                        return await self._read(operation, response)
                    raise await self._error(operation, response, authorization)
        except TimeoutError:
            raise Unavailable(operation.key, "no answer in time") from None
        except (ClientError, OSError, ValueError, RuntimeError) as err:
            # A session that is being closed raises RuntimeError. Only the name of the
            # cause is kept, because its text may hold the address.
            raise Unavailable(operation.key, type(err).__name__, passing=True) from None

    async def _read(self, operation: Operation, response: ClientResponse) -> Answer:
        """Return the whole answer, or refuse one that is too large."""
        body = bytearray()
        async for chunk in response.content.iter_chunked(65536):
            body += chunk
            if len(body) > self.body_limit:
                raise UnexpectedResponse(operation.key, "the body is too large")
        # Whoever reads a body takes either, and copying megabytes would be felt.
        return Answer(cast(bytes, body), response.headers)

    def _keep_pause(self, operation: Operation) -> None:
        """Raise while a pause lasts that the portal has asked for."""
        if (pause := self._rate_limit.left) > 0:
            raise RateLimited(
                operation.key,
                "a pause the portal asked for",
                retry_after=pause,
                of_account=True,
            )

    def _pause(self, retry_after: float | None, status: int) -> float | None:
        """Return how long to pause after a status, and have all requests wait."""
        if retry_after is None and status == HTTPStatus.TOO_MANY_REQUESTS:
            retry_after = self._rate_limit.unnamed
        if retry_after is not None and status in _ASKS_FOR_PAUSE:
            self._rate_limit.hold(retry_after)
        return retry_after

    async def _error(
        self, operation: Operation, response: ClientResponse, authorization: str | None
    ) -> PortalError:
        """Return the error that a status stands for."""
        status = response.status
        detail = f"HTTP {status}"
        retry_after = self._pause(retry_after_of(response.headers), status)
        body = await _beginning(response)
        if text := self.redact(words_of_json(body), authorization):
            detail = f"{detail}: {text}"
        reason = reason_of_json(body)
        kind = self._reasons.get(reason)
        if kind is RateLimited and status not in _ASKS_FOR_PAUSE:
            # The portal says so in its body alone.
            status = HTTPStatus.TOO_MANY_REQUESTS
            retry_after = self._pause(retry_after, status)
        if kind is not None and kind is not RateLimited:
            return kind(operation.key, detail)
        match status:
            case HTTPStatus.TOO_MANY_REQUESTS:
                return RateLimited(
                    operation.key, detail, retry_after=retry_after, of_account=True
                )
            case HTTPStatus.UNAUTHORIZED:
                return AuthError(operation.key, detail)
            case HTTPStatus.FORBIDDEN:
                return Forbidden(operation.key, detail)
            case HTTPStatus.NOT_FOUND | HTTPStatus.GONE:
                return NotFound(operation.key, detail)
            case _ if status not in _STATUSES:
                return UnexpectedResponse(operation.key, detail)
            case _ if status < HTTPStatus.BAD_REQUEST:
                return UnexpectedResponse(operation.key, "the portal redirects")
            case _ if (
                status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in _PASSING
            ):
                return Rejected(operation.key, detail, status=status, reason=reason)
        return Unavailable(
            operation.key,
            detail,
            retry_after=retry_after,
            passing=status in _PASSING,
            of_account=status in _ASKS_FOR_PAUSE,
        )


async def _beginning(response: ClientResponse) -> bytes:
    """Return the first bytes of an error body, as many as come."""
    body = bytearray()
    with suppress(ClientError, OSError, ValueError):
        while piece := await response.content.read(ERROR_LIMIT - len(body)):
            body += piece
    return bytes(body)
