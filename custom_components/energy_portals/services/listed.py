"""What is known of a service action before any of its code is loaded."""

from dataclasses import dataclass

from homeassistant.core import SupportsResponse


@dataclass(frozen=True, kw_only=True)
class ListedAction:
    """What Home Assistant asks of an action at once; `admin` says who may call it.

    Whoever may read an account's entities may call what `reads`: general figures, and
    nothing of customers, documents or bills. The rest takes the right to control them.
    """

    name: str
    response: SupportsResponse = SupportsResponse.NONE
    admin: bool = False
    reads: bool = False
