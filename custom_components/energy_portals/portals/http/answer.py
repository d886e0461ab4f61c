"""What comes back over the wire: an answer, or a connection that is closed."""

from collections.abc import Mapping
from dataclasses import dataclass

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
