"""The one form of a service action, whatever it is about."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, override

from homeassistant.core import HomeAssistant, ServiceResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import voluptuous as vol

from ..account.coordinator import FeedCoordinator, PortalConfigEntry
from ..account.errors import translated
from ..portals.contract import AnyFeed
from .call import Call, Given
from .listed import ListedAction

# What a call may hold beside whom it is about: validators by their markers.
type Fields = Mapping[vol.Marker, object]


@dataclass(frozen=True, kw_only=True)
class Request:
    """What every handler is given; `entry` is the account that it asks, if any.

    `fields` are those that were given, each as its validator made it.
    """

    hass: HomeAssistant
    entry: PortalConfigEntry | None
    fields: Given

    @property
    def accounts(self) -> tuple[PortalConfigEntry, ...]:
        """Return whose data it is about."""
        return () if self.entry is None else (self.entry,)


class Target[RequestT: Request](Protocol):
    """What an action is about."""

    def find(self, call: Call) -> RequestT:
        """Return what a call means; raise ServiceValidationError where nothing is."""


@dataclass(frozen=True, kw_only=True)
class AnyAction(ListedAction, ABC):
    """A service action, whatever it is about.

    `changes` are the feeds of the account that show what it did.
    """

    fields: Fields = field(default_factory=dict)
    changes: tuple[AnyFeed, ...] = ()

    @abstractmethod
    async def run(self, call: Call) -> ServiceResponse:
        """Do what a call asks for, and fetch what shows its effect."""


@dataclass(frozen=True, kw_only=True)
class Action[RequestT: Request](AnyAction):
    """A service action: what it is about, and what it does with that.

    `handle` raises PortalError or InvalidInput; what it returns is the response.
    """

    target: Target[RequestT]
    handle: Callable[[RequestT], Awaitable[ServiceResponse]]

    @override
    async def run(self, call: Call) -> ServiceResponse:
        request = self.target.find(call)
        call.rights.check(request.accounts)
        feeds = {} if request.entry is None else request.entry.runtime_data.feeds
        changed = [feeds[feed.key] for feed in self.changes]
        try:
            with translated(call.hass, request.entry):
                response = await self.handle(request)
        except ServiceValidationError:
            raise
        except HomeAssistantError:
            # The portal may have done what it did not confirm.
            await _look_again(changed)
            raise
        await _look_again(changed)
        return response


async def _look_again(feeds: Iterable[FeedCoordinator[object]]) -> None:
    """Fetch what shows the effect of an action."""
    for feed in feeds:
        await feed.async_look_again()
