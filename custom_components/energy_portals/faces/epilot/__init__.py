"""What of epilot is Home Assistant's."""

from typing import TYPE_CHECKING, Final

from homeassistant.core import SupportsResponse

from ...services.listed import ListedAction
from ..face import Face, FlowOfAccount, FlowOfOptions

if TYPE_CHECKING:
    from ...entities.tables import Tables
    from ...services.action import AnyAction


def _flow() -> FlowOfAccount:
    from .flow import EpilotFlow

    return EpilotFlow


def _tables() -> Tables:
    from .entities import TABLES

    return TABLES


def _options() -> FlowOfOptions:
    from .flow import EpilotOptions

    return EpilotOptions


def _actions() -> tuple[AnyAction, ...]:
    from .actions import ACTIONS

    return ACTIONS


FACE: Final = Face(
    flow=_flow,
    tables=_tables,
    options=_options,
    actions=_actions,
    listed=(
        ListedAction(name="submit_meter_reading"),
        ListedAction(name="export_data", response=SupportsResponse.ONLY),
        ListedAction(name="get_billing_events", response=SupportsResponse.ONLY),
        ListedAction(name="mark_notification_read"),
        ListedAction(name="get_documents", response=SupportsResponse.ONLY),
        ListedAction(name="get_document_link", response=SupportsResponse.ONLY),
        ListedAction(
            name="get_meter_readings", response=SupportsResponse.ONLY, reads=True
        ),
        ListedAction(
            name="get_energy_by_period", response=SupportsResponse.ONLY, reads=True
        ),
        ListedAction(name="get_links", response=SupportsResponse.ONLY, reads=True),
    ),
)
