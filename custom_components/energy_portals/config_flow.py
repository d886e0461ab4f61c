"""Adding an account, mending it, its options: a menu, then the portal's own steps."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.core import callback

from .const import CONF_VENDOR, DOMAIN
from .faces.options import OptionsForms
from .faces.registry import FACES
from .portals.registry import PORTALS


class EnergyPortalsConfigFlow(
    *(each.load().flow for each in FACES.values()),  # type: ignore[misc]  # found by the registry, not known to a type checker
    ConfigFlow,
    domain=DOMAIN,
):
    """One flow for all portals; each brings its steps as a mixin."""

    VERSION = 1
    MINOR_VERSION = 1

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Return the options flow."""
        return EnergyPortalsOptionsFlow()

    @classmethod
    @callback
    @override
    def async_supports_options_flow(cls, config_entry: ConfigEntry) -> bool:
        """Say whether the portal leaves anything to choose."""
        return FACES[config_entry.data[CONF_VENDOR]].has_options

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what can be set up beneath an account."""
        return dict(FACES[config_entry.data[CONF_VENDOR]].load().parts)

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user choose a portal."""
        return self.async_show_menu(
            step_id="user", menu_options=list(PORTALS), sort=True
        )

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Ask for new credentials in the portal's own way."""
        return await self._portal_step(entry_data, "reauth")

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change the connection in the portal's own way."""
        return await self._portal_step(
            self._get_reconfigure_entry().data, "reconfigure"
        )

    async def _portal_step(
        self, entry_data: Mapping[str, Any], step: str
    ) -> ConfigFlowResult:
        """Go to the portal's step."""
        result: ConfigFlowResult = await getattr(
            self, f"async_step_{entry_data[CONF_VENDOR]}_{step}"
        )()
        return result


class EnergyPortalsOptionsFlow(
    *(options for each in FACES.values() if (options := each.load().options)),  # type: ignore[misc]  # found by the registry as well
    OptionsForms,
):
    """One options flow for all portals."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Go to the portal's options."""
        portal = self.config_entry.data[CONF_VENDOR]
        result: ConfigFlowResult = await getattr(self, f"async_step_{portal}_options")()
        return result
