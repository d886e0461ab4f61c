"""The forms of options that portals share: what is paid on top, how far back to go."""

from typing import Final

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers.selector import (
    DateSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
)
import voluptuous as vol

from ..const import DEFAULT_YEARS, HISTORY
from ..history.currencies import InvalidRate, rates_of
from ..services.fields import whole
from .steps import Fields, UserInput
from .tariff_form import checked_tariff, rows_selector, shown_tariff, tariff_schema

_HISTORY_SCHEMA: Final = vol.Schema(
    {
        vol.Required("years", default=DEFAULT_YEARS): vol.All(
            NumberSelector(
                NumberSelectorConfig(min=1, max=10, mode=NumberSelectorMode.BOX)
            ),
            whole,
        ),
        vol.Optional("rates"): rows_selector(
            "exchange_rate",
            "currency",
            "since",
            currency=TextSelector(),
            rate=NumberSelector(
                NumberSelectorConfig(min=0, step="any", mode=NumberSelectorMode.BOX)
            ),
            since=DateSelector(),
        ),
    }
)


def saved(flow: OptionsFlow, key: str, chosen: Fields) -> ConfigFlowResult:
    """Finish with one part of the options replaced."""
    return flow.async_create_entry(
        data={**flow.config_entry.options, key: dict(chosen)}
    )


async def price_step(
    flow: OptionsFlow, step_id: str, feed: str, user_input: UserInput | None
) -> ConfigFlowResult:
    """Ask for the tariff of a feed of prices."""
    if user_input is None:
        held = flow.config_entry.options.get(feed, {})
        form = await shown_tariff(flow.hass, held)
    else:
        form = await checked_tariff(flow.hass, user_input)
        if form.is_done:
            return saved(flow, feed, form.fields)
    return flow.async_show_form(
        step_id=step_id,
        data_schema=flow.add_suggested_values_to_schema(
            tariff_schema(form.regions), form.fields
        ),
        errors=dict(form.errors),
        description_placeholders={"row": form.row},
    )


async def history_step(
    flow: OptionsFlow, step_id: str, user_input: UserInput | None
) -> ConfigFlowResult:
    """Ask how far back a first import goes, and how to convert money."""
    held = flow.config_entry.options.get(HISTORY, {})
    errors: dict[str, str] = {}
    if user_input is not None:
        own = {key: each for key, each in held.items() if key != "rates"}
        try:
            rates_of(user_input)
        except InvalidRate:
            errors["rates"] = "invalid_rate"
        else:
            return saved(flow, HISTORY, {**own, **user_input})
    return flow.async_show_form(
        step_id=step_id,
        data_schema=flow.add_suggested_values_to_schema(
            _HISTORY_SCHEMA, user_input or held
        ),
        errors=errors,
    )
