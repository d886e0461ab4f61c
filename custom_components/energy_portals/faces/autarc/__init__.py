"""What of autarc is Home Assistant's."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from homeassistant.core import SupportsResponse

from ...services.listed import ListedAction
from ..face import Face, FlowOfAccount, FlowOfPart

if TYPE_CHECKING:
    from ...entities.tables import Tables
    from ...services.action import AnyAction


def _flow() -> FlowOfAccount:
    from .flow import AutarcFlow

    return AutarcFlow


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
    has_login=True,
    part_types=("project",),
    listed=(
        ListedAction(name="get_projects", response=SupportsResponse.ONLY),
        ListedAction(name="get_customers", response=SupportsResponse.ONLY),
        ListedAction(name="create_project", response=SupportsResponse.OPTIONAL),
        ListedAction(name="update_project", response=SupportsResponse.OPTIONAL),
        ListedAction(name="delete_project", admin=True),
        ListedAction(name="create_customer", response=SupportsResponse.OPTIONAL),
        ListedAction(name="update_customer", response=SupportsResponse.OPTIONAL),
        ListedAction(name="delete_customer", admin=True),
    ),
)
