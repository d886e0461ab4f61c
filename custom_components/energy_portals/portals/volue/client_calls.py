"""How every call to Volue is made.

The paths stand in one table; a key is the call's name in the portal's OpenAPI document.
The two `legacy_*` calls are the older generation of the portal's quickstart.

Source: the portal's OpenAPI document "Partner Endpoints" v1.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Final

import msgspec

from ..http.client import HttpClient, Operation
from ..http.errors import UnexpectedResponse
from ..reading.skeletons import skeleton_of_json
from .models import Pagination

_USER: Final = "/users/{user_id}"
_LOCATION: Final = f"{_USER}/locations/{{location_id}}"
_WEBHOOK: Final = "/webhooks/{webhook_id}"

ROUTES: Final[Mapping[str, str]] = {
    "events": "GET /events",
    "event": "GET /events/{event_id}",
    "report_create": "POST /reports",
    "resource": "GET /resources/{resource_id}",
    "resource_delete": "DELETE /resources/{resource_id}",
    "simulate_price_curve": "POST /simulation/events/pricecurve",
    "simulate_eligibility": "POST /simulation/events/usereligibility",
    "simulate_location_cap": "POST /simulation/events/lpc/locations",
    "simulate_resource_cap": "POST /simulation/events/lpc/resources",
    "users": "GET /users",
    "user_create": "POST /users",
    "user": f"GET {_USER}",
    "user_delete": f"DELETE {_USER}",
    "locations": f"GET {_USER}/locations",
    "location_create": f"POST {_USER}/locations",
    "location": f"GET {_LOCATION}",
    "location_replace": f"PUT {_LOCATION}",
    "location_change": f"PATCH {_LOCATION}",
    "location_delete": f"DELETE {_LOCATION}",
    "vehicle_create": f"POST {_USER}/vehicles",
    "resources": f"GET {_USER}/resources",
    "location_resource_create": f"POST {_LOCATION}/resources",
    "enrollment": f"GET {_USER}/enrollment",
    "enrollment_create": f"POST {_USER}/enrollment",
    "enrollment_delete": f"DELETE {_USER}/enrollment",
    "eligibility": f"GET {_USER}/eligibility",
    "compensation": f"GET {_USER}/compensation",
    "meter_eligibility": "GET /meters/{meter_point_id}/eligible",
    "webhooks": "GET /webhooks",
    "webhook_create": "POST /webhooks",
    "webhook": f"GET {_WEBHOOK}",
    "webhook_replace": f"PUT {_WEBHOOK}",
    "webhook_delete": f"DELETE {_WEBHOOK}",
    "webhook_logs": "GET /webhooks/logs",
    "webhook_log": "GET /webhooks/logs/{notification_id}",
    "legacy_meter_create": f"POST {_USER}/meters",
    "legacy_resource_create": f"POST {_USER}/resources",
}
TOKEN: Final = Operation.of("token", "POST /connect/token", repeatable=True)
_OPERATIONS: Final = {
    # Calling these twice does no more than calling them once.
    key: Operation.of(
        key, route, repeatable=route.startswith(("GET", "PUT", "DELETE")) or None
    )
    for key, route in ROUTES.items()
}
# The most that the portal takes.
PAGE_SIZE: Final = 1000


class VolueCalls:
    """What the parts of the client share: one way to send, one way through pages."""

    def __init__(self, http: HttpClient, user_id: str) -> None:
        """Take the authorised path to the portal, and the user."""
        self.user_id = user_id
        self._http = http

    async def _read[ResultT](
        self,
        key: str,
        kind: type[ResultT],
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
        **path: str,
    ) -> ResultT:
        """Send one operation and read its answer as this type."""
        return await self._read_by(
            key,
            lambda body: msgspec.json.decode(body, type=kind),
            query=query,
            json=json,
            **path,
        )

    async def _read_by[ResultT](
        self,
        key: str,
        read: Callable[[bytes], ResultT],
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
        **path: str,
    ) -> ResultT:
        """Send one operation and read its answer by msgspec's errors."""

        def decode(body: bytes) -> ResultT:
            try:
                return read(body)
            except (msgspec.MsgspecError, UnicodeDecodeError) as err:
                raise UnexpectedResponse(
                    key, _about(err), skeleton_of_json(body)
                ) from None

        return await self._http.send(
            _OPERATIONS[key], decode, path=path, query=query, json=json
        )

    async def _do(
        self,
        key: str,
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
        **path: str,
    ) -> None:
        """Send one operation whose answer may be anything, or nothing."""
        await self._http.send(
            _OPERATIONS[key], lambda body: None, path=path, query=query, json=json
        )

    async def _paged[PageT](
        self,
        key: str,
        read: Callable[[bytes], PageT],
        pagination: Callable[[PageT], Pagination | None],
        size: int = PAGE_SIZE,
        **query: str,
    ) -> AsyncIterator[PageT]:
        """Yield page after page until there is no next, or it does not advance."""
        number = 1
        while True:
            asked = {**query, "page": str(number), "pageSize": str(size)}
            page = await self._read_by(key, read, query=asked)
            yield page
            stands = pagination(page)
            if stands is None or stands.next_page is None:
                return
            if stands.next_page <= number:
                return
            number = stands.next_page


def _about(err: Exception) -> str:
    """Return what is wrong with a body, without any value of it."""
    text = str(err)
    return text if text.startswith("Object ") or "Expected" in text else "not JSON"
