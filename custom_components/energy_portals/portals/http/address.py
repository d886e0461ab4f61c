"""Addresses that a credential may be sent to."""

import ipaddress
import re
from typing import Final

from yarl import URL


class InvalidAddress(ValueError):
    """The text is no address a credential may be sent to."""


_BEGINNING: Final = re.compile(r"(?i)(?:(https?)(?=[:/\s]))?[:/\s]*")


def mended(text: str) -> str:
    """Return an address as it was surely meant: with a scheme, without what follows.

    A query, a fragment, spaces around and slashes that are too many or too few are what
    is copied with it. It is checked after that, by `check_address`.
    """
    stripped = text.strip()
    beginning = _BEGINNING.match(stripped)
    scheme = "" if beginning is None else beginning[1] or ""
    rest = stripped if beginning is None else stripped[beginning.end() :]
    if not scheme and "://" in rest.split("?")[0]:
        # Of another scheme, which is refused.
        return stripped
    host_and_path = re.sub(r"/{2,}", "/", re.split(r"[?#]", rest)[0].strip())
    if not host_and_path:
        return ""
    host = host_and_path.partition("/")[0]
    if not scheme and "." not in host and not host.startswith(("localhost", "[")):
        # A word is no address.
        return stripped
    return f"{scheme.lower() or 'https'}://{host_and_path.rstrip('/')}"


def check_address(text: str) -> str:
    """Return an API address in its one spelling, without a trailing slash.

    Only https is taken, http on loopback alone: the address receives the credentials.
    """
    try:
        url = URL(text.strip())
        host = url.host
    except ValueError:
        raise InvalidAddress from None
    if not host or re.search(r"\s", host):
        raise InvalidAddress
    if "@" in url.raw_authority or url.query_string or url.fragment:
        raise InvalidAddress
    if url.scheme != "https" and not (url.scheme == "http" and _is_loopback(host)):
        raise InvalidAddress
    return str(url).rstrip("/")


def beneath(address: str, here: str, link: str) -> str | None:
    """Return path and query of a link beneath an address, None if it leads elsewhere.

    `here` is where the link was found. The address receives credentials:
    scheme, host, port and beginning of the path have to be its own.
    """
    try:
        target = URL(here, encoded=True).join(URL(link))
        is_same = _origin(target) == _origin(URL(address))
    except ValueError:
        return None
    base = URL(address).raw_path.rstrip("/")
    # Servers may take these for a way up.
    climbs = ".." in target.path.split("/") or "\\" in target.path
    if climbs or not (is_same and target.raw_path.startswith(f"{base}/")):
        return None
    return str(target.with_fragment(None).relative())[len(base) :]


def _origin(url: URL) -> tuple[object, ...]:
    """Return to whom a request goes, and as whom."""
    return url.scheme, (url.host or "").casefold(), url.port, url.user, url.password


def _is_loopback(host: str) -> bool:
    """Say whether a host is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
