"""The card and the dashboard: their modules are served, and loaded by every page."""

from pathlib import Path
from typing import Final

from homeassistant.components.frontend import add_extra_js_url
from homeassistant.components.http.server import StaticPathConfig
from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_integration

from ..const import DOMAIN

_FOLDER: Final = Path(__file__).with_name("www")
_MODULE: Final = _FOLDER / "energy-portals.js"
_URL: Final = f"/{DOMAIN}/{_MODULE.name}"
# Under this name it may have been added by hand.
_FORMER_URL: Final = f"/{DOMAIN}/energy-portals-card.js"


async def async_setup_card(hass: HomeAssistant) -> None:
    """Serve the modules; pages load the first where there are any."""
    await hass.http.async_register_static_paths(
        [
            StaticPathConfig(_FORMER_URL, str(_MODULE), cache_headers=True),
            StaticPathConfig(f"/{DOMAIN}", str(_FOLDER), cache_headers=True),
        ]
    )
    if "frontend" in hass.config.components:
        integration = await async_get_integration(hass, DOMAIN)
        # Browsers keep it until its address is another one.
        add_extra_js_url(hass, f"{_URL}?v={integration.version}")
