"""What the accounts of the house hold, for those who plan by it."""

from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from .model.caps import PowerCaps
    from .model.green import GreenOutlook
    from .model.incentives import IncentiveOutlook
    from .model.intensity import CarbonOutlook
    from .model.price_days import PriceOutlook
    from .model.seen import Seen
    from .model.series import Series
    from .model.sun import SolarOutlook
    from .model.tariff import Tariff
    from .model.tariff_standing import StandingCharge


class Sources(Protocol):
    """What any account holds of the model's kinds, by the key of its source.

    A source is one site of one account. What is not held, or no longer, is None.
    """

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone in which the household's days begin."""

    def prices(self, source: str) -> PriceOutlook | None:
        """Return the prices of a source."""

    def standing(self, source: str) -> tuple[StandingCharge, ...]:
        """Return what is paid by the day or month, by the tariff of a source."""

    def tariff(self, source: str) -> Tariff:
        """Return the tariff of a source; it adds nothing where there is none."""

    async def past_prices(
        self, source: str, start: datetime, end: datetime
    ) -> PriceOutlook | None:
        """Return what a source's portal still tells of the prices of `[start, end)`.

        They have the tariff of today. None where it tells nothing of other days.
        Raises PortalError; Unavailable where the source is not there.
        """

    def green(self, source: str) -> GreenOutlook | None:
        """Return the green windows of a source."""

    def co2(self, source: str) -> CarbonOutlook | None:
        """Return how much CO2 a kWh of a source comes with."""

    def sun(self, source: str) -> SolarOutlook | None:
        """Return what the roofs of a source are expected to yield."""

    def caps(self, source: str) -> PowerCaps | None:
        """Return the caps on power of a source."""

    def incentives(self, source: str) -> IncentiveOutlook | None:
        """Return what is paid on top of the price at a source."""

    def seen(self, load: str) -> Seen | None:
        """Return what is seen of the device that a load is bound to, None of none."""

    async def busy(
        self, calendar: str, start: datetime, end: datetime
    ) -> Series[None] | None:
        """Return when a calendar has something on; None if it cannot be read."""
