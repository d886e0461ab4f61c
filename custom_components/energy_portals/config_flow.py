"""Adding an account and mending it: a menu of vendors, then the vendor's own steps."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult

from .const import CONF_VENDOR, DOMAIN
from .vendors import VENDORS
from .vendors.faces import STEPS


class EnergyPortalsConfigFlow(
    *STEPS,  # type: ignore[misc]  # found by the registry, not known to a type checker
    ConfigFlow,
    domain=DOMAIN,
):
    """One flow for all vendors; each brings its steps as a mixin."""

    VERSION = 1
    MINOR_VERSION = 1

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user choose a vendor."""
        return self.async_show_menu(
            step_id="user", menu_options=list(VENDORS), sort=True
        )

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Ask for new credentials in the vendor's own way."""
        return await self._vendor_step(entry_data, "reauth")

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change the connection in the vendor's own way."""
        return await self._vendor_step(
            self._get_reconfigure_entry().data, "reconfigure"
        )

    async def _vendor_step(
        self, entry_data: Mapping[str, Any], step: str
    ) -> ConfigFlowResult:
        """Go to the vendor's step."""
        result: ConfigFlowResult = await getattr(
            self, f"async_step_{entry_data[CONF_VENDOR]}_{step}"
        )()
        return result
