"""What the forms of several portals have: fields, and how they are read."""

from collections.abc import Mapping
from typing import Final

from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from ..portals.http.address import InvalidAddress, check_address
from ..portals.http.errors import InvalidInput
from .steps import Fields

TEXT: Final = TextSelector()
URL: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))
SECRET: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
)
# What a time stands for.
INTERVAL: Final = SelectSelector(
    SelectSelectorConfig(options=["start", "end"], translation_key="interval")
)


def filled(text: str) -> str:
    """Return a text without white space around it, if there is any."""
    if not (stripped := text.strip()):
        raise InvalidInput("empty")
    return stripped


def addresses(user_input: Fields, held: Mapping[str, str]) -> dict[str, str]:
    """Return the addresses of a form's section in their one spelling, or those held."""
    advanced = user_input.get("advanced", {})
    given = {key: text.strip() for key, text in advanced.items() if text.strip()}
    try:
        return {key: check_address(given.get(key, held[key])) for key in held}
    except InvalidAddress:
        raise InvalidInput("invalid_address") from None
