"""What of autarc is Home Assistant's."""

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
    has_login=True,
    parts=("project",),
    actions=(
        "get_projects",
        "get_customers",
        "create_project",
        "update_project",
        "delete_project",
        "create_customer",
        "update_customer",
        "delete_customer",
    ),
)
