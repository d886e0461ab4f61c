"""A home that shares its sun, its battery, its hot water and its peaks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import cos, pi
from typing import Any, Final
from zoneinfo import ZoneInfo

from custom_components.energy_portals.portals.contract import Site, Subentry
from custom_components.energy_portals.portals.model.caps import PowerCaps
from custom_components.energy_portals.portals.model.price_days import PriceOutlook
from custom_components.energy_portals.portals.model.prices import Price, PriceSeries
from custom_components.energy_portals.portals.model.seen import Seen
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.model.sun import SolarOutlook
from custom_components.energy_portals.portals.optimum.guard import Guard
from custom_components.energy_portals.portals.optimum.optimise import Solver, solver
from custom_components.energy_portals.portals.planner.parts import arranged
from tests.portals.planner.metered import MeteredHouse
from tests.surroundings import NoSources

OSLO: Final = ZoneInfo("Europe/Oslo")
NOW: Final = datetime(2026, 11, 18, 12, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
QUARTER: Final = timedelta(minutes=15)
WEEK: Final = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
CAR: Final[Mapping[str, Any]] = {
    "energy": 20.0,
    "power": 7.4,
    "least_power": 1.4,
    "begin": "07:00:00",
    "end": "07:00:00",
    "days": WEEK,
    "shape": "slots",
    "objective": "price",
    "drives": "switch.car",
}
WASHER: Final[Mapping[str, Any]] = {
    "duration": 120,
    "power": 2.0,
    "begin": "08:00:00",
    "end": "08:00:00",
    "days": WEEK,
    "shape": "contiguous",
    "objective": "price",
}
BATTERY: Final[Mapping[str, Any]] = {
    "soc": "sensor.soc",
    "capacity": 10.0,
    "charge": 5.0,
    "low": 10.0,
    "mode": "select.battery",
    "word_charge": "Force charge",
    "word_discharge": "Force discharge",
    "word_hold": "Hold",
    "setpoint": "number.battery",
}
TANK: Final[Mapping[str, Any]] = {
    "temperature": "sensor.tank",
    "litres": 200.0,
    "coolest": 45.0,
    "warmest": 75.0,
    "power": 2.0,
    "uses": 6.0,
    "loss": 10.0,
    "drives": "switch.tank",
}


def price(moment: datetime) -> float:
    """Return a price that is high in the morning and in the evening."""
    hour = moment.astimezone(OSLO).hour
    return 0.8 + 0.6 * cos((hour - 19) / 24 * 4 * pi) + 0.01 * hour


def outlook(
    begin: datetime = NOW - 12 * HOUR, hours: int = 47, currency: str = "NOK"
) -> PriceOutlook:
    """Return the prices of two days."""
    slots = (
        Slot(at, at + QUARTER, Price(price(at)))
        for n in range(hours * 4)
        for at in [begin + n * QUARTER]
    )
    return PriceOutlook.of(PriceSeries(currency, slots=Series(tuple(slots))), OSLO)


def sun(peak: float, begin: datetime = NOW - 12 * HOUR) -> SolarOutlook:
    """Return what a roof yields from nine to fifteen, with a peak in W."""
    slots = []
    for n in range(48):
        at = begin + n * HOUR
        hour = at.astimezone(OSLO).hour
        power = max(peak * cos((hour - 12) / 7 * pi), 0.0) if 9 <= hour <= 15 else 0.0
        slots.append(Slot(at, at + HOUR, power))
    return SolarOutlook(zone=OSLO, told=Series(tuple(slots)), is_whole=True)


class HomeSources(NoSources):
    """Sources of prices, sun and caps."""

    zone = OSLO

    def __init__(self, peak: float = 4000.0) -> None:
        """Begin with prices and sun."""
        self.of_prices: dict[str, PriceOutlook] = {"a": outlook()}
        self.of_sun: dict[str, SolarOutlook] = {"roof": sun(peak)}
        self.of_caps: dict[str, PowerCaps] = {}
        self.of_loads: dict[str, Seen] = {}

    def prices(self, source: str) -> PriceOutlook | None:  # type: ignore[override]
        """Return prices."""
        return self.of_prices.get(source)

    def sun(self, source: str) -> SolarOutlook | None:  # type: ignore[override]
        """Return what is expected of a roof."""
        return self.of_sun.get(source)

    def caps(self, source: str) -> PowerCaps | None:  # type: ignore[override]
        """Return caps."""
        return self.of_caps.get(source)

    def seen(self, load: str) -> Seen | None:  # type: ignore[override]
        """Return what is seen of a load."""
        return self.of_loads.get(load)


def metered() -> MeteredHouse:
    """Return a home whose meter has a month of 0.8 kW, and of more at six o'clock."""
    count = 60 * 24
    slots = []
    for n in range(count):
        at = NOW - (count - n) * HOUR
        power = 2.0 if at.astimezone(OSLO).hour == 18 else 0.8
        slots.append(Slot(at, at + HOUR, power))
    return MeteredHouse(
        statistics={"sensor.in": Series(tuple(slots))},
        states={
            "sensor.soc": ("40", "%"),
            "sensor.tank": ("55", "°C"),
            "select.battery": ("Auto", None),
        },
        preferences={
            "energy_sources": [{"type": "grid", "stat_energy_from": "sensor.in"}]
        },
    )


@dataclass(kw_only=True)
class HomeAround:
    """What such a home has around its planner."""

    sources: HomeSources = field(default_factory=HomeSources)
    house: MeteredHouse = field(default_factory=metered)
    asked: int = 0
    is_there: bool = True
    guard: Guard | None = None

    async def solver(self) -> Solver | None:
        """Return the solver."""
        self.asked += 1
        return solver() if self.is_there else None


def sites(**parts: tuple[str, Mapping[str, Any]]) -> tuple[Site, ...]:
    """Return the devices of parts: each by its name with its type and data."""
    subentries = tuple(
        Subentry(id=name, type=type_, title=name.title(), data=data)
        for name, (type_, data) in parts.items()
    )
    return tuple(arranged({}, subentries).values())
