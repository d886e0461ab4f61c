"""What a household pays on top of the raw price, and gets for what it feeds in."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .periods import midnight
from .prices import Price, PriceSeries, PriceSlot, Tax, clipped, number
from .series import Series, Slot

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = frozenset(range(7))
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class GridFee:
    """A fee per kWh, without VAT, at some wall times of some weekdays.

    Weekday 0 is Monday. An `end` that is not after `start` is the next day's, and
    the weekday is then that of the start; 00:00 to 00:00 is the whole day.
    """

    amount: float
    start: time = time()
    end: time = time()
    days: frozenset[int] = EVERY_DAY

    def fits(self, local: datetime) -> bool:
        """Return whether the fee holds at this wall time."""
        now, today = local.time(), local.weekday()
        if self.start < self.end:
            return today in self.days and self.start <= now < self.end
        yesterday = (today - 1) % 7
        return (today in self.days and now >= self.start) or (
            yesterday in self.days and now < self.end
        )


@dataclass(frozen=True, slots=True)
class Tariff:
    """What is added to a raw price.

    `vat` and `percent` are percentages, the latter of the raw price; `fixed`, the
    grid fees and `export` are amounts per kWh without VAT. The first grid fee that
    fits a moment holds; if none does, there is no fee. `hourly` charges the hour's
    mean. `export` is paid on top of the raw price for energy fed in; None if none
    is sold.
    """

    vat: float = 0.0
    percent: float = 0.0
    fixed: float = 0.0
    grid_fees: tuple[GridFee, ...] = ()
    hourly: bool = False
    export: float | None = None

    @classmethod
    def of(cls, options: Mapping[str, object]) -> Tariff:
        """Return the tariff of plain options, named as the fields are.

        A grid fee is `{"amount": 0.5, "start": "06:00", "end": "22:00",
        "days": ["mon", "tue"]}`; all but the amount may be left out.
        Raises ValueError if anything is malformed.
        """
        given = {key: value for key, value in options.items() if value is not None}
        match given.get("hourly", False), given.get("grid_fees", ()):
            case bool(hourly), [*rules]:
                return cls(
                    vat=number(given.get("vat", 0)),
                    percent=number(given.get("percent", 0)),
                    fixed=number(given.get("fixed", 0)),
                    grid_fees=tuple(map(_grid_fee, rules)),
                    hourly=hourly,
                    export=number(given["export"]) if "export" in given else None,
                )
        raise ValueError("not a tariff")

    def shown(self, raw: PriceSeries, zone: ZoneInfo) -> PriceSeries:
        """Return what the household pays, its slots cut where another fee begins.

        With VAT, all is INCLUDED; without, tax is as in the raw prices. Components
        are the raw price's own, or `energy`, then `surcharge`, `grid_fee` and `tax`
        as far as they are configured.
        """
        prices = raw.hourly() if self.hourly else raw
        taxed = self.vat and raw.tax is not Tax.INCLUDED
        if not (taxed or self.percent or self.fixed or self._charges_grid):
            return prices
        return PriceSeries(
            raw.currency,
            Tax.INCLUDED if self.vat else raw.tax,
            Series.of(
                replace(slot, value=self._price(slot.value, fee, raw.tax))
                for slot, fee in _charged(prices, self.grid_fees, zone)
            ),
        )

    def sold(self, raw: PriceSeries) -> PriceSeries | None:
        """Return what the household gets for energy fed in; VAT as in the raw price."""
        if self.export is None:
            return None
        prices = raw.hourly() if self.hourly else raw
        slots = [
            replace(
                slot,
                value=Price(slot.value.value + self.export, slot.value.preliminary),
            )
            for slot in prices.slots
        ]
        return PriceSeries(raw.currency, raw.tax, Series.of(slots))

    @property
    def _charges_grid(self) -> bool:
        """Return whether any grid fee is more or less than nothing."""
        return any(fee.amount for fee in self.grid_fees)

    def _price(self, raw: Price, fee: float, tax: Tax) -> Price:
        """Return the price with everything on top."""
        share, vat = self.percent / 100, self.vat / 100
        energy_vat = 0.0 if tax is Tax.INCLUDED else vat
        energy = raw.value * (1 + share)
        added = self.fixed + fee
        components = list(raw.components or (("energy", raw.value),))
        if self.percent or self.fixed:
            components.append(("surcharge", raw.value * share + self.fixed))
        if self._charges_grid:
            components.append(("grid_fee", fee))
        if self.vat:
            components.append(("tax", energy * energy_vat + added * vat))
        value = energy * (1 + energy_vat) + added * (1 + vat)
        return Price(value, raw.preliminary, tuple(components))


def _charged(
    prices: PriceSeries, rules: tuple[GridFee, ...], zone: ZoneInfo
) -> Iterator[tuple[PriceSlot, float]]:
    """Yield the slots, cut where another rule begins to hold, with their fees."""
    fees = _fees(prices, rules, zone)
    for slot in prices.slots:
        for fee in fees.between(slot.start, slot.end):
            yield clipped(slot, fee.start, fee.end), fee.value


def _fees(
    prices: PriceSeries, rules: tuple[GridFee, ...], zone: ZoneInfo
) -> Series[float]:
    """Return what fee holds when, over the local days of the prices."""
    if not prices.slots:
        return Series()
    day = prices.slots.slots[0].start.astimezone(zone).date()
    end = prices.slots.slots[-1].end
    changes: list[tuple[datetime, GridFee | None]] = []
    while midnight(day, zone) < end:
        for moment in _moments(day, rules, zone):
            local = moment.astimezone(zone)
            rule = next((rule for rule in rules if rule.fits(local)), None)
            if not changes or rule is not changes[-1][1]:
                changes.append((moment, rule))
        day += _DAY
    ends = [*(start for start, _ in changes[1:]), midnight(day, zone)]
    return Series(
        tuple(
            Slot(start, end, rule.amount if rule is not None else 0.0)
            for (start, rule), end in zip(changes, ends, strict=True)
        )
    )


def _moments(day: date, rules: tuple[GridFee, ...], zone: ZoneInfo) -> list[datetime]:
    """Return, in UTC, when another rule may begin to hold on a local day."""
    start, end = midnight(day, zone), midnight(day + _DAY, zone)
    moments = {start, *_shifts(start, end, zone)}
    for wall in {wall for rule in rules for wall in (rule.start, rule.end)}:
        for fold in (0, 1):
            local = datetime.combine(day, wall.replace(fold=fold), zone)
            moments.add(local.astimezone(UTC))
    # A wall time that the clock skips may fall outside; inside it changes nothing.
    return sorted(moment for moment in moments if start <= moment < end)


def _shifts(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield the moment at which the clock is put forward or back, if it is."""

    def shifted(minute: int) -> bool:
        """Return whether the offset is another so many minutes after the start."""
        local = (start + minute * _MINUTE).astimezone(zone)
        return local.utcoffset() != start.astimezone(zone).utcoffset()

    minutes = (end - start) // _MINUTE
    if shifted(minutes):
        yield start + bisect_left(range(minutes), True, key=shifted) * _MINUTE


def _grid_fee(rule: object) -> GridFee:
    """Return the grid fee of a plain rule."""
    match rule:
        case Mapping() if "amount" in rule:
            days = _weekdays(rule.get("days"))
            return GridFee(
                number(rule["amount"]),
                _wall(rule.get("start")),
                _wall(rule.get("end")),
                days,
            )
    raise ValueError("not a grid fee")


def _weekdays(names: object) -> frozenset[int]:
    """Return configured weekdays; none named are all."""
    match names:
        case None | []:
            return EVERY_DAY
        case [*_]:
            return frozenset(map(WEEKDAYS.index, names))
    raise ValueError("not weekdays")


def _wall(text: object) -> time:
    """Return a configured wall time; absent is midnight."""
    match text:
        case None:
            return time()
        case str() if (wall := time.fromisoformat(text)).tzinfo is None:
            return wall
    raise ValueError("not a wall time")
