"""The config-flow steps of sources of the house: what is added, then how."""

from typing import Final

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow

from ...portals.home_assistant.green import GREEN
from ...portals.home_assistant.prices import PRICES
from ...portals.home_assistant.shapes import Measure
from ..forms_paying import PaySteps
from ..options import price_step, saved
from ..steps import AccountFlow, Step, UserInput
from .adding import Adding
from .flow_clock import ClockSteps
from .flow_energy import EnergySteps
from .flow_green import LEAST, GreenSteps
from .flow_power import PowerSteps
from .flow_prices import PriceSteps
from .flow_sun import SunSteps

# What may be added, and the first step of each.
_FIRST: Final = {
    "prices": "house_prices",
    "clock": "house_clock",
    "sun": "house_sun",
    "green": "house_green",
    "power": "house_power",
    "energy": "house_energy",
}


class HouseFlow:
    """Add a source of the house, or read one from something else."""

    # Each has the steps of a sort of source.
    ways = (PriceSteps, ClockSteps, SunSteps, GreenSteps, PowerSteps, EnergySteps)
    # And those that other portals share.
    parts = (*ways, PaySteps)

    def __init__(self, flow: AccountFlow) -> None:
        """Take over from Home Assistant's flow."""
        self._flow = flow
        adding = Adding(flow)
        self.steps: dict[str, Step[ConfigFlowResult]] = {
            "home_assistant": self._menu,
            "home_assistant_reconfigure": self._reconfigure,
        }
        for way in self.ways:
            self.steps |= way(adding).steps

    async def _menu(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask what is to be added."""
        return self._flow.async_show_menu(
            step_id="home_assistant", menu_options=list(_FIRST.values())
        )

    async def _reconfigure(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Read a source from something else of the same sort."""
        what = self._flow.reconfigure_entry().data["what"]
        return await self.steps[_FIRST[what]](None)


class HouseOptions:
    """What is paid on top of prices, and from which share on power is green."""

    def __init__(self, flow: OptionsFlow) -> None:
        """Take over from Home Assistant's flow."""
        self._flow = flow
        self.steps = {"home_assistant_options": self._ask, "house_least": self._least}

    async def _ask(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask for what this sort of source has."""
        account = self._flow.config_entry.data
        if account["what"] in {"prices", "clock"}:
            return await price_step(
                self._flow, "home_assistant_options", PRICES, user_input
            )
        if account.get("measure") == Measure.SHARE:
            return await self._least()
        return self._flow.async_abort(reason="no_options")

    async def _least(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask from which share on power is green."""
        if user_input is not None:
            return saved(self._flow, GREEN, user_input)
        held = self._flow.config_entry.options.get(GREEN, {})
        return self._flow.async_show_form(
            step_id="house_least",
            data_schema=self._flow.add_suggested_values_to_schema(LEAST, held),
        )
