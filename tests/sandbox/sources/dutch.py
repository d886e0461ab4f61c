"""What a Dutch household pays: the exchange's price, and what is put upon it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tests.sandbox.sources.source import DAY, QUARTER, SourceSandbox

VAT: Final = 1.21
ENERGY_TAX: Final = 0.1016
PURCHASE: Final = 0.0248
_GAS_TAX: Final = 0.583
_GAS_PURCHASE: Final = 0.059
_GAS_DAY: Final = time(6)


@dataclass(frozen=True)
class Paid:
    """A slot and its parts in EUR per kWh or m³, before VAT."""

    start: datetime
    stop: datetime
    market: float
    tax: float
    purchase: float

    @property
    def all_in(self) -> float:
        """Return the sum of the parts."""
        return self.market + self.tax + self.purchase


class DutchSandbox(SourceSandbox):
    """Electricity by quarter-hour or hour, gas by day."""

    zone = ZoneInfo("Europe/Amsterdam")

    def electricity(self, at: datetime, length: timedelta = QUARTER) -> Paid:
        """Return a slot of electricity."""
        market = self.spot("NL", at, length) / 1000
        return Paid(at, at + length, market, ENERGY_TAX, PURCHASE)

    def electricity_of(self, day: date, length: timedelta = QUARTER) -> list[Paid]:
        """Return the slots of a day, none before they are published."""
        if not self.is_published(day):
            return []
        return [self.electricity(slot, length) for slot in self.slots(day, length)]

    def gas_of(self, day: date) -> list[Paid]:
        """Return the gas days that share time with a day; they begin in the morning."""
        return [
            self._gas_day(each) for each in (day - DAY, day) if self.is_published(each)
        ]

    def _gas_day(self, day: date) -> Paid:
        start, stop = (
            datetime.combine(each, _GAS_DAY, self.zone).astimezone(UTC)
            for each in (day, day + DAY)
        )
        market = round(0.28 + 0.09 * self.household.fraction("gas", day), 5)
        return Paid(start, stop, market, _GAS_TAX, _GAS_PURCHASE)
