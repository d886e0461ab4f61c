"""What a feed may ask for, as tests say it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from custom_components.energy_portals.portals.contract import Subentry, WebhookTarget


class NoSources:
    """A house without any source."""

    zone = ZoneInfo("UTC")

    def prices(self, source: str) -> None:
        """Return nothing."""

    green = caps = prices

    async def busy(self, calendar: str, start: datetime, end: datetime) -> None:
        """Return that it cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """The surroundings of a feed; without options, parts, webhook and sources."""

    options: Mapping[str, Any] = field(default_factory=dict)
    subentries: tuple[Subentry, ...] = ()
    webhook_target: WebhookTarget | None = None
    sources: NoSources = field(default_factory=NoSources)
