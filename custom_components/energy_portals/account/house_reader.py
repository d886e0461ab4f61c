"""The house as a source reads it: states, public actions, the energy hook."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
import logging
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from homeassistant.const import (
    MAJOR_VERSION,
    MINOR_VERSION,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er

from ..portals.house import EntityState, SunTold
from ..portals.http.errors import Unavailable
from ..portals.model.series import Slot
from .named import entity_of

if TYPE_CHECKING:
    from ..history.measured import EnergyStatistics

_LOGGER = logging.getLogger(__name__)

# An integration that hangs does not hold up the others for longer, in seconds.
_PATIENCE: Final = 30

# Before 2026.11, it hands on what its server says: each energy when its period ends.
_BY_END: Final = frozenset(
    {"forecast_solar"} if (MAJOR_VERSION, MINOR_VERSION) < (2026, 11) else ()
)

type ForecastsSun = Callable[[HomeAssistant, str], Awaitable[object]]


class HouseReader:
    """This Home Assistant, for those who read what is in it."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Take where everything is."""
        self._hass = hass

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone of the house."""
        return ZoneInfo(self._hass.config.time_zone)

    @property
    def currency(self) -> str:
        """Return the currency of the house."""
        return self._hass.config.currency

    @property
    def country(self) -> str | None:
        """Return the country of the house."""
        return self._hass.config.country

    def state(self, name: str) -> EntityState | None:
        """Return an entity by what it is stored by."""
        entity_id = entity_of(self._hass, name)
        state = None if entity_id is None else self._hass.states.get(entity_id)
        if state is None:
            return None
        registered = er.async_get(self._hass).async_get(state.entity_id)
        is_there = state.state not in {STATE_UNAVAILABLE, STATE_UNKNOWN}
        unit = state.attributes.get("unit_of_measurement")
        return EntityState(
            entity_id=state.entity_id,
            state=state.state if is_there else None,
            unit=unit if isinstance(unit, str) else None,
            attributes=state.attributes,
            written_at=state.last_updated,
            platform=None if registered is None else registered.platform,
            unique_id=None if registered is None else registered.unique_id,
        )

    async def call(
        self, domain: str, action: str, fields: Mapping[str, object]
    ) -> object:
        """Return the response of an action of another integration."""
        operation = f"{domain}.{action}"
        if not self._hass.services.has_service(domain, action):
            raise Unavailable(operation, "not there")
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._hass.services.async_call(
                    *(domain, action, dict(fields)),
                    blocking=True,
                    return_response=True,
                )
        except HomeAssistantError as err:
            # Its message may name whose account it is.
            raise Unavailable(operation, err.translation_key or "") from None
        except Exception as err:  # noqa: BLE001  # another integration may raise any
            raise Unavailable(operation, type(err).__name__) from None

    async def solar_platforms(self) -> Mapping[str, ForecastsSun]:
        """Return what forecasts the sun, by the domain of its integration."""
        if "energy" not in self._hass.config.components:
            return {}
        energy = await self._hass.async_add_import_executor_job(_energy)
        platforms: Mapping[str, ForecastsSun]
        platforms = await energy.async_get_energy_platforms(self._hass)
        return platforms

    async def dashboard(self) -> Mapping[str, object]:
        """Return what the user has chosen for the Energy dashboard, as it is kept."""
        if "energy" not in self._hass.config.components:
            return {}
        energy = await self._hass.async_add_import_executor_job(_energy)
        manager = await energy.async_get_manager(self._hass)
        return manager.data or {}

    async def solar(self, entries: Sequence[str]) -> Mapping[str, SunTold]:
        """Return what the energy platforms forecast, by the id of a config entry."""
        platforms = await self.solar_platforms()
        told: dict[str, SunTold] = {}
        for entry_id in entries:
            entry = self._hass.config_entries.async_get_entry(entry_id)
            if entry is None or (ask := platforms.get(entry.domain)) is None:
                continue
            try:
                async with asyncio.timeout(_PATIENCE):
                    forecast = await ask(self._hass, entry_id)
            except Exception as err:  # noqa: BLE001  # as above; a KeyError if unloaded
                _LOGGER.debug("No solar forecast: %s", type(err).__name__)
                continue
            if forecast is not None:
                told[entry_id] = SunTold(forecast, entry.domain in _BY_END)
        return told

    async def energy(
        self, statistic: str, start: datetime, end: datetime
    ) -> Sequence[Slot[float]]:
        """Return the energy that a statistic of the recorder has."""
        statistics, known = await self._statistic(statistic)
        return await statistics.energy(known, start, end)

    async def lately(self, statistic: str, since: datetime) -> Sequence[Slot[float]]:
        """Return the energy of the last hours by five minutes."""
        statistics, known = await self._statistic(statistic)
        return await statistics.lately(known, since)

    async def _statistic(self, statistic: str) -> tuple[EnergyStatistics, str]:
        """Return who reads statistics, and the id of one."""
        # One that is no entity's has a colon.
        known = statistic if ":" in statistic else entity_of(self._hass, statistic)
        if known is None or "recorder" not in self._hass.config.components:
            raise Unavailable("statistics", "the statistic is not there")
        statistics = await self._hass.async_add_import_executor_job(_statistics)
        return statistics(self._hass), known

    async def counts_energy(self, statistic_id: str) -> bool:
        """Say whether the recorder has a statistic that counts energy."""
        statistics = await self._hass.async_add_import_executor_job(_statistics)
        return await statistics(self._hass).counts_energy(statistic_id)


def _statistics() -> type[EnergyStatistics]:
    from ..history.measured import EnergyStatistics

    return EnergyStatistics


def _energy() -> Any:
    from homeassistant.components.energy import websocket_api

    return websocket_api
