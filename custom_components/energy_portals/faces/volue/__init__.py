"""What of Volue is Home Assistant's."""

from typing import TYPE_CHECKING, Final

from ..listed import Listed

if TYPE_CHECKING:
    from ..face import Face


def _load() -> Face:
    """Import the face."""
    from .face import FACE

    return FACE


LISTED: Final = Listed(
    load=_load,
    parts=(
        "location",
        "resource",
        "vehicle",
    ),
    actions=(
        "acknowledge_power_cap",
        "report_energy_usage",
        "report_usage_plan",
        "simulate_event",
        "get_events",
        "get_compensation",
        "get_enrollment",
        "set_enrollment",
    ),
)
