"""A source of prices as a test gives it, with a past or without."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import override

from custom_components.energy_portals.portals.http.errors import PortalError
from custom_components.energy_portals.portals.model.price_days import PriceOutlook
from custom_components.energy_portals.portals.model.prices import Price, PriceSeries
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.model.tariff import Tariff
from custom_components.energy_portals.portals.model.tariff_standing import (
    StandingCharge,
)
from tests.portals.home_assistant.given import OSLO, QUARTER
from tests.surroundings import NoSources

DAY = timedelta(days=1)


def price_at(start: datetime) -> float:
    """Return a price that differs from quarter to quarter."""
    return (int(start.timestamp()) // 900 * 7919 % 997) / 1024


def priced(
    start: datetime,
    end: datetime,
    price: Callable[[datetime], float] = price_at,
    currency: str = "NOK",
    *,
    preliminary: bool = False,
) -> PriceSeries:
    """Return the quarters of a span."""
    slots = [
        Slot(at, at + QUARTER, Price(price(at), preliminary))
        for n in range((end - start) // QUARTER)
        for at in [start + n * QUARTER]
    ]
    return PriceSeries(currency, slots=Series.of(slots))


@dataclass
class Selling(NoSources):
    """The house's sources, of which there is one; `tells_past` from a moment on."""

    told: PriceSeries | None = None
    own: Tariff = field(default_factory=Tariff)
    tells_past: datetime | None = None
    price: Callable[[datetime], float] = price_at
    error: PortalError | None = None
    asked: list[tuple[datetime, datetime]] = field(default_factory=list)

    def prices(self, source: str) -> PriceOutlook | None:
        """Return what it holds."""
        if self.told is None:
            return None
        return PriceOutlook.of(self.told, OSLO, self.own)

    def standing(self, source: str) -> tuple[StandingCharge, ...]:
        """Return what is paid whatever is used."""
        return self.own.standing

    @override
    def tariff(self, source: str) -> Tariff:
        """Return what is added to its prices."""
        return self.own

    async def past_prices(
        self, source: str, start: datetime, end: datetime
    ) -> PriceOutlook | None:
        """Return what it tells of the past."""
        self.asked.append((start, end))
        if self.error is not None:
            raise self.error
        if self.tells_past is None:
            return None
        raw = priced(max(start, self.tells_past), end, self.price)
        return PriceOutlook.of(raw, OSLO, self.own)
