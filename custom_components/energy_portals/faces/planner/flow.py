"""The planner's config-flow steps: which prices and which green it goes by."""

from typing import Final
import uuid

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
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
from ..steps import AccountFlow, Fields, UserInput

_LIMIT: Final = NumberSelector(
    NumberSelectorConfig(
        min=0.1, step="any", mode=NumberSelectorMode.BOX, unit_of_measurement="kW"
    )
)


def _choice(
    hass: HomeAssistant, kind: type[object], held: str | None
) -> SelectSelector:
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


def _schema(hass: HomeAssistant, held: Fields) -> vol.Schema:
    """Return the fields of a planner."""
    return vol.Schema(
        {
            vol.Optional("price"): _choice(hass, PriceOutlook, held.get("price")),
            vol.Optional("green"): _choice(hass, GreenOutlook, held.get("green")),
            vol.Optional("caps"): _choice(hass, PowerCaps, held.get("caps")),
            vol.Optional("limit"): _LIMIT,
        }
    )


def _check_currency(entry: ConfigEntry, currency: str | None) -> None:
    """Refuse another currency than the one in which loads value greenness."""
    valued = (each.data.get("worth") for each in entry.subentries.values())
    if currency != entry.data["currency"] and any(valued):
        raise InvalidInput("other_currency")


class PlannerFlow:
    """Add a planner, and change what it goes by."""

    def __init__(self, flow: AccountFlow) -> None:
        """Take over from Home Assistant's flow."""
        self._flow = flow
        self.steps = {
            "planner": self._ask,
            "planner_reconfigure": self._reconfigure,
        }

    async def _ask(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Choose what the planner goes by."""
        kinds = (PriceOutlook, GreenOutlook)
        if not any(any(sources(self._flow.hass, kind)) for kind in kinds):
            return self._flow.async_abort(reason="no_sources")
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                data = self._data(user_input, {})
            except InvalidInput as err:
                errors["base"] = err.key
            else:
                same = {key: data.get(key) for key in ("price", "green")}
                self._flow.abort_if_any_has({CONF_VENDOR: PLANNER.key, **same})
                await self._flow.identify(f"{PLANNER.key}:{uuid.uuid4().hex}")
                return self._flow.async_create_entry(title="Planner", data=data)
        schema = _schema(self._flow.hass, {})
        return self._flow.async_show_form(
            step_id="planner",
            data_schema=self._flow.add_suggested_values_to_schema(schema, user_input),
            errors=errors,
        )

    async def _reconfigure(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Go by something else."""
        entry = self._flow.reconfigure_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                data = self._data(user_input, entry.data)
                _check_currency(entry, data["currency"])
            except InvalidInput as err:
                errors["base"] = err.key
            else:
                return self._flow.async_update_reload_and_abort(entry, data=data)
        held = entry.data if user_input is None else user_input
        schema = _schema(self._flow.hass, entry.data)
        return self._flow.async_show_form(
            step_id="planner_reconfigure",
            data_schema=self._flow.add_suggested_values_to_schema(schema, held),
            errors=errors,
        )

    def _data(self, user_input: Fields, held: Fields) -> Fields:
        """Return what a form means, with the currency of the prices."""
        price, green = user_input.get("price"), user_input.get("green")
        if price is None and green is None:
            raise InvalidInput("no_source")
        currency = None
        if price is not None:
            prices = source(self._flow.hass, PriceOutlook, price)
            if prices is not None:
                currency = prices.data.shown.currency
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
