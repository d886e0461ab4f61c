"""What of Digiwatt is Home Assistant's."""

from typing import TYPE_CHECKING, Final

from homeassistant.core import SupportsResponse

from ...services.listed import ListedAction
from ..face import Face, FlowOfAccount, FlowOfOptions

if TYPE_CHECKING:
    from ...entities.tables import Tables
    from ...services.action import AnyAction


def _flow() -> FlowOfAccount:
    from .flow import DigiwattFlow

    return DigiwattFlow


def _tables() -> Tables:
    from .entities import TABLES

    return TABLES


def _options() -> FlowOfOptions:
    from .flow import DigiwattOptions

    return DigiwattOptions


def _actions() -> tuple[AnyAction, ...]:
    from .actions import ACTIONS

    return ACTIONS


FACE: Final = Face(
    flow=_flow,
    tables=_tables,
    options=_options,
    actions=_actions,
    listed=(
        ListedAction(
            name="get_consumption", response=SupportsResponse.ONLY, reads=True
        ),
        ListedAction(name="get_comparison", response=SupportsResponse.ONLY, reads=True),
        ListedAction(
            name="get_consumption_profile", response=SupportsResponse.ONLY, reads=True
        ),
        ListedAction(
            name="get_consumption_trend", response=SupportsResponse.ONLY, reads=True
        ),
        ListedAction(
            name="get_consumption_by_appliance",
            response=SupportsResponse.ONLY,
            reads=True,
        ),
        ListedAction(name="set_household"),
        ListedAction(name="delete_supply_point", admin=True),
    ),
)
