"""Adding a solar forecast of the house: of one roof or of several together."""

from collections.abc import Container, Mapping
from datetime import date, timedelta
from typing import Final

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...account.house_reader import HouseReader
from ...account.named import lasting_name
from ...portals.home_assistant.sun import roofs_told
from ...portals.http.errors import PortalError
from ...portals.model.sun import SolarOutlook
from ..forms import TEXT
from ..steps import Step, UserInput
from .adding import Adding, some_of, titled
from .offers import async_chosen, async_sun_entries, sun_entities

_CONFIRM: Final = vol.Schema({vol.Required("name"): TEXT})


class SunSteps:
    """From the roofs that are forecast to their sum."""

    def __init__(self, adding: Adding) -> None:
        """Take the end of the way."""
        self._adding = adding
        self._flow = adding.flow
        self._source: dict[str, object] = {}
        self._title = ""
        self._outlook: SolarOutlook | None = None
        self.steps: Mapping[str, Step[ConfigFlowResult]] = {
            "house_sun": self._roofs,
            "house_sun_confirm": self._confirm,
        }

    async def _roofs(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask for the forecasts, all of which are added up."""
        hass = self._flow.hass
        entries, entities = await async_sun_entries(hass), sun_entities(hass)
        if not entries and not entities:
            return self._flow.async_abort(reason="no_sun")
        errors: dict[str, str] = {}
        if user_input is not None:
            chosen = user_input.get("entries", [])
            named = user_input.get("entities", [])
            if bool(chosen) is bool(named):
                errors["base"] = "one_sort"
            else:
                lasting = [lasting_name(hass, each) for each in named]
                read = {"entries": chosen} if chosen else {"entities": lasting}
                titles = [entries.get(each) for each in chosen]
                titles += [entities.get(each) for each in named]
                self._source = {"what": "sun", **read}
                self._title = " + ".join(filter(None, titles))
                try:
                    self._outlook = await roofs_told(HouseReader(hass), self._source)
                except PortalError as err:
                    errors["base"] = err.key
                else:
                    return await self._confirm()
        there = {"entries": entries, "entities": entities}
        usual = await async_chosen(hass, "config_entry_solar_forecast")
        likely = [each for each in entries if len(entries) == 1 or each in usual]
        return self._flow.async_show_form(
            step_id="house_sun",
            data_schema=self._flow.add_suggested_values_to_schema(
                _roofs_form(entries, entities, [key for key in there if there[key]]),
                {"entries": likely} if user_input is None else user_input,
            ),
            errors=errors,
        )

    async def _confirm(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Show what is expected."""
        if user_input is not None:
            name = user_input["name"].strip() or self._title
            return await self._adding.finish(name, self._source)
        today = dt_util.now().date()
        return self._flow.async_show_form(
            step_id="house_sun_confirm",
            data_schema=self._flow.add_suggested_values_to_schema(
                _CONFIRM, {"name": self._title}
            ),
            description_placeholders={
                "today": self._expected(today),
                "tomorrow": self._expected(today + timedelta(days=1)),
            },
        )

    def _expected(self, day: date) -> str:
        """Return the energy that is expected of a day, as it is shown."""
        outlook = self._outlook
        watt_hours = None if outlook is None else outlook.of_day(day)
        return "?" if watt_hours is None else f"{watt_hours / 1000:.1f} kWh"


def _roofs_form(
    entries: Mapping[str, str], entities: Mapping[str, str], there: Container[str]
) -> vol.Schema:
    """Return the form of what there is to choose from."""
    return some_of(
        vol.Schema(
            {
                vol.Optional("entries"): SelectSelector(
                    SelectSelectorConfig(
                        options=titled(entries),
                        multiple=True,
                        mode=SelectSelectorMode.LIST,
                    )
                ),
                vol.Optional("entities"): EntitySelector(
                    EntitySelectorConfig(include_entities=list(entities), multiple=True)
                ),
            }
        ),
        there,
    )
