"""Adding an account, mending it, its options: a menu, then the portal's own steps.

Code of a portal is imported with the first of its steps. What Home Assistant asks for
at once, also of accounts that are not loaded, is answered from the registry of faces.
"""

from collections.abc import Mapping
from functools import partial
from typing import override

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlow,
    OptionsFlowWithReload,
    SubentryFlowResult,
)
from homeassistant.core import callback
from homeassistant.data_entry_flow import UnknownStep

from .const import CONF_VENDOR, DOMAIN, MINOR_VERSION
from .faces.registry import FACES
from .faces.steps import AccountFlow, Fields, Step, SubentryFlow, UserInput


class _HandsOver[ResultT]:
    """A flow that hands over to a portal's: Home Assistant knows one class for all."""

    steps: Mapping[str, Step[ResultT]] = {}

    def __getattr__(self, name: str) -> Step[ResultT]:
        """Return one of the portal's steps, under the name that it is called by."""
        step_id = name.removeprefix("async_step_")
        if step_id == name or step_id not in self.steps:
            raise AttributeError(name, name=name, obj=self)
        return self.steps[step_id]


class EnergyPortalsConfigFlow(_HandsOver[ConfigFlowResult], AccountFlow, domain=DOMAIN):
    """The flow of all accounts; what follows its menu is a portal's."""

    VERSION = 1
    MINOR_VERSION = MINOR_VERSION

    def __init__(self) -> None:
        """Begin with a step for each portal, of which one is chosen."""
        self.steps = {key: partial(self._hand_over, key, key) for key in FACES}

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
        return FACES[config_entry.data[CONF_VENDOR]].options is not None

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what can be set up beneath an account."""
        face = FACES[config_entry.data[CONF_VENDOR]]
        fixed = dict.fromkeys(face.part_types, EnergyPortalsSubentryFlow)
        changeable = dict.fromkeys(face.changeable_types, ChangeableSubentryFlow)
        return {**fixed, **changeable}

    @override
    async def async_step_user(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Let the user choose a portal."""
        return self.async_show_menu(step_id="user", menu_options=list(FACES), sort=True)

    @override
    async def async_on_create_entry(self, result: ConfigFlowResult) -> ConfigFlowResult:
        """Go on with what most likely comes next, where there is anything."""
        entry = result["result"]
        begin = FACES[entry.data[CONF_VENDOR]].next_flow
        if begin is not None and (following := await begin(self.hass, entry)):
            result["next_flow"] = following
        return result

    async def async_step_reauth(self, entry_data: Fields) -> ConfigFlowResult:
        """Ask for new credentials in the portal's own way."""
        portal = entry_data[CONF_VENDOR]
        return await self._hand_over(portal, f"{portal}_reauth")

    async def async_step_reconfigure(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Change the connection in the portal's own way."""
        portal = self.reconfigure_entry().data[CONF_VENDOR]
        return await self._hand_over(portal, f"{portal}_reconfigure")

    async def _hand_over(
        self, portal: str, step_id: str, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Go on with a portal's steps, and with no other's."""
        flow = await self.hass.async_add_import_executor_job(FACES[portal].flow)
        self.steps = flow(self).steps
        return await self.steps[step_id](user_input)


class EnergyPortalsOptionsFlow(_HandsOver[ConfigFlowResult], OptionsFlowWithReload):
    """The flow of all options."""

    async def async_step_init(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Go on with the portal's steps."""
        portal = self.config_entry.data[CONF_VENDOR]
        if (load := FACES[portal].options) is None:
            raise UnknownStep
        options = await self.hass.async_add_import_executor_job(load)
        self.steps = options(self).steps
        return await self.steps[f"{portal}_options"](user_input)


class EnergyPortalsSubentryFlow(_HandsOver[SubentryFlowResult], SubentryFlow):
    """The flow of all that can be set up beneath accounts."""

    async def async_step_user(
        self, user_input: UserInput | None = None
    ) -> SubentryFlowResult:
        """Add something in the portal's own way."""
        return await self._hand_over("user", user_input)

    async def _hand_over(
        self, step_id: str, user_input: UserInput | None
    ) -> SubentryFlowResult:
        """Go on with the steps of what is set up; a form may lead here again."""
        if not self.steps:
            portal = self.account_entry().data[CONF_VENDOR]
            parts = await self.hass.async_add_import_executor_job(FACES[portal].parts)
            self.steps = parts[self._subentry_type](self).steps
        return await self.steps[step_id](user_input)


class ChangeableSubentryFlow(EnergyPortalsSubentryFlow):
    """The flow of what can be changed later: Home Assistant looks for this step."""

    async def async_step_reconfigure(
        self, user_input: UserInput | None = None
    ) -> SubentryFlowResult:
        """Change something in the portal's own way."""
        return await self._hand_over("reconfigure", user_input)
