"""What a household pays on top of the raw price, and gets for what it feeds in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from .bands import Band, Clock, held
from .prices import Price, PriceSeries, PriceSlot, Tax
from .public_holidays import NO_HOLIDAYS, Holidays
from .series import Series, clipped
from .tariff_options import (
    InvalidTariff,
    Options,
    bands_of,
    bool_of,
    choices_of,
    clock_of,
    holidays_of,
    number_of,
    prepare,
    text_of,
)
from .tariff_presets import check_preset
from .tariff_reductions import (
    REDUCTION,
    Costs,
    Counted,
    Energy,
    Limit,
    Reduction,
    costs_with_limits,
    counted_from,
    limits_of,
    reductions_of,
)
from .tariff_standing import StandingCharge, standing_of, with_standing


class Part(StrEnum):
    """What may be in a raw price already."""

    VAT = "vat"
    SURCHARGES = "surcharges"
    GRID_FEES = "grid_fees"


@dataclass(frozen=True, slots=True)
class Tariff:
    """What is added to a raw price.

    `vat` and `percent` are percentages, the latter of the raw price; `fixed`, the
    grid fees and `export` are amounts per kWh without VAT. The first grid fee that
    fits a moment holds; if none does, there is no fee. `hourly` charges the hour's
    mean. `export` is paid on top of the raw price for energy fed in; None if none
    is sold. What is `included` in the raw price is not added; VAT is then added to the
    other parts alone. `standing` is paid whatever is used, and in no price per kWh.
    `reductions` are taken off; limits on them count the statistic `counted`, and have
    `ended`, by place and first day, where that is known.
    """

    vat: float = 0.0
    percent: float = 0.0
    fixed: float = 0.0
    grid_fees: tuple[Band, ...] = ()
    hourly: bool = False
    export: float | None = None
    included: frozenset[Part] = frozenset()
    standing: tuple[StandingCharge, ...] = ()
    holidays: Holidays = NO_HOLIDAYS
    clock: Clock = Clock.LOCAL
    reductions: tuple[Reduction, ...] = ()
    counted: str | None = None
    ended: frozenset[tuple[int, date]] = frozenset()

    @classmethod
    def of(cls, options: Options) -> Tariff:
        """Return the tariff of plain options, named as the fields are.

        What the rows of `grid_fees` and `standing` and the options of holidays are, the
        functions say that read them. Raises InvalidTariff if anything is malformed.
        """
        check_preset(options, "grid_fees")
        reductions = reductions_of(options)
        if limits_of(reductions) and not options.get("counted"):
            raise InvalidTariff("missing_counted", "counted")
        is_sold = options.get("export") is not None
        return cls(
            vat=number_of(options, "vat"),
            percent=number_of(options, "percent"),
            fixed=number_of(options, "fixed"),
            grid_fees=bands_of(options, "grid_fees"),
            hourly=bool_of(options, "hourly"),
            export=number_of(options, "export") if is_sold else None,
            included=choices_of(options, "included", Part),
            standing=standing_of(options, number_of(options, "vat")),
            holidays=holidays_of(options),
            clock=clock_of(options),
            reductions=reductions,
            counted=text_of(options, "counted"),
        )

    def prepare(self) -> None:
        """Load what the prices of any day need, which reads files.

        Raises InvalidTariff for a country or subdivision that there is not.
        """
        prepare(self.grid_fees, self.holidays)

    def shown(self, raw: PriceSeries, zone: ZoneInfo) -> PriceSeries:
        """Return what the household pays, its slots cut where another fee begins.

        With VAT, all is INCLUDED; without, tax is as in the raw prices. Components
        are the raw price's own, or `energy`, then `surcharge`, `grid_fee`, `tax` and
        reductions as far as they are configured.
        """
        prices = raw.hourly() if self.hourly else raw
        tax = Tax.INCLUDED if Part.VAT in self.included else raw.tax
        taxed = self.vat and tax is not Tax.INCLUDED
        is_changed = taxed or self._has_surcharge or self._charges_grid
        if not (is_changed or self.reductions):
            return prices if tax is raw.tax else replace(prices, tax=tax)
        return PriceSeries(
            raw.currency,
            Tax.INCLUDED if self.vat else tax,
            Series.of(
                replace(slot, value=self._price(slot, fee, tax, zone))
                for slot, fee in self._charged(prices, zone)
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
        tax = Tax.INCLUDED if Part.VAT in self.included else raw.tax
        return PriceSeries(raw.currency, tax, Series.of(slots))

    @property
    def _has_surcharge(self) -> bool:
        """Return whether the supplier adds anything."""
        is_added = Part.SURCHARGES not in self.included
        return is_added and bool(self.percent or self.fixed)

    @property
    def _charges_grid(self) -> bool:
        """Return whether any grid fee is added that is more or less than nothing."""
        is_added = Part.GRID_FEES not in self.included
        return is_added and any(fee.amount for fee in self.grid_fees)

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Return the reductions that end after so many kWh."""
        return limits_of(self.reductions)

    def counted_from(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """Return from when on limits count at a moment, None where nothing ends."""
        return counted_from(self.limits, moment, zone) if self.limits else None

    def ended_by(self, used: Iterable[Energy], now: datetime, zone: ZoneInfo) -> Tariff:
        """Return the tariff of now: what ends is over by what was used, kWh."""
        ended = Counted(used, zone).ended(self.limits, now)
        return replace(self, ended=ended)

    def cost_of(
        self,
        costs: Costs,
        used: Sequence[Energy],
        prices: PriceSeries,
        before: Iterable[Energy],
        zone: ZoneInfo,
    ) -> Iterator[Energy]:
        """Yield what energy costs that `costs` makes of prices, all that is paid.

        What ends counts what was used `before`, too; standing charges are on top.
        """
        made: Iterable[Energy] = costs(used, prices)
        if limits := self.limits:
            counted = Counted((*before, *used), zone)
            made = costs_with_limits(costs, used, prices, limits, counted)
        return with_standing(made, self.standing, zone)

    def _price(self, slot: PriceSlot, fee: float, tax: Tax, zone: ZoneInfo) -> Price:
        """Return the price with everything on top, and what is taken off."""
        raw = slot.value
        share, fixed = 0.0, 0.0
        if self._has_surcharge:
            share, fixed = self.percent / 100, self.fixed
        vat = self.vat / 100
        energy_vat = 0.0 if tax is Tax.INCLUDED else vat
        energy = raw.value * (1 + share)
        added = fixed + fee
        components = list(raw.components or (("energy", raw.value),))
        if self._has_surcharge:
            components.append(("surcharge", raw.value * share + fixed))
        if self._charges_grid:
            components.append(("grid_fee", fee))
        if self.vat:
            components.append(("tax", energy * energy_vat + added * vat))
        value = energy * (1 + energy_vat) + added * (1 + vat)
        day = slot.start.astimezone(zone).date()
        for place, each in enumerate(self.reductions, 1):
            off = each.of_price(raw.value) * (1 + energy_vat) + each.amount * (1 + vat)
            has_ended = (place, each.begun(day)) in self.ended
            if each.up_to is None:
                components.append((REDUCTION, -off))
            else:
                limit = Limit(place, each)
                components += limit.component(off, has_ended=has_ended)
            value -= 0.0 if has_ended else off
        return Price(value, raw.preliminary, tuple(components))

    def _charged(
        self, prices: PriceSeries, zone: ZoneInfo
    ) -> Iterator[tuple[PriceSlot, float]]:
        """Yield the slots, cut where another grid fee begins to hold, with the fees."""
        slots = prices.slots.slots
        if not self._charges_grid or not slots:
            yield from ((slot, 0.0) for slot in slots)
            return
        start, end = slots[0].start, slots[-1].end
        clock = self.clock.of(zone, start.astimezone(zone).year)
        fees = held(self.grid_fees, start, end, clock, self.holidays)
        for slot in slots:
            for fee in fees.between(slot.start, slot.end):
                amount = 0.0 if fee.value is None else fee.value.amount
                yield clipped(slot, fee.start, fee.end), amount
