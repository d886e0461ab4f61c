"""Prices that only the clock tells: two rates, three bands, flat."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Final
from zoneinfo import ZoneInfo

from .bands import EVERY_MONTH, Band, Clock, held, usual
from .periods import midnight
from .prices import Price, PriceSeries, PriceSlot, Tax
from .public_holidays import DAY_SORTS, NO_HOLIDAYS, WEEKDAYS, Holidays
from .series import Series, Slot
from .tariff_options import (
    InvalidTariff,
    Options,
    bands_of,
    clock_of,
    holidays_of,
    prepare,
)
from .tariff_presets import check_preset

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClockTariff:
    """What a kWh costs by the clock: the first band that fits holds.

    Amounts are per kWh in a currency and with or without VAT as the user says.
    """

    bands: tuple[Band, ...]
    holidays: Holidays = NO_HOLIDAYS
    clock: Clock = Clock.LOCAL

    @classmethod
    def of(cls, options: Options) -> ClockTariff:
        """Return the tariff of plain options: `bands`, `clock` and those of holidays.

        A flat price is a band of an amount alone. Raises InvalidTariff if anything is
        malformed. A time without a band has no price; `gap` finds it.
        """
        check_preset(options, "bands")
        bands = bands_of(options, "bands")
        if not bands:
            raise InvalidTariff("missing_band", "bands")
        return cls(bands, holidays_of(options), clock_of(options))

    def prepare(self) -> None:
        """Load what the prices of any day need, which reads files.

        Raises InvalidTariff for a country or subdivision that there is not.
        """
        prepare(self.bands, self.holidays)

    def prices(
        self,
        zone: ZoneInfo,
        start: datetime,
        end: datetime,
        *,
        currency: str,
        tax: Tax = Tax.UNKNOWN,
    ) -> PriceSeries:
        """Return the prices of `[start, end)`."""
        return clock_prices(
            self.bands,
            zone,
            start,
            end,
            self.holidays,
            clock=self.clock,
            currency=currency,
            tax=tax,
        )

    def gap(self) -> str | None:
        """Return a time that no band has, such as `sat 07:00`; None if there is none.

        Where seasons differ, with a month in which it is so.
        """
        has_holidays = bool(self.holidays.country or self.holidays.dates)
        other = {self.holidays.counts_as} if has_holidays else set[int]()
        seasons = {
            tuple(month in band.months for band in self.bands): month
            for month in sorted(EVERY_MONTH, reverse=True)
        }
        for month in sorted(seasons.values()):
            for day, _ in enumerate(WEEKDAYS):
                befores = {(day - 1) % len(WEEKDAYS), *other}
                for sort, before in product({day, *other}, befores):
                    for now, band in usual(self.bands, (sort, before, month)):
                        if band is None:
                            season = f" ({month:02})" if len(seasons) > 1 else ""
                            return f"{DAY_SORTS[sort]} {now:%H:%M}{season}"
        return None


def clock_prices(
    bands: tuple[Band, ...],
    zone: ZoneInfo,
    start: datetime,
    end: datetime,
    holidays: Holidays = NO_HOLIDAYS,
    *,
    currency: str,
    clock: Clock = Clock.LOCAL,
    tax: Tax = Tax.UNKNOWN,
) -> PriceSeries:
    """Return prices by the clock of `[start, end)`, known for whatever days these are.

    A slot ends where another band begins to hold, and with the local day. Where no
    band holds there is no price.
    """
    by = clock.of(zone, start.astimezone(zone).year)
    known = held(bands, start, end, by, holidays)
    slots: list[PriceSlot] = []
    day = start.astimezone(zone).date()
    while start < end:
        until = min(end, midnight(day + _DAY, zone))
        slots += (
            Slot(max(slot.start, start), min(slot.end, until), Price(slot.value.amount))
            for slot in known.between(start, until)
            if slot.value is not None
        )
        day, start = day + _DAY, until
    return PriceSeries(currency, tax, Series(tuple(slots)))
