"""eSmart's past: hourly consumption and costs of each contract's meter."""

from datetime import datetime, timedelta
from typing import Final

from ..history import History, Readings as HistoryReadings, Slots
from ..http.errors import AuthError, Forbidden, NotFound, PortalError
from ..model.ledger import CONSUMPTION, COST, HOME, HOUR, LedgerSeries
from ..model.series import Slot
from .client import EsmartClient
from .feeds import CONTRACT_PRICES, currency_of, energy_unit, meter_of
from .models import Readings
from .reads import ZONE
from .sites import ContractSite

_KWH: Final = {"Wh": 0.001, "kWh": 1.0, "MWh": 1000.0}


async def _ask(
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
    except Forbidden, NotFound:
        pass
    except AuthError:
        raise
    except PortalError as err:
        # What fails here alone does not keep the consumption out.
        problems = (err,)
    power = await _power(client, site, series[LedgerSeries(CONSUMPTION)])
    return HistoryReadings(series=series, problems=problems, power=power)


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


HISTORY: Final = History(
    at=ContractSite,
    ask=_ask,
    zone=ZONE,
    longest=timedelta(days=31),
    corrects=timedelta(days=7),
    priced_by=CONTRACT_PRICES.past,
)
