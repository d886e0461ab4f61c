"""Nord Pool's data portal: one delivery day of the areas that are asked for."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, override
from zoneinfo import ZoneInfo

from aiohttp import web

from tests.sandbox.portal import Operation
from tests.sandbox.sources.source import (
    QUARTER,
    Refused,
    SourceSandbox,
    asked,
    one_of,
    refusing,
    zulu,
)

AREAS: Final = (
    *("AT", "BE", "BG", "DK1", "DK2", "EE", "FI", "FR", "GER", "LT", "LV", "NL"),
    *("NO1", "NO2", "NO3", "NO4", "NO5", "PL", "SE1", "SE2", "SE3", "SE4", "TEL"),
)
RATES: Final = {"EUR": 1.0, "DKK": 7.46, "NOK": 11.5, "PLN": 4.3, "SEK": 11.1}
_BLOCKS: Final = (("Off-peak 1", 0, 8), ("Peak", 8, 20), ("Off-peak 2", 20, 24))

type Prices = Mapping[str, float]


class NordPoolSandbox(SourceSandbox):
    """The day-ahead market, in quarter-hours of Central European days."""

    key = "nordpool"
    hosts = ("dataportal-api.nordpoolgroup.com",)
    zone = ZoneInfo("Europe/Oslo")

    @override
    def operations(self) -> Mapping[str, Operation]:
        return {
            "prices": Operation(
                "GET", "/api/DayAheadPrices", refusing(self, self._prices)
            ),
            "indices": Operation(
                "GET", "/api/DayAheadPriceIndices", refusing(self, self._indices)
            ),
        }

    @override
    def refusal(self, status: int, message: str) -> web.Response:
        return web.json_response({"title": message, "status": status}, status=status)

    def price(
        self, area: str, at: datetime, currency: str, length: timedelta = QUARTER
    ) -> float:
        """Return what a slot costs, per MWh."""
        return round(self.spot(area, at, length) * RATES[currency], 2)

    async def _prices(self, request: web.Request) -> web.Response:
        day, areas, currency = _query(request, "deliveryArea")
        if not self.is_published(day):
            return web.Response(status=204)

        def priced(at: datetime, length: timedelta) -> Prices:
            return {area: self.price(area, at, currency, length) for area in areas}

        slots = self.slots(day)
        means = _means([priced(slot, QUARTER) for slot in slots], areas)
        return web.json_response(
            {
                "deliveryDateCET": day.isoformat(),
                "version": 3,
                "updatedAt": zulu(self.publication(day)),
                "deliveryAreas": areas,
                "market": "DayAhead",
                "multiAreaEntries": _entries(slots, QUARTER, priced),
                "blockPriceAggregates": self._blocks(slots, areas, priced),
                "currency": currency,
                "exchangeRate": RATES[currency],
                "areaStates": [{"state": "Final", "areas": areas}],
                "areaAverages": [
                    {"areaCode": area, "price": means[area]} for area in areas
                ],
            }
        )

    async def _indices(self, request: web.Request) -> web.Response:
        day, areas, currency = _query(request, "indexNames")
        minutes = asked(request, "resolutionInMinutes", one_of("15", "30", "60"))
        length = timedelta(minutes=int(minutes))
        if not self.is_published(day):
            return web.Response(status=204)

        def priced(at: datetime, length: timedelta) -> Prices:
            return {area: self.price(area, at, currency, length) for area in areas}

        return web.json_response(
            {
                "deliveryDateCET": day.isoformat(),
                "version": 3,
                "updatedAt": zulu(self.publication(day)),
                "market": "DayAhead",
                "indexNames": areas,
                "currency": currency,
                "resolutionInMinutes": int(minutes),
                "areaStates": [{"state": "Final", "areas": areas}],
                "multiIndexEntries": _entries(self.slots(day, length), length, priced),
            }
        )

    def _blocks(
        self,
        slots: Sequence[datetime],
        areas: Sequence[str],
        priced: Callable[[datetime, timedelta], Prices],
    ) -> list[dict[str, object]]:
        """Return the blocks of a day, by the hours of its clock."""
        blocks: list[dict[str, object]] = []
        for name, first, last in _BLOCKS:
            within = [
                slot
                for slot in slots
                if first <= slot.astimezone(self.zone).hour < last
            ]
            prices = [priced(slot, QUARTER) for slot in within]
            means = _means(prices, areas)
            blocks.append(
                {
                    "blockName": name,
                    "deliveryStart": zulu(within[0]),
                    "deliveryEnd": zulu(within[-1] + QUARTER),
                    "averagePricePerArea": {
                        area: {
                            "average": means[area],
                            "min": min(each[area] for each in prices),
                            "max": max(each[area] for each in prices),
                        }
                        for area in areas
                    },
                }
            )
        return blocks


def _query(request: web.Request, areas: str) -> tuple[date, list[str], str]:
    """Return the day, the areas and the currency that are asked for."""
    day = asked(request, "date", date.fromisoformat)
    asked(request, "market", one_of("DayAhead"))
    currency = asked(request, "currency", one_of(*RATES))
    named = asked(request, areas, str).split(",")
    if unknown := sorted(set(named) - set(AREAS)):
        raise Refused(400, f"no such area: {', '.join(unknown)}")
    return day, named, currency


def _entries(
    slots: Sequence[datetime],
    length: timedelta,
    priced: Callable[[datetime, timedelta], Prices],
) -> list[dict[str, object]]:
    """Return slots as they are listed."""
    return [
        {
            "deliveryStart": zulu(slot),
            "deliveryEnd": zulu(slot + length),
            "entryPerArea": priced(slot, length),
        }
        for slot in slots
    ]


def _means(prices: Sequence[Prices], areas: Sequence[str]) -> Prices:
    """Return the mean price of each area."""
    return {
        area: round(sum(each[area] for each in prices) / len(prices), 2)
        for area in areas
    }
