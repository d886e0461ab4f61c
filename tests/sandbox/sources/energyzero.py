"""EnergyZero's public prices: one day of the Netherlands, in four streams."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, override

from aiohttp import web

from tests.sandbox.portal import Operation
from tests.sandbox.sources.dutch import VAT, DutchSandbox, Paid
from tests.sandbox.sources.source import (
    HOUR,
    QUARTER,
    Refused,
    asked,
    one_of,
    refusing,
    zulu,
)

STREAMS: Final[Mapping[str, Callable[[Paid], float]]] = {
    "base": lambda paid: round(paid.market, 6),
    "base_with_vat": lambda paid: round(paid.market * VAT, 6),
    "all_in": lambda paid: round(paid.all_in, 6),
    "all_in_with_vat": lambda paid: round(paid.all_in * VAT, 6),
}
_LENGTHS: Final[Mapping[str, timedelta]] = {
    "INTERVAL_QUARTER": QUARTER,
    "INTERVAL_HOUR": HOUR,
}


class EnergyZeroSandbox(DutchSandbox):
    """Prices without a login."""

    key = "energyzero"
    hosts = ("public.api.energyzero.nl",)

    @override
    def operations(self) -> Mapping[str, Operation]:
        return {
            "prices": Operation(
                "GET", "/public/v1/prices", refusing(self, self._prices)
            )
        }

    @override
    def refusal(self, status: int, message: str) -> web.Response:
        body = {"code": status, "message": message, "details": []}
        return web.json_response(body, status=status)

    async def _prices(self, request: web.Request) -> web.Response:
        day = asked(request, "date", _day)
        kinds = one_of("ENERGY_TYPE_ELECTRICITY", "ENERGY_TYPE_GAS")
        if asked(request, "energyType", kinds) == "ENERGY_TYPE_GAS":
            asked(request, "interval", one_of("INTERVAL_DAY"))
            slots = self.gas_of(day)
        else:
            interval = asked(request, "interval", one_of(*_LENGTHS))
            slots = self.electricity_of(day, _LENGTHS[interval])
        if not slots:
            raise Refused(404, "no prices of this day")
        return web.json_response(
            {name: _stream(slots, price) for name, price in STREAMS.items()}
        )


def _day(text: str) -> date:
    """Read a day as this server is asked for it."""
    return datetime.strptime(f"{text} +0000", "%d-%m-%Y %z").date()


def _stream(
    slots: Sequence[Paid], price: Callable[[Paid], float]
) -> list[dict[str, object]]:
    """Return one price of each slot; numbers are sent as text."""
    return [
        {
            "start": zulu(paid.start),
            "end": zulu(paid.stop),
            "price": {"value": f"{price(paid):.6f}"},
        }
        for paid in slots
    ]
