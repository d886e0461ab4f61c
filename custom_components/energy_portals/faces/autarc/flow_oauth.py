"""autarc's login: Home Assistant's OAuth2 steps, at an address that can be chosen."""

from collections.abc import Awaitable, Callable, Mapping
import logging
from typing import Final, override

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.helpers.config_entry_oauth2_flow import AbstractOAuth2FlowHandler

from ...account.oauth import turn_to
from ...const import DOMAIN
from ...portals.autarc import AUTARC
from ...portals.portal import LoginServer
from ..steps import AccountFlow, Fields, Step, UserInput

_LOGGER: Final = logging.getLogger(__name__)


class OAuthSteps(AbstractOAuth2FlowHandler):
    """Home Assistant's own steps of a login, taken on behalf of the flow in progress.

    Home Assistant never starts this one: it has the other's id, so that the browser
    comes back to that.
    """

    DOMAIN = DOMAIN
    _address: str

    def __init__(
        self,
        flow: AccountFlow,
        signed_in: Callable[[Fields], Awaitable[ConfigFlowResult]],
    ) -> None:
        """Take what is known of the flow; `signed_in` goes on with what was granted."""
        super().__init__()
        self.hass = flow.hass
        self.handler = flow.handler
        self.flow_id = flow.flow_id
        self.context = flow.context
        self._signed_in = signed_in

    @property
    def steps(self) -> Mapping[str, Step[ConfigFlowResult]]:
        """Return the steps that Home Assistant may call."""
        return {
            "pick_implementation": self.async_step_pick_implementation,
            "auth": self.async_step_auth,
            "creation": self.async_step_creation,
            "authorize_rejected": self._rejected,
        }

    async def begin(self, address: str, implementation: str | None) -> ConfigFlowResult:
        """Sign in at an address, with those credentials if they are still there."""
        self._address = address
        return await self.async_step_pick_implementation(
            None if implementation is None else {"implementation": implementation}
        )

    async def _rejected(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """End, because the user was not let in."""
        return await self.async_step_authorize_rejected()

    @property
    @override
    def logger(self) -> logging.Logger:
        """Return where Home Assistant's steps write to."""
        return _LOGGER

    @property
    @override
    def extra_authorize_data(self) -> dict[str, str]:
        """Ask for a token that can be renewed."""
        return {"scope": "offline_access"}

    @override
    async def async_step_auth(
        self, user_input: UserInput | None = None
    ) -> ConfigFlowResult:
        """Sign in at the address that was chosen."""
        if (server := AUTARC.capability(LoginServer)) is not None:
            turn_to(self.flow_impl, server, self._address)
        return await super().async_step_auth(user_input)

    @override
    async def async_oauth_create_entry(self, data: UserInput) -> ConfigFlowResult:
        """Go on with what was granted."""
        return await self._signed_in(data)


class FreshToken:
    """Authorises requests with a token that has just been given."""

    def __init__(self, access_token: str) -> None:
        """Take the token."""
        self._authorization = f"Bearer {access_token}"

    async def authorization(self) -> str:
        """Return the header value."""
        return self._authorization

    def refused(self, authorization: str) -> bool:
        """Say that there is no other."""
        return False
