"""What is known of a service action before any of its code is loaded."""

from dataclasses import dataclass

from homeassistant.core import SupportsResponse


@dataclass(frozen=True, kw_only=True)
class ListedAction:
    """What Home Assistant asks of an action at once; `admin` says who may call it."""

    name: str
    response: SupportsResponse = SupportsResponse.NONE
    admin: bool = False
