"""What of epilot is Home Assistant's."""

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
        "submit_meter_reading",
        "export_data",
        "get_billing_events",
        "mark_notification_read",
        "get_documents",
        "get_document_link",
    ),
)
