"""A feed whose data tests choose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.account.coordinator import FeedCoordinator
from custom_components.energy_portals.account.store import PortalStore
from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.portals.contract import Feed, FeedRequest, Fetched
from custom_components.energy_portals.portals.http.errors import PortalError
from custom_components.energy_portals.portals.rhythms import Every

type Make = Callable[..., FeedCoordinator[Any]]


@dataclass
class Source:
    """A portal of one feed: what it answers, and what it was asked."""

    answer: Mapping[str, Any] | Fetched[Any] | PortalError = field(default_factory=dict)
    requests: list[FeedRequest[Any]] = field(default_factory=list)

    async def fetch(self, client: Any, request: FeedRequest[Any]) -> Fetched[Any]:
        """Answer as told."""
        self.requests.append(request)
        if isinstance(self.answer, PortalError):
            raise self.answer
        whole = isinstance(self.answer, Fetched)
        return self.answer if whole else Fetched(self.answer)

    def skeletons(self) -> dict[str, Any]:
        """Return nothing: no client is involved."""
        return {}

    refused = skeletons


@pytest.fixture
def source() -> Source:
    """Return a portal of one feed."""
    return Source()


@pytest.fixture
async def make(hass: HomeAssistant, source: Source) -> Make:
    """Return a maker of coordinators of that feed."""
    assert await async_setup_component(hass, DOMAIN, {})  # loads the messages
    entry = MockConfigEntry(domain=DOMAIN, data={"vendor": "v"})
    entry.add_to_hass(hass)

    def coordinator(**rhythm: Any) -> FeedCoordinator[Any]:
        every = Every(**{"interval": timedelta(minutes=10), **rhythm})
        feed = Feed(key="f", fetch=source.fetch, rhythm=every)
        store = PortalStore(hass, entry.entry_id)
        return FeedCoordinator(hass, entry, source, store, feed)

    return coordinator
