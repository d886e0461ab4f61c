"""The ledger: readings of any length become amounts by the hour.

Amounts and sums are in the unit of their series: kWh, m³, or a currency.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import fsum
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from .ledger_readings import Reading, believed
from .periods import midnight
from .series import Slot

if TYPE_CHECKING:
    from .prices import PriceSeries

HOUR: Final = timedelta(hours=1)
KWH: Final = "kWh"
# What gas and water meters count, where the portal does not reckon it as energy.
CUBIC_METRES: Final = "m³"
# kWh. A home is connected with 10 to 100 kW: a MWh in an hour is a unit or a decimal
# point gone wrong, or a company's that has a transformer of its own.
HOME: Final = 1000.0
# How far a day may be from the portal's own total, as a share of that total.
TOLERANCE: Final = 0.02
# Beside a total of next to nothing, any share would be infinite.
_LARGEST_SHARE: Final = 1e6

CONSUMPTION: Final = "consumption"
FEED_IN: Final = "feed_in"
COST: Final = "cost"
COMPENSATION: Final = "compensation"
# Why an hour has no cost: none of the reasons why a reading is refused.
NO_PRICE: Final = "no_price"
# Those that every portal may have; the first of them that a site has leads its import.
STANDARD: Final = (CONSUMPTION, FEED_IN, COST, COMPENSATION)
# What a planner has saved, which is money.
SAVED: Final = "saved"
# Of these somebody asks for days and months; the rest is in the recorder alone.
BY_DAYS: Final = frozenset({*STANDARD, SAVED})


@dataclass(frozen=True, slots=True)
class LedgerSeries:
    """One series of a site's ledger, in kWh, in m³ or in a currency.

    `key` is one of the standard ones, or the portal's own; `name` is what the portal
    calls it then.
    """

    key: str
    unit: str = KWH
    name: str | None = None

    @property
    def is_energy(self) -> bool:
        """Say whether it counts energy."""
        return self.unit == KWH

    @property
    def is_counted(self) -> bool:
        """Say whether a meter counts it, so that it never is below zero."""
        return self.unit in {KWH, CUBIC_METRES}


class LedgerRow(NamedTuple):
    """An hour as it is stored: its amount, None once withdrawn, and the sum so far."""

    start: datetime
    state: float | None
    sum: float


@dataclass(frozen=True, slots=True)
class Hours:
    """What an answer says of a series, by the UTC hour it counts for.

    `until` says where the reading of an hour ends that is longer than the hour: all
    of it counts for its first hour. `since` is where the answer begins, readings
    included that were refused. `refused` are the hours that are not known because of
    such a reading, and why it was refused; `readings` are those that were believed.
    Of the hours that are `left`, what is stored stays, and of those that are `unread`
    as long as it belongs to nothing that is corrected. Amounts of `at_mean` are no
    better than what is stored between the least and the most that they may be.
    """

    amounts: Mapping[datetime, float]
    until: Mapping[datetime, datetime]
    since: datetime | None = None
    refused: Mapping[datetime, str] = field(default_factory=dict)
    readings: Sequence[Reading] = ()
    left: AbstractSet[datetime] = frozenset()
    unread: AbstractSet[datetime] = frozenset()
    at_mean: Mapping[datetime, tuple[float, float]] = field(default_factory=dict)

    def without(self, start: datetime, end: datetime) -> Hours:
        """Return the same but for the hours of a span."""
        amounts = {
            hour: amount
            for hour, amount in self.amounts.items()
            if not start <= hour < end
        }
        unread = {hour for hour in self.unread if not start <= hour < end}
        return replace(self._only(amounts), unread=unread)

    def doubting(self, doubtful: AbstractSet[datetime], why: str) -> Hours:
        """Return the same but for amounts that count for a doubtful hour."""
        refused = dict(self.refused)
        for hour in self.amounts:
            counts_for = {*hours_between(hour, self.until.get(hour, hour + HOUR))}
            if counts_for & doubtful:
                refused |= dict.fromkeys(counts_for, why)
        amounts = {
            hour: amount for hour, amount in self.amounts.items() if hour not in refused
        }
        return replace(self._only(amounts), refused=refused)

    def _only(self, amounts: Mapping[datetime, float]) -> Hours:
        """Return the same with some of its amounts."""
        until = {hour: last for hour, last in self.until.items() if hour in amounts}
        return replace(self, amounts=amounts, until=until)

    def times(self, factor: float) -> Hours:
        """Return the same in another unit."""
        if factor == 1:
            return self
        amounts = {hour: amount * factor for hour, amount in self.amounts.items()}
        return replace(self, amounts=amounts)

    def covered(self) -> set[datetime]:
        """Return the hours that the reading of an earlier hour includes."""
        hours: set[datetime] = set()
        for hour, end in self.until.items():
            hours.update(hours_between(hour + HOUR, end))
        return hours


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What is known of a series of money beside its amounts.

    `unknown` are the hours of energy without an amount, and why. `at_mean` are those
    of which the energy is not known by the price, so that it was taken at the mean
    price of the hour; each with the least and the most that it may have cost.
    """

    unknown: Mapping[datetime, str] = field(default_factory=dict)
    at_mean: Mapping[datetime, tuple[float, float]] = field(default_factory=dict)

    def joined(self, later: Reckoned) -> Reckoned:
        """Return both as one."""
        return Reckoned(
            {**self.unknown, **later.unknown}, {**self.at_mean, **later.at_mean}
        )


def hour_of(when: datetime) -> datetime:
    """Return the UTC hour that holds a moment."""
    return when.replace(minute=0, second=0, microsecond=0)


def gaps(known: Iterable[datetime]) -> list[tuple[datetime, datetime]]:
    """Return the runs of hours that are missing between known ones."""
    hours = sorted(known)
    return [
        (earlier + HOUR, later)
        for earlier, later in pairwise(hours)
        if later - earlier > HOUR
    ]


def hours_between(start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the hours that begin in `[start, end)`, start being one."""
    while start < end:
        yield start
        start += HOUR


def hourly(
    slots: Iterable[Slot[float | None]],
    *,
    signed: bool,
    refused: Counter[str],
    highest: float = HOME,
) -> Hours:
    """Return readings of any length as amounts by the hour.

    An hour has the sum of the readings within it, once they fill it. A longer reading,
    or one across hours, counts for its first hour, and only where nothing finer is
    whole. What cannot be believed of hours below `highest` is counted in `refused` by
    name, and makes no hour.
    """
    taken = believed(slots, signed=signed, highest=highest)
    refused.update(taken.refused.values())
    within: defaultdict[datetime, list[Reading]] = defaultdict(list)
    longer: list[Reading] = []
    for reading in taken.readings:
        hour = hour_of(reading[0])
        place = within[hour] if reading[1] <= hour + HOUR else longer
        place.append(reading)
    amounts = {}
    for hour in sorted(within):
        if (amount := _whole(within[hour])) is not None:
            amounts[hour] = amount
    until = _add_longer(amounts, longer, refused)
    hours = Hours(amounts, until, taken.since, readings=taken.readings)
    if not taken.refused and not taken.unread:
        return hours
    known = amounts.keys() | hours.covered()
    missing = {
        hour: why
        for (start, end), why in sorted(taken.refused.items())
        for hour in hours_between(hour_of(start), end)
        if hour not in known
    }
    unread = {
        hour
        for start, end in taken.unread
        for hour in hours_between(hour_of(start), end)
    }
    return replace(hours, refused=missing, unread=unread - missing.keys())


def _whole(parts: list[Reading]) -> float | None:
    """Return the sum of an hour's readings once they fill it, finer before coarser."""
    if len(parts) == 1:
        start, end, value = parts[0]
        return value if end - start == HOUR else None
    finer = _disjoint(part for part in parts if part[1] - part[0] < HOUR)
    if sum((end - start for start, end, _ in finer), timedelta()) == HOUR:
        return fsum(value for _, _, value in finer)
    return next((value for start, end, value in parts if end - start == HOUR), None)


def _disjoint(parts: Iterable[Reading]) -> list[Reading]:
    """Return readings that do not overlap; a shorter one goes first."""
    taken: list[Reading] = []
    for start, end, value in sorted(parts, key=lambda part: (part[1] - part[0], part)):
        if all(end <= other[0] or start >= other[1] for other in taken):
            taken.append((start, end, value))
    return taken


def _add_longer(
    amounts: dict[datetime, float],
    longer: list[Reading],
    refused: Counter[str],
) -> dict[datetime, datetime]:
    """Add longer readings where nothing finer is whole; return where they end."""
    until: dict[datetime, datetime] = {}
    finer = set(amounts)
    added: dict[datetime, float] = defaultdict(float)
    for start, end, value in sorted(_disjoint(longer)):
        hour = hour_of(start)
        if finer.isdisjoint(hours_between(hour, end)):
            added[hour] += value
            until[hour] = end
        else:
            refused["coarser"] += 1
    amounts.update(added)
    return until


def integrated(slots: Iterable[Slot[float | None]]) -> Iterator[Slot[float | None]]:
    """Yield the energy in kWh of power in W, which is even within a slot, by hour."""
    for slot in slots:
        start = slot.start
        while start < slot.end:
            end = min(slot.end, hour_of(start) + HOUR)
            share = (end - start) / HOUR
            energy = None if slot.value is None else slot.value * share / 1000
            yield Slot(start, end, energy)
            start = end


def costs(
    energy: Iterable[Slot[float | None]], prices: PriceSeries
) -> Iterator[Slot[float | None]]:
    """Yield what energy costs, slot by slot, in the currency of the prices.

    Within a slot of an hour at most, energy is taken as even. A longer one has a cost
    only where the price does not change within it; one without a price for all of it
    has none.
    """
    for slot in energy:
        parts = [
            (min(price.end, slot.end) - max(price.start, slot.start), price.value.value)
            for price in prices.slots.between(slot.start, slot.end)
        ]
        length = slot.end - slot.start
        is_priced = sum((part for part, _ in parts), timedelta()) == length
        if length > HOUR:
            is_priced = is_priced and len({price for _, price in parts}) == 1
        cost = None
        # What is counted is never below zero: nobody is paid for having drawn less.
        if slot.value is not None and slot.value >= 0 and is_priced:
            # Unlike fsum, sum takes what is infinite; it is refused by name later.
            cost = slot.value * sum(part / length * price for part, price in parts)
        yield Slot(slot.start, slot.end, cost)


def differences(
    readings: Iterable[Reading], totals: Mapping[date, float], zone: ZoneInfo
) -> dict[date, float]:
    """Return the days whose sum is not the portal's own total, and by what share.

    A day without a reading is not compared: nothing of it would be imported.
    """
    by_day: defaultdict[date, list[float]] = defaultdict(list)
    bounds = {
        day: (midnight(day, zone), midnight(day + timedelta(days=1), zone))
        for day in totals
    }
    for begin, _, value in readings:
        for day, (start, end) in bounds.items():
            if start <= begin < end:
                by_day[day].append(value)
    shares = {}
    for day, values in by_day.items():
        if abs(fsum(values) - totals[day]) > TOLERANCE * totals[day]:
            shares[day] = share_of(totals[day], values)
    return shares


def share_of(total: float, parts: Iterable[float]) -> float:
    """Return by what share of a total its parts are more than it."""
    share = (fsum(parts) - total) / abs(total) if total else 1.0
    return max(min(share, _LARGEST_SHARE), -_LARGEST_SHARE)


def as_hour(timestamp: float) -> datetime:
    """Return the hour of a stored row."""
    return datetime.fromtimestamp(timestamp, UTC)
