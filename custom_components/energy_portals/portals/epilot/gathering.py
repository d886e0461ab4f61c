"""Where records lie in time: windows, wall clocks, intervals, and what comes twice."""

from collections import Counter as Tally, defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise, starmap
from operator import lt
from typing import Final

from ..http.errors import UnexpectedResponse
from ..model.periods import midnight
from ..reading.body import Mismatch, Refused
from .bodies import Rows
from .client_series import Context, SeriesCalls, Span
from .hooks import Consumption, Hook, MoneyRecord
from .models import ZONE
from .records import blank
from .values import both, clock, when

_DAY: Final = timedelta(days=1)
# How much a hook takes in one question.
WINDOWS: Final = {"PT15M": _DAY, "PT1H": 31 * _DAY, "P1D": 366 * _DAY}
_LENGTHS: Final = {"PT15M": timedelta(minutes=15), "PT1H": timedelta(hours=1)}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
PRICES: Final = "getPrices"
# Types that stand for all that was drawn, for a part of it, or for what was fed in.
USUAL: Final = frozenset(
    {"feed-out", "feed-in", "ht", "nt", "et", "default", "consumption"}
)

type AskHook[RecordT] = Callable[[Hook, Context, Span, str], Awaitable[Rows[RecordT]]]


@dataclass(frozen=True, slots=True)
class Gathered[RecordT]:
    """The records that begin in a span, by moment and type, in order.

    `is_whole` says that none is missing whose moment or type could not be read.
    """

    records: dict[tuple[datetime, str | None], RecordT]
    is_whole: bool = True


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


async def gathered[RecordT: (Consumption, MoneyRecord)](
    client: SeriesCalls,
    ask: AskHook[RecordT],
    hook: Hook,
    context: Context,
    span: Span,
    interval: str,
    *,
    operation: str,
) -> Gathered[RecordT]:
    """Return the records that begin in a span.

    Of two for the same moment and type that differ, neither holds. A price holds until
    the next; an amount is of the whole interval, and of no other.
    """
    by_key: dict[tuple[datetime, str | None], RecordT] = {}
    is_whole, is_price = True, operation == PRICES
    for window in windows(span, interval):
        rows = await ask(hook, context, window, interval)
        starts = _starts(rows, interval)
        if not is_price:
            _check_length(operation, starts, interval, window)
        placed = list(_placed(rows, starts, interval, is_price=is_price))
        client.refuse(f"{operation}.timestamp", len(rows) - len(placed))
        is_whole = is_whole and rows.is_whole and len(rows) == len(placed)
        for key, record in placed:
            if not window[0] <= key[0] < window[1]:
                continue
            if key in by_key and _said(by_key[key]) != _said(record):
                client.refuse(f"{operation}.twice")
                by_key[key] = blank(record)
            else:
                by_key[key] = record
    return Gathered(dict(sorted(by_key.items(), key=lambda each: each[0][0])), is_whole)


def kind_of(record: Consumption | MoneyRecord) -> str | None:
    """Return a record's type, of the usual ones in their usual spelling."""
    if isinstance(record, MoneyRecord) or record.type is None:
        return None
    usual = record.type.strip().casefold().replace("_", "-")
    return usual if usual in USUAL else record.type


def _said(record: Consumption | MoneyRecord) -> tuple[object, ...]:
    """Return what a record says of its moment."""
    if isinstance(record, Consumption):
        return record.value, record.unit
    return (
        *(record.unit_amount, record.unit_amount_decimal, record.unit_amount_currency),
        *(record.tax_behavior, record.tax_rate, record.unit),
    )


def _placed[RecordT: (Consumption, MoneyRecord)](
    rows: Sequence[RecordT],
    starts: Sequence[datetime | None],
    interval: str,
    *,
    is_price: bool,
) -> Iterator[tuple[tuple[datetime, str | None], RecordT]]:
    """Yield the records that begin where an interval does, by moment and type.

    What begins within an interval says that the record at its beginning is not of all
    of it.
    """
    pairs = [
        ((start, kind_of(row)), row)
        for start, row in zip(starts, rows, strict=True)
        if start is not None
    ]
    within = {key for key, _ in pairs if not is_price and not _begins(key[0], interval)}
    cut = {(begin_of(start, interval), kind) for start, kind in within}
    for key, row in pairs:
        if key not in within:
            yield key, blank(row) if key in cut else row


def _begins(moment: datetime, interval: str) -> bool:
    """Say whether an interval begins at a moment."""
    if interval == "PT1H":
        return not (moment.minute or moment.second or moment.microsecond)
    return begin_of(moment, interval) == moment


def begin_of(moment: datetime, interval: str) -> datetime:
    """Return the beginning of the interval that holds a moment."""
    if interval in _LENGTHS:
        return moment - (moment - _EPOCH) % _LENGTHS[interval]
    return midnight(moment.astimezone(ZONE).date(), ZONE)


def _check_length(
    operation: str, starts: Sequence[datetime | None], interval: str, window: Span
) -> None:
    """Raise for records that begin as far apart as those of a longer interval do."""
    local = [start.astimezone(ZONE) for start in starts if start is not None]
    match interval:
        case "PT15M":
            is_longer = len({*local}) > 1 and not any(each.minute for each in local)
        case "PT1H":
            is_longer = bool(local) and not any(
                each.hour or each.minute for each in local
            )
            is_longer = is_longer and window[1] - window[0] >= timedelta(hours=23)
        case _:
            is_longer = bool(local) and all(each.day == 1 for each in local)
            is_longer = is_longer and window[1] - window[0] >= 28 * _DAY
    if is_longer:
        raise UnexpectedResponse(operation, "records of a longer interval")


# --- clocks -----------------------------------------------------------------------


def _starts(
    rows: Sequence[Consumption | MoneyRecord], interval: str
) -> list[datetime | None]:
    """Return when records begin, None where that cannot be told."""
    starts = [_start(row, interval) for row in rows]
    if all(each is None or each.tzinfo is not None for each in starts):
        return starts
    by_kind: dict[str | None, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        if starts[place] is not None:
            by_kind[kind_of(row)].append(place)
    for places in by_kind.values():
        apart = _told_apart([start for place in places if (start := starts[place])])
        for place, start in zip(places, apart, strict=True):
            starts[place] = start
    return starts


def _start(row: Consumption | MoneyRecord, interval: str) -> datetime | None:
    """Return when a record begins, by a clock's time where no offset is told."""
    text = row.timestamp
    if interval in _LENGTHS and not _has_time(text):
        return None
    try:
        stamp = clock(text)
        if isinstance(row, MoneyRecord) or row.period is None:
            return stamp
        start, end = when(row.period.start), when(row.period.end)
        stamp = when(text)
    except Mismatch, Refused:
        return None
    is_meant = stamp in {start, end} and end_of(start, interval) == end
    return start if is_meant else None


def _has_time(text: str) -> bool:
    """Say whether a text has more than a date."""
    return ":" in text or "T" in text or text.strip().isdigit()


def _told_apart(times: Sequence[datetime]) -> list[datetime | None]:
    """Return the moments of rows, some of which tell only what a clock shows.

    An hour that is shown twice can be told apart where each of its times comes twice
    and the rows are in order, either way.
    """
    choices = [_choices(each) for each in times]
    is_falling = choices[0][0] > choices[-1][0]
    moments = [first for first, _ in choices]
    seen: Tally[datetime] = Tally()
    places = range(len(times))
    for place in reversed(places) if is_falling else places:
        moments[place] = choices[place][min(seen[times[place]], 1)]
        seen[times[place]] += 1
    ordered = moments[::-1] if is_falling else moments
    is_clear = choices[0][0] != choices[-1][0] and all(starmap(lt, pairwise(ordered)))
    return [
        moment if first == second or (is_clear and seen[time] == 2) else None
        for moment, time, (first, second) in zip(moments, times, choices, strict=True)
    ]


def _choices(time: datetime) -> tuple[datetime, datetime]:
    """Return the moments that a row's time may mean."""
    return (time, time) if time.tzinfo is not None else both(time)
