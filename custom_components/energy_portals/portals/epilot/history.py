"""epilot's past: what the utility's app knows of each meter's energy and costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import fsum
import re
from typing import Final

from ..history import History, Medium, Readings, Slots
from ..http.errors import AuthError, Forbidden, NotFound, PortalError
from ..model.ledger import CONSUMPTION, COST, FEED_IN, LedgerSeries
from ..model.prices import PriceSeries
from ..model.series import Slot
from ..past_prices import PastPrices
from .client import EpilotClient
from .client_series import Span
from .feeds_prices import PRICES
from .gathering import USUAL, AskHook, Gathered, end_of, gathered, kind_of
from .hooks import Consumption, Hook, Metadata, MoneyRecord
from .models import ZONE, in_words
from .series import (
    FOR_STATISTICS,
    currency_of,
    gross,
    interval_of,
    price_series,
    within_range,
)
from .sites import MeterSite
from .units import Unit, unit_of

# Whole groups of types that each stand for all that was drawn: the first one counts.
_DRAWN: Final = ("feed-out",)
_TARIFFS: Final = ("ht", "nt", "et")
_IMPORT: Final[tuple[tuple[str | None, ...], ...]] = (
    _DRAWN,
    _TARIFFS,
    ("default",),
    ("consumption",),
    (None,),
)
_EXPORT: Final = "feed-in"

type Answered[RecordT] = tuple[Gathered[RecordT], str, Metadata | None]


async def _ask(
    client: EpilotClient, site: MeterSite, start: datetime, end: datetime
) -> Readings:
    """Return what was drawn and fed in, and what it cost where the utility says."""
    span = start, end
    used = await _first(
        *(client, site, site.consumption, client.consumption, span), "getConsumption"
    )
    series = _energy(client, site, *used)
    problems: tuple[PortalError, ...] = ()
    try:
        paid = await _first(*(client, site, site.costs, client.costs, span), "getCosts")
        series |= _costs(client, *paid)
        client.reckoned.add(site.key)
    except (Forbidden, NotFound) as err:
        # Where costs came before they may come again, and prices are no stand-in.
        problems = (err,) if site.key in client.reckoned else ()
    except AuthError:
        raise
    except PortalError as err:
        # What fails here alone does not keep the consumption out.
        problems = (err,)
    return Readings(series=series, problems=problems)


async def _first[RecordT: (Consumption, MoneyRecord)](
    client: EpilotClient,
    site: MeterSite,
    hooks: Sequence[Hook],
    ask: AskHook[RecordT],
    span: Span,
    operation: str,
) -> Answered[RecordT]:
    """Return the records of the first hook that has any.

    One that fails is not passed over: another's figures would come and go with it.
    """
    refusal: PortalError = NotFound(operation, "no hook")
    answered: Answered[RecordT] | None = None
    for hook in hooks:
        try:
            metadata = await client.metadata(hook, site.context)
            interval = interval_of(hook, metadata, FOR_STATISTICS)
            asked = within_range(span, metadata)
            if interval is None:
                continue
            gathered_ = await gathered(
                *(client, ask, hook, site.context, asked, interval), operation=operation
            )
        except (Forbidden, NotFound) as err:
            refusal = err
            continue
        answered = gathered_, interval, metadata
        if gathered_.records:
            return answered
    if answered is None:
        raise refusal
    return answered


# --- energy -----------------------------------------------------------------------


@dataclass(slots=True)
class _Kind:
    """What an answer has of a type: its slots, in the unit that all have."""

    slots: dict[datetime, Slot[float | None]] = field(default_factory=dict)
    units: set[str] = field(default_factory=set)
    name: str = ""


def _energy(
    client: EpilotClient,
    site: MeterSite,
    answer: Gathered[Consumption],
    interval: str,
    metadata: Metadata | None,
) -> dict[LedgerSeries, Slots]:
    """Return the series of what a meter counts; power is none of them."""
    kinds = _kinds(client, site, answer, interval, metadata)
    series = _total(site, kinds, is_whole=answer.is_whole)
    named = _parts(site, kinds)
    keys = [each.key for each in named]
    for key, slots in named.items():
        if keys.count(key.key) == 1:
            series[key] = slots
        else:
            # Two types that are called nearly the same: which is which?
            client.refuse("getConsumption.type")
    return series


def _kinds(
    client: EpilotClient,
    site: MeterSite,
    answer: Gathered[Consumption],
    interval: str,
    metadata: Metadata | None,
) -> dict[str | None, _Kind]:
    """Return the amounts by type, None where one is not known; power is left out."""
    kinds: dict[str | None, _Kind] = {}
    # Of thousands of records, few differ in these.
    meanings: dict[tuple[str | None, str | None], tuple[bool, Unit | None]] = {}
    refused = 0
    for (start, kind), record in answer.records.items():
        meaning = record.type, record.unit
        if meaning not in meanings:
            meanings[meaning] = meant(site, record, metadata)
        is_amount, unit = meanings[meaning]
        if not is_amount:
            continue
        if (own := kinds.get(kind)) is None:
            own = kinds[kind] = _Kind(name=name_of(record, metadata))
        amount = None
        if unit is not None:
            own.units.add(unit.name)
            amount = _amount(record, unit)
        refused += amount is None and record.value is not None
        own.slots[start] = Slot(start, end_of(start, interval), amount)
    client.refuse("getConsumption.value", refused)
    for own in kinds.values():
        if len(own.units) > 1:
            client.refuse("getConsumption.unit")
            own.units.clear()
    return kinds


def meant(
    site: MeterSite, record: Consumption, metadata: Metadata | None
) -> tuple[bool, Unit | None]:
    """Return whether a record may be an amount, and in what it counts."""
    unit = told_unit(site, record, metadata)
    is_power = unit is not None and unit.is_power
    return _is_sum(record, metadata) and not is_power, unit


def _amount(record: Consumption, unit: Unit) -> float | None:
    """Return an amount in the unit it is kept in; none is below zero."""
    if record.value is None or record.value < 0:
        return None
    return record.value * unit.factor


def name_of(record: Consumption, metadata: Metadata | None) -> str:
    """Return what a type is called."""
    option = None if metadata is None else metadata.option(record.type)
    label = in_words(record.label) or in_words(option.label if option else None)
    return label or str(record.type)


def _total(
    site: MeterSite, kinds: Mapping[str | None, _Kind], *, is_whole: bool
) -> dict[LedgerSeries, Slots]:
    """Return all that was drawn, and all that was fed in, where that can be told."""
    series: dict[LedgerSeries, Slots] = {}
    group = next((each for each in _IMPORT if kinds.keys() & {*each}), ())
    present = [kinds[kind] for kind in group if kind in kinds]
    units = {unit for each in present for unit in each.units}
    key = _key_of(site, group)
    is_clear = all(each.units for each in present) and len(units) == 1
    if key is not None and is_clear and (is_whole or group != _TARIFFS):
        slots = _sum([each.slots for each in present])
        series[LedgerSeries(key, units.pop())] = slots
    fed_in = kinds.get(_EXPORT)
    if fed_in is not None and fed_in.units:
        (unit,) = fed_in.units
        series[LedgerSeries(FEED_IN, unit)] = tuple(fed_in.slots.values())
    return series


def _key_of(site: MeterSite, group: tuple[str | None, ...]) -> str | None:
    """Return what a group of types is the whole of, None where that is not known."""
    if group == _DRAWN:
        return CONSUMPTION
    if site.exports is None or not group:
        return None
    return FEED_IN if site.exports else CONSUMPTION


def _parts(
    site: MeterSite, kinds: Mapping[str | None, _Kind]
) -> dict[LedgerSeries, Slots]:
    """Return the tariffs of several, and types that nobody knows."""
    tariffs = [kind for kind in _TARIFFS if kind in kinds]
    series: dict[LedgerSeries, Slots] = {}
    for kind, own in kinds.items():
        if kind is None or not own.units:
            continue
        total = _key_of(site, _TARIFFS)
        if kind in _TARIFFS and total and len(tariffs) + ("feed-out" in kinds) > 1:
            key = f"{total}_{kind}"
        elif kind not in USUAL:
            key = f"other_{_slug(kind)}"
        else:
            continue
        (unit,) = own.units
        series[LedgerSeries(key, unit, own.name)] = tuple(own.slots.values())
    return series


def _is_sum(record: Consumption, metadata: Metadata | None) -> bool:
    """Say whether a record is an amount, as far as its type is described."""
    option = None if metadata is None else metadata.option(record.type)
    method = None if option is None else option.statistical_method
    return method is None or method.casefold() == "sum"


def told_unit(
    site: MeterSite, record: Consumption, metadata: Metadata | None
) -> Unit | None:
    """Return a record's unit: its own or its type's, which agree, else its meter's.

    A type that is not described may count anything, unless it is a usual one.
    """
    option = None if metadata is None else metadata.option(record.type)
    told = {unit_of(each) for each in (record.unit, option and option.unit) if each}
    if told:
        return told.pop() if len(told) == 1 else None
    is_described = option is not None or (metadata is None or metadata.is_whole)
    kind = kind_of(record)
    is_usual = kind is None or kind in USUAL or option is not None
    return unit_of(site.unit) if is_described and is_usual else None


def _sum(parts: Sequence[Mapping[datetime, Slot[float | None]]]) -> Slots:
    """Return the sum of series.

    Where tariffs take turns, there is one of them at a time; where they come together,
    a moment at which one is missing has no sum.
    """
    starts = sorted({start for part in parts for start in part})
    are_together = any(sum(start in part for part in parts) > 1 for start in starts)
    sums = []
    for start in starts:
        slots = [part[start] for part in parts if start in part]
        values = [slot.value for slot in slots if slot.value is not None]
        is_whole = len(values) == (len(parts) if are_together else len(slots))
        sums.append(Slot(start, slots[0].end, fsum(values) if is_whole else None))
    return tuple(sums)


def _slug(kind: str) -> str:
    """Return a type as part of a key."""
    return re.sub(r"[^a-z0-9]+", "_", kind.casefold()).strip("_") or "unnamed"


# --- money ------------------------------------------------------------------------


def _costs(
    client: EpilotClient,
    answer: Gathered[MoneyRecord],
    interval: str,
    metadata: Metadata | None,
) -> dict[LedgerSeries, Slots]:
    """Return what was paid, with tax."""
    del metadata
    currency = currency_of("getCosts", answer.records.values())
    if currency is None:
        return {}
    slots = tuple(
        Slot(start, end_of(start, interval), _paid(client, record, currency))
        for (start, _), record in answer.records.items()
    )
    return {LedgerSeries(COST, currency): slots}


def _paid(client: EpilotClient, record: MoneyRecord, currency: str) -> float | None:
    """Return a cost; in another unit than its currency it is not known."""
    if record.unit is not None and record.unit.strip().upper() != currency:
        client.refuse("getCosts.unit")
        return None
    return gross(record)


async def _price(
    client: EpilotClient, site: MeterSite, start: datetime, end: datetime
) -> PriceSeries:
    """Return the prices of a meter whose contract has one, by the hour if possible."""
    if site.price is None:
        raise NotFound("getPrices", "not one price")
    context = tuple(reversed(site.context))
    return await price_series(client, site.price, context, (start, end), FOR_STATISTICS)


# Heat has no place in the Energy dashboard, and waste water is water that came in.
_MEDIA: Final = {
    "power": Medium.ELECTRICITY,
    "gas": Medium.GAS,
    "water": Medium.WATER,
}

HISTORY: Final = History[EpilotClient, MeterSite](
    at=MeterSite,
    ask=_ask,
    zone=ZONE,
    longest=timedelta(days=31),
    corrects=timedelta(days=3),
    priced_by=PastPrices(key=PRICES.key, ask=_price, zone=ZONE),
    medium=lambda site: _MEDIA.get(site.sector or ""),
)
