"""What of Digiwatt is Home Assistant's."""

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
    actions=(
        ListedAction(name="get_consumption", response=SupportsResponse.ONLY),
        ListedAction(name="set_household"),
        ListedAction(name="delete_supply_point", admin=True),
    ),
)
