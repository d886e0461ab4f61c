"""Digiwatt's past: power over time, integrated, and held against its own totals."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
import re
from typing import Final

from ..contract import Site
from ..history import History, Readings
from ..http.errors import AuthError, PortalError
from ..model.ledger import CONSUMPTION, HOUR, LedgerSeries, hour_of
from ..model.periods import Period, bounds, midnight, month_start
from ..model.series import Slot
from .client import DigiwattClient
from .models import Appliance, PowerRow, Totals
from .reads import ZONE
from .running_day import energy_of, latest_hours, open_from

# The step is the one that the rows show; a lone row has the slowest step seen.
_STEP: Final = timedelta(minutes=15)
_KNOWN: Final = frozenset(Appliance)
# From the fewest days to the most. What the last seven days are is not documented.
_WAYS: Final[Sequence[tuple[Period, ...]]] = (
    (Period.YESTERDAY,),
    (Period.THIS_WEEK,),
    (Period.YESTERDAY, Period.THIS_WEEK),
    (Period.LAST_WEEK,),
    (Period.LAST_WEEK, Period.THIS_WEEK),
    (Period.THIS_MONTH,),
    (Period.LAST_MONTH,),
    (Period.LAST_MONTH, Period.THIS_MONTH),
)


def oldest(now: datetime) -> datetime:
    """Return how far back the portal's periods reach: to the start of last month."""
    return midnight(month_start(now.astimezone(ZONE).date(), 1), ZONE)


def _periods(start: datetime, end: datetime, now: datetime) -> tuple[Period, ...]:
    """Return the periods that hold a span with the fewest days to send."""
    start, end = max(start, oldest(now)), min(end, now)

    def days(way: tuple[Period, ...]) -> timedelta:
        spans = [bounds(period, now, ZONE) for period in way]
        return sum((span.end - span.start for span in spans), timedelta())

    def reaches(way: tuple[Period, ...]) -> bool:
        reached = start
        for span in sorted(bounds(period, now, ZONE) for period in way):
            if span.start <= reached:
                reached = max(reached, span.end)
        return reached >= end and reached > start

    return min(filter(reaches, _WAYS), key=days, default=_WAYS[-1])


async def _ask(
    client: DigiwattClient, site: Site, start: datetime, end: datetime
) -> Readings:
    """Return the energy of a span, whole-home and per appliance, in kWh."""
    now = datetime.now(UTC)
    rows: dict[datetime, PowerRow] = {}
    for period in _periods(start, end, now):
        rows |= {row.time: row for row in await client.consumption(period)}
    problems: tuple[PortalError, ...] = ()
    totals: dict[date, Mapping[str, float]] = {}
    yesterday = bounds(Period.YESTERDAY, now, ZONE)
    if start < yesterday.end and end > yesterday.start:
        try:
            whole = await client.totals(Period.YESTERDAY)
        except AuthError:
            raise
        except PortalError as err:
            problems = (err,)
        else:
            # A midnight between has given the name to another day.
            if bounds(Period.YESTERDAY, datetime.now(UTC), ZONE) == yesterday:
                day = yesterday.start.astimezone(ZONE).date()
                totals[day] = _by_series(whole)
    series = _series(rows, end)
    since: datetime | None = None
    if now - end < HOUR:
        home = LedgerSeries(CONSUMPTION)
        since = open_from(series[home], start)
        late = await latest_hours(client, series[home], since, end, _STEP)
        # What periods tell of part of such an hour is in it.
        begun = {slot.start for slot in late}
        told = (slot for slot in series[home] if hour_of(slot.start) not in begun)
        series[home] = (*told, *late)
    return Readings(series=series, totals=totals, problems=problems, open_from=since)


def _series(
    rows: Mapping[datetime, PowerRow], end: datetime
) -> dict[LedgerSeries, tuple[Slot[float | None], ...]]:
    """Return the energy of each appliance and of all; a slot still on is left out."""
    names = sorted({name for row in rows.values() for name in row.appliances})
    watts = {LedgerSeries(CONSUMPTION): {at: row.total for at, row in rows.items()}}
    for name in names:
        watts[LedgerSeries(_key(name), name=name)] = {
            at: row.appliances.get(name) for at, row in rows.items()
        }
    return {
        series: energy_of(values.items(), end, _STEP)
        for series, values in watts.items()
    }


def _by_series(totals: Totals) -> dict[str, float]:
    """Return the portal's own totals of a day in kWh, by series."""
    energies = {CONSUMPTION: totals.total}
    energies |= {_key(name): value for name, value in totals.appliances.items()}
    return {key: value / 1000 for key, value in energies.items() if value is not None}


def _key(appliance: str) -> str:
    """Return the key of an appliance's series."""
    if appliance in _KNOWN:
        appliance = re.sub(r"(?<!^)(?=[A-Z])", "_", appliance).lower()
    return f"appliance_{appliance}"


HISTORY: Final = History(
    at=Site,
    ask=_ask,
    zone=ZONE,
    longest=timedelta(days=62),
    corrects=timedelta(days=1),
    oldest=oldest,
)
