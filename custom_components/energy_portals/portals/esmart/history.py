"""eSmart's past: energy and costs of each contract's meter, and of each device."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
import time
from typing import Final

from ..contract import Surroundings
from ..history import History, Readings as HistoryReadings, Slots
from ..http.errors import (
    AuthError,
    Forbidden,
    NotFound,
    PortalError,
    TooMuch,
    Unavailable,
)
from ..model.ledger import CONSUMPTION, COST, HOME, HOUR, LedgerSeries
from ..model.periods import midnight, month_start
from ..model.series import Slot
from ..past_prices import PastPrices
from .client import EsmartClient
from .feeds import CONTRACT_PRICES, currency_of, energy_unit, meter_of
from .models import Readings
from .reads import ZONE
from .sites import ChargerSite, ContractSite, DeviceSite, MeasuredSite

# What a device uses is part of what a contract's meter counts.
DEVICE_CONSUMPTION: Final = "device_consumption"
_KWH: Final = {"Wh": 0.001, "kWh": 1.0, "MWh": 1000.0}
# A fault that passes is over by then, seconds.
_LASTS: Final = 3600.0


async def _ask(
    client: EsmartClient, site: MeasuredSite, start: datetime, end: datetime
) -> HistoryReadings:
    """Return what the portal has of a contract or a device."""
    match site:
        case ContractSite():
            return await _of_contract(client, site, start, end)
        case DeviceSite():
            slots = await _of_device(client, site, start, end)
            return HistoryReadings(series={LedgerSeries(DEVICE_CONSUMPTION): slots})
        case _:
            return HistoryReadings(series={})


async def _of_contract(
    client: EsmartClient, site: ContractSite, start: datetime, end: datetime
) -> HistoryReadings:
    """Return consumption and, where the portal reckons them, costs."""
    asked = site.contract_no, meter_of(site), start, end
    used = await client.consumption(*asked)
    factor = _KWH[energy_unit(used)]
    series: dict[LedgerSeries, Slots] = {
        LedgerSeries(CONSUMPTION): _values(used, factor)
    }
    problems: tuple[PortalError, ...] = ()
    try:
        paid = await client.costs(*asked)
        series[LedgerSeries(COST, currency_of(paid, client.currency))] = _values(paid)
        client.reckoned.add(site.key)
    except (Forbidden, NotFound) as err:
        # Where costs came before they may come again, and prices are no stand-in.
        problems = (err,) if site.key in client.reckoned else ()
    except AuthError:
        raise
    except PortalError as err:
        # What fails here alone does not keep the consumption out.
        problems = (err,)
    power = await _power(client, site, series[LedgerSeries(CONSUMPTION)])
    return HistoryReadings(series=series, problems=problems, power=power)


async def _of_device(
    client: EsmartClient, site: DeviceSite, start: datetime, end: datetime
) -> Slots:
    """Return what a device used: by the hour; what a charger did else by the day.

    The hours are asked for in a way of which nothing is published, so that whatever
    it answers keeps the days of a charger's statistics out as little as nothing does,
    unless it may pass: a day that is stored by then would never become hours.
    """
    slots: Slots = ()
    problem: PortalError | None = None
    try:
        used = await client.asset_consumption(site.asset_id, start, end)
        slots = _values(used, _KWH[energy_unit(used)])
    except AuthError, Unavailable, TooMuch:
        raise
    except PortalError as err:
        problem = err
    is_told = any(slot.value is not None for slot in slots)
    if is_told:
        client.untold[site.asset_id] = None
    may_pass = problem is not None and _may_pass(client, site.asset_id, problem)
    if isinstance(site, ChargerSite) and not is_told and not may_pass:
        try:
            slots = await _charged(client, site, start, end)
        except Forbidden, NotFound:
            pass
        else:
            problem = None
    if problem is not None:
        raise problem
    return slots


def _may_pass(client: EsmartClient, asset_id: str, problem: PortalError) -> bool:
    """Say whether hours that fail may come yet: they came before, or it is too early.

    A portal that refuses them, or does not know the path, means it from the start.
    """
    is_refusal = isinstance(problem, (Forbidden, NotFound))
    since = client.untold.setdefault(asset_id, time.monotonic())
    if since is None:
        return True
    return not is_refusal and time.monotonic() - since < _LASTS


async def _charged(
    client: EsmartClient, site: ChargerSite, start: datetime, end: datetime
) -> Slots:
    """Return what a charger delivered by the day, or whatever its statistics tell."""
    slots: list[Slot[float | None]] = []
    for month in _months(start, end):
        told = await client.charger_statistics(
            site.contract_no, site.asset_id, month.year, month.month
        )
        # A month has days beside those that are asked for, which others may tell.
        values = _values(Readings(told.unit, told.days))
        slots += (slot for slot in values if start <= slot.start < end)
    return tuple(slots)


def _months(start: datetime, end: datetime) -> Iterator[date]:
    """Yield the first days of the months that a span shares time with."""
    month = month_start(start.astimezone(ZONE).date())
    while midnight(month, ZONE) < end:
        yield month
        month = month_start(month, -1)


async def _power(client: EsmartClient, site: ContractSite, used: Slots) -> float | None:
    """Return the subscribed power, kW, where more was drawn than a home can."""
    if not any(
        slot.value is not None and slot.value >= HOME * ((slot.end - slot.start) / HOUR)
        for slot in used
    ):
        return None
    try:
        meter = await client.watt_meter(site.contract_no, meter_of(site))
    except AuthError:
        raise
    except PortalError:
        return None
    watts = None if meter.subscribed is None else meter.subscribed.watts
    return None if watts is None else watts / 1000


def _values(readings: Readings, factor: float = 1.0) -> Slots:
    """Return the good values, times a factor."""
    return tuple(
        Slot(slot.start, slot.end, None if value is None else value * factor)
        for slot in readings.slots
        for value in (slot.value.good,)
    )


_PAST_PRICES: Final = PastPrices.of(CONTRACT_PRICES)


@dataclass(frozen=True)
class _ContractsPriced:
    """The contract's prices, which make money of its energy and of no device's."""

    @property
    def key(self) -> str:
        """Return the key of the feed whose corrections make it anew."""
        return CONTRACT_PRICES.key

    async def completed(
        self,
        client: EsmartClient,
        site: MeasuredSite,
        span: tuple[datetime, datetime],
        readings: HistoryReadings,
        surroundings: Surroundings,
        *,
        anew: bool,
    ) -> HistoryReadings:
        """Return an answer with the money that prices make of its energy."""
        if not isinstance(site, ContractSite):
            return readings
        return await _PAST_PRICES.completed(
            client, site, span, readings, surroundings, anew=anew
        )


HISTORY: Final = History(
    at=MeasuredSite,
    ask=_ask,
    zone=ZONE,
    longest=timedelta(days=31),
    corrects=timedelta(days=7),
    priced_by=_ContractsPriced(),
    parts={DeviceSite: DEVICE_CONSUMPTION},
)
