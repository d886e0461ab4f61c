"""eSmart's feeds of power, prices, energy and temperature."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
import re
from typing import Final

from ..contract import Feed, FeedRequest, Fetched, gather_sites
from ..http.errors import Forbidden, NotFound, UnexpectedResponse
from ..model.periods import midnight, month_start, next_midnight
from ..model.power import PowerNow
from ..model.prices import PriceSeries
from ..price_feeds import price_feed
from ..rhythms import Every, OncePublished
from .client import EsmartClient
from .models import Comparison, Expenses, Readings, WattMeter
from .reads import ZONE
from .sites import AreaSite, ContractSite

# When the results of the day-ahead auction come.
PUBLISHED: Final = OncePublished(at=time(12, 55), zone=ZONE)

HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
# What has no second version is asked for it again so much later.
_OLD: Final = timedelta(hours=1)
COMPARED_DAYS: Final = 30
_ENERGIES: Final = {"wh": "Wh", "kwh": "kWh", "mwh": "MWh"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePower:
    """What the watt meter says.

    By the portal's first version if it did not have the second when it was asked for
    that, at `old_since`.
    """

    meter: WattMeter
    old_since: datetime | None = None

    def is_old(self, now: datetime) -> bool:
        """Say whether the second version is not worth asking for yet."""
        return self.old_since is not None and now - self.old_since < _OLD

    @property
    def now(self) -> PowerNow:
        """Return the newest power."""
        last = self.meter.last
        if last is None:
            return PowerNow(watts=None)
        return PowerNow(watts=last.watts, measured_at=last.time)

    def next_change(self, now: datetime) -> datetime | None:
        """Return when the newest power becomes too old."""
        return self.now.next_change(now)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthExpenses:
    """What a month has cost so far."""

    month: date
    expenses: Expenses

    def of(self, now: datetime) -> Expenses | None:
        """Return the expenses as long as it is that month."""
        this_month = month_start(now.astimezone(ZONE).date())
        return self.expenses if self.month == this_month else None

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next midnight, which may begin another month."""
        return next_midnight(now, ZONE)


def energy_unit(readings: Readings) -> str:
    """Return the unit in its one spelling; kWh where none is named."""
    unit = _ENERGIES.get((readings.unit or "kWh").casefold())
    if unit is None:
        raise UnexpectedResponse("consumption", "the unit is not understood")
    return unit


def currency_of(readings: Readings, usual: str) -> str:
    """Return the currency; the usual one where none is named, or only crowns."""
    named = (readings.unit or "kr").casefold().rstrip(".")
    if named == "kr":
        return usual
    if re.fullmatch("[a-z]{3}", named) is None:
        raise UnexpectedResponse("costs", "the currency is not understood")
    return named.upper()


def _check_celsius(readings: Readings) -> None:
    """Refuse temperatures in another unit than °C."""
    if (readings.unit or "°C").casefold() not in {"°c", "c", "celsius"}:
        raise UnexpectedResponse("temperatures", "the unit is not understood")


def meter_of(site: ContractSite) -> str:
    """Return the meter, without which the portal knows nothing of a contract."""
    if site.meter_id is None:
        raise NotFound("contractdeliverypoints", "no meter")
    return site.meter_id


def _today(request: FeedRequest[object, ContractSite]) -> date:
    """Return the portal's day."""
    return request.now.astimezone(ZONE).date()


async def _live_power(
    client: EsmartClient, request: FeedRequest[LivePower, ContractSite]
) -> Fetched[LivePower]:
    """Return the watt meters; where the second version is missing, the first."""

    async def one(site: ContractSite) -> LivePower:
        if site.has_watt_meter is False:
            raise NotFound("contractdeliverypoints", "no watt meter")
        meter_id = meter_of(site)
        held = request.held.get(site.key)
        since: datetime | None = request.now
        if held is not None and held.is_old(request.now):
            since = held.old_since
        else:
            try:
                meter = await client.watt_meter(site.contract_no, meter_id)
                return LivePower(meter=meter)
            except Forbidden, NotFound:
                pass
        meter = await client.watt_meter_v1(site.contract_no, meter_id)
        return LivePower(meter=meter, old_since=since)

    return await gather_sites(request, one)


async def _ask_spot_prices(
    client: EsmartClient, site: AreaSite, start: datetime, end: datetime
) -> PriceSeries:
    return await client.spot_prices(site.price_area, start, end)


async def _ask_contract_prices(
    client: EsmartClient, site: ContractSite, start: datetime, end: datetime
) -> PriceSeries:
    """Return the contract's prices at its meter, else the contract's own."""
    if site.meter_id is not None:
        try:
            return await client.meter_prices(
                site.contract_no, site.meter_id, start, end
            )
        except Forbidden, NotFound:
            pass
    return await client.contract_prices(site.contract_no, start, end)


async def _temperatures(
    client: EsmartClient, request: FeedRequest[Readings, ContractSite]
) -> Fetched[Readings]:
    """Return the outdoor temperatures of the last day."""

    async def one(site: ContractSite) -> Readings:
        readings = await client.temperatures(
            meter_of(site), request.now - _DAY, request.now
        )
        _check_celsius(readings)
        return readings

    return await gather_sites(request, one)


async def _comparison(
    client: EsmartClient, request: FeedRequest[Comparison, ContractSite]
) -> Fetched[Comparison]:
    """Return how the home does beside others over the last whole days."""
    today = _today(request)
    start = midnight(today - COMPARED_DAYS * _DAY, ZONE)
    end = midnight(today, ZONE)

    async def one(site: ContractSite) -> Comparison:
        return await client.comparison(site.contract_no, meter_of(site), start, end)

    return await gather_sites(request, one)


async def _expenses(
    client: EsmartClient, request: FeedRequest[MonthExpenses, ContractSite]
) -> Fetched[MonthExpenses]:
    """Return what the contract has cost this month."""
    month = month_start(_today(request))
    start = midnight(month, ZONE)

    async def one(site: ContractSite) -> MonthExpenses:
        expenses = await client.expenses(site.contract_no, start, request.now)
        return MonthExpenses(month=month, expenses=expenses)

    return await gather_sites(request, one)


CONTRACT_PRICES: Final = price_feed(
    "contract_prices", at=ContractSite, ask=_ask_contract_prices, published=PUBLISHED
)

_HOURLY: Final = Every(interval=HOUR, jitter=timedelta(minutes=5), day_in=ZONE)
_SLOW: Final = Every(
    interval=timedelta(hours=6), jitter=timedelta(minutes=30), day_in=ZONE
)

LIVE_POWER: Final = Feed(
    key="live_power",
    fetch=_live_power,
    at=ContractSite,
    rhythm=Every(interval=timedelta(seconds=60)),
    kinds={PowerNow: lambda power: power.now},
)
SPOT_PRICES: Final = price_feed(
    "spot_prices",
    at=AreaSite,
    ask=_ask_spot_prices,
    published=PUBLISHED,
    is_general=True,
)
TEMPERATURES: Final = Feed(
    key="temperatures", fetch=_temperatures, at=ContractSite, rhythm=_HOURLY
)
COMPARISON: Final = Feed(
    key="comparison", fetch=_comparison, at=ContractSite, rhythm=_SLOW
)
EXPENSES: Final = Feed(key="expenses", fetch=_expenses, at=ContractSite, rhythm=_SLOW)

FEEDS: Final = (
    LIVE_POWER,
    SPOT_PRICES,
    CONTRACT_PRICES,
    TEMPERATURES,
    COMPARISON,
    EXPENSES,
)
