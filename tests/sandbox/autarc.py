"""The simulated autarc: one company's projects and customers, by key or by OAuth2."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
import json
from typing import Any, ClassVar, Final, override

from aiohttp import web
from yarl import URL

from tests.sandbox.autarc_company import COMPANY, Company, record_id
from tests.sandbox.autarc_pages import paged
from tests.sandbox.autarc_wire import CUSTOMER, PROJECT, Refused, checked, refusal
from tests.sandbox.household import Household
from tests.sandbox.portal import Action, Operation, PortalSandbox

API_KEY: Final = "autarc-key-5f1c9d"
CLIENT_ID: Final = "energy-portals"
CLIENT_SECRET: Final = "autarc-client-secret-81"  # of the sandbox
LIFETIME: Final = timedelta(hours=1)

type Answer = Callable[[web.Request], Awaitable[web.Response]]


class AutarcSandbox(PortalSandbox):
    """One company."""

    key: ClassVar[str] = "autarc"

    def __init__(self, household: Household) -> None:
        """Found the company."""
        super().__init__(household)
        self.api_key = API_KEY
        self.takes_bearer = True
        self.takes_x_api_key = True
        self.deletes_customers = True
        # Whether it still wants what its reference says, and the key tells as well.
        self.needs_company = False
        self.lists_rooms = True
        self.has_envelopes = False
        self.metadata: dict[str, Any] = {}
        # How lists come in pages, one of `PAGINGS`, and how long a page is.
        self.paging: str | None = None
        self.page_size = 5
        self.rotates = True
        self.login_allowed = True
        self._codes: dict[str, str] = {}
        self._tokens: dict[str, Any] = {}
        self._refresh: set[str] = set()
        self._count = 0

    @cached_property
    def company(self) -> Company:
        """Return the company, as it is when somebody first asks for it."""
        return Company(self.household.seed, self.household.now())

    @override
    def operations(self) -> Mapping[str, Operation]:
        """Return the operations."""
        projects, customers = "/api/v1/projects", "/api/v1/customers"
        one, whom = f"{projects}/{{project_id}}", f"{customers}/{{customer_id}}"
        answers: dict[str, tuple[str, str, Answer]] = {
            "projects": ("GET", projects, self._projects),
            "project_create": ("POST", projects, self._create_project),
            "project": ("GET", one, self._project),
            "project_update": ("PATCH", one, self._update_project),
            "project_delete": ("DELETE", one, self._delete_project),
            "rooms": ("GET", f"{one}/rooms", self._rooms),
            "customers": ("GET", customers, self._customers),
            "customer_create": ("POST", customers, self._create_customer),
            "customer": ("GET", whom, self._customer),
            "customer_update": ("PATCH", whom, self._update_customer),
            "customer_delete": ("DELETE", whom, self._delete_customer),
        }
        return {
            **{
                name: Operation(method, path, self._guarded(answer))
                for name, (method, path, answer) in answers.items()
            },
            "authorize": Operation("GET", "/oauth2/auth", self._authorize),
            "token": Operation("POST", "/oauth2/token", self._token),
        }

    @override
    def facts(self, address: str) -> dict[str, str]:
        """Return what a user would type in."""
        return {
            "api_url": address,
            "auth_url": address,
            "api_key": self.api_key,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "company_id": COMPANY,
            "project_id": record_id("project", 0),
        }

    @override
    def account(self, address: str) -> dict[str, str | None]:
        """Return what an account has once it is added."""
        return {
            "api_url": address,
            "api_key": self.api_key,
            "scheme": "bearer",
            "company_id": COMPANY,
        }

    def sign_in(self) -> dict[str, Any]:
        """Return what Home Assistant holds of a login: tokens, and when they end."""
        self._count += 1
        refresh = f"refresh-{self._count}"
        self._refresh.add(refresh)
        return {"access_token": "ended", "refresh_token": refresh, "expires_at": 0}

    @override
    def logins(self) -> list[str]:
        return sorted(self._refresh)

    @override
    def go_on(self, logins: Sequence[str]) -> None:
        self._refresh |= {*logins}
        # None of them is given out again.
        self._count += max((int(each.rpartition("-")[2]) for each in logins), default=0)

    @override
    def refusal(self, status: int, message: str) -> web.Response:
        """Return an error in the portal's form."""
        return refusal(status, message)

    @override
    def actions(self) -> Mapping[str, Action]:
        """Return what can be done from outside the API."""
        return {
            **super().actions(),
            "grow": self.grow,
            "rotate_key": self.rotate_key,
            "remove_project": self.remove_project,
            "set_status": self.set_status,
            "revoke_tokens": self.revoke_tokens,
        }

    def grow(self, count: int) -> dict[str, object]:
        """Have so many projects and customers in all."""
        self.company.grow(count)
        return {"projects": len(self.company.projects)}

    def rotate_key(self) -> dict[str, object]:
        """Replace the key in the app."""
        self._count += 1
        self.api_key = f"{API_KEY}-{self._count}"
        return {"api_key": self.api_key}

    def remove_project(self, project_id: str) -> dict[str, object]:
        """Have somebody remove a project in the app."""
        del self.company.projects[project_id]
        return {}

    def set_status(self, project_id: str, status: str) -> dict[str, object]:
        """Have somebody change a project's status in the app."""
        self.company.projects[project_id]["status"] = status
        return {}

    def revoke_tokens(self, refresh: bool = False) -> dict[str, object]:
        """Refuse every access token, and the refresh tokens as well."""
        self._tokens.clear()
        if refresh:
            self._refresh.clear()
        return {}

    # --- access

    def _guarded(self, answer: Answer) -> Answer:
        """Let in who has the key or a token, and refuse in the portal's form."""

        async def guarded(request: web.Request) -> web.Response:
            try:
                self._let_in(request)
                return await answer(request)
            except Refused as refused:
                return refused.response()

        return guarded

    def _let_in(self, request: web.Request) -> None:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.takes_x_api_key and request.headers.get("x-api-key") == self.api_key:
            return
        if self.takes_bearer and bearer and bearer == self.api_key:
            return
        expires = self._tokens.get(bearer)
        if expires is not None and self.household.now() < expires:
            return
        raise Refused(401, "Unauthorized")

    async def _authorize(self, request: web.Request) -> web.Response:
        """Let the user sign in, who agrees at once, and send it back with a code."""
        query = request.query
        wanted = {"response_type": "code", "client_id": CLIENT_ID}
        if any(query.get(name) != value for name, value in wanted.items()):
            return refusal(400, "invalid_request")
        if "offline_access" not in query.get("scope", "").split():
            return refusal(400, "invalid_scope")
        back = URL(query["redirect_uri"])
        if not self.login_allowed:
            answer = {"error": "access_denied"}
        else:
            self._count += 1
            code = f"code-{self._count}"
            self._codes[code] = str(back)
            answer = {"code": code}
        target = back.update_query({**answer, "state": query.get("state", "")})
        return web.Response(status=302, headers={"Location": str(target)})

    async def _token(self, request: web.Request) -> web.Response:
        """Give tokens for a code, or for a refresh token, which is then used up."""
        form = await request.post()
        if request.content_type != "application/x-www-form-urlencoded":
            return refusal(415, "Unsupported Media Type")
        if (form.get("client_id"), form.get("client_secret")) != (
            CLIENT_ID,
            CLIENT_SECRET,
        ):
            return web.json_response({"error": "invalid_client"}, status=401)
        refresh = str(form.get("refresh_token", ""))
        match form.get("grant_type"):
            case "authorization_code":
                redirect = self._codes.pop(str(form.get("code")), None)
                is_right = redirect is not None and redirect == form.get("redirect_uri")
            case "refresh_token":
                is_right = refresh in self._refresh
                if self.rotates:
                    self._refresh.discard(refresh)
            case _:
                return web.json_response(
                    {"error": "unsupported_grant_type"}, status=400
                )
        if not is_right:
            return web.json_response({"error": "invalid_grant"}, status=400)
        self._count += 1
        access = f"access-{self._count}"
        self._tokens[access] = self.household.now() + LIFETIME
        answer: dict[str, Any] = {
            "access_token": access,
            "expires_in": int(LIFETIME.total_seconds()),
            "token_type": "bearer",
        }
        if self.rotates or not refresh:
            answer["refresh_token"] = refresh = f"refresh-{self._count}"
            self._refresh.add(refresh)
        return web.json_response(answer)

    # --- projects

    def _listed(
        self, request: web.Request, rows: list[dict[str, Any]], *, envelope: bool
    ) -> web.Response:
        if self.paging is not None:
            return paged(request, rows, self.paging, self.page_size)
        if envelope or self.has_envelopes:
            return web.json_response({"items": rows, "metadata": self.metadata})
        return web.json_response(rows)

    async def _projects(self, request: web.Request) -> web.Response:
        rows = list(self.company.projects.values())
        if (customer := request.query.get("customerId")) is None:
            return self._listed(request, rows, envelope=False)
        found = [row for row in rows if row["customerId"] == customer]
        return self._listed(request, found, envelope=True)

    async def _create_project(self, request: web.Request) -> web.Response:
        body = checked(await _json(request), PROJECT, ("name",))
        self._refer(request, body)
        now = self.company.stamp(self.household.now())
        project = {
            **dict.fromkeys(PROJECT),
            "status": "inProgress",
            "isLead": False,
            "isMonumentProtected": False,
            "heatingCircuits": [],
            "buildingHeatLoadKw": None,
            **body,
            "id": self.company.new_id(),
            "companyId": COMPANY,
            "createdAt": now,
            "updatedAt": now,
        }
        self.company.projects[project["id"]] = project
        return web.json_response(project, status=201)

    def _refer(self, request: web.Request, body: Mapping[str, Any]) -> None:
        """Refuse what names another company, or a customer that is none."""
        if request.method == "POST" and self.needs_company and "companyId" not in body:
            raise Refused(400, ["companyId should not be empty"])
        if body.get("companyId", COMPANY) != COMPANY:
            raise Refused(403, "Forbidden resource")
        customer = body.get("customerId")
        if customer is not None and customer not in self.company.customers:
            raise Refused(404, "Customer not found")

    def _found(self, request: web.Request) -> dict[str, Any]:
        found = self.company.projects.get(request.match_info["project_id"])
        if found is None:
            raise Refused(404, "Project not found")
        return found

    async def _project(self, request: web.Request) -> web.Response:
        return web.json_response(self._found(request))

    async def _update_project(self, request: web.Request) -> web.Response:
        project = self._found(request)
        body = checked(await _json(request), PROJECT)
        self._refer(request, body)
        project |= body
        project["updatedAt"] = self.company.stamp(self.household.now())
        return web.json_response(project)

    async def _delete_project(self, request: web.Request) -> web.Response:
        del self.company.projects[self._found(request)["id"]]
        return web.json_response({"message": "Project deleted"})

    async def _rooms(self, request: web.Request) -> web.Response:
        project = self._found(request)
        if not self.lists_rooms:
            raise Refused(404, "Cannot GET rooms")
        rooms = self.company.rooms.get(project["id"], [])
        if self.paging is not None:
            return paged(request, rooms, self.paging, self.page_size)
        return web.json_response(rooms)

    # --- customers

    async def _customers(self, request: web.Request) -> web.Response:
        rows = list(self.company.customers.values())
        if wanted := request.query.get("search"):
            rows = [
                row
                for row in rows
                if wanted.casefold()
                in f"{row['firstName']} {row['lastName']}".casefold()
            ]
        return self._listed(request, rows, envelope=False)

    async def _create_customer(self, request: web.Request) -> web.Response:
        body = checked(await _json(request), CUSTOMER, ("firstName", "lastName"))
        self._refer(request, body)
        now = self.company.stamp(self.household.now())
        customer = {
            **dict.fromkeys(CUSTOMER),
            "isCompany": False,
            **body,
            "id": self.company.new_id(),
            "companyId": COMPANY,
            "createdAt": now,
            "updatedAt": now,
        }
        self.company.customers[customer["id"]] = customer
        return web.json_response(customer, status=201)

    def _whom(self, request: web.Request) -> dict[str, Any]:
        found = self.company.customers.get(request.match_info["customer_id"])
        if found is None:
            raise Refused(404, "Customer not found")
        return found

    async def _customer(self, request: web.Request) -> web.Response:
        return web.json_response(self._whom(request))

    async def _update_customer(self, request: web.Request) -> web.Response:
        customer = self._whom(request)
        body = checked(await _json(request), CUSTOMER)
        self._refer(request, body)
        customer |= body
        customer["updatedAt"] = self.company.stamp(self.household.now())
        return web.json_response(customer)

    async def _delete_customer(self, request: web.Request) -> web.Response:
        customer = self._whom(request)
        if not self.deletes_customers:
            raise Refused(405, "Method Not Allowed")
        del self.company.customers[customer["id"]]
        return web.json_response({"message": "Customer deleted"})


async def _json(request: web.Request) -> Any:
    """Return a body, or refuse what is none."""
    if request.content_type != "application/json":
        raise Refused(415, "Unsupported Media Type")
    try:
        return json.loads(await request.text())
    except ValueError:
        raise Refused(400, "Unexpected token in JSON") from None
