"""A market of true prices, and how each portal's API tells of them."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
import json
import math
from typing import Final
from zoneinfo import ZoneInfo

from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.test_util.aiohttp import (
    AiohttpClientMockResponse,
)
from yarl import URL

QUARTER: Final = timedelta(minutes=15)
DAY: Final = timedelta(days=1)
PUBLISHED: Final = time(12, 55)
# Sources correct what they have published: so often a day may be asked for again.
_LOOKS: Final = 3
_IBERIA: Final = ("español", "portugués")
_LOOKS_APART: Final = timedelta(minutes=30)

type Span = tuple[datetime, datetime]
type Answer = tuple[int, str | bytes]


@dataclass
class Sources:
    """Prices of quarter-hours, known for today and from `PUBLISHED` on for tomorrow.

    `empty` has one entry for each price call: whether all its slots were told before,
    and it was no second look at a day, of which there are three at most. `late` is how
    much later tomorrow is known, and `nought` a day whose prices are all nought.
    """

    zone: ZoneInfo
    empty: list[bool] = field(default_factory=list)
    looks: int = 0
    others: int = 0
    late: timedelta = timedelta()
    nought: date | None = None
    _told: set[datetime] = field(default_factory=set)
    _told_last: dict[date, datetime] = field(default_factory=dict)
    _looks: Counter[date] = field(default_factory=Counter)

    def local(self, day: date, at: time = time()) -> datetime:
        """Return a local time of a day, in UTC."""
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def day(self, day: date) -> Span:
        """Return a local day's bounds in UTC."""
        return self.local(day), self.local(day + DAY)

    def tell(self, asked: Span) -> Span:
        """Answer a price call: the part of a span that is published, maybe nothing."""
        now = dt_util.utcnow()
        today = now.astimezone(self.zone).date()
        is_published = now >= self.local(today, PUBLISHED) + self.late
        _, known = self.day(today + DAY if is_published else today)
        told = asked[0], min(asked[1], known)
        slots = quarters(told)
        is_told = self._told.issuperset(slots)
        is_look = is_told and bool(slots) and self._is_look(slots[-1], now)
        self.looks += is_look
        self.empty.append(is_told and not is_look)
        self._told.update(slots)
        if slots:
            self._told_last[slots[-1].astimezone(self.zone).date()] = now
        return told

    def _is_look(self, slot: datetime, now: datetime) -> bool:
        """Say whether the day of a slot is looked at once more, after a while."""
        day = slot.astimezone(self.zone).date()
        is_soon = now - self._told_last.get(day, now) < _LOOKS_APART
        if is_soon or self._looks[day] == _LOOKS:
            return False
        self._looks[day] += 1
        return True

    def price(self, slot: datetime) -> float:
        """Return what a quarter-hour costs, per MWh."""
        is_nought = slot.astimezone(self.zone).date() == self.nought
        return 0.0 if is_nought else per_mwh(slot)


def quarters(span: Span) -> list[datetime]:
    """Return the quarter-hours of a span."""
    start, end = span
    return [start + n * QUARTER for n in range(max(0, (end - start) // QUARTER))]


def per_mwh(at: datetime) -> float:
    """Return the true price of the quarter-hour that holds a moment."""
    n = int(at.timestamp() // QUARTER.total_seconds())
    return round(60 + 40 * math.sin(n / 7) + n * 37 % 11, 2)


def response(method: str, url: URL, answer: Answer) -> AiohttpClientMockResponse:
    """Return an answer as the harness wants it."""
    status, body = answer
    headers = {"Content-Type": "application/json"}
    sent = body.encode() if isinstance(body, str) else body
    return AiohttpClientMockResponse(
        method, url, status=status, response=sent, headers=headers
    )


def esmart(sources: Sources, url: URL) -> Answer:
    """Answer as eSmart does: prices of any span, of the customer's one price area."""
    if not url.path.endswith("/spotprices"):
        sources.others += 1
        contract = {"ContractNo": 1001, "MeterId": "M-1001", "PriceArea": "NO1"}
        return 200, json.dumps([contract])
    start, end = (
        datetime.fromisoformat(url.query[name]).replace(tzinfo=UTC)
        for name in ("fromTimeUtc", "toTimeUtc")
    )
    told = quarters(sources.tell((start, end)))
    return 200, _esmart_prices(tuple((slot, sources.price(slot)) for slot in told))


def nordpool(sources: Sources, url: URL) -> Answer:
    """Answer as Nord Pool does: one day of every area that is asked for."""
    query = url.query
    day = date.fromisoformat(query["date"])
    told = sources.tell(sources.day(day))
    if not quarters(told):
        return 204, ""
    return 200, _nordpool_day(day, told, query["deliveryArea"], query["currency"])


def energyzero(sources: Sources, url: URL) -> Answer:
    """Answer as EnergyZero does: one day, of electricity or of gas."""
    day = datetime.strptime(url.query["date"], "%d-%m-%Y").replace(tzinfo=UTC).date()
    if url.query["energyType"] == "ENERGY_TYPE_GAS":
        sources.others += 1
        start, end = sources.day(day)
        return 200, _energyzero_prices(((start, end, 300.0),))
    told = quarters(sources.tell(sources.day(day)))
    if not told:
        return 404, ""
    slots = ((slot, slot + QUARTER, per_mwh(slot)) for slot in told)
    return 200, _energyzero_prices(tuple(slots))


def omie(sources: Sources, url: URL) -> Answer:
    """Answer as OMIE does: one day's file, with a series for both countries."""
    day = datetime.strptime(f"{url.path[-14:-4]} +0000", "%d_%m_%Y %z").date()
    told = quarters(sources.tell(sources.day(day)))
    return (200, _omie_day(tuple(told))) if told else (404, "")


# What a mock takes to make its answer would count as the time of who asked, so every
# answer is made once; the peers ask for each again and again.


@cache
def _esmart_prices(slots: tuple[tuple[datetime, float], ...]) -> str:
    """Return eSmart's answer for slots."""
    return json.dumps(
        [
            {
                "ValueTime": f"{slot:%Y-%m-%dT%H:%M:%S}",
                "Value": price / 1000,
                "Unit": "NOK/kWh",
            }
            for slot, price in slots
        ]
    )


@cache
def _nordpool_day(day: date, span: Span, area: str, currency: str) -> str:
    """Return Nord Pool's answer for a day."""
    areas = area.split(",")
    block = {
        **_delivery(*span),
        "averagePricePerArea": {
            area: {"average": 60.0, "min": 10.0, "max": 110.0} for area in areas
        },
    }
    return json.dumps(
        {
            "deliveryDateCET": day.isoformat(),
            "version": 3,
            "updatedAt": _zulu(span[0] - timedelta(hours=11)),
            "deliveryAreas": areas,
            "market": "DayAhead",
            "multiAreaEntries": [
                {
                    **_delivery(slot, slot + QUARTER),
                    "entryPerArea": {
                        area: per_mwh(slot) + n for n, area in enumerate(areas)
                    },
                }
                for slot in quarters(span)
            ],
            "blockPriceAggregates": [
                {"blockName": name, **block}
                for name in ("Off-peak 1", "Peak", "Off-peak 2")
            ],
            "currency": currency,
            "exchangeRate": 11.0,
            "areaStates": [{"state": "Final", "areas": areas}],
            "areaAverages": [{"areaCode": area, "price": 60.0} for area in areas],
        }
    )


@cache
def _energyzero_prices(slots: tuple[tuple[datetime, datetime, float], ...]) -> str:
    """Return EnergyZero's answer for slots."""
    prices = [
        {
            "start": _zulu(start),
            "end": _zulu(end),
            "price": {"value": str(price / 1000)},
        }
        for start, end, price in slots
    ]
    streams = ("base", "base_with_vat", "all_in", "all_in_with_vat")
    return json.dumps(dict.fromkeys(streams, prices))


@cache
def _omie_day(slots: tuple[datetime, ...]) -> bytes:
    """Return OMIE's answer for a day; its numbers have a decimal comma."""
    prices = ";".join(f"{per_mwh(slot):.2f}".replace(".", ",") for slot in slots)
    names = (
        *("Potencia total con bilaterales del mercado Ibérico (MW)",),
        *(f"Potencia total de compra sistema {each} (MW)" for each in _IBERIA),
        *(f"Potencia total de venta sistema {each} (MW)" for each in _IBERIA),
        *("Potencia total del mercado Ibérico (MW)",),
        *("Exportación de España a Portugal (MW)",),
        *("Importación de España desde Portugal (MW)",),
        *(f"Precio marginal en el sistema {each} (EUR/MWh)" for each in _IBERIA),
    )
    rows = "\n".join(f"{name};{prices};" for name in names)
    return f"OMIE - Mercado de electricidad;\n\n;;\n{rows}\n".encode("iso-8859-1")


def _delivery(start: datetime, end: datetime) -> dict[str, str]:
    """Return start and end as Nord Pool writes them."""
    return {"deliveryStart": _zulu(start), "deliveryEnd": _zulu(end)}


def _zulu(at: datetime) -> str:
    """Return a moment in UTC as these APIs write it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
