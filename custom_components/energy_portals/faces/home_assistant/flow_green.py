"""Adding what an entity of the house tells of the grid's greenness."""

from collections.abc import Mapping
from typing import Final

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
)
import voluptuous as vol

from ...account.house_reader import HouseReader
from ...account.named import lasting_name
from ...portals.home_assistant.green import GREEN, measured
from ...portals.home_assistant.shapes import Measure
from ..forms import TEXT
from ..steps import Step, UserInput
from .adding import Adding, labelled, some_of
from .offers import green_entities

LEAST: Final = vol.Schema(
    {
        vol.Optional("least"): NumberSelector(
            NumberSelectorConfig(
                min=0,
                max=100,
                step="any",
                mode=NumberSelectorMode.BOX,
                unit_of_measurement="%",
            )
        )
    }
)

_CONFIRM: Final = vol.Schema({vol.Required("name"): TEXT, **LEAST.schema})


class GreenSteps:
    """From the entities that surely tell it to one of them."""

    def __init__(self, adding: Adding) -> None:
        """Take the end of the way."""
        self._adding = adding
        self._flow = adding.flow
        self._entity_id = ""
        self._title = ""
        self._measure = Measure.SHARE
        self.steps: Mapping[str, Step[ConfigFlowResult]] = {
            "house_green": self._which,
            "house_green_confirm": self._confirm,
        }

    async def _which(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask for the entity: an index and CO2 are never taken for a share."""
        hass = self._flow.hass
        entities = green_entities(hass)
        if not entities:
            return self._flow.async_abort(reason="no_green")
        if user_input is not None:
            self._entity_id = user_input["entity"]
            self._title = entities.get(self._entity_id, self._entity_id)
            state = HouseReader(hass).state(self._entity_id)
            measure = None if state is None else measured(state)
            if measure is not None:
                self._measure = measure
                return await self._confirm()
        return self._flow.async_show_form(
            step_id="house_green",
            data_schema=self._flow.add_suggested_values_to_schema(
                vol.Schema({vol.Required("entity"): labelled(entities)}),
                {"entity": next(iter(entities))},
            ),
            errors={} if user_input is None else {"base": "entity_not_there"},
        )

    async def _confirm(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask for its name and, of a share, from where on power is green."""
        if user_input is not None:
            name = user_input["name"].strip() or self._title
            source = {
                "what": "green",
                "measure": self._measure.value,
                "entities": [lasting_name(self._flow.hass, self._entity_id)],
            }
            least = {key: user_input[key] for key in ("least",) if key in user_input}
            return await self._adding.finish(name, source, {GREEN: least})
        is_share = self._measure is Measure.SHARE
        return self._flow.async_show_form(
            step_id="house_green_confirm",
            data_schema=self._flow.add_suggested_values_to_schema(
                some_of(_CONFIRM, ("name", "least") if is_share else ("name",)),
                {"name": self._title},
            ),
        )
