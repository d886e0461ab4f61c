"""OMIE's files of the day-ahead market of Spain and Portugal: one text a day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
import re
from typing import Final, override
from zoneinfo import ZoneInfo

from aiohttp import web

from tests.sandbox.portal import Operation
from tests.sandbox.sources.source import Refused, SourceSandbox, refusing

_FILE: Final = re.compile(r"INT_PBC_EV_H_1_(\d\d_\d\d_\d{4})_\1\.TXT", re.ASCII)
_POWERS: Final = (
    "Potencia total con bilaterales del mercado Ibérico (MW)",
    "Potencia total de compra sistema español (MW)",
    "Potencia total de compra sistema portugués (MW)",
    "Potencia total de venta sistema español (MW)",
    "Potencia total de venta sistema portugués (MW)",
    "Potencia total del mercado Ibérico (MW)",
    "Exportación de España a Portugal (MW)",
    "Importación de España desde Portugal (MW)",
)
_PRICES: Final[Mapping[str, str]] = {
    "es": "Precio marginal en el sistema español (EUR/MWh)",
    "pt": "Precio marginal en el sistema portugués (EUR/MWh)",
}


class OmieSandbox(SourceSandbox):
    """Files in ISO 8859-1 with decimal commas; a day that is to come has none."""

    key = "omie"
    hosts = ("www.omie.es",)
    zone = ZoneInfo("CET")
    published_at = time(13, 56)

    @override
    def operations(self) -> Mapping[str, Operation]:
        path = "/sites/default/files/dados/{year}/{month}/TXT/{name}"
        return {"day": Operation("GET", path, refusing(self, self._day))}

    @override
    def refusal(self, status: int, message: str) -> web.Response:
        page = f"<!DOCTYPE html><html><body><h1>{message}</h1></body></html>"
        return web.Response(status=status, text=page, content_type="text/html")

    def price(self, country: str, at: datetime) -> float:
        """Return what a quarter-hour costs in one of the countries, in EUR/MWh."""
        return self.spot(country, at)

    async def _day(self, request: web.Request) -> web.Response:
        matched = request.match_info
        if not (named := _FILE.fullmatch(matched["name"])):
            raise Refused(404, "Página no encontrada")
        try:
            day = datetime.strptime(f"{named[1]} +0000", "%d_%m_%Y %z").date()
        except ValueError as error:
            raise Refused(404, "Página no encontrada") from error
        folder = (f"AGNO_{day.year}", f"MES_{day.month:02}")
        if folder != (matched["year"], matched["month"]) or not self.is_published(day):
            raise Refused(404, "Página no encontrada")
        return web.Response(
            body=self._text(day).encode("iso-8859-1"), content_type="text/plain"
        )

    def _text(self, day: date) -> str:
        """Return the file of a day: title, blank line, names of the slots, series."""
        slots = self.slots(day)
        issued = f"{self.publication(day).astimezone(self.zone):%d/%m/%Y - %H:%M}"
        names = [f"H{n // 4 + 1}Q{n % 4 + 1}" for n in range(len(slots))]
        rows = [
            (
                *("OMIE - Mercado de electricidad", f"Fecha Emisión :{issued}", ""),
                *(f"{day:%d/%m/%Y}", "Precio del mercado diario (EUR/MWh)", "", ""),
            ),
            ("",),
            ("", *names),
        ]
        for country, name in _PRICES.items():
            prices = [self.price(country, slot) for slot in slots]
            rows.append((name, *map(_comma, prices)))
        rows += [(name, *map(_comma, self._powers(name, slots))) for name in _POWERS]
        return "".join(f"{';'.join(row)};\n" if len(row) > 1 else "\n" for row in rows)

    def _powers(self, name: str, slots: Sequence[datetime]) -> list[float]:
        """Return a power for each slot, which follows from the seed."""
        return [
            round(20_000 + 9_000 * self.household.fraction(name, slot), 1)
            for slot in slots
        ]


def _comma(number: float) -> str:
    """Write a number as in Spain."""
    return f"{number:.2f}".replace(".", ",")
