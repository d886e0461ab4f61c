"""From a hook's records to the model's slots: windows, intervals, units, tax."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
import logging
from statistics import median
from typing import Final

from ..http.errors import UnexpectedResponse
from ..model.ledger import CUBIC_METRES, KWH
from ..model.periods import midnight
from ..model.prices import Price, PriceSeries, Tax
from ..model.series import Series, Slot
from ..reading.body import Mismatch, Refused
from . import reads
from .client_series import Context, SeriesCalls, Span
from .hooks import Consumption, Hook, Metadata, MoneyRecord
from .models import ZONE, PricePart

_LOGGER = logging.getLogger(__name__)

_DAY: Final = timedelta(days=1)
# How much a hook takes in one question.
WINDOWS: Final = {"PT15M": _DAY, "PT1H": 31 * _DAY, "P1D": 366 * _DAY}
_LENGTHS: Final = {"PT15M": timedelta(minutes=15), "PT1H": timedelta(hours=1)}
# What comes first is preferred.
FOR_STATISTICS: Final = ("PT1H", "PT15M", "P1D")
FOR_PRICES: Final = ("PT15M", "PT1H", "P1D")
_OTHERWISE: Final = "PT1H"

_ENERGY: Final = {"wh": 0.001, "kwh": 1.0}
_VOLUME: Final = frozenset({"m³", "m3", "cubic-meter", "cbm"})
_POWER: Final = {"w": 1.0, "kw": 1000.0}
_TOLD: Final = (
    PricePart.AUCTION_PRICE,
    PricePart.TAXES_LEVIES,
    PricePart.SOURCE_FEE,
    PricePart.GRID_FEE,
    PricePart.MARGIN,
)
# Above it the price is hardly per kWh.
_HARDLY_PER_KWH: Final = 2.0

type AskHook[RecordT] = Callable[
    [Hook, Context, Span, str], Awaitable[Sequence[RecordT]]
]


@dataclass(frozen=True, slots=True)
class Unit:
    """What a value counts: in `name` after it was multiplied by `factor`."""

    name: str
    factor: float
    is_power: bool = False


def unit_of(text: str | None) -> Unit | None:
    """Return what a unit means; only of mega does case tell the kind."""
    plain = (text or "").strip()
    if plain == "MWh":
        return Unit(KWH, 1000.0)
    if plain == "MW":
        return Unit("W", 1_000_000.0, is_power=True)
    folded = plain.casefold()
    if folded in _ENERGY:
        return Unit(KWH, _ENERGY[folded])
    if folded in _POWER:
        return Unit("W", _POWER[folded], is_power=True)
    return Unit(CUBIC_METRES, 1.0) if folded in _VOLUME else None


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


def end_of(start: datetime, interval: str) -> datetime:
    """Return when an interval ends; a day is a local one."""
    if interval in _LENGTHS:
        return start + _LENGTHS[interval]
    return midnight(start.astimezone(ZONE).date() + _DAY, ZONE)


def windows(span: Span, interval: str) -> Iterator[Span]:
    """Cut a span into what a hook takes in one question."""
    start, end = span
    while start < end:
        cut = min(start + WINDOWS[interval], end)
        yield start, cut
        start = cut


def within_range(span: Span, metadata: Metadata | None) -> Span:
    """Return the part of a span for which there may be data."""
    known = None if metadata is None else metadata.data_range
    start, end = span
    if known is not None:
        start = max(start, _moment(known.start) or start)
        end = min(end, _moment(known.end) or end)
    return start, end


async def gathered[RecordT: (Consumption, MoneyRecord)](
    ask: AskHook[RecordT], hook: Hook, context: Context, span: Span, interval: str
) -> dict[tuple[datetime, str | None], RecordT]:
    """Return the records that begin in a span, by moment and type, in order.

    Of two for the same moment and type the later one holds.
    """
    records: dict[tuple[datetime, str | None], RecordT] = {}
    for window in windows(span, interval):
        for record in await ask(hook, context, window, interval):
            start = _moment(record.timestamp)
            if start is not None and window[0] <= start < window[1]:
                kind = record.type if isinstance(record, Consumption) else None
                records[start, kind] = record
    return dict(sorted(records.items(), key=lambda item: item[0][0]))


def _moment(text: str | None) -> datetime | None:
    """Return a moment in UTC, None for what is none."""
    if text is None:
        return None
    try:
        return reads.when(text)
    except Mismatch, Refused:
        return None


# --- money ------------------------------------------------------------------------


def gross(operation: str, record: MoneyRecord) -> float | None:
    """Return an amount with its tax."""
    amount = reads.main_unit(record.unit_amount, record.unit_amount_decimal)
    return None if amount is None else amount * _to_gross(operation, record)


def _to_gross(operation: str, record: MoneyRecord) -> float:
    """Return what a record's amounts are multiplied with to have the tax in them."""
    if record.tax_behavior == "inclusive":
        return 1.0
    if record.tax_behavior != "exclusive":
        raise UnexpectedResponse(operation, "neither with nor without tax")
    return 1 + record.tax_rate / 100


def currency_of(operation: str, records: Iterable[MoneyRecord]) -> str:
    """Return the one currency of records."""
    codes = {record.unit_amount_currency.strip().upper() for record in records}
    if len(codes) != 1:
        raise UnexpectedResponse(operation, "more than one currency")
    return codes.pop()


def _price(record: MoneyRecord) -> Price | None:
    """Return what a kWh costs, made up of net parts and the tax."""
    value = gross("getPrices", record)
    if value is None:
        return None
    rate = 1 + record.tax_rate / 100
    net = value / rate
    to_net = 1.0 if record.tax_behavior == "exclusive" else 1 / rate
    told = record.components or {}
    parts: list[tuple[str, float]] = []
    for name in _TOLD:
        cents = told.get(f"{name}_amount")
        amount = reads.main_unit(cents, told.get(f"{name}_amount_decimal"))
        if amount is not None:
            parts.append((name, amount * to_net))
    rest = net - sum(amount for _, amount in parts)
    # What the parts leave open; a rounding error is nothing.
    if abs(rest) > 1e-9:
        parts.append((PricePart.OTHER if parts else PricePart.NET, rest))
    return Price(value, components=(*parts, (PricePart.VAT, value - net)))


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
    records = await gathered(client.prices, hook, context, span, interval)
    if not records:
        return PriceSeries("")
    currency = currency_of("getPrices", records.values())
    starts = [start for start, _ in records]
    following = dict(pairwise(starts))
    slots = []
    for (start, _), record in records.items():
        if (price := _price(record)) is not None:
            end = end_of(start, interval)
            # Records closer than what was asked for do not overlap.
            slots.append(Slot(start, min(end, following.get(start, end)), price))
    if slots and abs(median(slot.value.value for slot in slots)) > _HARDLY_PER_KWH:
        _warn_once(client)
    return PriceSeries(currency, Tax.INCLUDED, Series.of(slots))


def _warn_once(client: SeriesCalls) -> None:
    """Say once that a price is too high to be one per kWh; nothing is converted."""
    if not client.has_odd_prices:
        client.has_odd_prices = True
        _LOGGER.warning(
            "A portal's prices are above %s per kWh: its unit may be another one",
            _HARDLY_PER_KWH,
        )
