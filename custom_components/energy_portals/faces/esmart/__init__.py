"""What of eSmart Systems is Home Assistant's."""

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
    has_options=True,
    actions=(
        "get_invoices",
        "mark_message_read",
        "submit_meter_reading",
        "set_building",
        "create_charging_request",
        "update_charging_request",
        "cancel_charging_request",
        "decline_control_plan",
        "update_contact",
    ),
)
