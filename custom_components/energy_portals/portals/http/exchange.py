"""What travels: what a request says beside its operation, and what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import urlencode

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHandlerType,
    ClientOSError,
    ClientRequest,
    ClientResponse,
    ConnectionTimeoutError,
    ServerDisconnectedError,
)
import msgspec

from .messages import plain


class Asked(TypedDict, total=False):
    """All that a request may say; names of a query may come more than once.

    `headers` go with this request alone, and before those of every request.
    """

    path: Mapping[str, str] | None
    query: Mapping[str, str] | Sequence[tuple[str, str]] | None
    json: object
    json_type: str
    form: Mapping[str, str] | None
    headers: Mapping[str, str] | None
    authorized: bool


def body_of(asked: Asked) -> tuple[bytes | None, str | None]:
    """Return the body to send, and of which type it is."""
    if (json := asked.get("json")) is not None:
        body = msgspec.json.encode(json, enc_hook=plain)
        return body, asked.get("json_type", "application/json")
    if (form := asked.get("form")) is not None:
        return urlencode(form).encode(), "application/x-www-form-urlencoded"
    return None, None


@dataclass(frozen=True, slots=True)
class Answer:
    """A body as it came, and the headers that came with it."""

    body: bytes
    headers: Mapping[str, str]


class ConnectionDropped(ClientError):
    """The portal closed the connection instead of answering."""


async def drop_once(
    request: ClientRequest, handler: ClientHandlerType
) -> ClientResponse:
    """Keep aiohttp from repeating by itself what a dropped connection may have done."""
    try:
        return await handler(request)
    except ClientConnectorError, ConnectionTimeoutError:
        raise
    except (ClientOSError, ServerDisconnectedError) as err:
        raise ConnectionDropped(type(err).__name__) from None
