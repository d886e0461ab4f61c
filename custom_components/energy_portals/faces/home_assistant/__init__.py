"""What of a source of the house is Home Assistant's."""

from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowContext,
    FlowType,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from ...const import CONF_VENDOR, DOMAIN, PLANNER
from ..face import Face, FlowOfAccount, FlowOfOptions

if TYPE_CHECKING:
    from ...entities.tables import Tables


def _flow() -> FlowOfAccount:
    from .flow import HouseFlow

    return HouseFlow


def _options() -> FlowOfOptions:
    from .flow import HouseOptions

    return HouseOptions


def _tables() -> Tables:
    from .entities import TABLES

    return TABLES


# What a planner can go by.
_PLANNED_BY: Final = frozenset({"prices", "clock", "green"})


async def _plan(hass: HomeAssistant, entry: ConfigEntry) -> tuple[FlowType, str] | None:
    """Add a planner, where there is none yet that could go by the source."""
    accounts = hass.config_entries.async_entries(DOMAIN)
    if (
        entry.data["what"] not in _PLANNED_BY
        or entry.state is not ConfigEntryState.LOADED
        or any(each.data[CONF_VENDOR] == PLANNER for each in accounts)
    ):
        return None
    flow, context = hass.config_entries.flow, ConfigFlowContext(source=SOURCE_USER)
    menu = await flow.async_init(DOMAIN, context=context)
    form = await flow.async_configure(menu["flow_id"], {"next_step_id": PLANNER})
    # It ends where there is nothing yet to plan by.
    is_open = form["type"] is FlowResultType.FORM
    return (FlowType.CONFIG_FLOW, menu["flow_id"]) if is_open else None


FACE: Final = Face(flow=_flow, options=_options, tables=_tables, next_flow=_plan)
