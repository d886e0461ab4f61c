"""What a feed may ask for, as tests say it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from custom_components.energy_portals.portals.contract import (
    AnyFeed,
    Subentry,
    WebhookTarget,
)
from custom_components.energy_portals.portals.http.errors import Unavailable
from custom_components.energy_portals.portals.model.series import Slot
from custom_components.energy_portals.portals.model.tariff import Tariff
from custom_components.energy_portals.portals.price_feeds import PaidNow


class NoSources:
    """A house without any source."""

    zone = ZoneInfo("UTC")

    def prices(self, source: str) -> None:
        """Return nothing."""

    green = caps = co2 = incentives = seen = sun = prices

    def standing(self, source: str) -> tuple[()]:
        """Return nothing."""
        return ()

    def tariff(self, source: str) -> Tariff:
        """Return one that adds nothing."""
        return Tariff()

    async def past_prices(self, source: str, start: datetime, end: datetime) -> None:
        """Return that nothing is told of other days."""

    async def busy(self, calendar: str, start: datetime, end: datetime) -> None:
        """Return that it cannot be read."""


def paid(tariff: Tariff | None = None) -> PaidNow:
    """Return a tariff as a feed is given it; no statistic is there."""
    return PaidNow(tariff=tariff or Tariff(), energy=Surroundings().energy)


class NoHouse:
    """A house in which nothing is known."""

    zone = ZoneInfo("UTC")
    country = None

    def state(self, name: str) -> None:
        """Return that there is no entity."""

    async def dashboard(self) -> Mapping[str, object]:
        """Return that no Energy dashboard is set up."""
        return {}


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """The surroundings of a feed; without options, parts, webhook and sources."""

    options: Mapping[str, Any] = field(default_factory=dict)
    subentries: tuple[Subentry, ...] = ()
    webhook_target: WebhookTarget | None = None
    sources: Any = field(default_factory=NoSources)
    house: Any = field(default_factory=NoHouse)
    feeds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    statistics: Mapping[str, Sequence[Slot[float]]] = field(default_factory=dict)

    watched: object = None

    async def solver(self) -> None:
        """Return that it cannot be installed."""

    def held(self, feed: AnyFeed) -> Mapping[str, Any]:
        """Return what another feed of the account holds."""
        return self.feeds.get(feed.key, {})

    async def energy(
        self, statistic: str, start: datetime, end: datetime
    ) -> Sequence[Slot[float]]:
        """Return what a statistic is said to have."""
        if statistic not in self.statistics:
            raise Unavailable("statistics", "the statistic is not there")
        return [
            slot
            for slot in self.statistics[statistic]
            if start <= slot.start and slot.end <= end
        ]
