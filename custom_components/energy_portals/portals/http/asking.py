"""What a request says beside its operation."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypedDict
from urllib.parse import urlencode

import msgspec


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
        body = msgspec.json.encode(json, enc_hook=_plain)
        return body, asked.get("json_type", "application/json")
    if (form := asked.get("form")) is not None:
        return urlencode(form).encode(), "application/x-www-form-urlencoded"
    return None, None


def _plain(value: object) -> str:
    """Return a time of a clock that has a class of its own for times."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
