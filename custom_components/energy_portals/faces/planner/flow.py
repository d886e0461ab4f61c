"""The planner's config-flow steps: which prices and which green it goes by."""

from collections.abc import Mapping
from typing import Any, Final
import uuid

from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from ...account.sources import Source, source, sources
from ...const import CONF_VENDOR
from ...portals.http.errors import InvalidInput
from ...portals.model.caps import PowerCaps
from ...portals.model.green import GreenOutlook
from ...portals.model.price_days import PriceOutlook
from ...portals.planner import PLANNER
from .parts import SUBENTRY_STEPS

__all__ = ["SUBENTRY_STEPS", "Steps"]

_LIMIT: Final = NumberSelector(
    NumberSelectorConfig(
        min=0.1, step="any", mode=NumberSelectorMode.BOX, unit_of_measurement="kW"
    )
)


def _choice(hass: HomeAssistant, kind: type[Any], held: str | None) -> SelectSelector:
    """Return the sources of a kind to choose from; one that is held stays on offer."""
    options = {each.key: _label(each) for each in sources(hass, kind)}
    if held is not None:
        options.setdefault(held, held)
    return SelectSelector(
        SelectSelectorConfig(
            options=[
                SelectOptionDict(value=key, label=label)
                for key, label in options.items()
            ],
            # A list of few would be buttons, of which none can be taken back.
            mode=SelectSelectorMode.DROPDOWN,
        )
    )


def _label(each: Source[object]) -> str:
    """Return what tells a source from others."""
    title: str = each.entry.title
    return title if each.site.name == title else f"{title}: {each.site.name}"


def _schema(hass: HomeAssistant, held: Mapping[str, Any]) -> vol.Schema:
    """Return the fields of a planner."""
    return vol.Schema(
        {
            vol.Optional("price"): _choice(hass, PriceOutlook, held.get("price")),
            vol.Optional("green"): _choice(hass, GreenOutlook, held.get("green")),
            vol.Optional("caps"): _choice(hass, PowerCaps, held.get("caps")),
            vol.Optional("limit"): _LIMIT,
        }
    )


def _check_currency(entry: ConfigEntry[Any], currency: str | None) -> None:
    """Refuse another currency than the one in which loads value greenness."""
    valued = (each.data.get("worth") for each in entry.subentries.values())
    if currency != entry.data["currency"] and any(valued):
        raise InvalidInput("other_currency")


class Steps(ConfigFlow):
    """Add a planner, and change what it goes by."""

    async def async_step_planner(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Choose what the planner goes by."""
        kinds = (PriceOutlook, GreenOutlook)
        if not any(any(sources(self.hass, kind)) for kind in kinds):
            return self.async_abort(reason="no_sources")
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                data = self._planner_data(user_input, {})
            except InvalidInput as err:
                errors["base"] = err.key
            else:
                same = {key: data.get(key) for key in ("price", "green")}
                self._async_abort_entries_match({CONF_VENDOR: PLANNER.key, **same})
                await self.async_set_unique_id(f"{PLANNER.key}:{uuid.uuid4().hex}")
                self._abort_if_unique_id_configured()
                return self.async_create_entry(title="Planner", data=data)
        schema = _schema(self.hass, {})
        return self.async_show_form(
            step_id="planner",
            data_schema=self.add_suggested_values_to_schema(schema, user_input),
            errors=errors,
        )

    async def async_step_planner_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Go by something else."""
        entry = self._get_reconfigure_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                data = self._planner_data(user_input, entry.data)
                _check_currency(entry, data["currency"])
            except InvalidInput as err:
                errors["base"] = err.key
            else:
                return self.async_update_reload_and_abort(entry, data=data)
        held = entry.data if user_input is None else user_input
        schema = _schema(self.hass, entry.data)
        return self.async_show_form(
            step_id="planner_reconfigure",
            data_schema=self.add_suggested_values_to_schema(schema, held),
            errors=errors,
        )

    def _planner_data(
        self, user_input: Mapping[str, Any], held: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return what a form means, with the currency of the prices."""
        price, green = user_input.get("price"), user_input.get("green")
        if price is None and green is None:
            raise InvalidInput("no_source")
        currency = None
        if price is not None:
            found = source(self.hass, PriceOutlook, price)
            if found is not None:
                currency = found.data.shown.currency
            elif price == held.get("price"):
                currency = held["currency"]
        return {
            CONF_VENDOR: PLANNER.key,
            "price": price,
            "green": green,
            "caps": user_input.get("caps"),
            "limit": user_input.get("limit"),
            "currency": currency,
        }
