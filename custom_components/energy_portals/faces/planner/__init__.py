"""What of the planner is Home Assistant's."""

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
    parts=("load",),
    changeable_parts=("load",),
)
