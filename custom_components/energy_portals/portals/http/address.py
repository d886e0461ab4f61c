"""Addresses that a credential may be sent to."""

import ipaddress
import re

from yarl import URL


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
    if not host or re.search(r"\s", host):
        raise InvalidAddress
    if "@" in url.raw_authority or url.query_string or url.fragment:
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
