"""What of eSmart Systems is Home Assistant's."""

from typing import TYPE_CHECKING, Final

from homeassistant.core import SupportsResponse

from ...services.listed import ListedAction
from ..face import Face, FlowOfAccount, FlowOfOptions

if TYPE_CHECKING:
    from ...entities.tables import Tables
    from ...services.action import AnyAction


def _flow() -> FlowOfAccount:
    from .flow import EsmartFlow

    return EsmartFlow


def _tables() -> Tables:
    from .entities import TABLES

    return TABLES


def _options() -> FlowOfOptions:
    from .flow_options import EsmartOptions

    return EsmartOptions


def _actions() -> tuple[AnyAction, ...]:
    from .actions import ACTIONS

    return ACTIONS


FACE: Final = Face(
    flow=_flow,
    tables=_tables,
    options=_options,
    actions=_actions,
    listed=(
        ListedAction(name="get_invoices", response=SupportsResponse.ONLY),
        ListedAction(name="download_invoice", response=SupportsResponse.OPTIONAL),
        ListedAction(name="mark_message_read"),
        ListedAction(name="mark_all_messages_read", response=SupportsResponse.OPTIONAL),
        ListedAction(name="submit_meter_reading"),
        ListedAction(name="set_building"),
        ListedAction(name="create_charging_request"),
        ListedAction(name="update_charging_request"),
        ListedAction(name="cancel_charging_request"),
        ListedAction(
            name="get_charging_statistics", response=SupportsResponse.ONLY, reads=True
        ),
        ListedAction(name="add_garage_car", response=SupportsResponse.OPTIONAL),
        ListedAction(name="update_garage_car"),
        ListedAction(name="remove_garage_car"),
        ListedAction(name="request_control_plan"),
        ListedAction(name="get_control_plan_requests", response=SupportsResponse.ONLY),
        ListedAction(name="decline_control_plan"),
        ListedAction(name="set_load_control"),
        ListedAction(name="reset_load_control"),
        ListedAction(name="update_contact", admin=True),
    ),
)
