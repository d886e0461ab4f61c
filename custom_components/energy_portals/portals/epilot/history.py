"""epilot's past: what the utility's app knows of each meter's energy and costs."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
import re
from typing import Final

from ..history import History, Readings, Slots
from ..http.errors import AuthError, Forbidden, NotFound, PortalError
from ..model.ledger import CONSUMPTION, COST, FEED_IN, LedgerSeries
from ..model.prices import PriceSeries
from ..model.series import Slot
from ..price_feeds import PastPrices
from .client import EpilotClient
from .client_series import Span
from .feeds_prices import PRICES
from .hooks import Consumption, Hook, Metadata, MoneyRecord
from .models import ZONE, in_words
from .series import (
    FOR_STATISTICS,
    AskHook,
    Unit,
    currency_of,
    end_of,
    gathered,
    gross,
    interval_of,
    price_series,
    unit_of,
    within_range,
)
from .sites import MeterSite

# Whole groups of types that each stand for all that was drawn: the first one counts.
_IMPORT: Final[tuple[tuple[str | None, ...], ...]] = (
    ("feed-out",),
    ("ht", "nt", "et"),
    ("default",),
    ("consumption",),
    (None,),
)
_EXPORT: Final = "feed-in"
_TARIFFS: Final = ("ht", "nt", "et")

type Records[RecordT] = Mapping[tuple[datetime, str | None], RecordT]
type Answered[RecordT] = tuple[Records[RecordT], str, Metadata | None]


async def _ask(
    client: EpilotClient, site: MeterSite, start: datetime, end: datetime
) -> Readings:
    """Return what was drawn and fed in, and what it cost where the utility says."""
    span = start, end
    used = await _first(client, site, site.consumption, client.consumption, span)
    series = _energy(site, *used)
    problems: tuple[PortalError, ...] = ()
    try:
        paid = await _first(client, site, site.costs, client.costs, span)
        series |= _costs(*paid)
    except Forbidden, NotFound:
        pass
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
) -> Answered[RecordT]:
    """Return the records of the first hook that has any.

    One that fails is not passed over: another's figures would come and go with it.
    """
    refusal: PortalError = NotFound("getConsumption", "no hook")
    answered: Answered[RecordT] | None = None
    for hook in hooks:
        try:
            metadata = await client.metadata(hook, site.context)
            interval = interval_of(hook, metadata, FOR_STATISTICS)
            asked = within_range(span, metadata)
            if interval is None:
                continue
            records = await gathered(ask, hook, site.context, asked, interval)
        except (Forbidden, NotFound) as err:
            refusal = err
            continue
        answered = records, interval, metadata
        if records:
            return answered
    if answered is None:
        raise refusal
    return answered


# --- energy -----------------------------------------------------------------------


def _energy(
    site: MeterSite,
    records: Records[Consumption],
    interval: str,
    metadata: Metadata | None,
) -> dict[LedgerSeries, Slots]:
    """Return the series of what a meter counts; power is none of them."""
    by_type: dict[str | None, dict[datetime, Slot[float | None]]] = {}
    units: dict[str | None, Unit] = {}
    names: dict[str | None, str] = {}
    for (start, kind), record in records.items():
        unit = counted(site, record, metadata)
        if unit is None or units.setdefault(kind, unit).name != unit.name:
            continue
        option = None if metadata is None else metadata.option(kind)
        label = in_words(record.label) or in_words(option.label if option else None)
        names.setdefault(kind, label or str(kind))
        amount = None if record.value is None else record.value * unit.factor
        slot = Slot(start, end_of(start, interval), amount)
        by_type.setdefault(kind, {})[start] = slot
    series: dict[LedgerSeries, Slots] = {}
    total = FEED_IN if site.exports else CONSUMPTION
    group = next((each for each in _IMPORT if by_type.keys() & {*each}), ())
    present = [kind for kind in group if kind in by_type]
    if present and len({units[kind].name for kind in present}) == 1:
        key = LedgerSeries(total, units[present[0]].name)
        series[key] = _sum([by_type[kind] for kind in present])
    if _EXPORT in by_type:
        key = LedgerSeries(FEED_IN, units[_EXPORT].name)
        series[key] = tuple(by_type[_EXPORT].values())
    for kind, slots in by_type.items():
        if kind in _TARIFFS and len(present) + ("feed-out" in by_type) > 1:
            key = LedgerSeries(f"{total}_{kind}", units[kind].name, names[kind])
        elif kind is not None and kind != _EXPORT and kind not in _KNOWN:
            key = LedgerSeries(f"other_{_slug(kind)}", units[kind].name, names[kind])
        else:
            continue
        series[key] = tuple(slots.values())
    return series


_KNOWN: Final = frozenset(kind for group in _IMPORT for kind in group)


def counted(
    site: MeterSite, record: Consumption, metadata: Metadata | None
) -> Unit | None:
    """Return in what a record counts an amount, None for power or what is unknown."""
    option = None if metadata is None else metadata.option(record.type)
    if option is not None and option.statistical_method not in {None, "sum"}:
        return None
    unit = told_unit(site, record, metadata)
    return None if unit is None or unit.is_power else unit


def told_unit(
    site: MeterSite, record: Consumption, metadata: Metadata | None
) -> Unit | None:
    """Return a record's unit: its own, else its type's, else its meter's."""
    option = None if metadata is None else metadata.option(record.type)
    return unit_of(record.unit or (option.unit if option else None) or site.unit)


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
        # Unlike fsum, sum may be infinite; the history refuses it by name.
        sums.append(Slot(start, slots[0].end, sum(values) if is_whole else None))
    return tuple(sums)


def _slug(kind: str) -> str:
    """Return a type as part of a key."""
    return re.sub(r"[^a-z0-9]+", "_", kind.casefold()).strip("_") or "unnamed"


# --- money ------------------------------------------------------------------------


def _costs(
    records: Records[MoneyRecord], interval: str, metadata: Metadata | None
) -> dict[LedgerSeries, Slots]:
    """Return what was paid, with tax."""
    del metadata
    if not records:
        return {}
    series = LedgerSeries(COST, currency_of("getCosts", records.values()))
    slots = tuple(
        Slot(start, end_of(start, interval), gross("getCosts", record))
        for (start, _), record in records.items()
    )
    return {series: slots}


async def _price(
    client: EpilotClient, site: MeterSite, start: datetime, end: datetime
) -> PriceSeries:
    """Return the prices of a meter whose contract has one, by the hour if possible."""
    if site.price is None:
        raise NotFound("getPrices", "not one price")
    context = tuple(reversed(site.context))
    return await price_series(client, site.price, context, (start, end), FOR_STATISTICS)


HISTORY: Final = History[EpilotClient, MeterSite](
    at=MeterSite,
    ask=_ask,
    zone=ZONE,
    longest=timedelta(days=31),
    corrects=timedelta(days=3),
    priced_by=PastPrices(key=PRICES.key, ask=_price, zone=ZONE),
)
