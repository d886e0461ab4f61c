"""Home Assistant's own integrations: what their actions answer of what is published."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from unittest.mock import AsyncMock, patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.energy.websocket_api import async_get_energy_platforms
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from tests.accounts import pass_time
from tests.journeys.real.household import (
    AMSTERDAM,
    AUTUMN,
    ORDINARY,
    PRICED,
    SPRING,
    Household,
    Prices,
    call,
    roof,
)
from tests.sandbox import Fault, Sandbox
from tests.sandbox.sources.source import DAY, HOUR

DAYS = {ORDINARY: 96, SPRING: 92, AUTUMN: 100}


@pytest.mark.parametrize("day", DAYS, ids=str)
async def test_prices(
    hass: HomeAssistant, real: Sandbox, household: Household, day: date
) -> None:
    for domain, source in PRICED.items():
        published = source.published(real, day)
        assert len(published) == DAYS[day]
        told = await source.read(hass, household[domain], day)
        if domain == "omie":
            # Its library counts the quarter-hours by the clock on the wall. When this
            # fails, it has been put right there.
            published = OMIE.get(day, list)(published)
        assert told == published, domain
        tomorrow = await source.read(hass, household[domain], day + DAY)
        assert tomorrow == source.published(real, day + DAY), domain


def _late(published: Prices) -> Prices:
    """Return how OMIE's longer day is told: an hour late from the switch on."""
    return published[:12] + [(at + HOUR, price) for at, price in published[12:]]


def _early(published: Prices) -> Prices:
    """Return how OMIE's shorter day is told: an hour early, over one that is lost."""
    return published[:8] + [(at - HOUR, price) for at, price in published[12:]]


OMIE = {AUTUMN: _late, SPRING: _early}


async def test_what_is_late(
    hass: HomeAssistant, real: Sandbox, household: Household
) -> None:
    tomorrow = ORDINARY + DAY
    for source in PRICED.values():
        real.portal(source.server).delay_publication(24 * 60)
    for domain, entry in household.items():
        if (source := PRICED.get(domain)) is None:
            continue
        await hass.config_entries.async_reload(entry.entry_id)
        today = await source.read(hass, entry, ORDINARY)
        assert today == source.published(real, ORDINARY)
        if source.when_not_known is None:
            assert await source.read(hass, entry, tomorrow) == []
            continue
        with pytest.raises(HomeAssistantError) as refused:
            await source.read(hass, entry, tomorrow)
        assert refused.value.translation_key == source.when_not_known


# Solar forecasts


async def test_sun(hass: HomeAssistant, real: Sandbox, household: Household) -> None:
    server, roofs, place = roof(real)
    entry = household["forecast_solar"]
    energy = server.energy(roofs, place)
    days = {at.astimezone(AMSTERDAM).date() for at in energy}
    assert days == {ORDINARY, ORDINARY + DAY}
    platforms = await async_get_energy_platforms(hass)
    told = await platforms["forecast_solar"](hass, entry.entry_id)
    assert told is not None
    # This release keys each energy by the end of its period, as the server does; the
    # next one by the start.
    assert _timed(told["wh_hours"]) == energy
    action = await call(
        hass, "forecast_solar", "get_forecast", config_entry=entry.entry_id
    )
    assert _timed(action["watts"]) == server.watts(roofs, place)


def _timed(told: Mapping[str, float]) -> dict[datetime, float]:
    """Return a series by instant."""
    return {datetime.fromisoformat(at): value for at, value in told.items()}


# Servers that fail


@pytest.mark.parametrize("status", [429, 503])
async def test_servers_that_fail(
    hass: HomeAssistant,
    real: Sandbox,
    household: Household,
    freezer: FrozenDateTimeFactory,
    status: int,
) -> None:
    for domain, entry in household.items():
        real.sources[domain].fail("*", Fault(kind="status", status=status, times=None))
        # One of the libraries waits between its own tries.
        with patch("pynordpool.asyncio.sleep", AsyncMock()):
            await hass.config_entries.async_reload(entry.entry_id)
        assert entry.state is ConfigEntryState.SETUP_RETRY, domain
        real.sources[domain].heal()
    await pass_time(hass, freezer, timedelta(minutes=2))
    for domain, entry in household.items():
        assert entry.state is ConfigEntryState.LOADED, domain
