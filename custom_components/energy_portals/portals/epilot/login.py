"""The login of a portal's customer: renewed by a refresh token that may rotate.

Source: the operations `InitiateAuth` and `GetTokensFromRefreshToken` of the public
model of the Amazon Cognito API.
"""

import hashlib
import time
from typing import Final, override

from ..contract import TokenStore
from ..http.credentials import RenewedToken
from ..http.errors import LoginEnded, bare
from .cognito import Cognito, Tokens

_MARGIN: Final = 300.0


class PortalLogin(RenewedToken):
    """Sends the id token, and renews it by the refresh token.

    A refresh token that replaces another is in the token store before it is used. What
    the store has counts only as long as it descends from `refresh_token`: after another
    sign-in it is of the past.
    """

    margin = _MARGIN

    def __init__(
        self,
        identity: Cognito,
        token_store: TokenStore,
        *,
        refresh_token: str,
        device_key: str | None = None,
    ) -> None:
        """Take what signing in has brought."""
        super().__init__()
        self._identity = identity
        self._token_store = token_store
        self._device_key = device_key
        self._ended: LoginEnded | None = None
        self._origin = hashlib.sha256(refresh_token.encode()).hexdigest()
        is_kept = token_store.values.get("origin") == self._origin
        self.refresh_token = (
            token_store.values.get("refresh_token", refresh_token)
            if is_kept
            else refresh_token
        )

    def signed_in(self, tokens: Tokens) -> None:
        """Use tokens that have just come."""
        self.take(_authorization(tokens), tokens.lifetime, time.monotonic())

    @override
    async def renewed(self) -> tuple[str, float]:
        """Return a header value, and for how many seconds it holds.

        Nobody else renews meanwhile, a next run of the account included.
        """
        async with self._token_store.opened():
            if self._ended is not None:
                raise bare(self._ended)
            try:
                tokens = await self._identity.renew(
                    self.refresh_token, self._device_key
                )
            except LoginEnded as err:
                # A refresh token that is refused never comes back.
                self._ended = err
                raise
            if tokens.refresh_token not in {None, self.refresh_token}:
                self.refresh_token = str(tokens.refresh_token)
                kept = {"origin": self._origin, "refresh_token": self.refresh_token}
                await self._token_store.keep(kept)
        return _authorization(tokens), tokens.lifetime


def _authorization(tokens: Tokens) -> str:
    """Return the header value; which of the tokens the portal wants is assumed."""
    return f"Bearer {tokens.id_token}"
