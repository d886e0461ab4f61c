"""From a hook's records to the model's slots: intervals, tax."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import pairwise
import logging
from statistics import median
from typing import Final

from ..http.errors import UnexpectedResponse
from ..model.prices import Price, PriceSeries, Tax, price_unit
from ..model.series import Series, Slot
from ..reading.body import Mismatch, Refused
from .client_series import Context, SeriesCalls, Span
from .gathering import PRICES, end_of, gathered
from .hooks import Hook, Metadata, MoneyRecord
from .models import PricePart
from .values import main_unit, tax_rate, when

_LOGGER = logging.getLogger(__name__)

# What comes first is preferred.
FOR_STATISTICS: Final = ("PT1H", "PT15M", "P1D")
FOR_PRICES: Final = ("PT15M", "PT1H", "P1D")
_OTHERWISE: Final = "PT1H"

_TOLD: Final = (
    PricePart.AUCTION_PRICE,
    PricePart.TAXES_LEVIES,
    PricePart.SOURCE_FEE,
    PricePart.GRID_FEE,
    PricePart.MARGIN,
)
# Above it the price is hardly per kWh.
_HARDLY_PER_KWH: Final = dict.fromkeys(("EUR", "CHF", "GBP", "USD"), 2.0)
_HARDLY_IN_ANY: Final = 100.0
_PER_ENERGY: Final = frozenset({0.001, 1.0, 1000.0, 1_000_000.0})


def interval_of(
    hook: Hook, metadata: Metadata | None, wanted: Iterable[str]
) -> str | None:
    """Return the first wanted interval that a hook offers, None where none is.

    Metadata without intervals stands for all of them.
    """
    if metadata is not None:
        known = metadata.intervals
    else:
        known = [*(hook.intervals or (_OTHERWISE,))]
    return next((each for each in wanted if known is None or each in known), None)


def within_range(span: Span, metadata: Metadata | None) -> Span:
    """Return the part of a span for which there may be data."""
    known = None if metadata is None else metadata.data_range
    start, end = span
    if known is not None:
        start = max(start, _moment(known.start) or start)
        end = min(end, _moment(known.end) or end)
    return start, end


def _moment(text: str | None) -> datetime | None:
    """Return a moment in UTC, None for what is none."""
    if text is None:
        return None
    try:
        return when(text)
    except Mismatch, Refused:
        return None


# --- money ------------------------------------------------------------------------


def gross(record: MoneyRecord) -> float | None:
    """Return an amount with its tax in its currency, None where one is not known."""
    try:
        amount = main_unit(
            record.unit_amount, record.unit_amount_decimal, record.unit_amount_currency
        )
        rate = tax_rate(record.tax_rate)
    except Mismatch, Refused:
        return None
    if amount is None or record.tax_behavior not in {"inclusive", "exclusive"}:
        return None
    return amount if record.tax_behavior == "inclusive" else amount * (1 + rate / 100)


def currency_of(operation: str, records: Iterable[MoneyRecord]) -> str | None:
    """Return the one currency of the records that have an amount."""
    codes = {each.unit_amount_currency for each in records if gross(each) is not None}
    codes = {code.strip().upper() for code in codes}
    if len(codes) > 1:
        raise UnexpectedResponse(operation, "more than one currency")
    return codes.pop() if codes else None


def _price(record: MoneyRecord) -> Price | None:
    """Return what a kWh costs, made up of net parts and the tax."""
    value, divisor = gross(record), _divisor(record)
    if value is None or divisor is None:
        return None
    value /= divisor
    rate = 1 + record.tax_rate / 100
    net = value / rate
    to_net = (1.0 if record.tax_behavior == "exclusive" else 1 / rate) / divisor
    parts = [(name, amount * to_net) for name, amount in _parts(record)]
    rest = net - sum(amount for _, amount in parts)
    # What the parts leave open; a rounding error is nothing.
    if abs(rest) > 1e-9:
        parts.append((PricePart.OTHER if parts else PricePart.NET, rest))
    return Price(value, components=(*parts, (PricePart.VAT, value - net)))


def _divisor(record: MoneyRecord) -> float | None:
    """Return what an amount is divided by to be per kWh, None where nobody knows."""
    if record.unit is None:
        return 1.0
    unit = price_unit(record.unit)
    if unit is None or unit.currency != record.unit_amount_currency.strip().upper():
        return None
    return unit.divisor if unit.divisor in _PER_ENERGY else None


def _in_no_unit(records: Iterable[MoneyRecord]) -> int:
    """Return how many prices are in a unit that is none of a price."""
    return sum(_divisor(each) is None for each in records)


def _parts(record: MoneyRecord) -> Iterator[tuple[str, float]]:
    """Yield what is told of a price's parts; one that is told in two ways is not."""
    parts = record.components or {}
    for name in _TOLD:
        cents, decimal = (
            parts.get(f"{name}_amount"),
            parts.get(f"{name}_amount_decimal"),
        )
        with suppress(Mismatch, Refused):
            amount = main_unit(cents, decimal, record.unit_amount_currency)
            if amount is not None:
                yield name, amount


async def price_series(
    client: SeriesCalls,
    hook: Hook,
    context: Context,
    span: Span,
    wanted: Iterable[str],
) -> PriceSeries:
    """Return the prices of a span with tax, in the finest interval that is wanted."""
    metadata = await client.metadata(hook, context)
    interval = interval_of(hook, metadata, wanted)
    if interval is None:
        return PriceSeries("")
    answer = await gathered(
        client, client.prices, hook, context, span, interval, operation=PRICES
    )
    currency = currency_of(PRICES, answer.records.values())
    if currency is None:
        return PriceSeries("")
    client.refuse(f"{PRICES}.unit", _in_no_unit(answer.records.values()))
    slots = list(_slots(answer.records, interval))
    if not slots:
        raise UnexpectedResponse(PRICES, "no price is per kWh")
    _check_per_kwh(client, currency, [slot.value.value for slot in slots])
    return PriceSeries(currency, Tax.INCLUDED, Series.of(slots))


def _slots(
    records: Mapping[tuple[datetime, str | None], MoneyRecord], interval: str
) -> Iterator[Slot[Price]]:
    """Yield the prices; those closer than what was asked for do not overlap."""
    starts = [start for start, _ in records]
    following = dict(pairwise(starts))
    for (start, _), record in records.items():
        if (price := _price(record)) is not None:
            end = end_of(start, interval)
            yield Slot(start, min(end, following.get(start, end)), price)


def _check_per_kwh(client: SeriesCalls, currency: str, values: Sequence[float]) -> None:
    """Raise for prices too high to be per kWh; nothing is converted."""
    most = _HARDLY_PER_KWH.get(currency, _HARDLY_IN_ANY)
    if not values or abs(median(values)) <= most:
        return
    if not client.has_odd_prices:
        client.has_odd_prices = True
        _LOGGER.warning(
            "A portal's prices are above %s %s per kWh and are left out: their unit may"
            " be another one",
            *(most, currency),
        )
    client.refuse(f"{PRICES}.unit_amount", len(values))
    raise UnexpectedResponse(PRICES, "too high to be per kWh")
