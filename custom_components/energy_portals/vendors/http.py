"""The one path every request to a vendor takes."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
import ipaddress
import logging
import re
import time
from typing import Any, Final, Protocol
from urllib.parse import quote

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
import msgspec
from yarl import URL

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
from .shape import skeleton

_LOGGER = logging.getLogger(__name__)

TIMEOUT: Final = ClientTimeout(total=30, connect=10)
BODY_LIMIT: Final = 8 * 1024 * 1024
# Decoding more than this would hold the event loop up; a thread costs less.
DECODE_INLINE: Final = 32 * 1024
# An error page may be of any size; what it says stands in its beginning.
ERROR_LIMIT: Final = 4 * 1024
RETRY_AFTER_LIMIT: Final = 24 * 3600
RETRY_PAUSE: Final = 1.0
AT_ONCE: Final = 4
RENEW_MARGIN: Final = 60.0

_PASSING: Final = frozenset({408, 500, 502, 503, 504})
_WORDS_FOR_ERRORS: Final = ("message", "error_description", "error", "detail")


class InvalidAddress(ValueError):
    """The text is no address a credential may be sent to."""


def check_address(text: str) -> str:
    """Return an API address in its one spelling, without a trailing slash.

    Only https is taken, http on loopback alone: the address receives the credentials.
    """
    try:
        url = URL(text.strip())
        host = url.host
    except ValueError:
        raise InvalidAddress from None
    if not host or url.user or url.password or url.query_string or url.fragment:
        raise InvalidAddress
    if url.scheme != "https" and not (url.scheme == "http" and _is_loopback(host)):
        raise InvalidAddress
    return str(url).rstrip("/")


def _is_loopback(host: str) -> bool:
    """Say whether a host is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class Operation:
    """One call a vendor offers; `path` has `{names}` for its parameters.

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


class Auth(Protocol):
    """How requests of an account are authorised."""

    async def authorization(self) -> str:
        """Return the value of the Authorization header."""

    def refused(self, authorization: str) -> bool:
        """Note that a value was refused; say whether another may be had."""


class HttpClient:
    """Sends the requests of one account, and nothing else ever does.

    `secrets` are never part of an error or a log line. A pause that the vendor asks
    for with Retry-After holds for the whole account.
    """

    def __init__(
        self,
        session: ClientSession,
        address: str,
        *,
        secrets: Iterable[str] = (),
        auth: Auth | None = None,
    ) -> None:
        """Take the shared session and an address from `check_address`."""
        self.auth = auth
        self._session = session
        self._address = address
        self._secrets = sorted(
            {text for text in secrets if text}, key=len, reverse=True
        )
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._not_before = 0.0
        self._bodies: dict[str, bytes] = {}
        self._token = ""

    async def send[ResultT](
        self,
        operation: Operation,
        decode: Callable[[bytes], ResultT],
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        authorized: bool = True,
    ) -> ResultT:
        """Send one request and return its decoded body; raise only PortalError."""
        url = self._url(operation, path or {}, query)
        body = msgspec.json.encode(json) if json is not None else None
        answer = await self._authorized(operation, url, body, form, authorized)
        if len(answer) <= DECODE_INLINE:
            self._bodies[operation.key] = answer
            return decode(answer)
        return await asyncio.to_thread(decode, answer)

    def skeletons(self) -> dict[str, Any]:
        """Return keys and types of the last answer to each operation."""
        return {key: _body_skeleton(body) for key, body in self._bodies.items()}

    def redact(self, text: str) -> str:
        """Return a text of the vendor's, short and without secrets."""
        for secret in filter(None, (self._token, *self._secrets)):
            text = text.replace(secret, "**")
        text = re.sub(r"eyJ[\w.-]+|Bearer\s+\S+|https?://\S+", "**", text)
        return " ".join(text.split())[:200]

    def _url(
        self,
        operation: Operation,
        path: Mapping[str, str],
        query: Mapping[str, str] | None,
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

    async def _authorized(
        self,
        operation: Operation,
        url: URL,
        body: bytes | None,
        form: Mapping[str, str] | None,
        authorized: bool,
    ) -> bytes:
        """Send with authorisation, renewed once when the vendor refuses it."""
        if not authorized or self.auth is None:
            return await self._repeated(operation, url, body, form, None)
        authorization = await self.auth.authorization()
        try:
            return await self._repeated(operation, url, body, form, authorization)
        except AuthError:
            if not self.auth.refused(authorization):
                raise
        authorization = await self.auth.authorization()
        return await self._repeated(operation, url, body, form, authorization)

    async def _repeated(
        self,
        operation: Operation,
        url: URL,
        body: bytes | None,
        form: Mapping[str, str] | None,
        authorization: str | None,
    ) -> bytes:
        """Send, and once more after a passing fault where that is harmless."""
        try:
            return await self._once(operation, url, body, form, authorization)
        except RateLimited:
            raise
        except Unavailable as err:
            if (
                not operation.repeatable
                or not err.passing
                or err.retry_after is not None
            ):
                raise
        await asyncio.sleep(RETRY_PAUSE)
        return await self._once(operation, url, body, form, authorization)

    async def _once(
        self,
        operation: Operation,
        url: URL,
        body: bytes | None,
        form: Mapping[str, str] | None,
        authorization: str | None,
    ) -> bytes:
        """Send one request over the wire."""
        pause = self._not_before - time.monotonic()
        if pause > 0:
            raise RateLimited(
                operation.key, "a pause the vendor asked for", retry_after=pause
            )
        headers = {"Accept": "application/json"}
        if authorization is not None:
            headers["Authorization"] = authorization
            self._token = authorization.rpartition(" ")[2]
        if body is not None:
            headers["Content-Type"] = "application/json"
        started = time.monotonic()
        try:
            async with (
                self._at_once,
                self._session.request(
                    operation.method,
                    url,
                    data=form if body is None else body,
                    headers=headers,
                    timeout=TIMEOUT,
                    # A redirect would carry the credentials to an address nobody chose.
                    allow_redirects=False,
                ) as response,
            ):
                _LOGGER.debug(
                    "%s answered %s after %.0f ms",
                    operation.key,
                    response.status,
                    (time.monotonic() - started) * 1000,
                )
                if response.status < HTTPStatus.MULTIPLE_CHOICES:
                    return await _read(operation, response)
                raise await self._error(operation, response)
        except TimeoutError:
            raise Unavailable(operation.key, "no answer in time") from None
        except (ClientError, OSError, ValueError) as err:
            # The cause's own text may hold the address, so only its name is kept.
            raise Unavailable(operation.key, type(err).__name__, passing=True) from None

    async def _error(
        self, operation: Operation, response: ClientResponse
    ) -> PortalError:
        """Return the error that a status stands for."""
        status = response.status
        detail = f"HTTP {status}"
        if text := self.redact(_words(await response.content.read(ERROR_LIMIT))):
            detail = f"{detail}: {text}"
        retry_after = _retry_after(response)
        if retry_after is not None and status in {
            HTTPStatus.TOO_MANY_REQUESTS,
            HTTPStatus.SERVICE_UNAVAILABLE,
        }:
            self._not_before = time.monotonic() + retry_after
        match status:
            case HTTPStatus.UNAUTHORIZED:
                return AuthError(operation.key, detail)
            case HTTPStatus.FORBIDDEN:
                return Forbidden(operation.key, detail)
            case HTTPStatus.NOT_FOUND | HTTPStatus.GONE:
                return NotFound(operation.key, detail)
            case HTTPStatus.TOO_MANY_REQUESTS:
                return RateLimited(operation.key, detail, retry_after=retry_after)
            case _ if status < HTTPStatus.BAD_REQUEST:
                return UnexpectedResponse(
                    operation.key, "the vendor redirects the call"
                )
            case _ if (
                status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in _PASSING
            ):
                return Rejected(operation.key, detail)
        return Unavailable(
            operation.key, detail, retry_after=retry_after, passing=status in _PASSING
        )


class ClientCredentials:
    """OAuth2 client credentials: a token in memory, renewed before it expires.

    However many requests wait, there is one renewal at a time.
    """

    def __init__(
        self,
        http: HttpClient,
        operation: Operation,
        client_id: str,
        client_secret: str,
        *,
        lifetime: float,
    ) -> None:
        """Take the token call; `lifetime` (seconds) is for an answer without one."""
        self._http = http
        self._operation = operation
        self._client = {"client_id": client_id, "client_secret": client_secret}
        self._lifetime = lifetime
        self._authorization: str | None = None
        self._renew_at = 0.0
        self._renewal: asyncio.Task[str] | None = None

    async def authorization(self) -> str:
        """Return a header value that is valid for a while yet."""
        if self._authorization is not None and time.monotonic() < self._renew_at:
            return self._authorization
        if self._renewal is None:
            self._renewal = asyncio.create_task(self._renew())
            self._renewal.add_done_callback(self._renewed)
        return await asyncio.shield(self._renewal)

    def refused(self, authorization: str) -> bool:
        """Forget a refused token; another can always be asked for."""
        if authorization == self._authorization:
            self._authorization = None
        return True

    def _renewed(self, task: asyncio.Task[str]) -> None:
        """Let the next renewal begin; an error nobody waits for is dropped."""
        self._renewal = None
        if not task.cancelled():
            task.exception()

    async def _renew(self) -> str:
        """Ask for a token."""
        asked = time.monotonic()
        try:
            token = await self._http.send(
                self._operation,
                self._decode,
                form={**self._client, "grant_type": "client_credentials"},
                authorized=False,
            )
        except Rejected as err:
            raise AuthError(err.operation, err.detail) from None
        except NotFound as err:
            # No account is meant here: whatever answers is another server.
            raise UnexpectedResponse(err.operation, "no token call here") from None
        lifetime = self._lifetime if token.expires_in is None else token.expires_in
        margin = min(RENEW_MARGIN, lifetime / 10)
        self._renew_at = asked + lifetime - margin
        self._authorization = f"{token.token_type} {token.access_token}"
        return self._authorization

    def _decode(self, body: bytes) -> _Token:
        """Read the token answer."""
        try:
            token = msgspec.json.decode(body, type=_Token, strict=False)
        except msgspec.MsgspecError, UnicodeDecodeError:
            token = None
        if token is None or not token.access_token or "\n" in token.access_token:
            raise UnexpectedResponse(
                self._operation.key, "no token in the answer", _body_skeleton(body)
            )
        return token


class _Token(msgspec.Struct, frozen=True):
    """RFC 6749's token answer, as far as it is used."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105  # the name of a scheme
    expires_in: float | None = None


async def _read(operation: Operation, response: ClientResponse) -> bytes:
    """Return the whole body, or refuse one that is too large."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        body += chunk
        if len(body) > BODY_LIMIT:
            raise UnexpectedResponse(operation.key, "the body is too large")
    return bytes(body)


def _words(body: bytes) -> str:
    """Return what an error body says in words, of whatever form it is."""
    try:
        value = msgspec.json.decode(body)
    except msgspec.DecodeError, UnicodeDecodeError, RecursionError:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        for key in _WORDS_FOR_ERRORS:
            if isinstance(value.get(key), str):
                return str(value[key])
    return ""


def _retry_after(response: ClientResponse) -> float | None:
    """Return the pause asked for in seconds; the header has a number or a date."""
    text = response.headers.get("Retry-After", "")
    try:
        if text.strip().isdigit():
            seconds = float(text)
        else:
            due = parsedate_to_datetime(text)
            seconds = (due - datetime.now(UTC)).total_seconds()
    except ValueError, TypeError, OverflowError:
        return None
    return min(max(seconds, 0.0), RETRY_AFTER_LIMIT)


def _body_skeleton(body: bytes) -> Any:
    """Return keys and types of a JSON body."""
    try:
        return skeleton(msgspec.json.decode(body))
    except msgspec.DecodeError, UnicodeDecodeError, RecursionError:
        return "not JSON"
