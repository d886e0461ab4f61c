"""The planner's config-flow steps: which prices and which green it goes by."""

from collections.abc import Mapping
from functools import partial
from typing import Final
import uuid

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from ...account.missing import title_of_source
from ...account.sources import Source, source, sources
from ...const import CONF_VENDOR
from ...portals.http.errors import InvalidInput
from ...portals.model.caps import PowerCaps
from ...portals.model.green import GreenOutlook
from ...portals.model.intensity import CarbonOutlook
from ...portals.model.price_days import PriceOutlook
from ...portals.model.series import Outlook
from ...portals.planner import PLANNER
from ..forms import refolded, unfolded
from ..steps import AccountFlow, Fields, UserInput
from .flow_home import home_data, home_fields, in_sections
from .moving import number

_LIMIT: Final = number("kW", 0.1)
_BASE_LOAD: Final = number("kW", 0, 100)
# Whatever one can go by alone.
_GROUNDS: Final[Mapping[str, type[Outlook]]] = {
    "price": PriceOutlook,
    "green": GreenOutlook,
    "co2": CarbonOutlook,
}


def choice_of(
    hass: HomeAssistant, kind: type[object], held: str | None
) -> SelectSelector:
    """Return the sources of a kind to choose from; one that is held stays on offer."""
    options = {each.key: _label(each) for each in sources(hass, kind)}
    if held is not None:
        options.setdefault(held, title_of_source(hass, held))
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
            vol.Optional("price"): choice_of(hass, PriceOutlook, held.get("price")),
            vol.Optional("green"): choice_of(hass, GreenOutlook, held.get("green")),
            vol.Optional("caps"): choice_of(hass, PowerCaps, held.get("caps")),
            vol.Optional("limit"): _LIMIT,
            vol.Required("further"): section(
                vol.Schema(
                    {
                        vol.Optional("co2"): choice_of(
                            hass, CarbonOutlook, held.get("co2")
                        ),
                        vol.Optional("base_load"): _BASE_LOAD,
                    }
                ),
                {"collapsed": True},
            ),
            **home_fields(partial(choice_of, hass), held),
        }
    )


def _only(hass: HomeAssistant) -> Fields:
    """Return the sources of which there is one of its kind."""
    held = {
        key: [each.key for each in sources(hass, kind)]
        for key, kind in _GROUNDS.items()
    }
    return {key: keys[0] for key, keys in held.items() if len(keys) == 1}


def set_of(entry: ConfigEntry) -> Fields:
    """Return what is set of a planner, also where an earlier release has set it.

    Its limit was meant for the loads alone: nothing was taken off for the rest.
    """
    return {"base_load": 0.0, **entry.data}


def check_currency(entry: ConfigEntry, currency: str | None) -> None:
    """Refuse another currency than the one in which loads have a price or a worth."""
    keys = ("worth", "never_above", "more_below")
    parts = entry.subentries.values()
    valued = (part.data.get(key) for part in parts for key in keys)
    if currency != entry.data["currency"] and any(valued):
        raise InvalidInput("other_currency")


def data_of(hass: HomeAssistant, user_input: Fields, held: Fields) -> Fields:
    """Return what a form means, with the currency of the prices."""
    price = user_input.get("price")
    if all(user_input.get(key) is None for key in _GROUNDS):
        raise InvalidInput("no_source")
    currency = None
    if price is not None:
        prices = source(hass, PriceOutlook, price)
        if prices is not None:
            currency = prices.data.shown.currency
        elif price == held.get("price"):
            currency = held["currency"]
    return {
        CONF_VENDOR: PLANNER.key,
        "price": price,
        "green": user_input.get("green"),
        "co2": user_input.get("co2"),
        "caps": user_input.get("caps"),
        "limit": user_input.get("limit"),
        "base_load": user_input.get("base_load"),
        "currency": currency,
        **home_data(user_input),
    }


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
        kinds = _GROUNDS.values()
        if not any(any(sources(self._flow.hass, kind)) for kind in kinds):
            return self._flow.async_abort(reason="no_sources")
        errors: dict[str, str] = {}
        user_input = user_input and unfolded(user_input)
        if user_input is not None:
            try:
                data = data_of(self._flow.hass, user_input, {})
            except InvalidInput as err:
                errors["base"] = err.key
            else:
                same = {key: data[key] for key in _GROUNDS if key != "co2" or data[key]}
                self._flow.abort_if_any_has({CONF_VENDOR: PLANNER.key, **same})
                await self._flow.identify(f"{PLANNER.key}:{uuid.uuid4().hex}")
                return self._flow.async_create_entry(title="Planner", data=data)
        schema = _schema(self._flow.hass, {})
        shown = _only(self._flow.hass) if user_input is None else user_input
        return self._flow.async_show_form(
            step_id="planner",
            data_schema=self._flow.add_suggested_values_to_schema(
                schema, refolded(in_sections(shown))
            ),
            errors=errors,
        )

    async def _reconfigure(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Go by something else."""
        entry = self._flow.reconfigure_entry()
        errors: dict[str, str] = {}
        user_input = user_input and unfolded(user_input)
        if user_input is not None:
            try:
                data = data_of(self._flow.hass, user_input, entry.data)
                check_currency(entry, data["currency"])
            except InvalidInput as err:
                errors["base"] = err.key
            else:
                return self._flow.async_update_reload_and_abort(entry, data=data)
        held = set_of(entry) if user_input is None else user_input
        schema = _schema(self._flow.hass, entry.data)
        return self._flow.async_show_form(
            step_id="planner_reconfigure",
            data_schema=self._flow.add_suggested_values_to_schema(
                schema, refolded(in_sections(held))
            ),
            errors=errors,
        )
