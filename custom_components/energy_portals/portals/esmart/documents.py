"""Published documents: whoever knows where one is may have it.

Source: the part `invoices` of the portal's list of endpoints; where and how documents
are published is not said.
"""

import re
from typing import Final
from urllib.parse import unquote

from yarl import URL

from ..http.address import InvalidAddress, check_address
from ..http.errors import Rejected, UnexpectedResponse

OPERATION: Final = "invoice_document"
_CREDENTIAL: Final = re.compile(r"pass|pwd|user_?-?name|login", re.IGNORECASE)
_PDF: Final = b"%PDF-"


def check_link(link: str, secrets: tuple[str, ...]) -> None:
    """Raise Rejected for a link with a login in it, which logs on its way would keep.

    `secrets` are what it must not hold, in whatever spelling.
    """
    try:
        url = URL(link)
        names = tuple(url.query)
    except ValueError:
        raise Rejected(OPERATION, "the link is none") from None
    plain = unquote(link)
    is_open = url.user is not None or url.password is not None
    if is_open or any(map(_CREDENTIAL.search, names)):
        raise Rejected(OPERATION, "the link has a login in it")
    if any(secret and secret in plain for secret in secrets):
        raise Rejected(OPERATION, "the link has a login in it")


def elsewhere(link: str) -> tuple[str, str]:
    """Return the address of another server than the API's, and path and query there.

    Rejected unless it is https: a portal must not have its user's network asked.
    """
    try:
        url = URL(link)
        address = check_address(str(url.origin()))
    except InvalidAddress, ValueError:
        raise Rejected(OPERATION, "the link leads nowhere") from None
    if url.scheme != "https":
        raise Rejected(OPERATION, "the link is not https")
    way = url.raw_path_qs.replace("{", "%7B").replace("}", "%7D")
    return address, way


def pdf(body: bytes) -> bytes:
    """Return a document; UnexpectedResponse for what is none, such as a login page."""
    if not body.startswith(_PDF):
        raise UnexpectedResponse(OPERATION, "the document is no PDF")
    return bytes(body)
