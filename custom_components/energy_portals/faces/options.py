"""The forms of options that portals share: what is paid on top, how far back to go."""

from typing import Final

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    ObjectSelector,
    ObjectSelectorConfig,
    ObjectSelectorField,
    SelectSelector,
    SelectSelectorConfig,
    TimeSelector,
)
import voluptuous as vol

from ..const import DEFAULT_YEARS, HISTORY
from ..portals.model.tariff import WEEKDAYS, Tariff
from ..services.fields import whole
from .steps import Fields, UserInput

_PER_KWH: Final = NumberSelector(
    NumberSelectorConfig(step="any", mode=NumberSelectorMode.BOX)
)
_PERCENT: Final = NumberSelector(
    NumberSelectorConfig(
        min=-100,
        max=1000,
        step="any",
        mode=NumberSelectorMode.BOX,
        unit_of_measurement="%",
    )
)
_GRID_FEES: Final = ObjectSelector(
    ObjectSelectorConfig(
        multiple=True,
        translation_key="grid_fee",
        label_field="amount",
        description_field="start",
        fields={
            "amount": ObjectSelectorField(required=True, selector=_PER_KWH),
            "start": ObjectSelectorField(selector=TimeSelector()),
            "end": ObjectSelectorField(selector=TimeSelector()),
            "days": ObjectSelectorField(
                selector=SelectSelector(
                    SelectSelectorConfig(
                        options=list(WEEKDAYS), multiple=True, translation_key="weekday"
                    )
                )
            ),
        },
    )
)
SCHEMA: Final = vol.Schema(
    {
        vol.Optional("vat"): _PERCENT,
        vol.Optional("percent"): _PERCENT,
        vol.Optional("fixed"): _PER_KWH,
        vol.Optional("grid_fees"): _GRID_FEES,
        vol.Optional("hourly"): BooleanSelector(),
        vol.Optional("export"): _PER_KWH,
    }
)
_HISTORY_SCHEMA: Final = vol.Schema(
    {
        vol.Required("years", default=DEFAULT_YEARS): vol.All(
            NumberSelector(
                NumberSelectorConfig(min=1, max=10, mode=NumberSelectorMode.BOX)
            ),
            whole,
        )
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
    errors: dict[str, str] = {}
    if user_input is not None:
        try:
            Tariff.of(user_input)
        except ValueError:
            errors["base"] = "invalid_tariff"
        else:
            return saved(flow, feed, user_input)
    shown = flow.config_entry.options.get(feed, {})
    return flow.async_show_form(
        step_id=step_id,
        data_schema=flow.add_suggested_values_to_schema(
            SCHEMA, shown if user_input is None else user_input
        ),
        errors=errors,
    )


async def history_step(
    flow: OptionsFlow, step_id: str, user_input: UserInput | None
) -> ConfigFlowResult:
    """Ask how far back a first import goes."""
    held = flow.config_entry.options.get(HISTORY, {})
    if user_input is not None:
        return saved(flow, HISTORY, {**held, **user_input})
    return flow.async_show_form(
        step_id=step_id,
        data_schema=flow.add_suggested_values_to_schema(_HISTORY_SCHEMA, held),
    )
