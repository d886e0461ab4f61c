"""easyEnergy's price graph: a span of days of the Netherlands, with all parts."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, override

from aiohttp import web

from tests.sandbox.portal import Operation
from tests.sandbox.sources.dutch import VAT, DutchSandbox, Paid
from tests.sandbox.sources.source import (
    DAY,
    HOUR,
    QUARTER,
    Refused,
    asked,
    one_of,
    refusing,
    zulu,
)

_LENGTHS: Final[Mapping[str, timedelta]] = {"quarter": QUARTER, "hour": HOUR}
_MOST_DAYS: Final = 366


class EasyEnergySandbox(DutchSandbox):
    """Prices without a login; what is not published is left out."""

    key = "easyenergy"
    hosts = ("price-graph.mijn.easyenergy.com",)

    @override
    def operations(self) -> Mapping[str, Operation]:
        return {"prices": Operation("GET", "/api/prices", refusing(self, self._prices))}

    async def _prices(self, request: web.Request) -> web.Response:
        start = asked(request, "start", date.fromisoformat)
        stop = asked(request, "end", date.fromisoformat)
        if not DAY <= stop - start <= _MOST_DAYS * DAY:
            raise Refused(400, "end does not lie after start")
        days = [start + DAY * n for n in range((stop - start).days)]
        if asked(request, "type", one_of("electricity", "gas")) == "gas":
            granularity = asked(request, "granularity", one_of("day"))
            found = {paid.start: paid for day in days for paid in self.gas_of(day)}
            slots = list(found.values())
        else:
            granularity = asked(request, "granularity", one_of(*_LENGTHS))
            length = _LENGTHS[granularity]
            slots = [paid for day in days for paid in self.electricity_of(day, length)]
        mean = sum(paid.market for paid in slots) / max(1, len(slots))
        unit = "m3" if granularity == "day" else "kWh"
        return web.json_response(
            {"prices": [_row(paid, mean, unit, granularity) for paid in slots]}
        )


def invoiced(paid: Paid) -> float:
    """Return what the bill says of a slot, all in and with VAT."""
    return round(paid.all_in * VAT, 7)


def _row(paid: Paid, mean: float, unit: str, granularity: str) -> dict[str, object]:
    """Return a slot with all parts of its price."""
    return {
        "from": zulu(paid.start),
        "until": zulu(paid.stop),
        "price": round(paid.market, 7),
        "priceIncVat": round(paid.market * VAT, 7),
        "energyTax": paid.tax,
        "purchasePrice": paid.purchase,
        "invoicePrice": invoiced(paid),
        "average": round(mean, 7),
        "averageInc": round(mean * VAT, 7),
        "unit": unit,
        "granularity": granularity,
    }
