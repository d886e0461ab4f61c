"""The house's own devices, for an account that moves them by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState:
    """What an entity says; `state` is None where it is unknown or not available."""

    entity_id: str
    state: str | None
    attributes: Mapping[str, object] = field(default_factory=dict)

    @property
    def domain(self) -> str:
        """Return what sort of entity it is."""
        return self.entity_id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Touch:
    """A change of an entity that was not made here.

    `is_called` says that somebody, a person or an automation, has asked for it in Home
    Assistant. Without, it is the device's own, or a hand's at the device.
    """

    at: datetime
    is_called: bool


class Devices(Protocol):
    """Entities of the house, each by the name that it is stored by."""

    @property
    def since(self) -> datetime:
        """Return since when each change is seen, in UTC."""

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone of the house."""

    def state(self, name: str) -> DeviceState | None:
        """Return what an entity says; None where it is not there."""

    def touched(self, name: str) -> Touch | None:
        """Return the last change of it that was not made here, since the start."""

    def follow(self, names: Iterable[str]) -> None:
        """Look again whenever one of these changes."""

    async def act(self, name: str, action: str, fields: Mapping[str, object]) -> None:
        """Have an action of the entity's own sort done; Unavailable if it fails."""
