"""Digiwatt's feeds: what is asked for, how often, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ..contract import Feed, FeedRequest, Fetched, Site, gather_parts
from ..model.green import GreenOutlook
from ..model.periods import Bounds, Period, bounds, midnight, month_start, next_midnight
from ..model.power import PowerNow
from ..rhythms import Every
from .client import DigiwattClient
from .models import Performance, Saving, Totals
from .reads import ZONE

COMPARED: Final = (Period.THIS_MONTH, Period.LAST_MONTH)
HABITS_OF: Final = Period.LAST_SEVEN_DAYS


@dataclass(frozen=True, slots=True)
class Dated[ValueT]:
    """A value of a period, and where that period lay when it was asked for."""

    bounds: Bounds
    value: ValueT

    def of(self, period: Period, now: datetime) -> ValueT | None:
        """Return the value as long as the period's name still means the same days."""
        return self.value if self.bounds == bounds(period, now, ZONE) else None


@dataclass(frozen=True, slots=True)
class PerPeriod[ValueT]:
    """Values by period."""

    periods: Mapping[Period, Dated[ValueT]]

    def value(self, period: Period, now: datetime) -> ValueT | None:
        """Return the value of a period, None when it is not known for today."""
        dated = self.periods.get(period)
        return None if dated is None else dated.of(period, now)

    def start(self, period: Period) -> datetime | None:
        """Return when the period began to which the value belongs."""
        dated = self.periods.get(period)
        return None if dated is None else dated.bounds.start

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next midnight, when names of periods come to mean other days."""
        return next_midnight(now, ZONE)


@dataclass(frozen=True, slots=True)
class TariffMonths:
    """Energy in Wh by month (`YYYY-MM`) and tariff band."""

    months: Mapping[str, Mapping[str, float | None]]

    def energy(self, band: str, months_back: int, now: datetime) -> float | None:
        """Return what the current month, or one before it, has in a band."""
        first = month_start(now.astimezone(ZONE).date(), months_back)
        return self.months.get(f"{first:%Y-%m}", {}).get(band)

    def bands(self) -> tuple[str, ...]:
        """Return the bands that occur."""
        return tuple(sorted({band for split in self.months.values() for band in split}))

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next midnight, which may begin another month."""
        return next_midnight(now, ZONE)


def tariff_month(months_back: int, now: datetime) -> datetime:
    """Return when the current month, or one before it, began."""
    return midnight(month_start(now.astimezone(ZONE).date(), months_back), ZONE)


async def _sites(client: DigiwattClient, request: FeedRequest[Site]) -> Fetched[Site]:
    """Return the account's one supply point, once the portal knows it."""
    await client.check_account()
    number = client.account_number
    return Fetched({number: Site(key=number, name=f"Digiwatt {number}")})


async def _live_power(
    client: DigiwattClient, request: FeedRequest[PowerNow]
) -> Fetched[PowerNow]:
    return Fetched({client.account_number: await client.realtime()})


async def _green_windows(
    client: DigiwattClient, request: FeedRequest[GreenOutlook]
) -> Fetched[GreenOutlook]:
    return Fetched({client.account_number: await client.greenness()})


async def _energy(
    client: DigiwattClient, request: FeedRequest[PerPeriod[Totals]]
) -> Fetched[PerPeriod[Totals]]:
    """Return the energy of every period; one that fails keeps what is known."""
    came, problems = await gather_parts(Period, client.totals)
    return Fetched({client.account_number: _dated(came, request, client)}, problems)


async def _comparison(
    client: DigiwattClient, request: FeedRequest[PerPeriod[Performance]]
) -> Fetched[PerPeriod[Performance]]:
    came, problems = await gather_parts(COMPARED, client.performance)
    return Fetched({client.account_number: _dated(came, request, client)}, problems)


async def _habits(
    client: DigiwattClient, request: FeedRequest[Mapping[int, float]]
) -> Fetched[Mapping[int, float]]:
    return Fetched({client.account_number: await client.habits(HABITS_OF)})


async def _tariff_periods(
    client: DigiwattClient, request: FeedRequest[TariffMonths]
) -> Fetched[TariffMonths]:
    months = {month.month: month.split for month in await client.trend()}
    return Fetched({client.account_number: TariffMonths(months)})


async def _saving(
    client: DigiwattClient, request: FeedRequest[Saving]
) -> Fetched[Saving]:
    return Fetched({client.account_number: await client.saving()})


def _dated[ValueT](
    came: Mapping[Period, ValueT],
    request: FeedRequest[PerPeriod[ValueT]],
    client: DigiwattClient,
) -> PerPeriod[ValueT]:
    """Date what came, beside what is held of the periods that did not."""
    held = request.held.get(client.account_number)
    return PerPeriod(
        {
            **(held.periods if held is not None else {}),
            **{
                period: Dated(bounds(period, request.now, ZONE), value)
                for period, value in came.items()
            },
        }
    )


_SLOW: Final = Every(
    interval=timedelta(hours=6), jitter=timedelta(minutes=30), day_in=ZONE
)

SITES: Final = Feed(
    key="sites",
    fetch=_sites,
    rhythm=Every(interval=timedelta(hours=6), jitter=timedelta(minutes=30)),
)

LIVE_POWER: Final = Feed(
    key="live_power",
    fetch=_live_power,
    rhythm=Every(interval=timedelta(seconds=60)),
    kinds={PowerNow: lambda power: power},
)
GREEN_WINDOWS: Final = Feed(
    key="green_windows",
    fetch=_green_windows,
    rhythm=Every(interval=timedelta(minutes=30), jitter=timedelta(minutes=5)),
    kinds={GreenOutlook: lambda outlook: outlook},
)
ENERGY: Final = Feed(
    key="energy",
    fetch=_energy,
    rhythm=Every(interval=timedelta(hours=1), jitter=timedelta(minutes=5), day_in=ZONE),
)
COMPARISON: Final = Feed(key="comparison", fetch=_comparison, rhythm=_SLOW)
HABITS: Final = Feed(key="habits", fetch=_habits, rhythm=_SLOW)
TARIFF_PERIODS: Final = Feed(key="tariff_periods", fetch=_tariff_periods, rhythm=_SLOW)
SAVING: Final = Feed(key="saving", fetch=_saving, rhythm=_SLOW)

FEEDS: Final = (
    LIVE_POWER,
    GREEN_WINDOWS,
    ENERGY,
    COMPARISON,
    HABITS,
    TARIFF_PERIODS,
    SAVING,
)
