"""What the coordinator pushes: proof that it is its own, and what it says."""

import base64
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
import hashlib
import hmac
from typing import Any, Final

from ..contract import Site
from ..push import Delivered, DeliveryRefused, Push
from .event_log import EventLog, logged
from .events import Notice
from .feeds import EVENTS
from .payloads import notification
from .values import Unread

SIGNATURE: Final = "X-Payload-Signature"


def signature(body: bytes, secret: str) -> str:
    """Return what the portal signs a body with: base64 of HMAC-SHA256 of its bytes."""
    digest = hmac.digest(secret.encode(), body, hashlib.sha256)
    return base64.b64encode(digest).decode()


def _read(body: bytes, headers: Mapping[str, str], secret: str) -> Delivered[Notice]:
    """Read a notification once its signature is proved."""
    given = headers.get(SIGNATURE, "")
    right = signature(body, secret)
    if not hmac.compare_digest(given.encode(errors="replace"), right.encode()):
        raise DeliveryRefused("signature" if given else "unsigned", 401)
    refused: Counter[str] = Counter()
    try:
        told = notification(body, refused)
    except Unread, RecursionError:
        raise DeliveryRefused("body", 400) from None
    notice = Notice.of_notification(told, refused)
    return Delivered(id=told.notification_id, notice=notice, refused=refused)


def _taken(
    logs: Mapping[str, EventLog],
    notices: list[Notice],
    sites: tuple[Site, ...],
    account: Mapping[str, Any],
    now: datetime,
) -> Mapping[str, EventLog]:
    """Enter what was delivered."""
    return logged(
        logs, notices, sites, user_id=account["user_id"], now=now, pushed=True
    )


PUSH: Final = Push[EventLog, Notice](feed=EVENTS, read=_read, taken=_taken)
