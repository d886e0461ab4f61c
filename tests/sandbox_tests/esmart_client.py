"""A caller of the simulated eSmart."""

from datetime import datetime
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

import aiohttp

from tests.sandbox import Sandbox
from tests.sandbox.esmart import EsmartSandbox

OSLO = ZoneInfo("Europe/Oslo")
CUSTOMER = "customers/42"
CONTRACT = f"{CUSTOMER}/contracts/1001"
METER = f"{CONTRACT}/meters/M-1001"
NET = {"X-Area": "1"}
DAYS = {"fromTimeUtc": "2026-05-12T22:00:00", "toTimeUtc": "2026-05-15T22:00:00"}
SPAN = {
    "FromTime": "2026-05-12T22:00:00",
    "ToTime": "2026-05-14T22:00:00",
    "Resolution": 7,
}


def at(text: str) -> datetime:
    """Return the moment of an answer, which is always UTC with an offset."""
    assert text.endswith("+00:00")
    return datetime.fromisoformat(text)


class Caller:
    """A caller with the right password, unless it changes."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Call the sandbox's eSmart."""
        self.control = f"{sandbox.address}/_control/esmart"
        self.base = f"{sandbox.address}/esmart/api/"
        self.portal = sandbox.portal(EsmartSandbox)
        self.session = aiohttp.ClientSession()
        self.authorization: str | None = self.basic()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.session.close()

    def basic(self, user: str | None = None, password: str | None = None) -> str:
        """Return the header of a user, the right one unless another is named."""
        return aiohttp.encode_basic_auth(
            user or self.portal.user_name, password or self.portal.password
        )

    async def call(
        self, method: str, path: str, body: object = None, **sent: Any
    ) -> tuple[int, Any]:
        """Return the status and the decoded body of a call; `None` is an empty one."""
        headers = sent.pop("headers", {})
        if self.authorization is not None:
            headers = {"Authorization": self.authorization, **headers}
        if body is not None:
            sent["json"] = body
        url = self.base + path
        async with self.session.request(method, url, headers=headers, **sent) as answer:
            content = await answer.read()
            decoded = await answer.json(content_type=None) if content else None
            return answer.status, decoded

    async def get(self, path: str, **query: str) -> Any:
        """Return a reading."""
        return await self.ask("GET", path, params=query)

    async def ask(
        self, method: str, path: str, body: object = None, **sent: Any
    ) -> Any:
        """Return the body of a good answer."""
        status, answer = await self.call(method, path, body, **sent)
        assert status == 200, answer
        return answer

    async def refused(
        self, method: str, path: str, body: object = None, **sent: Any
    ) -> int:
        """Return the status of a refusal in the portal's form."""
        status, answer = await self.call(method, path, body, **sent)
        assert set(answer) == {"Message"}
        assert answer["Message"]
        return status

    async def steer(self, action: str, **arguments: object) -> tuple[int, Any]:
        """Use a control."""
        url = f"{self.control}/{action}"
        async with self.session.post(url, json=arguments) as answer:
            return answer.status, await answer.json()
