"""Logins whose tokens Home Assistant holds: OAuth2 with application credentials."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
import time
from typing import TYPE_CHECKING, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import UnknownImplementationError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.config_entry_oauth2_flow import (
    AbstractOAuth2Implementation,
    LocalOAuth2Implementation,
    OAuth2Session,
    async_get_config_entry_implementation,
)

from ..const import CONF_AUTH_URL
from ..portals.contract import TokenStore
from ..portals.http.client import Auth, HttpClient, Operation, RateLimit
from ..portals.http.credentials import token_of
from ..portals.http.errors import (
    AuthError,
    Forbidden,
    LoginEnded,
    NotFound,
    Rejected,
    Unavailable,
    UnexpectedResponse,
    bare,
)
from ..portals.portal import AnyPortal, LoginServer
from .errors import of_a_login

if TYPE_CHECKING:
    from .coordinator import PortalConfigEntry

type HoldsLogin = Callable[
    [HomeAssistant, PortalConfigEntry, AnyPortal, TokenStore], Awaitable[Auth | None]
]

CONF_IMPLEMENTATION: Final = "auth_implementation"
CONF_TOKEN: Final = "token"  # noqa: S105  # the key of it
# At the address of the server of tokens itself. A token that rotates is used up once.
_RENEWAL: Final = Operation(CONF_TOKEN, "POST", "", repeatable=False)
# What the server says of the grant, and of itself (RFC 6749, 5.2 and 4.1.2.1).
_INVALID_GRANT: Final = "invalid_grant"
_PASSING: Final = frozenset({"temporarily_unavailable", "server_error"})


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
    implementation = None
    with suppress(UnknownImplementationError):
        implementation = await async_get_config_entry_implementation(hass, entry)
    if not isinstance(implementation, LocalOAuth2Implementation):
        # The application credentials are gone: signing in again asks for others.
        raise of_a_login(AuthError(CONF_TOKEN))
    turn_to(implementation, server, entry.data[CONF_AUTH_URL])
    session = OAuth2Session(hass, entry, implementation)
    return HeldLogin(session, implementation, token_store)


class HeldLogin:
    """Authorises requests with the token that Home Assistant holds, and renews it.

    Home Assistant's own renewal does not tell why it was refused.
    """

    def __init__(
        self,
        session: OAuth2Session,
        implementation: LocalOAuth2Implementation,
        token_store: TokenStore,
    ) -> None:
        """Take the account's token; the token store keeps two runs from renewing it."""
        self._session = session
        self._token_store = token_store
        self._client = {
            "client_id": implementation.client_id,
            "client_secret": implementation.client_secret,
        }
        self._address = implementation.token_url
        self._rate_limit = RateLimit()
        self._ended: LoginEnded | None = None

    async def authorization(self) -> str:
        """Return a header value that is valid for a while yet."""
        session = self._session
        if not session.valid_token:
            # A token that rotates has to be kept before the next run takes it.
            async with self._token_store.opened():
                # Those that waited would else ask what another has been told.
                if self._ended is not None:
                    raise bare(self._ended)
                if not session.valid_token:
                    await self._renew()
        return f"Bearer {session.token['access_token']}"

    async def _renew(self) -> None:
        """Have the token renewed."""
        held = self._session.token
        http = HttpClient(
            async_get_clientsession(self._session.hass),
            self._address,
            # The server's own words may hold what it was sent.
            secrets=(
                self._client["client_secret"],
                *(str(held[key]) for key in ("access_token", "refresh_token")),
            ),
            rate_limit=self._rate_limit,
        )
        form = {
            **self._client,
            "grant_type": "refresh_token",
            "refresh_token": held["refresh_token"],
        }
        try:
            token = await http.send(
                _RENEWAL, partial(token_of, CONF_TOKEN), form=form, authorized=False
            )
        except Rejected as err:
            if err.reason in _PASSING:
                raise Unavailable(CONF_TOKEN, err.wordless) from None
            if err.reason != _INVALID_GRANT:
                raise AuthError(CONF_TOKEN, err.wordless) from None
            # RFC 6749, 5.2: the grant is invalid, and stays so.
            self._ended = LoginEnded(CONF_TOKEN, err.wordless)
            raise bare(self._ended) from None
        except (AuthError, Forbidden, NotFound) as err:
            raise AuthError(CONF_TOKEN, err.wordless) from None
        except Unavailable as err:
            raise Unavailable(
                CONF_TOKEN, err.wordless, retry_after=err.retry_after, of_account=True
            ) from None
        if token.expires_in is None:
            raise UnexpectedResponse(CONF_TOKEN, "the token has no end")
        self._keep(
            {
                **held,
                "access_token": token.access_token,
                "refresh_token": token.refresh_token or held["refresh_token"],
                "expires_in": token.expires_in,
                "expires_at": time.time() + token.expires_in,
            }
        )

    @callback
    def _keep(self, token: Mapping[str, object]) -> None:
        """Have Home Assistant hold a token."""
        entry = self._session.config_entry
        self._session.hass.config_entries.async_update_entry(
            entry, data={**entry.data, CONF_TOKEN: dict(token)}
        )

    @callback
    def refused(self, authorization: str) -> bool:
        """Let a refused token be renewed, however long it should have held."""
        token = self._session.token
        if authorization == f"Bearer {token['access_token']}":
            self._keep({**token, "expires_at": 0})
        return True
