"""A caller of the simulated portal."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.sandbox import Sandbox
from tests.sandbox.epilot import EpilotSandbox

NOW = datetime(2026, 6, 20, 10, 37, tzinfo=UTC)
V2 = "portal/v2/portal"
SPAN = {"from": "2026-06-18T22:00:00.000Z", "to": "2026-06-19T22:00:00.000Z"}


class Caller:
    """A caller who has signed in, unless told to be another."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Sign in."""
        self.portal = sandbox.portal(EpilotSandbox)
        self.base = f"{sandbox.address}/epilot/"
        self.session = aiohttp.ClientSession()
        self.tokens = self.portal.identity._signed_in()["AuthenticationResult"]
        self.bearer: str | None = f"Bearer {self.tokens['IdToken']}"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.session.close()

    async def call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: object = None,
    ) -> tuple[int, Any]:
        """Return the status and the decoded body of a call."""
        headers = {} if self.bearer is None else {"Authorization": self.bearer}
        async with self.session.request(
            method, self.base + path, params=query, json=body, headers=headers
        ) as answer:
            text = await answer.text()
            return answer.status, await answer.json() if text else None

    async def identity(self, target: str, **body: object) -> tuple[int, Any]:
        """Make a call of the identity pool."""
        prefix = "AWSCognitoIdentityProviderService."
        async with self.session.post(
            f"{self.base}identity/",
            json={"ClientId": self.portal.identity.client_id, **body},
            headers={
                "X-Amz-Target": prefix + target,
                "Content-Type": "application/x-amz-json-1.1",
            },
        ) as answer:
            return answer.status, await answer.json(content_type=None)

    def series(self, kind: str, **changes: str | None) -> dict[str, str]:
        """Return the query of a series, with some members changed or left out."""
        home = self.portal.home
        query: dict[str, str | None] = {
            "app_id": "app-0",
            "extensionId": f"ext-{kind}-0",
            "interval": "PT1H",
            **SPAN,
            "context_entities[0][entity_id]": home.power_meter,
            "context_entities[0][entity_schema]": "meter",
            "context_entities[1][entity_id]": home.power_contract,
            "context_entities[1][entity_schema]": "contract",
            **changes,
        }
        return {key: value for key, value in query.items() if value is not None}
