"""What of the planner is Home Assistant's."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from ..face import Face, FlowOfAccount, FlowOfPart

if TYPE_CHECKING:
    from ...entities.tables import Tables


def _flow() -> FlowOfAccount:
    from .flow import PlannerFlow

    return PlannerFlow


def _tables() -> Tables:
    from .entities import TABLES

    return TABLES


def _parts() -> Mapping[str, FlowOfPart]:
    from .parts import PARTS

    return PARTS


FACE: Final = Face(
    flow=_flow,
    tables=_tables,
    parts=_parts,
    part_types=("load",),
    changeable_types=("load",),
)
