"""How every call to Volue is made.

The paths stand in one table; a key is the call's name in the portal's OpenAPI document.
The two `legacy_*` calls are the older generation of the portal's quickstart.

Source: the portal's OpenAPI document "Partner Endpoints" v1.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ..http.client import HttpClient, Operation
from ..http.errors import UnexpectedResponse
from ..http.exchange import Answer
from ..reading.nothing import says_nothing
from ..reading.pages import Paging, Step, is_whole, paging
from ..reading.skeletons import skeleton_of_json
from .models import Wire
from .pages import Page
from .reads import Listed, Reading, decoded, once
from .values import Unread

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
# Lists that have to say where a page stands.
_PAGED: Final = frozenset({"users", "events"})
# More pages than these are not asked for.
PAGES: Final = 100


type Rows[RowT] = Callable[[Reading, Page], Listed[RowT]]


@dataclass(frozen=True, slots=True)
class _Answered[RowT]:
    """An answer that is a list: its rows, and all that stands around them."""

    page: Page
    rows: Listed[RowT]
    body: object
    headers: Mapping[str, str]

    def paging(self, before: int, pages: int, asked: Mapping[str, str]) -> Paging:
        """Return what it says of the list that it is a page of."""
        count = len(self.page.rows)
        told = paging(
            self.body, self.headers, count, before=before, pages=pages, asked=asked
        )
        is_full = str(count) == asked.get("pageSize")
        if told.has_more or not is_full or self.page.around:
            return told
        # A bare list says nothing, and is as long as was asked for.
        return Paging(has_more=True, step=Step(query={"page": str(pages + 2)}))


class VolueCalls:
    """What the parts of the client share: one way to send, one way through pages.

    What of an answer cannot be read is counted in `refusals`, by operation and member.
    """

    def __init__(self, http: HttpClient, user_id: str) -> None:
        """Take the authorised path to the portal, and the user."""
        self.user_id = user_id
        self.refusals: Counter[str] = Counter()
        self._http = http

    async def _read[KindT: Wire](
        self, key: str, kind: type[KindT], *, json: object = None, **path: str
    ) -> KindT:
        """Send one operation and read its answer as this type."""
        return await self._read_by(
            key, lambda reading, body: reading.one(body, kind), json=json, **path
        )

    async def _read_by[ResultT](
        self,
        key: str,
        read: Callable[[Reading, object], ResultT],
        *,
        json: object = None,
        **path: str,
    ) -> ResultT:
        """Send one operation and read its answer; what is Unread is unexpected."""
        return await self._http.send(
            _OPERATIONS[key], self._decoder(key, read), path=path, json=json
        )

    def _decoder[ResultT](
        self, key: str, read: Callable[[Reading, object], ResultT]
    ) -> Callable[[bytes], ResultT]:
        """Return how to read a body, and count what is refused of it."""

        def decode(body: bytes) -> ResultT:
            counted: Counter[str] = Counter()
            try:
                return _some(read(Reading(key, counted), decoded(body)), counted)
            except Unread, RecursionError:
                raise UnexpectedResponse(
                    key, _about(counted, key), skeleton_of_json(body)
                ) from None
            finally:
                self.refusals.update(counted)

        return decode

    async def _do(self, key: str, *, json: object = None, **path: str) -> None:
        """Send one operation whose answer may be anything, or nothing."""
        await self._http.send(_OPERATIONS[key], lambda body: None, path=path, json=json)

    async def _page[RowT](
        self,
        operation: Operation,
        name: str,
        read: Rows[RowT],
        query: Mapping[str, str] | None = None,
        path: Mapping[str, str] | None = None,
    ) -> _Answered[RowT]:
        """Send one operation whose answer is a list of this name, or bare."""

        def decode(answer: Answer) -> _Answered[RowT]:
            def page_of(reading: Reading, body: object) -> _Answered[RowT]:
                page = Page.of(body, name)
                if operation.key in _PAGED and page.is_alone:
                    raise Unread
                return _Answered(page, read(reading, page), body, answer.headers)

            return self._decoder(operation.key, page_of)(answer.body)

        return await self._http.ask(operation, decode, path=path, query=query)

    async def _listed[RowT](
        self, key: str, name: str, read: Rows[RowT], **path: str
    ) -> Listed[RowT]:
        """Return a list that the portal does not page, and whether it is the whole."""
        answered = await self._page(_OPERATIONS[key], name, read, path=path)
        rows, count = answered.rows, len(answered.page.rows)
        more = not is_whole(answered.body, answered.headers, count)
        return Listed.of(rows, rows.lost, more=more)

    async def _paged[RowT](
        self, key: str, name: str, read: Rows[RowT], size: int, **query: str
    ) -> AsyncIterator[Listed[RowT]]:
        """Yield page after page; where more cannot be had, the last one says so."""
        operation = _OPERATIONS[key]
        asked = {**query, "page": "1", "pageSize": str(size)}
        seen, before = 0, list[object]()
        for number in range(PAGES):
            answered = await self._page(operation, name, read, asked)
            told = answered.paging(seen, number, asked)
            if before and answered.page.rows == before:
                # The portal takes no notice of what was asked for.
                more = not is_whole(answered.body, answered.headers, seen)
                yield Listed.of((), more=more)
                return
            seen, before = seen + len(answered.page.rows), answered.page.rows
            following: Operation | None = operation
            if told.step is None:
                following = None
            elif told.step.link is not None:
                following = self._http.at(operation, None, told.step.link)
                asked = {}
            else:
                asked |= told.step.query
            is_last = following is None or number + 1 == PAGES
            rows = answered.rows
            yield Listed.of(rows, rows.lost, more=is_last and told.has_more)
            if following is None:
                return
            operation = following

    async def _all_pages[RowT: Wire](
        self, key: str, name: str, read: Rows[RowT], **query: str
    ) -> Listed[RowT]:
        """Return the rows of all pages, and whether these are the whole."""
        pages = self._paged(key, name, read, PAGE_SIZE, **query)
        came = [page async for page in pages]
        rows = Listed.of(
            (row for page in came for row in page),
            (lost for page in came for lost in page.lost),
        )
        unique = once(Reading(key, self.refusals), rows)
        return Listed.of(unique, unique.lost, more=any(page.more for page in came))


def _some[ResultT](result: ResultT, counted: Counter[str]) -> ResultT:
    """Return what was read; Unread where something was told and all was refused."""
    if counted and says_nothing(result):
        raise Unread
    return result


def _about(counted: Counter[str], key: str) -> str:
    """Return what is wrong with a body, without any value of it."""
    names = sorted(name.removeprefix(f"{key}.") for name in counted)
    return f"cannot be read: {', '.join(names)}" if names else "cannot be read"
