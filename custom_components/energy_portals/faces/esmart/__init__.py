"""What of eSmart Systems is Home Assistant's."""

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
    has_options=True,
    actions=(
        ListedAction(name="get_invoices", response=SupportsResponse.ONLY),
        ListedAction(name="mark_message_read"),
        ListedAction(name="submit_meter_reading"),
        ListedAction(name="set_building"),
        ListedAction(name="create_charging_request"),
        ListedAction(name="update_charging_request"),
        ListedAction(name="cancel_charging_request"),
        ListedAction(name="decline_control_plan"),
        ListedAction(name="update_contact", admin=True),
    ),
)
