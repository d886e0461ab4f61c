"""A market whose prices tests steer, without Home Assistant."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from custom_components.energy_portals.portals.contract import FeedRequest, Site
from custom_components.energy_portals.portals.http.errors import PortalError
from custom_components.energy_portals.portals.model.prices import (
    Price,
    PriceSeries,
    PriceSlot,
    Tax,
)
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.price_feeds import (
    PaidNow,
    PriceFeed,
    price_feed,
)
from custom_components.energy_portals.portals.rhythms import OncePublished
from tests.surroundings import Surroundings

OSLO, BERLIN, ROME, LISBON = (
    ZoneInfo(f"Europe/{city}") for city in ("Oslo", "Berlin", "Rome", "Lisbon")
)
SPRING, AUTUMN, ORDINARY = date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 18)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
PUBLISHED_AT = time(13)


def local(day: date, zone: ZoneInfo, hour: int = 0, minute: int = 0) -> datetime:
    """Return a wall time of a local day, the first of two, in UTC."""
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


def price_at(start: datetime, what: str = "") -> float:
    """Return a price that no other slot of the days around has."""
    number = int(start.timestamp()) // 900
    return ((number * 7919 + sum(what.encode()) * 31) % 9973 - 1000) / 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Point(Site):
    """A delivery point at a market."""

    market: str = "market"


@dataclass
class Market:
    """A market of one zone: what it has published, and what it was asked."""

    zone: ZoneInfo = OSLO
    length: timedelta = QUARTER
    key: str = "market"
    late: timedelta = timedelta()
    preliminary_until: timedelta | None = None
    missing: set[datetime] = field(default_factory=set)
    corrected: dict[datetime, float] = field(default_factory=dict)
    errors: dict[str, PortalError] = field(default_factory=dict)
    asked: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    now: datetime | None = None
    at: time = PUBLISHED_AT

    @property
    def published(self) -> OncePublished:
        """Return when the portal says that it publishes."""
        return OncePublished(at=self.at, zone=self.zone)

    def value(self, start: datetime) -> float:
        """Return the final price of a slot."""
        return self.corrected.get(start, price_at(start, self.key))

    def starts(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """Yield the starts of all slots in a span."""
        while start < end:
            yield start
            start += self.length

    def day(self, day: date) -> list[datetime]:
        """Return the starts of the slots of a local day."""
        start, end = local(day, self.zone), local(day + DAY, self.zone)
        return list(self.starts(start, end))

    def slot(self, start: datetime, *, preliminary: bool = False) -> PriceSlot:
        """Return a slot; a preliminary price differs from the final one."""
        value = self.value(start) + (0.5 if preliminary else 0.0)
        return Slot(start, start + self.length, Price(value, preliminary))

    def _day_of(self, start: datetime) -> date:
        return start.astimezone(self.zone).date()

    def has_published(self, start: datetime, now: datetime) -> bool:
        """Say whether the price of a slot is out."""
        day = self._day_of(start)
        return now >= local(day - DAY, self.zone, self.at.hour) + self.late

    def answer(self, start: datetime, end: datetime, now: datetime) -> PriceSeries:
        """Return what is out of a span."""
        slots = [
            self.slot(
                at,
                preliminary=self.preliminary_until is not None
                and now
                < local(self._day_of(at) - DAY, self.zone, self.at.hour)
                + self.preliminary_until,
            )
            for at in self.starts(start, end)
            if at not in self.missing and self.has_published(at, now)
        ]
        return PriceSeries("NOK", Tax.EXCLUDED, Series.of(slots))

    async def ask(
        self, client: Any, site: Site, start: datetime, end: datetime
    ) -> PriceSeries:
        """Answer a call."""
        self.asked.append((site.key, start, end))
        if site.key in self.errors:
            raise self.errors[site.key]
        return self.answer(start, end, self.now or datetime.now(UTC))

    def feed(
        self, at: type[Site] = Site, key: str = "spot_prices"
    ) -> PriceFeed[Any, Any]:
        """Return the feed of this market."""
        return price_feed(key, at=at, ask=self.ask, published=self.published)


def site(key: str = "home") -> Point:
    """Return a site."""
    return Point(key=key, name=key.title())


def limited(meter: str = "sensor.meter") -> dict[str, Any]:
    """Return the options of a support for the first ten kWh of a month."""
    rows = [{"amount": 0.5, "up_to": 10}]
    return {"reductions": rows, "counted": meter}


def request(
    now: datetime,
    held: Mapping[str, Any] | None = None,
    *,
    keys: Iterable[str] = ("home",),
    statistics: Mapping[str, Sequence[Slot[float]]] | None = None,
    **options: Any,
) -> FeedRequest[Any, Any]:
    """Return what a feed is told."""
    around = Surroundings(options=options, statistics=statistics or {})
    return FeedRequest(
        now=now,
        sites=tuple(map(site, keys)),
        held=held or {},
        given=PaidNow.of(around),
    )
