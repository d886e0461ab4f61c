"""What of Volue is Home Assistant's."""

from typing import TYPE_CHECKING, Final

from homeassistant.core import SupportsResponse

from ...services.listed import ListedAction
from ..listed import Listed

if TYPE_CHECKING:
    from ..face import Face


def _load() -> Face:
    """Import the face."""
    from .face import FACE

    return FACE


LISTED: Final = Listed(
    load=_load,
    parts=("location", "resource", "vehicle"),
    changeable_parts=("location", "resource", "vehicle"),
    actions=(
        ListedAction(name="acknowledge_power_cap"),
        ListedAction(name="report_energy_usage"),
        ListedAction(name="report_usage_plan"),
        ListedAction(name="simulate_event"),
        ListedAction(name="get_events", response=SupportsResponse.ONLY),
        ListedAction(name="get_compensation", response=SupportsResponse.ONLY),
        ListedAction(name="get_enrollment", response=SupportsResponse.ONLY),
        ListedAction(name="set_enrollment"),
    ),
)
