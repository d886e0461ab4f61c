"""How the forms of a planner tell times, money and names."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...portals.model.series import Slot


def span(run: Slot[float | None] | Slot[None]) -> str:
    """Return a time as the house's clock has it."""
    start, end = (dt_util.as_local(each) for each in (run.start, run.end))
    return f"{start:%H:%M}\N{EN DASH}{end:%H:%M}"


def money(amount: float | None, currency: str) -> str:
    """Return an amount of money; what is not known is a dash."""
    return "\N{EN DASH}" if amount is None else f"{amount:.2f} {currency}"


async def usual_name(hass: HomeAssistant, path: str) -> str:
    """Return what such a thing is called, in the language of the house."""
    kind = "config_subentries"
    texts = await async_get_translations(hass, hass.config.language, kind, {DOMAIN})
    return texts[f"component.{DOMAIN}.{kind}.{path}"]
