"""A market of true prices, and how each vendor's API tells of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
import json
import math
from typing import Any, Final
from zoneinfo import ZoneInfo

from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.test_util.aiohttp import (
    AiohttpClientMockResponse,
)
from yarl import URL

QUARTER: Final = timedelta(minutes=15)
DAY: Final = timedelta(days=1)
PUBLISHED: Final = time(12, 55)
EMPTY: Final = 204

type Answer = tuple[int, Any]


@dataclass
class Market:
    """Prices of quarter-hours, known for today and from `PUBLISHED` on for tomorrow.

    `empty` has one entry for each price call: whether all its slots were told before.
    """

    zone: ZoneInfo
    empty: list[bool] = field(default_factory=list)
    others: int = 0
    _told: set[datetime] = field(default_factory=set)

    def local(self, day: date, at: time = time()) -> datetime:
        """Return a local time of a day, in UTC."""
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def tell(self, start: datetime, end: datetime) -> list[tuple[datetime, float]]:
        """Answer a price call: the known slots of a span and their price per MWh."""
        now = dt_util.utcnow()
        today = now.astimezone(self.zone).date()
        is_published = now >= self.local(today, PUBLISHED)
        end = min(end, self.local(today + (2 if is_published else 1) * DAY))
        count = max(0, (end - start) // QUARTER)
        slots = [start + n * QUARTER for n in range(count)]
        self.empty.append(self._told.issuperset(slots))
        self._told.update(slots)
        return [(slot, per_mwh(slot)) for slot in slots]

    def tell_day(self, day: date) -> list[tuple[datetime, float]]:
        """Answer a price call for a local day."""
        return self.tell(self.local(day), self.local(day + DAY))


def per_mwh(at: datetime) -> float:
    """Return the true price of the quarter-hour that holds a moment."""
    n = int(at.timestamp() // QUARTER.total_seconds())
    return round(50 + 40 * math.sin(n / 7) + n * 37 % 11 + 10, 2)


def response(method: str, url: URL, answer: Answer) -> AiohttpClientMockResponse:
    """Return an answer as the harness wants it."""
    status, body = answer
    return AiohttpClientMockResponse(
        method,
        url,
        status=status,
        text="" if body is None else json.dumps(body),
        headers={"Content-Type": "application/json"},
    )


def esmart(market: Market, url: URL) -> Answer:
    """Answer as eSmart does: prices of any span, of the customer's one price area."""
    if not url.path.endswith("/spotprices"):
        market.others += 1
        return 200, [
            {
                "ContractNo": 1001,
                "MeterId": "M-1001",
                "PriceArea": "NO1",
                "Name": "Home",
                "IsActive": True,
            }
        ]
    start, end = (
        datetime.fromisoformat(url.query[name]).replace(tzinfo=UTC)
        for name in ("fromTimeUtc", "toTimeUtc")
    )
    rows = [
        {"ValueTime": f"{slot:%Y-%m-%dT%H:%M:%S}", "Value": price / 1000}
        for slot, price in market.tell(start, end)
    ]
    return 200, [{**row, "Unit": "NOK/kWh"} for row in rows]


def nordpool(market: Market, url: URL) -> Answer:
    """Answer as Nord Pool does: one day of every area that is asked for."""
    day, areas = date.fromisoformat(url.query["date"]), url.query["deliveryArea"]
    rows = market.tell_day(day)
    if not rows:
        return EMPTY, None
    names = areas.split(",")
    start, end = rows[0][0], rows[-1][0] + QUARTER
    per_area = {"average": 60.0, "min": 10.0, "max": 110.0}
    block = {
        **_span("delivery", start, end),
        "averagePricePerArea": dict.fromkeys(names, per_area),
    }
    return 200, {
        "deliveryDateCET": day.isoformat(),
        "version": 3,
        "updatedAt": _zulu(start - timedelta(hours=11)),
        "deliveryAreas": names,
        "market": "DayAhead",
        "multiAreaEntries": [
            {
                **_span("delivery", slot, slot + QUARTER),
                "entryPerArea": {
                    name: round(price + n, 2) for n, name in enumerate(names)
                },
            }
            for slot, price in rows
        ],
        "blockPriceAggregates": [
            {"blockName": name, **block} for name in ("Off-peak 1", "Peak")
        ],
        "currency": url.query["currency"],
        "exchangeRate": 11.0,
        "areaStates": [{"state": "Final", "areas": names}],
        "areaAverages": [{"areaCode": name, "price": 60.0} for name in names],
    }


def energyzero(market: Market, url: URL) -> Answer:
    """Answer as EnergyZero does: one day, and a price of gas for it."""
    day = datetime.strptime(url.query["date"], "%d-%m-%Y").replace(tzinfo=UTC).date()
    if url.query["energyType"] != "ENERGY_TYPE_ELECTRICITY":
        market.others += 1
        prices = [_energyzero_price(market.local(day), market.local(day + DAY), 300.0)]
    else:
        prices = [
            _energyzero_price(slot, slot + QUARTER, price)
            for slot, price in market.tell_day(day)
        ]
    streams = ("base", "base_with_vat", "all_in", "all_in_with_vat")
    return (200, dict.fromkeys(streams, prices)) if prices else (404, None)


def _energyzero_price(
    start: datetime, end: datetime, price: float
) -> Mapping[str, object]:
    """Return a price of EnergyZero's, per kWh."""
    value = {"value": str(price / 1000)}
    return {"start": _zulu(start), "end": _zulu(end), "price": value}


def _span(what: str, start: datetime, end: datetime) -> Mapping[str, str]:
    """Return start and end as Nord Pool writes them."""
    return {f"{what}Start": _zulu(start), f"{what}End": _zulu(end)}


def _zulu(at: datetime) -> str:
    """Return a moment in UTC as these APIs write it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
