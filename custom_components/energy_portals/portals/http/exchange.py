"""What travels: what a request says beside its operation, and what comes back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, TypedDict
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

from .errors import TooMuch
from .messages import decoded, plain

# Seconds.
RETRY_AFTER_LIMIT: Final = 24 * 3600


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


def decoded_large[ResultT](
    operation: str, decode: Callable[[Answer], ResultT], answer: Answer, most: int
) -> ResultT:
    """Return what a large answer says, unless it is made of too many parts.

    Parts are values and what holds them. What decodes them is written in C and holds
    the interpreter until it is done, however little each of them is.
    """
    if sum(map(answer.body.count, b",[{")) > most:
        raise TooMuch(operation, "the body has too many parts")
    return decoded(operation, decode, answer)


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


def retry_after_of(headers: Mapping[str, str]) -> float | None:
    """Return the pause asked for in seconds; the header has a number or a date."""
    text = headers.get("Retry-After", "")
    try:
        if text.strip().isdigit():
            seconds = float(text)
        else:
            due = parsedate_to_datetime(text)
            seconds = (due - datetime.now(UTC)).total_seconds()
    except ValueError, TypeError, OverflowError:
        return None
    return min(max(seconds, 0.0), RETRY_AFTER_LIMIT)
