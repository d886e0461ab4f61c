"""Where an OAuth2 login begins; of all portals one has such a login."""

from homeassistant.components.application_credentials import AuthorizationServer
from homeassistant.core import HomeAssistant
from homeassistant.helpers.config_entry_oauth2_flow import (
    AUTH_CALLBACK_PATH,
    MY_AUTH_CALLBACK_PATH,
)
from homeassistant.helpers.network import NoURLAvailableError, get_url

from .faces.registry import FACES
from .portals.portal import LoginServer
from .portals.registry import PORTALS


async def async_get_authorization_server(hass: HomeAssistant) -> AuthorizationServer:
    """Return the portal's server."""
    (key,) = (key for key, listed in FACES.items() if listed.has_login)
    portal = await hass.async_add_import_executor_job(PORTALS[key])
    (server,) = portal.every(LoginServer)
    return AuthorizationServer(
        authorize_url=server.address + server.authorize,
        token_url=server.address + server.token,
    )


async def async_get_description_placeholders(hass: HomeAssistant) -> dict[str, str]:
    """Return where the portal has to send its users back to."""
    redirect = MY_AUTH_CALLBACK_PATH
    if "my" not in hass.config.components:
        try:
            redirect = get_url(hass, prefer_external=True) + AUTH_CALLBACK_PATH
        except NoURLAvailableError:
            redirect = AUTH_CALLBACK_PATH
    return {"redirect": redirect}
