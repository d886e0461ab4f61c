"""What holds a probe to reading: no request that could write leaves this program."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
import re
from typing import Any, Final

from aiohttp import ClientRequest, ClientSession, DummyCookieJar
from yarl import URL

_READING: Final = frozenset({"GET", "HEAD"})
_TARGET: Final = "X-Amz-Target"


class WouldWrite(Exception):
    """A request was not sent, because it may change something at the portal."""


@dataclass(frozen=True, slots=True)
class Post:
    """A POST that only reads, or signs in; `{names}` stand for any one part.

    Where one path serves several operations, `targets` are those that may be asked for.
    """

    address: str
    path: str
    targets: frozenset[str] = frozenset()

    def fits(self, url: URL, target: str) -> bool:
        """Say whether a request is this one."""
        place = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(self.address + self.path))
        is_here = re.fullmatch(place, str(url.with_query(None))) is not None
        return is_here and (not self.targets or target in self.targets)


def reading_session(posts: Iterable[Post]) -> ClientSession:
    """Return a session that sends what reads: GET, and these POSTs.

    All else raises WouldWrite before a byte is sent, whoever asks for it.
    """
    allowed = tuple(posts)

    class ReadingRequest(ClientRequest):
        """A request that only reads."""

        def __init__(self, method: str, url: URL, **rest: Any) -> None:
            headers: Mapping[str, str] = rest.get("headers") or {}
            if not may_be_sent(method, url, headers.get(_TARGET, ""), allowed):
                raise WouldWrite(method)
            super().__init__(method, url, **rest)

    return ClientSession(request_class=ReadingRequest, cookie_jar=DummyCookieJar())


def may_be_sent(method: str, url: URL, target: str, posts: Iterable[Post]) -> bool:
    """Say whether a request only reads."""
    if method in _READING:
        return True
    return method == "POST" and any(post.fits(url, target) for post in posts)
