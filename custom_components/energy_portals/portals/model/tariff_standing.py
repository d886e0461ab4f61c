"""What is paid by the day or month, whatever is used: in no price per kWh."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from .periods import midnight, month_start
from .series import Slot
from .tariff_options import InvalidTariff, Options, choice_of, number_of, rows_of

_DAY: Final = timedelta(days=1)
_MICROSECOND: Final = timedelta(microseconds=1)


class Per(StrEnum):
    """How often a standing charge is paid."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class StandingCharge:
    """An amount of money without VAT for each local day or month, and its VAT, %."""

    amount: float
    per: Per = Per.MONTH
    vat: float = 0.0

    def rate(self, day: date, zone: ZoneInfo) -> Fraction:
        """Return what a microsecond of a local day costs.

        A day's charge is even over its 23 to 25 hours, a month's over all of its time.
        """
        first = after = day
        if self.per is Per.MONTH:
            first, after = month_start(day), month_start(day, -1) - _DAY
        length = midnight(after + _DAY, zone) - midnight(first, zone)
        whole = Fraction(self.amount) * (100 + Fraction(self.vat)) / 100
        return whole / (length // _MICROSECOND)


def standing_of(options: Options, vat: float) -> tuple[StandingCharge, ...]:
    """Return the charges of the rows of `standing`: `{"amount": 9, "per": "month"}`.

    Raises InvalidTariff if anything is malformed.
    """
    charges = []
    for called, row in rows_of(options, "standing"):
        if row.get("amount") is None:
            raise InvalidTariff("missing_amount", "standing", called)
        try:
            per = choice_of(row, "per", Per.MONTH)
            charges.append(StandingCharge(number_of(row, "amount"), per, vat))
        except InvalidTariff as err:
            raise InvalidTariff(err.key, "standing", called) from None
    return tuple(charges)


def standing_cost(
    charges: Iterable[StandingCharge], zone: ZoneInfo, start: datetime, end: datetime
) -> Fraction:
    """Return what standing charges cost in `[start, end)`, VAT included, exactly.

    The parts of a span sum to the whole span; a whole day or month has its amount.
    """
    return _Rates(tuple(charges), zone).cost(start, end)


def with_standing(
    costs: Iterable[Slot[float | None]],
    charges: Iterable[StandingCharge],
    zone: ZoneInfo,
) -> Iterator[Slot[float | None]]:
    """Yield costs with the standing charges of their time on top.

    A slot without a cost stays without: what is not known is no part of a sum.
    """
    rates = _Rates(tuple(charges), zone)
    for slot in costs:
        value = slot.value
        if value is not None and rates.charges:
            value += float(rates.cost(slot.start, slot.end))
        yield Slot(slot.start, slot.end, value)


class _Rates:
    """What a moment costs, worked out once a day."""

    def __init__(self, charges: tuple[StandingCharge, ...], zone: ZoneInfo) -> None:
        """Take the charges; nothing is worked out yet."""
        self.charges = charges
        self._zone = zone
        self._rates: dict[date, Fraction] = {}

    def cost(self, start: datetime, end: datetime) -> Fraction:
        """Return what `[start, end)` costs."""
        total = Fraction()
        day = start.astimezone(self._zone).date()
        while start < end:
            until = min(end, midnight(day + _DAY, self._zone))
            total += self._rate(day) * ((until - start) // _MICROSECOND)
            day, start = day + _DAY, until
        return total

    def _rate(self, day: date) -> Fraction:
        """Return what a microsecond of a day costs."""
        if day not in self._rates:
            rates = (each.rate(day, self._zone) for each in self.charges)
            self._rates[day] = sum(rates, Fraction())
        return self._rates[day]
