"""Volue's Energy Coordination API, one method an operation.

Source of the facts: the portal's OpenAPI document "Partner Endpoints" v1 and its
quickstart page.
"""

from collections.abc import Mapping
from typing import Final

from aiohttp import ClientSession

from ..http.client import HttpClient, RateLimit
from ..http.credentials import ClientCredentials
from .client_calls import ROUTES, TOKEN
from .client_events import EventCalls
from .client_users import UserCalls

__all__ = ["API_URLS", "ROUTES", "TOKEN_URL", "VolueClient"]

API_URLS: Final[Mapping[str, str]] = {
    "sandbox": "https://api.sandbox.voluespark.com/energy-coordination/v1",
    "production": "https://api.voluespark.com/energy-coordination/v1",
}
TOKEN_URL: Final = "https://auth.identity.volue.com"  # noqa: S105  # an address
# The quickstart says 30 minutes, later pages an hour: this is for an answer without.
TOKEN_LIFETIME: Final = 1800.0


class VolueClient(UserCalls, EventCalls):
    """One user of a partner's.

    Every method raises PortalError only: AuthError for refused credentials, NotFound
    for an unknown id, Rejected for what the portal does not take.
    """

    def __init__(
        self,
        session: ClientSession,
        *,
        api_url: str,
        token_url: str,
        client_id: str,
        client_secret: str,
        user_id: str = "",
        is_sandbox: bool = False,
        secrets: tuple[str, ...] = (),
    ) -> None:
        """Take the account; `secrets` are more of what no log may show.

        In the portal's sandbox events may be simulated.
        """
        self.is_sandbox = is_sandbox
        hidden = (client_id, client_secret, user_id, *secrets)
        rate_limit = RateLimit()
        http = HttpClient(session, api_url, secrets=hidden, rate_limit=rate_limit)
        http.auth = ClientCredentials(
            HttpClient(session, token_url, secrets=hidden, rate_limit=rate_limit),
            TOKEN,
            client_id,
            client_secret,
            lifetime=TOKEN_LIFETIME,
        )
        super().__init__(http, user_id)

    def skeletons(self) -> dict[str, object]:
        """Return keys and types of the last answer to each operation."""
        return self._http.skeletons()

    def refused(self) -> dict[str, int]:
        """Return how often what was refused, by operation and member."""
        return dict(self.refusals)
