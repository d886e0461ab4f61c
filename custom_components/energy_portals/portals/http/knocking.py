"""Whether a portal answers at an address, asked without any secret."""

from collections.abc import Iterable

from aiohttp import ClientSession
import msgspec

from .client import HttpClient, Operation
from .errors import NotFound, PortalError, Unavailable, UnexpectedResponse


async def knock(session: ClientSession, address: str, routes: Iterable[str]) -> bool:
    """Say whether any of these routes is known there; it need not be allowed.

    Pages for people are none. Raises Unavailable where none is known and
    one was away.
    """
    http, away = HttpClient(session, address), None
    for route in routes:
        try:
            await http.send(Operation.of("address", route), _json)
        except Unavailable as err:
            away = err
            continue
        except NotFound:
            continue
        except UnexpectedResponse:
            return False
        except PortalError:
            # It is known, and asks for a login.
            pass
        return True
    if away is not None:
        raise away
    return False


def _json(body: bytes) -> object:
    """Return what an answer says, which may be nothing."""
    try:
        return msgspec.json.decode(body or b"null")
    except msgspec.DecodeError, RecursionError:
        raise UnexpectedResponse("address", "no JSON") from None
