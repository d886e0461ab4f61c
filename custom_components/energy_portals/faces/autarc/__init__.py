"""What of autarc is Home Assistant's."""

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
    has_login=True,
    parts=("project",),
    actions=(
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
