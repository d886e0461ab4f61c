"""A caller of the simulated Digiwatt, and a clock that a test sets."""

from datetime import UTC, datetime
from typing import Any

import aiohttp

from tests.sandbox import Sandbox
from tests.sandbox.digiwatt import DigiwattSandbox

NOW = datetime(2026, 5, 14, 10, 37, 30, tzinfo=UTC)
ACCOUNT = "1234567890"
CONSUMPTION = f"/consumption/{ACCOUNT}"


class Time:
    """A clock that a test sets."""

    def __init__(self) -> None:
        """Start on a Thursday before noon."""
        self.now = NOW

    def __call__(self) -> datetime:
        """Return the time that was set."""
        return self.now


class Client:
    """A caller that holds a token."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        """Call the sandbox's Digiwatt."""
        self.control = f"{sandbox.address}/_control"
        self.base = f"{sandbox.address}/digiwatt"
        self.portal = sandbox.portal(DigiwattSandbox)
        self.session = session
        self.headers: dict[str, str] = {}

    @property
    def credentials(self) -> dict[str, str | None]:
        """Return the form that a token is asked for with."""
        return {
            "client_id": "sandbox-client",
            "client_secret": self.portal.client_secret,
            "grant_type": "client_credentials",
        }

    async def token(self, **changed: str | None) -> tuple[int, Any]:
        """Ask for a token, with some form fields changed or left out."""
        form = {**self.credentials, **changed}
        sent = {key: value for key, value in form.items() if value is not None}
        async with self.session.post(f"{self.base}/auth/token", data=sent) as answer:
            body = await answer.json()
        if answer.status == 200:
            token = f"{body['token_type']} {body['access_token']}"
            self.headers = {"Authorization": token}
        return answer.status, body

    async def call(self, method: str, path: str, **sent: Any) -> tuple[int, Any]:
        """Return the status and the decoded body of a call."""
        sent = {"headers": self.headers, **sent}
        async with self.session.request(method, self.base + path, **sent) as answer:
            return answer.status, await answer.json()

    async def data(self, path: str) -> Any:
        """Return the data of a reading, out of its envelope."""
        status, body = await self.call("GET", path)
        assert (status, body["status"], set(body)) == (200, 200, {"status", "data"})
        return body["data"]

    async def steer(self, path: str, body: object = None) -> tuple[int, Any]:
        """Use a control."""
        async with self.session.post(f"{self.control}/{path}", json=body) as answer:
            return answer.status, await answer.json()
