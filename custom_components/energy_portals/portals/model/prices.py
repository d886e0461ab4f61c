"""Prices of energy over time: their units, and the series they form."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import repeat
from math import fsum, isfinite
import re
from typing import Annotated
import unicodedata

import msgspec

from .plain import Finite, Moment, looked_up
from .series import Series, Slot, clipped

HOUR = timedelta(hours=1)
_MICROSECOND = timedelta(microseconds=1)


class Tax(StrEnum):
    """Whether value added tax is in a price."""

    INCLUDED = "included"
    EXCLUDED = "excluded"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Price:
    """What a kWh costs in a slot, in the main currency; may be negative.

    `components` are names and amounts that sum to `value`, or none.
    """

    value: float
    preliminary: bool = False
    components: tuple[tuple[str, float], ...] = ()


type PriceSlot = Slot[Price]
# A stored run of slots that are alike, and what follows it for each component.
type _Run = tuple[Moment, int, bool, list[Finite]]
type _Component = tuple[str, list[Finite]]


@dataclass(frozen=True, slots=True)
class PriceUnit:
    """What a portal's unit means.

    A value in that unit, divided by `divisor`, is in `currency` (ISO 4217) per kWh.
    """

    currency: str
    divisor: float


_ENERGIES = {"wh": 0.001, "kwh": 1.0, "mwh": 1000.0, "gwh": 1_000_000.0}
_CURRENCIES = {
    code.casefold(): code
    for code in (
        *("ALL", "BAM", "BGN", "CHF", "CZK", "DKK", "EUR", "GBP", "GEL", "HUF"),
        *("ISK", "MDL", "MKD", "NOK", "PLN", "RON", "RSD", "SEK", "TRY", "UAH"),
    )
} | {"€": "EUR", "£": "GBP"}
# The currency that a word means unless told otherwise, and its parts to the whole.
_WORDS: dict[str, tuple[str | None, float]] = {
    "kr": (None, 1.0),
    "øre": (None, 100.0),
    "öre": ("SEK", 100.0),
    "c": ("EUR", 100.0),
    "ct": ("EUR", 100.0),
    "cent": ("EUR", 100.0),
    "cents": ("EUR", 100.0),
}
_UNIT = re.compile(r"(\S+)\s*(?:/|[_\s]per[_\s])\s*(\w+)")
_EURO_CENTS = re.compile(r"(?:eur|€)-?(?:cts?|cents?)")


def price_unit(text: str, *, minor: str | None = None) -> PriceUnit | None:
    """Return what a unit such as `NOK/kWh`, `EUR / MWh` or `øre/kWh` means.

    `minor` is the currency (ISO 4217) of words that several countries share: `kr` and
    `øre`. None for whatever is not surely a price per energy, such as
    a bare currency, or `øre` without `minor`.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    parts = _UNIT.fullmatch(plain)
    if parts is None or parts[2] not in _ENERGIES:
        return None
    money, energy = parts[1], _ENERGIES[parts[2]]
    if _EURO_CENTS.fullmatch(money):
        return PriceUnit("EUR", 100 * energy)
    if money in _WORDS:
        usual, share = _WORDS[money]
        currency = usual or (minor and minor.upper())
        return PriceUnit(currency, share * energy) if currency else None
    if money in _CURRENCIES:
        return PriceUnit(_CURRENCIES[money], energy)
    return None


@dataclass(frozen=True, slots=True)
class PriceSeries:
    """Prices over time, in one currency (ISO 4217) and with one treatment of tax."""

    currency: str
    tax: Tax = Tax.UNKNOWN
    slots: Series[Price] = field(default_factory=Series)

    @property
    def unit(self) -> str:
        """Return the unit of every value."""
        return f"{self.currency}/kWh"

    @property
    def resolution(self) -> timedelta | None:
        """Return the length of the slots, of the shortest if they differ."""
        return min((slot.end - slot.start for slot in self.slots), default=None)

    def merged(self, newer: PriceSeries) -> PriceSeries:
        """Return both; `newer` wins where it has a slot, and the rest is clipped.

        Values in another currency or with another tax do not compare, so `newer`
        then stands alone. An empty answer takes nothing away.
        """
        if self.slots and not newer.slots:
            return self
        if not self.is_like(newer):
            return newer
        return replace(self, slots=self.slots.merged(newer.slots))

    def is_like(self, other: PriceSeries) -> bool:
        """Say whether the values of both compare."""
        return (self.currency, self.tax) == (other.currency, other.tax)

    def since(self, start: datetime) -> PriceSeries:
        """Return what ends after `start`; a slot across it stays whole."""
        return replace(self, slots=self.slots.since(start))

    def between(self, start: datetime, end: datetime) -> PriceSeries:
        """Return the slots that share time with `[start, end)`."""
        return self._with(self.slots.between(start, end))

    def within(self, start: datetime, end: datetime) -> PriceSeries:
        """Return what lies in `[start, end)`, slots at its ends cut."""
        return replace(self, slots=self.slots.within(start, end))

    def without(self, start: datetime, end: datetime) -> PriceSeries:
        """Return what lies outside of `[start, end)`, slots at its ends cut."""
        if not self.slots.slots:
            return self
        first, last = self.slots.slots[0].start, self.slots.slots[-1].end
        return self._with(
            (*self.within(first, start).slots, *self.within(end, last).slots)
        )

    def covers(self, start: datetime, end: datetime) -> bool:
        """Return whether every moment of `[start, end)` has a price."""
        return self.slots.covers(start, end)

    def final(self, start: datetime, end: datetime) -> bool:
        """Return whether all of `[start, end)` has a price that is not preliminary."""
        held = self.slots.between(start, end)
        return self.covers(start, end) and not any(
            slot.value.preliminary for slot in held
        )

    def hourly(self) -> PriceSeries:
        """Return the time-weighted means of whole hours in UTC.

        An hour that is not wholly known is left out.
        """
        hours: dict[datetime, list[PriceSlot]] = {}
        for slot in self.slots:
            for hour in _hours(slot):
                hours.setdefault(hour, []).append(clipped(slot, hour, hour + HOUR))
        return self._with(
            Slot(hour, hour + HOUR, _mean(parts))
            for hour, parts in hours.items()
            if sum((part.end - part.start for part in parts), timedelta()) == HOUR
        )

    def _with(self, slots: Iterable[PriceSlot]) -> PriceSeries:
        """Return a series of the same kind with these slots."""
        return PriceSeries(self.currency, self.tax, Series.of(slots))

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data for the store; `from_dict` reads it.

        Slots alike that meet are one run: start, length in µs, whether preliminary,
        values, and of each component its name and amounts.
        """
        return {
            "currency": self.currency,
            "tax": self.tax.value,
            "slots": list(_runs(self.slots)),
        }

    @classmethod
    def from_dict(cls, data: object) -> PriceSeries:
        """Return what `as_dict` wrote; ValueError for anything else."""
        kept = msgspec.convert(data, _KeptPrices)
        try:
            slots = tuple(slot for run in kept.slots for slot in _slots(run))
        except OverflowError as err:
            raise ValueError("times beyond the calendar") from err
        return cls(kept.currency, kept.tax, Series(slots))


@looked_up
class _KeptPrices(msgspec.Struct, frozen=True):
    """A price series as it is kept; what a run is made of, `_run` says."""

    currency: Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}\Z")]
    tax: Tax
    slots: list[list[object]]


def number(value: object) -> float:
    """Return plain data's finite number as a float; ValueError for anything else."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            if isfinite(value):
                return float(value)
    except OverflowError:
        # A whole number beyond every float.
        pass
    raise ValueError("not a finite number")


def _hours(slot: PriceSlot) -> Iterator[datetime]:
    """Yield the starts of the hours the slot shares time with."""
    hour = slot.start.replace(minute=0, second=0, microsecond=0)
    while hour < slot.end:
        yield hour
        hour += HOUR


def _mean(parts: list[PriceSlot]) -> Price:
    """Return the mean price of the parts of an hour."""
    if len(parts) == 1:
        return parts[0].value
    # Halves and quarters are exact in binary, so the usual means round only once.
    weighed = [((part.end - part.start) / HOUR, part.value) for part in parts]
    names = {frozenset(name for name, _ in price.components) for _, price in weighed}
    # Components sum to the value only if none is left out of a part.
    common = parts[0].value.components if len(names) == 1 else ()
    means = {
        name: fsum(
            weight * amount
            for weight, price in weighed
            for other, amount in price.components
            if other == name
        )
        for name, _ in common
    }
    return Price(
        fsum(weight * price.value for weight, price in weighed),
        any(price.preliminary for _, price in weighed),
        tuple(means.items()),
    )


def _runs(slots: Iterable[PriceSlot]) -> Iterator[list[object]]:
    """Yield slots as runs of those that are alike."""
    run: list[PriceSlot] = []
    for slot in slots:
        if run and not _goes_on(run[-1], slot):
            yield _run(run)
            run = []
        run.append(slot)
    if run:
        yield _run(run)


def _goes_on(slot: PriceSlot, following: PriceSlot) -> bool:
    """Return whether a slot goes on with another in all but the amounts."""
    price, other = slot.value, following.value
    return (
        slot.end == following.start
        and slot.end - slot.start == following.end - following.start
        and price.preliminary == other.preliminary
        and len(price.components) == len(other.components)
        and all(
            one == another
            for (one, _), (another, _) in zip(
                price.components, other.components, strict=True
            )
        )
    )


def _run(slots: list[PriceSlot]) -> list[object]:
    """Return slots that are alike as plain data."""
    first = slots[0]
    return [
        first.start.isoformat(),
        (first.end - first.start) // _MICROSECOND,
        first.value.preliminary,
        [slot.value.value for slot in slots],
        *(
            [name, [slot.value.components[place][1] for slot in slots]]
            for place, (name, _) in enumerate(first.value.components)
        ),
    ]


def _slots(run: list[object]) -> Iterator[PriceSlot]:
    """Yield the slots of a stored run; ValueError for anything else."""
    start, length, preliminary, values = msgspec.convert(run[:4], _Run)
    named = msgspec.convert(run[4:], list[_Component])
    step = timedelta(microseconds=length)
    parts = [[(name, amount) for amount in amounts] for name, amounts in named]
    components = zip(*parts, strict=True) if parts else repeat((), len(values))
    for value, own in zip(values, components, strict=True):
        yield Slot(start, end := start + step, Price(value, preliminary, own))
        start = end
