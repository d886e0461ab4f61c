"""What of the planner is Home Assistant's."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
    FlowType,
    SubentryFlowContext,
)
from homeassistant.core import HomeAssistant, SupportsResponse

from ...services.listed import ListedAction
from ..face import Face, FlowOfAccount, FlowOfPart, FlowOfRepair

if TYPE_CHECKING:
    from ...entities.tables import Tables
    from ...services.action import AnyAction


def _flow() -> FlowOfAccount:
    from .flow import PlannerFlow

    return PlannerFlow


def _tables() -> Tables:
    from .entities import TABLES

    return TABLES


def _parts() -> Mapping[str, FlowOfPart]:
    from .parts import PARTS
    from .parts_battery import BATTERIES
    from .parts_stores import STORES

    return {**PARTS, **BATTERIES, **STORES}


def _actions() -> tuple[AnyAction, ...]:
    from .actions import ACTIONS

    return ACTIONS


def _repairs() -> Mapping[str, FlowOfRepair]:
    from .repairs import REPAIRS

    return REPAIRS


async def _add_load(
    hass: HomeAssistant, entry: ConfigEntry
) -> tuple[FlowType, str] | None:
    """Add the first load: a planner without any plans nothing."""
    if entry.state is not ConfigEntryState.LOADED:
        return None
    handler, context = (entry.entry_id, "load"), SubentryFlowContext(source=SOURCE_USER)
    flow = await hass.config_entries.subentries.async_init(handler, context=context)
    return FlowType.CONFIG_SUBENTRIES_FLOW, flow["flow_id"]


FACE: Final = Face(
    flow=_flow,
    tables=_tables,
    parts=_parts,
    repairs=_repairs,
    actions=_actions,
    part_types=("load", "electric_vehicle", "home_battery", "thermal_store"),
    changeable_types=("load", "electric_vehicle", "home_battery", "thermal_store"),
    listed=(ListedAction(name="get_plan", response=SupportsResponse.ONLY, reads=True),),
    next_flow=_add_load,
)
