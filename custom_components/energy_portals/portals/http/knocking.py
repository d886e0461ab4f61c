"""Whether a portal answers at an address, asked without any secret."""

from collections.abc import Iterable
from http import HTTPStatus

from aiohttp import ClientSession
import msgspec

from .client import HttpClient, Operation
from .errors import NotFound, PortalError, Rejected, Unavailable, UnexpectedResponse


async def knock(session: ClientSession, address: str, routes: Iterable[str]) -> bool:
    """Say whether any of these routes is known there; it need not be allowed.

    What takes a form gets an empty one. Pages for people are none. Raises Unavailable
    where none is known and one was away.
    """
    http, away = HttpClient(session, address), None
    for route in routes:
        try:
            operation = Operation.of("address", route)
            takes_form = operation.method == "POST"
            await http.send(operation, _json, form={} if takes_form else None)
        except Unavailable as err:
            away = err
            continue
        except NotFound:
            continue
        except UnexpectedResponse:
            return False
        except Rejected as err:
            # Servers of files say so of any form, wherever it is sent.
            if err.status == HTTPStatus.METHOD_NOT_ALLOWED:
                continue
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
