"""The contract of a portal that tells by itself, by a webhook."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from .contract import AccountData, Feed, Site

# More than any event of a household's, and little enough to be read by anybody.
DELIVERY_LIMIT: Final = 1024 * 1024


class DeliveryRefused(Exception):
    """A delivery is not the portal's, or not to be read; `status` answers it."""

    def __init__(self, reason: str, status: int) -> None:
        """Name the reason, without a word of what was sent."""
        super().__init__(reason)
        self.reason = reason
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered[NoticeT]:
    """What a delivery said, and its id: the same id is the same delivery.

    `refused` counts what of it could not be read, by name.
    """

    id: str
    notice: NoticeT
    refused: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Push[DataT, NoticeT]:
    """How a portal pushes.

    `read` takes body, headers and secret, and raises DeliveryRefused for all that does
    not prove to be the portal's before it looks into it. `taken` is what becomes of a
    feed's data by what was delivered; the mapping beside is the entry's data. The feed
    that shows how the portal finds the webhook registers it, too.
    """

    feed: Feed[Any, DataT, Any, Any]
    read: Callable[[bytes, Mapping[str, str], str], Delivered[NoticeT]]
    taken: Callable[
        [
            Mapping[str, DataT],
            list[NoticeT],
            tuple[Site, ...],
            AccountData,
            datetime,
        ],
        Mapping[str, DataT],
    ]
