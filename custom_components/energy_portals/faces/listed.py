"""What is known of a portal's face before any of its code is loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..services.listed import ListedAction

if TYPE_CHECKING:
    from .face import Face


@dataclass(frozen=True, kw_only=True)
class Listed:
    """What Home Assistant asks for at once, also of accounts that are not loaded.

    `load` imports the face, which takes its time: in the executor, unless it was
    loaded before. `parts` are the types of what can be set up beneath an account,
    `changeable_parts` those that can be changed later; `actions` are its actions
    without their code; `has_login` says that Home Assistant holds the tokens of its
    accounts.
    """

    load: Callable[[], Face]
    has_options: bool = False
    has_login: bool = False
    parts: tuple[str, ...] = ()
    changeable_parts: tuple[str, ...] = ()
    actions: tuple[ListedAction, ...] = ()
