"""A house with meters and an Energy dashboard, as a planner reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from custom_components.energy_portals.portals.house import EntityState, SunTold
from custom_components.energy_portals.portals.http.errors import Unavailable
from custom_components.energy_portals.portals.model.series import Series, Slot

OSLO: Final = ZoneInfo("Europe/Oslo")


@dataclass(kw_only=True)
class MeteredHouse:
    """Statistics by id, states by entity, and what is asked for."""

    statistics: dict[str, Series[float]] = field(default_factory=dict)
    lately_told: dict[str, Series[float]] = field(default_factory=dict)
    states: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    attributes: dict[str, Mapping[str, object]] = field(default_factory=dict)
    preferences: Mapping[str, object] = field(default_factory=dict)
    forecasts: dict[str, SunTold] = field(default_factory=dict)
    zone: ZoneInfo = OSLO
    currency: str = "NOK"
    asked: list[tuple[str, datetime]] = field(default_factory=list)

    country: str | None = None

    async def dashboard(self) -> Mapping[str, object]:
        """Return the preferences."""
        return self.preferences

    def state(self, name: str) -> EntityState | None:
        """Return a state."""
        if name not in self.states:
            return None
        state, unit = self.states[name]
        return EntityState(
            entity_id=name,
            state=state,
            unit=unit,
            attributes=self.attributes.get(name, {}),
            written_at=datetime(2026, 1, 1, tzinfo=UTC),
        )

    async def call(
        self, domain: str, action: str, fields: Mapping[str, object]
    ) -> object:
        """Refuse: a planner calls nothing."""
        raise Unavailable(action, "nothing is called")

    async def solar(self, entries: Sequence[str]) -> Mapping[str, SunTold]:
        """Return what is forecast."""
        return {
            each: self.forecasts[each] for each in entries if each in self.forecasts
        }

    async def energy(
        self, statistic: str, start: datetime, end: datetime
    ) -> Sequence[Slot[float]]:
        """Return the energy of a statistic."""
        self.asked.append((statistic, start))
        if statistic not in self.statistics:
            raise Unavailable("statistics", "the statistic is not there")
        return self.statistics[statistic].between(start, end)

    async def lately(self, statistic: str, since: datetime) -> Sequence[Slot[float]]:
        """Return its energy by five minutes."""
        if statistic not in self.lately_told:
            raise Unavailable("statistics", "the statistic is not there")
        return self.lately_told[statistic].since(since).slots
