"""A portal in memory that has markets, and an account at it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from custom_components.energy_portals.portals import registry as portals
from custom_components.energy_portals.portals.contract import (
    Feed,
    FeedRequest,
    Fetched,
    Kept,
    Site,
)
from custom_components.energy_portals.portals.esmart import ESMART
from custom_components.energy_portals.portals.history import History
from custom_components.energy_portals.portals.http.errors import PortalError
from custom_components.energy_portals.portals.portal import Portal
from custom_components.energy_portals.portals.rhythms import Every
from tests.market import site
from tests.sandbox.server import Sandbox


@dataclass
class Priced:
    """A portal with these feeds and sites; its client is the portal itself."""

    feeds: tuple[Feed[Any, Any, Any], ...]
    sites: list[Site] = field(default_factory=lambda: [site()])
    error: PortalError | None = None
    site_calls: int = 0

    async def _fetch_sites(
        self, client: Any, request: FeedRequest[Site]
    ) -> dict[str, Site]:
        self.site_calls += 1
        if self.error is not None:
            raise self.error
        return Fetched({each.key: each for each in self.sites})

    def _load(self, stored: Any, options: Mapping[str, Any]) -> Site:
        for each in self.sites:
            if each.key == stored:
                return each
        raise ValueError("no site")

    def portal(self) -> Portal[Any]:
        """Return it as the registry has it, in eSmart's place."""
        sites = Feed(
            key="sites",
            fetch=self._fetch_sites,
            rhythm=Every(interval=timedelta(hours=6)),
            kept=Kept(dump=lambda each: each.key, load=self._load),
        )
        esmart: Portal[Any] = ESMART
        return replace(
            esmart,
            connect=lambda session, data, options, token_store: self,
            sites=sites,
            feeds=self.feeds,
            capabilities=esmart.every(History),
        )

    def skeletons(self) -> dict[str, Any]:
        """Return nothing: nothing is read."""
        return {}

    refused = skeletons


def use(monkeypatch: pytest.MonkeyPatch, portal: Portal[Any]) -> None:
    """Put a portal into the registry in eSmart's place."""
    monkeypatch.setitem(portals.PORTALS, "esmart", lambda: portal)


def entry_of(
    hass: HomeAssistant, entry_id: str = "priced", **options: Any
) -> MockConfigEntry:
    """Return an account of that portal, not set up yet."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Priced",
        data={CONF_VENDOR: "esmart", "user_name": "user", "customer_id": "1"},
        options=options,
        entry_id=entry_id,
        unique_id=f"esmart:{entry_id}",
    )
    entry.add_to_hass(hass)
    return entry


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set an account up."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)


def number(hass: HomeAssistant, name: str, site_key: str = "home") -> float | None:
    """Return the number that a sensor shows, None for unknown."""
    state = hass.states.get(f"sensor.{site_key}_{name}")
    assert state is not None, name
    return None if state.state == "unknown" else float(state.state)


def esmart_entry(
    hass: HomeAssistant, sandbox: Sandbox, **options: Any
) -> MockConfigEntry:
    """Return the account of the sandbox's eSmart, not set up yet."""
    facts: Any = sandbox.facts()["esmart"]
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="eSmart",
        data={CONF_VENDOR: "esmart", **facts},
        options=options,
        entry_id="esmart",
        unique_id="esmart:127.0.0.1:42:power",
    )
    entry.add_to_hass(hass)
    return entry
