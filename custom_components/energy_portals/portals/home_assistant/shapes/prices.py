"""What a payload says of prices."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from ...model.prices import Price, PriceSeries, Tax
from ...model.series import Series, Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceReading:
    """Prices in the main currency (ISO 4217) per kWh, in UTC.

    `published` are what will be charged, `predicted` what somebody expects.
    """

    currency: str
    tax: Tax = Tax.UNKNOWN
    published: Series[float] = field(default_factory=Series)
    predicted: Series[float] = field(default_factory=Series)

    @property
    def certain(self) -> PriceSeries:
        """Return what is published."""
        return PriceSeries(self.currency, self.tax, _priced(self.published, False))

    @property
    def expected(self) -> PriceSeries:
        """Return what is predicted, which is preliminary."""
        return PriceSeries(self.currency, self.tax, _priced(self.predicted, True))

    @property
    def prices(self) -> PriceSeries:
        """Return both as one series: what is predicted fills gaps."""
        return self.expected.merged(self.certain)

    @property
    def holes(self) -> tuple[tuple[datetime, datetime], ...]:
        """Return where nothing is known between the first price and the last."""
        return tuple(_holes(self.prices.slots))


def newest(older: Series[float], newer: Series[float]) -> Series[float]:
    """Return both, in the unit that they share; `newer` wins where it has a slot."""
    both = PriceSeries("", slots=_priced(older, False)).merged(
        PriceSeries("", slots=_priced(newer, False))
    )
    return Series(
        tuple(Slot(slot.start, slot.end, slot.value.value) for slot in both.slots)
    )


def _priced(slots: Series[float], preliminary: bool) -> Series[Price]:
    """Return slots with prices."""
    return Series(
        tuple(
            Slot(slot.start, slot.end, Price(slot.value, preliminary)) for slot in slots
        )
    )


def _holes(slots: Series[Price]) -> Iterator[tuple[datetime, datetime]]:
    """Yield what lies between slots that do not meet."""
    for slot, following in pairwise(slots):
        if slot.end < following.start:
            yield slot.end, following.start
