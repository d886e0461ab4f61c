"""Let what is asked of a real host be asked of the one that stands for it.

The addresses of Home Assistant's own integrations are constants of their libraries, and
HTTPS; all of them ask through aiohttp. So neither they nor their libraries are touched.
"""

from collections.abc import Callable, Coroutine, Mapping
from functools import wraps
from typing import Any

from aiohttp import ClientResponse, ClientSession
from yarl import URL

type Request = Callable[..., Coroutine[Any, Any, ClientResponse]]


def redirected(hosts: Mapping[str, str], request: Request) -> Request:
    """Return `request` of a session, sent to the address that stands for the host."""

    @wraps(request)
    async def ask(
        session: ClientSession, method: str, url: str | URL, **options: Any
    ) -> ClientResponse:
        asked = URL(url)
        if address := hosts.get(asked.host or ""):
            asked = URL(address + asked.raw_path_qs, encoded=True)
        return await request(session, method, asked, **options)

    return ask


def redirect(hosts: Mapping[str, str]) -> None:
    """Send all that this process asks of these hosts to what stands for them."""
    request = redirected(hosts, ClientSession._request)  # noqa: SLF001
    ClientSession._request = request  # type: ignore[method-assign]  # noqa: SLF001
