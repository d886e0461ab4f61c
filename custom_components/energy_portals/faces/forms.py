"""What the forms of several portals have: fields, and how they are read."""

from collections.abc import Iterable, Mapping
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from ..portals.http.address import InvalidAddress, check_address, mended
from ..portals.http.errors import InvalidInput
from ..portals.http.knocking import knock
from .steps import Fields, UserInput

TEXT: Final = TextSelector()
URL: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))
SECRET: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
)
# What a time stands for.
INTERVAL: Final = SelectSelector(
    SelectSelectorConfig(options=["start", "end"], translation_key="interval")
)


# What few need of a form is folded up under this name.
FURTHER: Final = "further"


def folded(schema: vol.Schema, *shown: str) -> vol.Schema:
    """Return a form that shows these fields, with all others folded up as `FURTHER`."""
    fields = schema.schema
    above = {key: fields[key] for key in fields if str(key) in shown}
    below = {key: each for key, each in fields.items() if isinstance(each, section)}
    rest = {key: fields[key] for key in fields.keys() - above.keys() - below.keys()}
    in_order = {key: rest[key] for key in fields if key in rest}
    return vol.Schema(
        {
            **above,
            vol.Required(FURTHER): section(vol.Schema(in_order), {"collapsed": True}),
            **below,
        }
    )


def unfolded(user_input: Fields) -> UserInput:
    """Return what was entered, what was folded up among the rest."""
    plain = {key: each for key, each in user_input.items() if key != FURTHER}
    return {**plain, **user_input.get(FURTHER, {})}


def refolded(values: Fields) -> Fields:
    """Return values as a form shows them that has some of them folded up."""
    return {**values, FURTHER: dict(values)}


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
        return {key: check_address(mended(given.get(key, held[key]))) for key in held}
    except InvalidAddress:
        raise InvalidInput("invalid_address") from None


async def refuse_others(
    hass: HomeAssistant, address: str, routes: Iterable[str]
) -> None:
    """Refuse an address at which no portal answers, before a secret is sent there.

    Raises InvalidInput, and Unavailable where nothing answers at all.
    """
    if not await knock(async_get_clientsession(hass), address, routes):
        raise InvalidInput("not_a_portal")


async def refuse_strangers(
    hass: HomeAssistant,
    login: Mapping[str, str],
    trusted: Mapping[str, str],
    routes: Mapping[str, Iterable[str]],
) -> None:
    """Refuse a login's addresses as `refuse_others` does, unless they are trusted.

    Trusted is what the portal has published, or what an account has been using.
    """
    for key, known in routes.items():
        if (address := login.get(key)) and address != trusted.get(key):
            await refuse_others(hass, address, known)
