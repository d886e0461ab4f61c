"""What of epilot is Home Assistant's."""

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
        ListedAction(name="submit_meter_reading"),
        ListedAction(name="export_data", response=SupportsResponse.ONLY),
        ListedAction(name="get_billing_events", response=SupportsResponse.ONLY),
        ListedAction(name="mark_notification_read"),
        ListedAction(name="get_documents", response=SupportsResponse.ONLY),
        ListedAction(name="get_document_link", response=SupportsResponse.ONLY),
    ),
)
