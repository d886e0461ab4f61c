"""Adding live power of any entity of the house."""

from collections.abc import Mapping
from typing import Final

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigFlowResult
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.selector import EntitySelector, EntitySelectorConfig
import voluptuous as vol

from ...account.house_reader import HouseReader
from ...account.named import entity_of, lasting_name
from ...portals.home_assistant.power import power_of
from ...portals.http.errors import ReadingRefused
from ..forms import TEXT
from ..steps import Step, UserInput
from .adding import Adding

_SCHEMA: Final = vol.Schema(
    {
        vol.Required("entity"): EntitySelector(
            EntitySelectorConfig(filter=[{"domain": "sensor", "device_class": "power"}])
        ),
        vol.Optional("name"): TEXT,
    }
)


@callback
def called(hass: HomeAssistant, entity_id: str) -> str:
    """Return what an entity is called; one that is not there by its id."""
    state = hass.states.get(entity_id)
    return entity_id if state is None else state.name


class PowerSteps:
    """From an entity to the power that it shows."""

    def __init__(self, adding: Adding) -> None:
        """Take the end of the way."""
        self._adding = adding
        self._flow = adding.flow
        self.steps: Mapping[str, Step[ConfigFlowResult]] = {"house_power": self._ask}

    async def _ask(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask for the entity."""
        hass, errors = self._flow.hass, dict[str, str]()
        if user_input is not None:
            entity_id = user_input["entity"]
            name = user_input.get("name", "").strip() or called(hass, entity_id)
            try:
                if (state := HouseReader(hass).state(entity_id)) is not None:
                    power_of(state)
            except ReadingRefused:
                errors["base"] = "no_power"
            else:
                source = {"what": "power", "entities": [lasting_name(hass, entity_id)]}
                return await self._adding.finish(name, source)
        return self._flow.async_show_form(
            step_id="house_power",
            data_schema=self._flow.add_suggested_values_to_schema(
                _SCHEMA, self._held() if user_input is None else user_input
            ),
            errors=errors,
        )

    def _held(self) -> dict[str, str]:
        """Return what was entered before, as forms show it."""
        if self._flow.source != SOURCE_RECONFIGURE:
            return {}
        data = self._flow.reconfigure_entry().data
        (named,) = data["entities"]
        entity_id = entity_of(self._flow.hass, named) or named
        return {"entity": entity_id, "name": data["name"]}
