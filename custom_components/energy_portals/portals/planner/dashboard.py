"""What a user has told the Energy dashboard of a home: nobody asks for it again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_GRID: Final = "grid"
_SOLAR: Final = "solar"
_BATTERY: Final = "battery"


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardBattery:
    """A battery, by the ids of its statistics: energy out and in, power and state.

    `rate` is positive while it discharges; `capacity` is in kWh.
    """

    discharged: str
    charged: str
    rate: str | None = None
    soc: str | None = None
    capacity: float | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """The statistics of a home by what flows through them, and what else is known.

    `power` are those of the grid's power, positive while it is drawn. `forecasts` are
    ids of config entries that forecast the sun, `feed_in_price` money per kWh.
    """

    drawn: tuple[str, ...] = ()
    fed_in: tuple[str, ...] = ()
    sun: tuple[str, ...] = ()
    power: tuple[str, ...] = ()
    batteries: tuple[DashboardBattery, ...] = ()
    forecasts: tuple[str, ...] = ()
    feed_in_price: float | None = None

    @classmethod
    def of(cls, preferences: Mapping[str, object]) -> Dashboard:
        """Return what preferences mean, as the dashboard keeps them."""
        sources = list(_mappings(preferences.get("energy_sources")))
        grid = [each for each in sources if each.get("type") == _GRID]
        solar = [each for each in sources if each.get("type") == _SOLAR]
        prices = (_number(each.get("number_energy_price_export")) for each in grid)
        return cls(
            drawn=tuple(_texts(grid, "stat_energy_from")),
            fed_in=tuple(_texts(grid, "stat_energy_to")),
            sun=tuple(_texts(solar, "stat_energy_from")),
            power=tuple(_texts(grid, "stat_rate")),
            batteries=tuple(_batteries(sources)),
            forecasts=tuple(_forecasts(solar)),
            feed_in_price=next((each for each in prices if each is not None), None),
        )

    @property
    def statistics(self) -> tuple[str, ...]:
        """Return all of energy."""
        batteries = ((each.discharged, each.charged) for each in self.batteries)
        own = (*self.drawn, *self.fed_in, *self.sun)
        return (*own, *(each for pair in batteries for each in pair))


def _number(value: object) -> float | None:
    """Return what is a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _mappings(value: object) -> Iterator[Mapping[str, object]]:
    """Yield the mappings of a list."""
    if isinstance(value, list | tuple):
        yield from (each for each in value if isinstance(each, Mapping))


def _texts(sources: list[Mapping[str, object]], key: str) -> Iterator[str]:
    """Yield what sources name under a key."""
    for source in sources:
        if isinstance(named := source.get(key), str) and named:
            yield named


def _forecasts(sources: list[Mapping[str, object]]) -> Iterator[str]:
    """Yield the config entries that forecast roofs, each once."""
    seen: dict[str, None] = {}
    for source in sources:
        entries = source.get("config_entry_solar_forecast")
        if isinstance(entries, list | tuple):
            seen.update(
                dict.fromkeys(each for each in entries if isinstance(each, str))
            )
    yield from seen


def _batteries(sources: list[Mapping[str, object]]) -> Iterator[DashboardBattery]:
    """Yield the batteries."""
    for source in sources:
        discharged, charged = (
            source.get(key) for key in ("stat_energy_from", "stat_energy_to")
        )
        if source.get("type") != _BATTERY:
            continue
        if isinstance(discharged, str) and isinstance(charged, str):
            capacity = _number(source.get("capacity"))
            rate, soc, name = (
                value if isinstance(value := source.get(key), str) else None
                for key in ("stat_rate", "stat_soc", "name")
            )
            yield DashboardBattery(
                discharged=discharged,
                charged=charged,
                rate=rate,
                soc=soc,
                capacity=capacity or None,
                name=name,
            )
