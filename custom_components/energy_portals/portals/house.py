"""What a source asks of the house: public actions, states, and the energy hook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from .model.series import Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityState:
    """An entity as its integration last wrote it.

    `state` is None where it is unknown or not available. Attributes are whatever the
    integration wrote, such as `datetime` objects; nobody may change them. `platform` is
    the integration, `unique_id` its own name of the entity; None of an entity that is
    in no registry. `written_at` is in UTC.
    """

    entity_id: str
    state: str | None
    unit: str | None
    attributes: Mapping[str, object] = field(repr=False)
    written_at: datetime
    platform: str | None = None
    unique_id: str | None = None


@dataclass(frozen=True, slots=True)
class SunTold:
    """What an energy platform forecasts, as it says it: `{"wh_hours": {time: Wh}}`.

    `is_by_end` says that a time is the end of its period, not the start.
    """

    forecast: object = field(repr=False)
    is_by_end: bool = False


class House(Protocol):
    """The house, for those who read what is in it."""

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone of the house."""

    @property
    def currency(self) -> str:
        """Return the currency of the house, ISO 4217."""

    @property
    def country(self) -> str | None:
        """Return the country of the house, ISO 3166-1 alpha-2, if it is known."""

    def state(self, name: str) -> EntityState | None:
        """Return an entity by what it is stored by, None where it is not there."""

    async def call(
        self, domain: str, action: str, fields: Mapping[str, object]
    ) -> object:
        """Return the response of an action of another integration.

        Raises Unavailable where the action is not there or fails.
        """

    async def solar(self, entries: Sequence[str]) -> Mapping[str, SunTold]:
        """Return what the energy platforms forecast, by the id of a config entry.

        Each is `{"wh_hours": {time: Wh}}` as the platform says it. An entry that fails,
        or has nothing, is left out.
        """

    async def dashboard(self) -> Mapping[str, object]:
        """Return what the user has told the Energy dashboard, as it is kept."""

    async def energy(
        self, statistic: str, start: datetime, end: datetime
    ) -> Sequence[Slot[float]]:
        """Return the energy that a statistic of the recorder has, kWh, in order.

        By five minutes where the recorder still has them, else by the hour, and longer
        where hours are missing: what the sum has become more by since the row before.
        Below zero where it became less. Raises Unavailable where the statistic is not
        there.
        """

    async def lately(self, statistic: str, since: datetime) -> Sequence[Slot[float]]:
        """Return the energy of the last hours by five minutes, kWh, in order.

        Also of the hour that is not over. The first may begin before `since`. Raises
        Unavailable where there is no recorder, or no such entity.
        """
