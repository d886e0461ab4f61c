"""A house as a test gives it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from custom_components.energy_portals.portals.house import EntityState, SunTold
from custom_components.energy_portals.portals.http.errors import Unavailable

NOW = datetime(2026, 11, 30, 11, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
OSLO = ZoneInfo("Europe/Oslo")

type Answer = Callable[[Mapping[str, object]], object]


class GivenHouse:
    """States, actions and forecasts by name; it notes what is asked."""

    def __init__(self, zone: str = "Europe/Oslo") -> None:
        """Begin with nothing."""
        self.zone = ZoneInfo(zone)
        self.currency = "NOK"
        self.states: dict[str, EntityState] = {}
        self.answers: dict[str, Answer] = {}
        self.forecasts: dict[str, object] = {}
        self.by_end: set[str] = set()
        self.asked: list[Mapping[str, object]] = []

    def write(self, name: str, state: str | None = "1", **written: Any) -> None:
        """Write an entity."""
        self.states[name] = EntityState(
            entity_id=f"sensor.{name}",
            state=state,
            unit=written.get("unit"),
            attributes=written.get("attributes", {}),
            written_at=written.get("at", NOW),
            platform=written.get("platform"),
            unique_id=written.get("unique_id"),
        )

    def state(self, name: str) -> EntityState | None:
        """Return an entity."""
        return self.states.get(name)

    async def call(
        self, domain: str, action: str, fields: Mapping[str, object]
    ) -> object:
        """Answer, or fail as Home Assistant's side does."""
        self.asked.append(fields)
        if (answer := self.answers.get(f"{domain}.{action}")) is None:
            raise Unavailable(f"{domain}.{action}", "not there")
        return answer(fields)

    async def solar(self, entries: Sequence[str]) -> Mapping[str, SunTold]:
        """Return the forecasts that there are."""
        return {
            key: SunTold(self.forecasts[key], key in self.by_end)
            for key in entries
            if key in self.forecasts
        }
