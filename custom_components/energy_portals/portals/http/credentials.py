"""Credentials that portals take: tokens that are renewed, and HTTP Basic."""

from abc import ABC, abstractmethod
import asyncio
import base64
from functools import partial
from http import HTTPStatus
import time
from typing import Final, override

import msgspec

from ..reading.skeletons import skeleton_of_json
from .client import HttpClient, Operation
from .errors import AuthError, NotFound, PathNotFound, Rejected, UnexpectedResponse

RENEW_MARGIN: Final = 60.0


class RenewedToken(ABC):
    """A token in memory, renewed `margin` seconds before it ends.

    However many requests wait, there is one renewal at a time.
    """

    margin = RENEW_MARGIN

    def __init__(self) -> None:
        """Begin without a token."""
        self._authorization: str | None = None
        self._renew_at = 0.0
        self._renewal: asyncio.Task[str] | None = None

    @abstractmethod
    async def renewed(self) -> tuple[str, float]:
        """Return a new header value, and for how many seconds it holds."""

    async def authorization(self) -> str:
        """Return a header value that is valid for a while yet."""
        if self._authorization is not None and time.monotonic() < self._renew_at:
            return self._authorization
        if self._renewal is None:
            self._renewal = asyncio.create_task(self._renew())
            self._renewal.add_done_callback(self._renewed)
        renewal = self._renewal
        # A waiter that is cancelled leaves the renewal to the others.
        await asyncio.wait((renewal,))
        return renewal.result()

    def refused(self, authorization: str) -> bool:
        """Forget a refused token; another can always be asked for."""
        if authorization == self._authorization:
            self._authorization = None
        return True

    def take(self, authorization: str, lifetime: float, since: float) -> None:
        """Use a value that was asked for at a moment of the monotonic clock."""
        margin = min(self.margin, lifetime / 10)
        self._renew_at = since + lifetime - margin
        self._authorization = authorization

    def _renewed(self, task: asyncio.Task[str]) -> None:
        """Let the next renewal begin; an error nobody waits for is dropped."""
        self._renewal = None
        if not task.cancelled():
            task.exception()

    async def _renew(self) -> str:
        """Renew the token."""
        asked = time.monotonic()
        authorization, lifetime = await self.renewed()
        self.take(authorization, lifetime, asked)
        return authorization


class ClientCredentials(RenewedToken):
    """OAuth2 client credentials (RFC 6749, 4.4)."""

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
        super().__init__()
        self._http = http
        self._operation = operation
        self._client = {"client_id": client_id, "client_secret": client_secret}
        self._lifetime = lifetime

    @override
    async def renewed(self) -> tuple[str, float]:
        """Ask for a token; return the header value, and its lifetime in seconds."""
        try:
            token = await self._http.send(
                self._operation,
                partial(token_of, self._operation.key),
                form={**self._client, "grant_type": "client_credentials"},
                authorized=False,
            )
        except Rejected as err:
            if err.status != HTTPStatus.BAD_REQUEST:
                raise
            raise AuthError(err.operation, err.detail) from None
        except NotFound as err:
            # No account is meant here: whatever answers is another server.
            route = self._operation.route
            detail = f"{err.wordless} at {route}"
            raise PathNotFound(err.operation, detail, route) from None
        lifetime = self._lifetime if token.expires_in is None else token.expires_in
        return f"{token.token_type} {token.access_token}", lifetime


class Token(msgspec.Struct, frozen=True):
    """RFC 6749's token answer, as far as it is used; the lifetime is in seconds."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105  # the name of a scheme
    expires_in: float | None = None
    refresh_token: str | None = None


def token_of(operation: str, body: bytes) -> Token:
    """Read the answer of a token call; UnexpectedResponse for what is none."""
    try:
        token = msgspec.json.decode(body, type=Token, strict=False)
    except msgspec.MsgspecError, UnicodeDecodeError:
        token = None
    if token is None or not token.access_token:
        detail = "no token in the answer"
        raise UnexpectedResponse(operation, detail, skeleton_of_json(body))
    return token


class BasicCredentials:
    """HTTP Basic (RFC 7617): a user name and a password on every request."""

    def __init__(self, user_name: str, password: str) -> None:
        """Encode the pair; `token` is the form that travels."""
        pair = f"{user_name}:{password}".encode()
        self.token = base64.b64encode(pair).decode()

    async def authorization(self) -> str:
        """Return the header value, always the same."""
        return f"Basic {self.token}"

    def refused(self, authorization: str) -> bool:
        """Say that no other value can be had without asking the user."""
        del authorization
        return False
