"""eSmart's options: what is paid on top of prices, and what the portal leaves open."""

from typing import Final

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers.selector import SelectSelector, SelectSelectorConfig
import voluptuous as vol

from ...portals.model.prices import price_unit
from ..forms import INTERVAL
from ..options import history_step, price_step, saved
from ..steps import UserInput

_PRICE_UNITS: Final = SelectSelector(
    SelectSelectorConfig(
        options=[
            *("NOK/kWh", "øre/kWh", "NOK/MWh"),
            *("EUR/kWh", "ct/kWh", "EUR/MWh"),
            *("SEK/kWh", "DKK/kWh"),
        ],
        custom_value=True,
    )
)
_POWER_UNITS: Final = SelectSelector(SelectSelectorConfig(options=["kW", "W"]))
_ENERGY_UNITS: Final = SelectSelector(
    SelectSelectorConfig(options=["kWh", "Wh", "MWh"])
)
_UNITS_SCHEMA: Final = vol.Schema(
    {
        vol.Required("price_unit", default="NOK/kWh"): _PRICE_UNITS,
        vol.Required("power_unit", default="kW"): _POWER_UNITS,
        vol.Required("energy_unit", default="kWh"): _ENERGY_UNITS,
        vol.Required("interval", default="start"): INTERVAL,
    }
)


class EsmartOptions:
    """What is paid on top of the prices, and what the portal leaves open."""

    def __init__(self, flow: OptionsFlow) -> None:
        """Take over from Home Assistant's flow."""
        self._flow = flow
        self.steps = {
            "esmart_options": self._choose,
            "esmart_spot_prices": self._spot_prices,
            "esmart_contract_prices": self._contract_prices,
            "esmart_history": self._history,
            "esmart_units": self._units,
        }

    async def _choose(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Let the user choose what to change."""
        return self._flow.async_show_menu(
            step_id="esmart_options",
            menu_options=[
                "esmart_spot_prices",
                "esmart_contract_prices",
                "esmart_units",
                "esmart_history",
            ],
        )

    async def _spot_prices(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Ask what is paid on top of the spot price."""
        return await price_step(
            self._flow, "esmart_spot_prices", "spot_prices", user_input
        )

    async def _contract_prices(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Ask what is paid on top of the contract's price."""
        return await price_step(
            self._flow, "esmart_contract_prices", "contract_prices", user_input
        )

    async def _history(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask how far back the history is imported."""
        return await history_step(self._flow, "esmart_history", user_input)

    async def _units(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask for what holds where an answer says nothing."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if price_unit(user_input["price_unit"], minor="NOK") is not None:
                return saved(self._flow, "units", user_input)
            errors["price_unit"] = "unknown_unit"
        shown = self._flow.config_entry.options.get("units", {})
        return self._flow.async_show_form(
            step_id="esmart_units",
            data_schema=self._flow.add_suggested_values_to_schema(
                _UNITS_SCHEMA, shown if user_input is None else user_input
            ),
            errors=errors,
        )
