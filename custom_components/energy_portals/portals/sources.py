"""What the accounts of the house hold, for those who plan by it."""

from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from .model.caps import PowerCaps
    from .model.green import GreenOutlook
    from .model.price_days import PriceOutlook
    from .model.series import Series


class Sources(Protocol):
    """What any account holds of the model's kinds, by the key of its source.

    A source is one site of one account. What is not held, or no longer, is None.
    """

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone in which the household's days begin."""

    def prices(self, source: str) -> PriceOutlook | None:
        """Return the prices of a source."""

    def green(self, source: str) -> GreenOutlook | None:
        """Return the green windows of a source."""

    def caps(self, source: str) -> PowerCaps | None:
        """Return the caps on power of a source."""

    async def busy(
        self, calendar: str, start: datetime, end: datetime
    ) -> Series[None] | None:
        """Return when a calendar has something on; None if it cannot be read."""
