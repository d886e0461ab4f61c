"""Adding prices that the clock tells: bands, the blocks of a schedule, a flat price."""

from collections.abc import Mapping
from typing import Final

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...account.house_reader import HouseReader
from ...account.named import lasting_name
from ...portals.home_assistant import HouseClient
from ...portals.home_assistant.clock import flat_divisor, prices_told
from ...portals.http.errors import InvalidInput, PortalError
from ...portals.model.prices import Tax
from ..forms import TEXT, folded, refolded, unfolded
from ..steps import Fields, Step, UserInput
from ..tariff_form import TariffForm, checked_clock, clock_schema
from .adding import Adding, currency_of, worded
from .offers import async_chosen

_AMOUNT: Final = NumberSelector(
    NumberSelectorConfig(step="any", mode=NumberSelectorMode.BOX)
)
# What holds of all of it: in what it is, with or without VAT, and what it is called.
_COMMON: Final[Mapping[vol.Marker, object]] = {
    vol.Required("name"): TEXT,
    vol.Required("currency"): TEXT,
    vol.Required("tax"): worded((Tax.INCLUDED, Tax.EXCLUDED), "house_tax"),
}
_FIELDS: Final = frozenset(map(str, _COMMON))
_SCHEDULE: Final = vol.Schema(
    {
        **_COMMON,
        vol.Required("entity"): EntitySelector(EntitySelectorConfig(domain="schedule")),
        vol.Required("inside"): _AMOUNT,
        vol.Required("outside"): _AMOUNT,
    }
)
_BLOCKS: Final = folded(_SCHEDULE, "name", "entity", "inside", "outside")
_FLAT: Final = vol.Schema(
    {
        **_COMMON,
        vol.Required("entity"): EntitySelector(
            EntitySelectorConfig(domain=["input_number", "number", "sensor"])
        ),
    }
)


class ClockSteps:
    """From what the prices go by to prices of any day."""

    def __init__(self, adding: Adding) -> None:
        """Take the end of the way."""
        self._adding = adding
        self._flow = adding.flow
        self.steps: Mapping[str, Step[ConfigFlowResult]] = {
            "house_clock": self._sort,
            "house_bands": self._bands,
            "house_schedule": self._schedule,
            "house_flat": self._flat,
        }

    async def _sort(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask what the prices go by."""
        return self._flow.async_show_menu(
            step_id="house_clock",
            menu_options=["house_bands", "house_schedule", "house_flat"],
        )

    async def _finish(self, user_input: Fields, source: Fields) -> ConfigFlowResult:
        """Add the prices, once read; raises InvalidInput or PortalError."""
        account = {
            "what": "clock",
            "currency": currency_of(user_input["currency"]),
            "tax": user_input["tax"],
            **source,
        }
        client = HouseClient(account)
        client.attach(HouseReader(self._flow.hass))
        await prices_told(client, dt_util.utcnow())
        return await self._adding.finish(user_input["name"].strip(), account)

    async def _bands(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask for bands; a flat price is one of them."""
        form, errors = TariffForm(fields={}), dict[str, str]()
        shown = self._likely()
        user_input = user_input and unfolded(user_input)
        if user_input is not None:
            common = {key: user_input[key] for key in _FIELDS}
            tariff = {
                key: value for key, value in user_input.items() if key not in _FIELDS
            }
            form = await checked_clock(self._flow.hass, tariff)
            # A field that is folded up cannot show what is wrong with it.
            errors = {
                "bands" if key == "bands" else "base": each
                for key, each in form.errors.items()
            }
            shown = {**common, **form.fields}
            if form.is_done:
                try:
                    return await self._finish(common, {"tariff": dict(form.fields)})
                except (InvalidInput, PortalError) as err:
                    errors["base"] = err.key
        return self._flow.async_show_form(
            step_id="house_bands",
            data_schema=self._flow.add_suggested_values_to_schema(
                clock_schema(form.regions, _COMMON), refolded(shown)
            ),
            errors=errors,
            description_placeholders={"row": form.row},
        )

    async def _schedule(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask for a schedule, and what a kWh costs within its blocks and outside."""
        errors: dict[str, str] = {}
        user_input = user_input and unfolded(user_input)
        if user_input is not None:
            name = lasting_name(self._flow.hass, user_input["entity"])
            blocks = {key: user_input[key] for key in ("inside", "outside")}
            try:
                return await self._finish(
                    user_input, {"entities": [name], "blocks": blocks}
                )
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
        return self._flow.async_show_form(
            step_id="house_schedule",
            data_schema=self._flow.add_suggested_values_to_schema(
                _BLOCKS,
                refolded(self._likely() if user_input is None else user_input),
            ),
            errors=errors,
        )

    async def _flat(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask for the entity that has the price of a kWh."""
        errors: dict[str, str] = {}
        if user_input is not None:
            name = lasting_name(self._flow.hass, user_input["entity"])
            try:
                flat = {"entities": [name], "divisor": self._divisor(name)}
                return await self._finish(user_input, flat)
            except (InvalidInput, PortalError) as err:
                errors["base"] = err.key
        return self._flow.async_show_form(
            step_id="house_flat",
            data_schema=self._flow.add_suggested_values_to_schema(
                _FLAT, await self._likeliest() if user_input is None else user_input
            ),
            errors=errors,
        )

    def _divisor(self, name: str) -> float:
        """Return what an entity's price is divided by; raises InvalidInput."""
        state = HouseReader(self._flow.hass).state(name)
        if state is None:
            raise InvalidInput("entity_not_there")
        return flat_divisor(state.unit)

    async def _likeliest(self) -> Fields:
        """Return what most likely holds, with what the Energy dashboard goes by."""
        prices = await async_chosen(self._flow.hass, "entity_energy_price")
        return {**self._likely(), **({"entity": prices[0]} if prices else {})}

    def _likely(self) -> Fields:
        """Return what most likely holds."""
        return {
            "currency": self._flow.hass.config.currency,
            "tax": Tax.INCLUDED.value,
        }
