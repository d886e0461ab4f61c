"""The integrations that are measured, each as an account in a Home Assistant."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
import re
from typing import Any, ClassVar, Final
from unittest.mock import patch
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.test_util.aiohttp import (
    AiohttpClientMocker,
    AiohttpClientMockResponse,
)
from yarl import URL

from bench_sources import (
    DAY,
    QUARTER,
    Answer,
    Sources,
    energyzero,
    esmart,
    nordpool,
    omie,
    response,
)

# Imported here, or the harness' own package of this name would hide it.
from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.portals.history import History
from custom_components.energy_portals.portals.registry import PORTALS


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An integration and how to look at it.

    `price` ends the unique id of the current price; `coordinator` finds what wakes the
    entities, `slots` counts the slots it holds. `beneath` is the integration that it
    takes its prices from, if from another one.
    """

    taken_by: ClassVar = "test_account"

    name: str
    domain: str
    zone: str
    data: Mapping[str, Any]
    answer: Callable[[Sources, URL], Answer]
    price: str
    coordinator: Callable[[Any], Any]
    slots: Callable[[Any], int]
    options: Mapping[str, Any] = field(default_factory=dict)
    beneath: Subject | None = None


_TURNS: Final = 3

OURS: Final = Subject(
    name="ours",
    domain=DOMAIN,
    zone="Europe/Oslo",
    data={
        "vendor": "esmart",
        "api_url": "https://esmart.invalid",
        "user_name": "bench-user",
        "password": "bench-password",
        "area": "power",
        "customer_id": "42",
        "app_name": "smartliv",
    },
    answer=esmart,
    price=":price",
    coordinator=lambda runtime: runtime.feeds["spot_prices"],
    slots=lambda data: sum(len(each.shown.slots) for each in data.values()),
)

NORDPOOL: Final = Subject(
    name="nordpool",
    domain="nordpool",
    zone="Europe/Oslo",
    data={"areas": ["NO1"], "currency": "NOK"},
    answer=nordpool,
    price="-current_price",
    coordinator=lambda runtime: runtime,
    slots=lambda data: sum(len(day.entries) for day in data.entries.values()),
)

# One area alone hides what Nord Pool's clean-up of devices does on every start.
NORDPOOL_TWO_AREAS: Final = replace(
    NORDPOOL, data={"areas": ["NO1", "NO2"], "currency": "NOK"}
)

ENERGYZERO: Final = Subject(
    name="energyzero",
    domain="energyzero",
    zone="Europe/Amsterdam",
    data={},
    options={"electricity_price_interval": "quarter_hourly"},
    answer=energyzero,
    price="_today_energy_current_hour_price",
    coordinator=lambda runtime: runtime,
    # It never holds yesterday, so its ticks look through fewer slots.
    slots=lambda data: sum(
        len(day.prices)
        for day in (data.electricity_market_today, data.electricity_market_tomorrow)
        if day is not None
    ),
)

PRICED: Final = (OURS, NORDPOOL, ENERGYZERO)

OMIE: Final = Subject(
    name="omie",
    domain="omie",
    zone="Europe/Madrid",
    data={},
    answer=omie,
    price="es_spot_price",
    coordinator=lambda runtime: runtime,
    slots=lambda data: len(data.contents.es_spot_price),
)

# The id of the config entry that a source of the house asks.
BENEATH: Final = "beneath"


def source_of(beneath: Subject, **asked: object) -> Subject:
    """Return our source of the house that asks another integration for prices."""
    return Subject(
        name=OURS.name,
        domain=DOMAIN,
        zone=beneath.zone,
        data={
            "vendor": "home_assistant",
            "what": "prices",
            "name": "Source",
            "asked": {"domain": beneath.domain, **asked},
            "entries": [BENEATH],
        },
        answer=beneath.answer,
        price=":price",
        coordinator=lambda runtime: runtime.feeds["prices"],
        slots=OURS.slots,
        beneath=beneath,
    )


@dataclass(kw_only=True)
class Account:
    """One subject's account. Its portal is the harness' mock of the HTTP session.

    All subjects are mocked at that one place, so that each decodes a body of its
    portal's own form and none meets a socket.
    """

    hass: HomeAssistant
    clock: FrozenDateTimeFactory
    http: AiohttpClientMocker
    subject: Subject
    as_at_first: bool = False
    sources: Sources = field(init=False)
    entry: MockConfigEntry = field(init=False)
    entries: tuple[MockConfigEntry, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Open the sources and add the account, not set up."""
        self.sources = Sources(ZoneInfo(self.subject.zone))

        async def answer(method: str, url: URL, _: object) -> AiohttpClientMockResponse:
            return response(method, url, self.subject.answer(self.sources, url))

        for method in ("get", "post"):
            self.http.request(method, re.compile("."), side_effect=answer)
        # Our first try of the day is spread by the entry's id, which is fixed here.
        self.entry = _entry_of(self.subject, "bench")
        beneath = self.subject.beneath
        others = () if beneath is None else (_entry_of(beneath, BENEATH),)
        self.entries = (*others, self.entry)

    async def begin(self, when: datetime) -> None:
        """Set the account up at a time of the sources."""
        # The harness debugs the event loop, which slows everything in it.
        self.hass.loop.set_debug(False)
        await self.hass.config.async_set_time_zone(self.subject.zone)
        self.clock.move_to(when)
        for entry in self.entries:
            entry.add_to_hass(self.hass)
        await self.set_up()

    async def begin_full(self, when: datetime) -> None:
        """Set the account up the day before, so that it comes to hold all it can."""
        await self.begin(when - DAY)
        while (now := dt_util.utcnow()) < when:
            await self.pass_to(min(when, now + 4 * QUARTER))

    async def set_up(self) -> None:
        """Set the account up, and before it what it takes its prices from.

        All of our entities are on, which is more than a household looks at, unless it
        is `as_at_first`; of the peers what is on at first.
        """
        for entry in self.entries:
            all_on = entry.domain == DOMAIN and not self.as_at_first
            with _all_on() if all_on else nullcontext():
                if not await self.hass.config_entries.async_setup(entry.entry_id):
                    raise RuntimeError(f"{entry.domain} cannot be set up")
                await self.hass.async_block_till_done(wait_background_tasks=True)

    async def unload(self) -> None:
        """Take the account down, as a restart does."""
        for entry in reversed(self.entries):
            await self.hass.config_entries.async_unload(entry.entry_id)
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def pass_to(self, when: datetime) -> None:
        """Let it become this time."""
        self.clock.move_to(when)
        async_fire_time_changed(self.hass, when)
        await self.hass.async_block_till_done(wait_background_tasks=True)
        # A timer that is set for the past goes off at the loop's next turn; a loop that
        # nobody stops would have taken it long before the next minute.
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        await self.hass.async_block_till_done(wait_background_tasks=True)

    @property
    def coordinator(self) -> Any:
        """Return what wakes the price entities."""
        return self.subject.coordinator(self.entry.runtime_data)

    @property
    def entities(self) -> dict[str, str]:
        """Return the ids of the enabled entities by unique id."""
        registry = er.async_get(self.hass)
        return {
            entity.unique_id: entity.entity_id
            for entity in er.async_entries_for_config_entry(
                registry, self.entry.entry_id
            )
            if entity.disabled_by is None
        }

    @property
    def price_entity(self) -> str:
        """Return the id of the entity of the current price."""
        (found,) = (
            entity
            for unique_id, entity in self.entities.items()
            if unique_id.endswith(self.subject.price)
        )
        return found


def _entry_of(subject: Subject, entry_id: str) -> MockConfigEntry:
    """Return the config entry of a subject."""
    return MockConfigEntry(
        domain=subject.domain,
        data=dict(subject.data),
        options=dict(subject.options),
        unique_id=f"{subject.domain}:{entry_id}",
        entry_id=entry_id,
    )


def _all_on() -> AbstractContextManager[object]:
    """Have every entity on when it is first there."""
    return patch.object(Entity, "entity_registry_enabled_default", new=True)


@contextmanager
def prices_only() -> Iterator[None]:
    """Let our portal have its spot prices alone, as the peers do."""
    portal = PORTALS["esmart"]()
    feeds = tuple(feed for feed in portal.feeds if feed.key == "spot_prices")
    reduced = replace(portal, feeds=feeds, capabilities=portal.every(History))
    with patch.dict(PORTALS, {portal.key: lambda: reduced}):
        yield
