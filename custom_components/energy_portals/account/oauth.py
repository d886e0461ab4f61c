"""Logins whose tokens Home Assistant holds: OAuth2 with application credentials."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    OAuth2TokenRequestBaseError,
    OAuth2TokenRequestReauthError,
    UnknownImplementationError,
)
from homeassistant.helpers.config_entry_oauth2_flow import (
    AbstractOAuth2Implementation,
    LocalOAuth2Implementation,
    OAuth2Session,
    async_get_config_entry_implementation,
)

from ..const import CONF_AUTH_URL, DOMAIN
from ..portals.contract import TokenStore
from ..portals.http.client import Auth
from ..portals.http.errors import AuthError, Unavailable
from ..portals.portal import AnyPortal, LoginServer

if TYPE_CHECKING:
    from .coordinator import PortalConfigEntry

type HoldsLogin = Callable[
    [HomeAssistant, PortalConfigEntry, AnyPortal, TokenStore], Awaitable[Auth | None]
]

CONF_IMPLEMENTATION: Final = "auth_implementation"
CONF_TOKEN: Final = "token"  # noqa: S105  # the key of it
# So long a renewal may take.
_PATIENCE: Final = 30


@callback
def turn_to(
    implementation: AbstractOAuth2Implementation, server: LoginServer, address: str
) -> None:
    """Let a login begin and be renewed at another address of the same server."""
    if isinstance(implementation, LocalOAuth2Implementation):
        implementation.authorize_url = address + server.authorize
        implementation.token_url = address + server.token


async def async_held_login(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    portal: AnyPortal,
    token_store: TokenStore,
) -> Auth | None:
    """Return what authorises the requests of an account that was signed in so."""
    server = portal.capability(LoginServer)
    if server is None or CONF_IMPLEMENTATION not in entry.data:
        return None
    try:
        implementation = await async_get_config_entry_implementation(hass, entry)
    except UnknownImplementationError:
        # The application credentials are gone: signing in again asks for others.
        raise ConfigEntryAuthFailed(
            translation_domain=DOMAIN,
            translation_key=AuthError.key,
            translation_placeholders=AuthError(CONF_TOKEN).placeholders(),
        ) from None
    turn_to(implementation, server, entry.data[CONF_AUTH_URL])
    return HeldLogin(OAuth2Session(hass, entry, implementation), token_store)


class HeldLogin:
    """Authorises requests with the token that Home Assistant holds and renews."""

    def __init__(self, session: OAuth2Session, token_store: TokenStore) -> None:
        """Take the account's token; the token store keeps two runs from renewing it."""
        self._session = session
        self._token_store = token_store

    async def authorization(self) -> str:
        """Return a header value that is valid for a while yet."""
        session = self._session
        try:
            if not session.valid_token:
                # A token that rotates has to be kept before the next run takes it.
                async with self._token_store.opened(), asyncio.timeout(_PATIENCE):
                    await session.async_ensure_token_valid()
        except OAuth2TokenRequestReauthError as err:
            raise AuthError(CONF_TOKEN, f"HTTP {err.status}") from None
        except (OAuth2TokenRequestBaseError, TimeoutError) as err:
            raise Unavailable(CONF_TOKEN, type(err).__name__) from None
        return f"Bearer {session.token['access_token']}"

    @callback
    def refused(self, authorization: str) -> bool:
        """Let a refused token be renewed, however long it should have held."""
        session = self._session
        token, entry = session.token, session.config_entry
        if authorization == f"Bearer {token['access_token']}":
            data = {**entry.data, CONF_TOKEN: {**token, "expires_at": 0}}
            session.hass.config_entries.async_update_entry(entry, data=data)
        return True
