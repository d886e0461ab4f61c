"""Green Planet Energy: today and tomorrow by the clock on the wall, in cents."""

from collections.abc import Mapping
from datetime import date, datetime, time
import json
from typing import override
from zoneinfo import ZoneInfo

from aiohttp import web

from tests.sandbox.portal import Operation
from tests.sandbox.sources.source import DAY, Refused, SourceSandbox, refusing

_METHOD = "getVerbrauchspreisUndWindsignal"


class GreenPlanetSandbox(SourceSandbox):
    """Prices without a login, by JSON-RPC; of the repeated hour both are told alike."""

    key = "green_planet_energy"
    hosts = ("mein.green-planet-energy.de",)
    zone = ZoneInfo("Europe/Berlin")
    published_at = time(13, 30)

    @override
    def operations(self) -> Mapping[str, Operation]:
        return {"prices": Operation("POST", "/p2", refusing(self, self._prices))}

    def price(self, at: datetime) -> float:
        """Return what a quarter-hour costs, in ct/kWh."""
        return round(self.spot("GER", at) / 10 * 1.19 + 17.4, 2)

    async def _prices(self, request: web.Request) -> web.Response:
        try:
            body = json.loads(await request.text())
            asked = body["params"]
            first, last = (date.fromisoformat(asked[key]) for key in ("von", "bis"))
        except (KeyError, TypeError, ValueError) as error:
            raise Refused(400, "Parse error") from error
        if body.get("method") != _METHOD or not first <= last <= first + DAY:
            result: dict[str, object] = {"errorCode": 1, "errorText": "Unbekannt"}
        else:
            days = [day for day in (first, first + DAY) if day <= last]
            slots = [
                slot
                for day in days
                if self.is_published(day)
                for slot in self.slots(day)
            ]
            result = {
                "errorCode": 0,
                "datum": [
                    f"{slot.astimezone(self.zone):%d.%m.%y, %H:%M} Uhr"
                    for slot in slots
                ],
                "wert": [f"{self.price(slot):.2f}".replace(".", ",") for slot in slots],
            }
        return web.json_response(
            {"jsonrpc": "2.0", "result": result, "id": body.get("id")}
        )
