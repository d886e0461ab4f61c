"""autarc's API, one method an operation.

Source of the facts: the portal's reference. Paths that it does not show, the second
header for keys and the second shape of lists are known from a public client.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from enum import StrEnum
from typing import Final

from aiohttp import ClientSession, ClientTimeout
import msgspec
from msgspec import Struct

from ..contract import TokenStore
from ..http.client import Auth, HttpClient, Operation
from ..http.errors import AuthError, Forbidden, PortalError, Unavailable
from ..http.exchange import Answer
from ..reading.pages import Step
from .bodies import Page, page_of
from .models import ADDRESS, Customer, HeatingCircuit, Project, Room
from .paged import following
from .reads import Answers, Listing

API_URL: Final = "https://api2.autarc.energy"
AUTH_URL: Final = "https://auth.autarc.energy"

_PROJECT: Final = "/api/v1/projects/{project_id}"
_CUSTOMER: Final = "/api/v1/customers/{customer_id}"

ROUTES: Final[Mapping[str, str]] = {
    "projects": "GET /api/v1/projects",
    "project_create": "POST /api/v1/projects",
    "project": f"GET {_PROJECT}",
    "project_update": f"PATCH {_PROJECT}",
    "project_delete": f"DELETE {_PROJECT}",
    "rooms": f"GET {_PROJECT}/rooms",
    "customers": "GET /api/v1/customers",
    "customer_create": "POST /api/v1/customers",
    "customer": f"GET {_CUSTOMER}",
    "customer_update": f"PATCH {_CUSTOMER}",
    "customer_delete": f"DELETE {_CUSTOMER}",
}
_OPERATIONS: Final = {
    # A deletion that is repeated would find nothing, and seem to have failed.
    key: Operation.of(key, route, repeatable=route.startswith(("GET", "PATCH")))
    for key, route in ROUTES.items()
}


class Scheme(StrEnum):
    """In which header a key travels."""

    BEARER = "bearer"
    X_API_KEY = "x_api_key"

    @property
    def other(self) -> Scheme:
        """Return the other one."""
        return Scheme.X_API_KEY if self is Scheme.BEARER else Scheme.BEARER

    def headers(self, api_key: str) -> dict[str, str]:
        """Return the header of a key."""
        if self is Scheme.BEARER:
            return {"Authorization": f"Bearer {api_key}"}
        return {"x-api-key": api_key}


class _Bulk(HttpClient):
    """Lists come whole: ten thousand projects are ten million bytes."""

    timeout = ClientTimeout(total=120, connect=10)
    body_limit = 64 * 1024 * 1024
    parts_limit = 2_000_000


class AutarcClient:
    """One company's account.

    Every method raises PortalError only. The login is `auth`, or else `api_key`, which
    goes in the header of `scheme`; where that is refused the other is tried once, and
    the one that worked is kept in the token store. `read` takes a list row by row, in a
    thread where it is long, so that what it does not keep is gone at once. A list that
    comes in pages is asked for page by page, up to a bound. `is_refused` says that the
    last request was refused for its login.
    """

    def __init__(
        self,
        session: ClientSession,
        *,
        api_url: str,
        auth: Auth | None = None,
        api_key: str = "",
        scheme: Scheme = Scheme.BEARER,
        company_id: str | None = None,
        token_store: TokenStore | None = None,
    ) -> None:
        """Take the account; `company_id` is None until it is known."""
        self.company_id = company_id
        self._token_store = token_store or TokenStore()
        self.scheme = Scheme(self._token_store.values.get("scheme", scheme))
        self._api_key = api_key
        self._auth = auth
        self.is_refused = self._is_proven = False
        self._answers = Answers(company_id)
        self._http = _Bulk(
            session,
            api_url,
            secrets=filter(None, (api_key, company_id)),
            auth=auth,
        )

    # --- projects

    async def projects[ResultT](
        self,
        read: Callable[[Listing[Project]], ResultT],
        *,
        customer_id: str | None = None,
    ) -> ResultT:
        """Return what `read` makes of all projects, or of those of a customer."""
        query = {} if customer_id is None else {"customerId": customer_id}
        return await self._list("projects", Project, read, query)

    async def project(self, project_id: str) -> Project:
        """Return a project."""
        return await self._one("project", Project, project_id=project_id)

    async def create_project(self, members: Mapping[str, object]) -> Project:
        """Create a project; `members` by the names of `Project`, `name` among them."""
        new = {"address": None, **members}
        return await self._one("project_create", Project, json=_wire(Project, new))

    async def update_project(
        self, project_id: str, members: Mapping[str, object]
    ) -> Project:
        """Change these members of a project, and no others."""
        changed = _wire(Project, members)
        return await self._one(
            "project_update", Project, json=changed, project_id=project_id
        )

    async def delete_project(self, project_id: str) -> None:
        """Delete a project; this cannot be undone."""
        path = {"project_id": project_id}
        await self._send(_OPERATIONS["project_delete"], _nothing, path=path)

    async def rooms(self, project_id: str) -> tuple[Room, ...] | None:
        """Return the rooms of a project, None where not all of them can be read."""
        return await self._list("rooms", Room, _all, {}, project_id=project_id)

    # --- customers

    async def customers[ResultT](
        self,
        read: Callable[[Listing[Customer]], ResultT],
        *,
        search: str | None = None,
    ) -> ResultT:
        """Return what `read` makes of all customers, or of those found by a name."""
        query = {} if search is None else {"search": search}
        return await self._list("customers", Customer, read, query)

    async def customer(self, customer_id: str) -> Customer:
        """Return a customer."""
        return await self._one("customer", Customer, customer_id=customer_id)

    async def create_customer(self, members: Mapping[str, object]) -> Customer:
        """Create a customer; first and last name are among the members."""
        new = {"address": None, **members}
        return await self._one("customer_create", Customer, json=_wire(Customer, new))

    async def update_customer(
        self, customer_id: str, members: Mapping[str, object]
    ) -> Customer:
        """Change these members of a customer, and no others."""
        changed = _wire(Customer, members)
        return await self._one(
            "customer_update", Customer, json=changed, customer_id=customer_id
        )

    async def delete_customer(self, customer_id: str) -> None:
        """Delete a customer; this cannot be undone, and may not be offered (405)."""
        path = {"customer_id": customer_id}
        await self._send(_OPERATIONS["customer_delete"], _nothing, path=path)

    # --- how

    def skeletons(self) -> dict[str, object]:
        """Return keys and types, never values, of the last answers by operation."""
        return self._http.skeletons()

    def refused(self) -> dict[str, int]:
        """Return how many values were refused, by operation and member."""
        return dict(self._answers.refused)

    async def _one[RowT: Struct](
        self, key: str, kind: type[RowT], *, json: object = None, **path: str
    ) -> RowT:
        """Send one operation that answers with a row, the one at this path."""
        wanted = next(iter(path.values()), None)

        def read(answer: Answer) -> RowT:
            return self._answers.one(key, answer.body, kind, wanted)

        return await self._send(_OPERATIONS[key], read, json=json, path=path)

    async def _list[RowT: Struct, ResultT](
        self,
        key: str,
        kind: type[RowT],
        read: Callable[[Listing[RowT]], ResultT],
        query: Mapping[str, str],
        **path: str,
    ) -> ResultT:
        """Send one operation that answers with a list, and read all its pages."""
        owner = next((("projectid", each) for each in path.values()), None)

        def read_all(*pages: Page) -> ResultT:
            return self._answers.read(key, kind, pages, read, owner)

        def first(answer: Answer) -> ResultT | Page:
            page = page_of(key, answer.body, answer.headers)
            return read_all(page) if page.paging.step is None else page

        async def ask(before: Sequence[Page]) -> Page | None:
            return await self._onward(_OPERATIONS[key], before, query, path)

        begun = await self._send(_OPERATIONS[key], first, query=query, path=path)
        if not isinstance(begun, Page):
            return begun
        pages = await following(begun, ask)
        return await asyncio.to_thread(read_all, *pages)

    async def _onward(
        self,
        operation: Operation,
        before: Sequence[Page],
        query: Mapping[str, str],
        path: Mapping[str, str],
    ) -> Page | None:
        """Return the page after some; None where its link leads elsewhere."""
        step = before[-1].paging.step or Step()
        asked = {**query, **step.query}
        onward: Operation | None = operation
        if step.link is not None:
            asked = {}
            onward = self._http.at(operation, path, step.link)
        if onward is None:
            return None

        def read(answer: Answer) -> Page:
            return page_of(
                operation.key, answer.body, answer.headers, before=before, asked=asked
            )

        return await self._send(onward, read, query=asked, path=path)

    async def _send[ResultT](
        self,
        operation: Operation,
        decode: Callable[[Answer], ResultT],
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
        path: Mapping[str, str] | None = None,
    ) -> ResultT:
        """Send one operation, and note whether the login is taken."""

        async def send(headers: Mapping[str, str]) -> ResultT:
            return await self._http.ask(
                operation,
                decode,
                path=path,
                query=query or None,
                json=json,
                headers=headers,
            )

        try:
            result = await (self._with_key(send) if self._auth is None else send({}))
        except AuthError:
            self.is_refused = True
            raise
        self.is_refused = False
        return result

    async def _with_key[ResultT](
        self, send: Callable[[Mapping[str, str]], Awaitable[ResultT]]
    ) -> ResultT:
        """Send with the key in the header that the portal takes."""
        scheme = self.scheme
        try:
            result = await send(scheme.headers(self._api_key))
        except (AuthError, Forbidden) as refusal:
            # Another request may have found the header while this one was under way.
            if self._is_proven and scheme is self.scheme:
                raise
            scheme = scheme.other
            result = await self._in_other_header(send, scheme, refusal)
        await self._keep(scheme)
        return result

    async def _in_other_header[ResultT](
        self,
        send: Callable[[Mapping[str, str]], Awaitable[ResultT]],
        scheme: Scheme,
        refusal: PortalError,
    ) -> ResultT:
        """Send again in the other header; of two refusals, wrong credentials count."""
        try:
            return await send(scheme.headers(self._api_key))
        except (AuthError, Forbidden) as other:
            raise (refusal if isinstance(refusal, AuthError) else other) from None

    async def _keep(self, scheme: Scheme) -> None:
        """Keep the header that worked."""
        self._is_proven = True
        if scheme is self.scheme:
            return
        self.scheme = scheme
        # An account that is being closed finds it out again.
        with suppress(Unavailable):
            async with self._token_store.opened():
                await self._token_store.keep({"scheme": scheme.value})


def _nothing(answer: Answer) -> None:
    """Take any answer."""


def _all[RowT](listing: Listing[RowT]) -> tuple[RowT, ...] | None:
    """Return all rows, None where they are not all."""
    rows = tuple(listing)
    return rows if listing.is_whole else None


def _wire(kind: type[Struct], members: Mapping[str, object]) -> dict[str, object]:
    """Return members under the portal's names, in plain JSON."""
    names = {each.name: each.encode_name for each in msgspec.structs.fields(kind)}
    return {names[name]: _plain(value) for name, value in members.items()}


def _plain(value: object) -> object:
    """Return a member's value as it travels."""
    match value:
        case date():
            return value.isoformat()
        case Mapping():
            return {ADDRESS.get(name, name): each for name, each in value.items()}
        case list() | tuple():
            return [
                msgspec.to_builtins(each) if isinstance(each, HeatingCircuit) else each
                for each in value
            ]
    return value
