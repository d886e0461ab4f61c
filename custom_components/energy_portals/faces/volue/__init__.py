"""What of Volue is Home Assistant's."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from homeassistant.core import SupportsResponse

from ...services.listed import ListedAction
from ..face import Face, FlowOfAccount, FlowOfPart

if TYPE_CHECKING:
    from ...entities.tables import Tables
    from ...services.action import AnyAction


def _flow() -> FlowOfAccount:
    from .flow import VolueFlow

    return VolueFlow


def _tables() -> Tables:
    from .entities import TABLES

    return TABLES


def _parts() -> Mapping[str, FlowOfPart]:
    from .parts import PARTS

    return PARTS


def _actions() -> tuple[AnyAction, ...]:
    from .actions import ACTIONS

    return ACTIONS


FACE: Final = Face(
    flow=_flow,
    tables=_tables,
    parts=_parts,
    actions=_actions,
    part_types=("location", "resource", "vehicle"),
    changeable_types=("location", "resource", "vehicle"),
    listed=(
        ListedAction(name="acknowledge_power_cap"),
        ListedAction(name="report_energy_usage"),
        ListedAction(name="report_usage_plan"),
        ListedAction(name="simulate_event"),
        ListedAction(name="get_events", response=SupportsResponse.ONLY),
        ListedAction(name="get_webhook_deliveries", response=SupportsResponse.ONLY),
        ListedAction(
            name="get_compensation", response=SupportsResponse.ONLY, reads=True
        ),
        ListedAction(name="get_enrollment", response=SupportsResponse.ONLY, reads=True),
        ListedAction(name="set_enrollment"),
    ),
)
