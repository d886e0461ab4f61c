"""Money in another currency than the house's: as it is, left out, or converted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from ..portals.history import Readings, Slots
from ..portals.model.ledger import LedgerSeries, Reckoned
from ..portals.model.ledger_days import Ledger
from ..portals.model.periods import midnight


class Foreign(StrEnum):
    """What becomes of money for which there is no rate."""

    KEEP = "keep"
    LEAVE_OUT = "leave_out"


class InvalidRate(ValueError):
    """A row that is no rate."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What one of a currency is in the house's, from the beginning of a day on."""

    currency: str
    rate: float
    since: date

    @classmethod
    def of(cls, row: object) -> Rate:
        """Return a rate of the options, `{"currency", "rate", "since"}`."""
        match row:
            case {"currency": str(code), "rate": int() | float() as rate, **more}:
                currency, since = code.strip().upper(), more.get("since")
            case _:
                raise InvalidRate
        if len(currency) != 3 or not currency.isalpha() or not 0 < rate < 1e6:
            raise InvalidRate
        try:
            day = date.min if since is None else date.fromisoformat(str(since))
        except ValueError:
            raise InvalidRate from None
        return cls(currency, float(rate), day)


def rates_of(options: Mapping[str, object]) -> tuple[Rate, ...]:
    """Return the rates that the user entered; InvalidRate for what is none."""
    match options.get("rates"):
        case None:
            return ()
        case [*rows]:
            return tuple(Rate.of(row) for row in rows)
    raise InvalidRate


def rate_on(options: Mapping[str, object], currency: str, day: date) -> Rate | None:
    """Return the rate of a currency that holds on a day, None before the first."""
    own = [each for each in rates_of(options) if each.currency == currency]
    # The last one entered for a day counts.
    by_day = {each.since: each for each in own if each.since <= day}
    return by_day[max(by_day)] if by_day else None


def with_rate(
    options: Mapping[str, object], currency: str, rate: float, day: date
) -> dict[str, object]:
    """Return options with a rate that holds from a day on; the others stay."""
    rows = [*rows] if isinstance(rows := options.get("rates"), list) else []
    kept = (
        row
        for row, each in zip(rows, rates_of(options), strict=True)
        if (each.currency, each.since) != (currency, day)
    )
    new = {"currency": currency, "rate": rate, "since": day.isoformat()}
    return {**options, "rates": [*kept, new]}


def foreign_of(
    options: Mapping[str, object], ledgers: Iterable[Ledger], house: str
) -> str | None:
    """Return the currency of an account's money that is not the house's.

    None where there is none, or several.
    """
    shown = {
        days.series.unit
        for ledger in ledgers
        for days in ledger.by_series.values()
        if not days.series.is_counted
    }
    others = {*shown, *(each.currency for each in rates_of(options))} - {house}
    return others.pop() if len(others) == 1 else None


def is_decided(options: Mapping[str, object], currency: str) -> bool:
    """Say whether the user has said what becomes of a currency."""
    rates = rates_of(options)
    return "foreign" in options or any(each.currency == currency for each in rates)


def in_house_currency(
    readings: Readings, options: Mapping[str, object], house: str, zone: ZoneInfo
) -> Readings:
    """Return an answer with its money as the user wants it.

    Money that has a rate is in the house's currency, and not known before the first
    day of a rate.
    """
    foreign = [
        each for each in readings.series if not each.is_counted and each.unit != house
    ]
    rates = rates_of(options)
    is_left_out = options.get("foreign") == Foreign.LEAVE_OUT
    if not foreign or not (rates or is_left_out):
        return readings
    series = dict(readings.series)
    reckoned = dict(readings.reckoned)
    for each in foreign:
        own = [rate for rate in rates if rate.currency == each.unit]
        if not own and not is_left_out:
            continue
        slots = series.pop(each)
        told = reckoned.pop(each.key, None)
        if own:
            converted = _Rates(own, zone)
            series[LedgerSeries(each.key, house, each.name)] = converted.slots(slots)
            if told is not None:
                reckoned[each.key] = converted.reckoned(told)
    return replace(readings, series=series, reckoned=reckoned)


class _Rates:
    """The rates of one currency, by the time from which each holds."""

    def __init__(self, rates: Iterable[Rate], zone: ZoneInfo) -> None:
        """Sort them; the last one entered for a day counts."""
        by_day = {each.since: each.rate for each in rates}
        self._rates = [
            (None if day == date.min else midnight(day, zone), by_day[day])
            for day in sorted(by_day, reverse=True)
        ]

    def at(self, moment: datetime) -> float | None:
        """Return the rate of a moment, None before the first."""
        fitting = (
            rate for since, rate in self._rates if since is None or since <= moment
        )
        return next(fitting, None)

    def slots(self, slots: Slots) -> Slots:
        """Return money in the house's currency."""
        return tuple(
            replace(
                slot,
                value=None
                if slot.value is None or (rate := self.at(slot.start)) is None
                else slot.value * rate,
            )
            for slot in slots
        )

    def reckoned(self, told: Reckoned) -> Reckoned:
        """Return what is known of amounts at their mean, in that currency."""
        at_mean = {
            hour: (least * rate, most * rate)
            for hour, (least, most) in told.at_mean.items()
            if (rate := self.at(hour)) is not None
        }
        return Reckoned(told.unknown, at_mean)
