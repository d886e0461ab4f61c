"""What a test foretells of CO2, scores and the sun, as a portal in memory yields it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.energy_portals.portals.contract import Feed, FeedRequest, Fetched
from custom_components.energy_portals.portals.http.errors import PortalError
from custom_components.energy_portals.portals.kept import kept_as_it_says
from custom_components.energy_portals.portals.model.green import GreenOutlook
from custom_components.energy_portals.portals.model.intensity import (
    CarbonOutlook,
    GreenIndexOutlook,
)
from custom_components.energy_portals.portals.model.sun import SolarOutlook
from custom_components.energy_portals.portals.rhythms import Every


@dataclass
class Foretold:
    """An account's one site: what its feeds answer, by their key."""

    answers: dict[str, Any] = field(default_factory=dict)
    error: PortalError | None = None
    fetches: int = 0

    async def _fetch(self, key: str, request: FeedRequest[Any]) -> Fetched[Any]:
        """Answer a feed for every site."""
        self.fetches += 1
        if self.error is not None:
            raise self.error
        answer = self.answers.get(key)
        sites = () if answer is None else request.sites
        return Fetched({site.key: answer for site in sites})

    def _feed(self, key: str, kind: type[Any]) -> Feed[Any, Any]:
        async def fetch(client: Any, request: FeedRequest[Any]) -> Fetched[Any]:
            return await self._fetch(key, request)

        return Feed(
            key=key,
            fetch=fetch,
            rhythm=Every(interval=timedelta(minutes=30)),
            kinds={kind: lambda outlook: outlook},
            kept=kept_as_it_says(kind),
            joined=kind.merged,
        )

    @property
    def feeds(self) -> tuple[Feed[Any, Any], ...]:
        """Return a feed of each kind."""
        return (
            self._feed("co2", CarbonOutlook),
            self._feed("green_index", GreenIndexOutlook),
            self._feed("sun", SolarOutlook),
            self._feed("green", GreenOutlook),
        )


async def pass_to(hass: HomeAssistant, freezer: Any, now: datetime) -> None:
    """Let it be a moment, and what was due happen."""
    freezer.move_to(now)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)
