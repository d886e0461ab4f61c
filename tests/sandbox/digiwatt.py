"""Digiwatt as its public page and our assumed contract describe it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import wraps
from hashlib import sha256
import json
import re
from typing import override
from urllib.parse import unquote

from aiohttp import web

from tests.sandbox.digiwatt_bodies import BadBody, onboarding, registration
from tests.sandbox.digiwatt_readings import Data, DigiwattReadings
from tests.sandbox.faults import Handler
from tests.sandbox.household import Household
from tests.sandbox.periods import PERIODS, iso_span
from tests.sandbox.portal import Action, Operation, PortalSandbox

_ACCOUNT = "1234567890"


class _Refused(Exception):
    """A request the portal refuses, with the status and the reason."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def _envelope(data: Data) -> web.Response:
    return web.json_response({"status": 200, "data": data})


async def _json(request: web.Request) -> object:
    if request.content_type != "application/json":
        raise _Refused(400, "the body must be application/json")
    try:
        return json.loads(await request.read())
    except ValueError as error:
        raise _Refused(400, "the body is not JSON") from error


class DigiwattSandbox(PortalSandbox):
    """One company's access to Digiwatt; its first account is the household."""

    key = "digiwatt"

    def __init__(self, household: Household) -> None:
        """Register the household's account and make up the credentials."""
        super().__init__(household)
        self.token_lifetime = 36_000
        self.client_id = "sandbox-client"
        self.account_number = _ACCOUNT
        self.accounts: dict[str, dict[str, str]] = {
            _ACCOUNT: {
                "pod": "IT001E1234567890AB",
                "account_number": _ACCOUNT,
                "company_code": "sandbox",
            }
        }
        self._homes = {_ACCOUNT: DigiwattReadings(household)}
        # By operation: the method and path it has instead, such as `GET /green`.
        self.routes: dict[str, str] = {}
        # What a web server says of a path that it does not have, instead of the portal.
        self.page: str | None = None
        self._rotations = 0
        self._issued = 0
        self._tokens: dict[str, datetime] = {}

    @property
    def client_secret(self) -> str:
        """Return the client secret that is valid now."""
        return f"sandbox-secret-{self._digest('secret', self._rotations)}"

    @override
    def facts(self, address: str) -> dict[str, str]:
        return {
            "api_url": address,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "account_number": self.account_number,
        }

    @override
    def refusal(self, status: int, message: str) -> web.Response:
        return web.json_response({"status": status, "message": message}, status=status)

    @override
    def operations(self) -> Mapping[str, Operation]:
        account = "{account_number}"
        consumption = f"/consumption/{account}"
        analytics = f"/analytics/{account}"
        readings = DigiwattReadings
        read, period = self._read, self._period

        async def greenness(request: web.Request) -> web.Response:
            del request  # the only reading without an account
            return _envelope(readings(self.household).greenness())

        # `realtime` and `latest` before `{period}`: they share its place.
        return {
            "token": Operation("POST", "/auth/token", self._token),
            "user_create": Operation("POST", "/user", self._guarded(self._create)),
            "user_delete": Operation(
                "DELETE", f"/user/{account}", self._guarded(self._delete)
            ),
            "user_onboarding": Operation(
                "POST", f"/user/{account}/onboarding", self._guarded(self._onboard)
            ),
            "consumption_realtime": Operation(
                "GET", f"{consumption}/realtime", read(readings.realtime)
            ),
            "consumption_latest": Operation(
                "GET", f"{consumption}/latest", read(readings.latest)
            ),
            "consumption": Operation(
                "GET", f"{consumption}/{{period}}", period(readings.consumption)
            ),
            "consumption_totals": Operation(
                "GET", f"{consumption}/totals/{{period}}", period(readings.totals)
            ),
            "consumption_performance": Operation(
                "GET",
                f"{consumption}/performance/{{period}}",
                period(readings.performance),
            ),
            "consumption_habits": Operation(
                "GET", f"{consumption}/habits/{{period}}", period(readings.habits)
            ),
            "analytics_trend": Operation(
                "GET", f"{analytics}/trend", read(readings.trend)
            ),
            # How the two differ is known to nobody outside the portal.
            "analytics_distribution": Operation(
                "GET", f"{analytics}/distribution", read(readings.distribution)
            ),
            "analytics_compound": Operation(
                "GET", f"{analytics}/compound", read(readings.distribution)
            ),
            "saving": Operation("GET", f"/saving/{account}", read(readings.saving)),
            "greenness": Operation("GET", "/greenness", self._guarded(greenness)),
        }

    @override
    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Serve the operations wherever they are when they are asked for."""
        router.add_route("*", f"/{self.key}/{{path:.*}}", self._dispatch)

    async def _dispatch(self, request: web.Request) -> web.StreamResponse:
        """Serve the first operation that has this method and path."""
        allowed = set()
        for name, operation, found in self._at(request.rel_url.raw_path):
            allowed.add(operation.method)
            if operation.method == request.method:
                request.match_info.clear()
                request.match_info.update(found)
                return await self._served(name, operation.handler)(request)
        if allowed:
            raise web.HTTPMethodNotAllowed(request.method, sorted(allowed))
        if self.page is None:
            raise web.HTTPNotFound
        self.record(None, request, 404)
        return web.Response(status=404, text=self.page, content_type="text/html")

    def _at(self, raw_path: str) -> Iterator[tuple[str, Operation, dict[str, str]]]:
        """Yield the operations at a path, with what stands in their places."""
        for name, operation in self.operations().items():
            method, _, path = self.routes.get(name, "").partition(" ")
            here = replace(
                operation,
                method=method or operation.method,
                path=path or operation.path,
            )
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", here.path)
            found = re.fullmatch(f"/{self.key}{pattern}", raw_path)
            if found is not None:
                places = found.groupdict()
                yield name, here, {key: unquote(places[key]) for key in places}

    # Controls

    @override
    def actions(self) -> Mapping[str, Action]:
        return {
            **super().actions(),
            "revoke_tokens": self.revoke_tokens,
            "rotate_secret": self.rotate_secret,
            "set_token_lifetime": self.set_token_lifetime,
            "remove_account": self.remove_account,
            "add_appliance": self.add_appliance,
            "spoil_total": self.spoil_total,
            "spoil_appliance_total": self.spoil_appliance_total,
            "published": self.published,
            "delay_periods": self.delay_periods,
            "move": self.move,
        }

    def revoke_tokens(self) -> dict[str, object]:
        """Let every issued token die."""
        revoked = len(self._tokens)
        self._tokens.clear()
        return {"revoked": revoked}

    def rotate_secret(self) -> dict[str, object]:
        """Replace the client secret; the old one and all tokens die."""
        self._rotations += 1
        self._tokens.clear()
        return {"client_secret": self.client_secret}

    def set_token_lifetime(self, seconds: int) -> dict[str, object]:
        """Let tokens issued from now on live this long."""
        self.token_lifetime = seconds
        return {"token_lifetime": seconds}

    def remove_account(self, account_number: str = _ACCOUNT) -> dict[str, object]:
        """Forget an account, the household's unless another is named."""
        return {"removed": self.accounts.pop(account_number)}

    def add_appliance(self, name: str) -> dict[str, object]:
        """Report one more appliance from the running slot on."""
        self.household.add_appliance(name)
        return {"appliances": self.household.appliances()}

    def spoil_total(
        self, day: str, percent: float, account_number: str | None = None
    ) -> dict[str, object]:
        """Let the total of a local day be off by so many percent; 0 mends it."""
        self._home(account_number).spoil(date.fromisoformat(day), percent)
        return {"day": day, "percent": percent}

    def spoil_appliance_total(
        self,
        day: str,
        appliance: str,
        percent: float,
        account_number: str | None = None,
    ) -> dict[str, object]:
        """Let an appliance's total of a local day be off by so many percent."""
        if appliance not in self.household.appliances():
            msg = f"no appliance {appliance!r}"
            raise LookupError(msg)
        self._home(account_number).spoil(date.fromisoformat(day), percent, appliance)
        return {"day": day, "appliance": appliance, "percent": percent}

    def published(
        self, start: str, stop: str, account_number: str | None = None
    ) -> dict[str, object]:
        """Return the energy of the whole hours of an ISO span that are published."""
        return self._home(account_number).published(iso_span(start, stop))

    def delay_periods(self, hours: float) -> dict[str, object]:
        """Let periods be told so much later than the latest readings."""
        self._home().lag = timedelta(hours=hours)
        return {"hours": hours}

    def move(self, operation: str, route: str) -> dict[str, object]:
        """Serve an operation under another method and path, such as `GET /green`."""
        if operation not in self.operations():
            msg = f"no operation {operation!r}"
            raise LookupError(msg)
        self.routes[operation] = route
        return {"operation": operation, "route": route}

    def _home(self, account_number: str | None = None) -> DigiwattReadings:
        """Return the home of an account: each new one draws more than those before."""
        number = account_number or self.account_number
        if number not in self.accounts:
            msg = f"no account {number!r}"
            raise LookupError(msg)
        if number not in self._homes:
            times = len(self._homes) + 1
            self._homes[number] = DigiwattReadings(self.household, times)
        return self._homes[number]

    # Access

    def _digest(self, *what: object) -> str:
        text = "/".join(map(str, (self.household.seed, *what)))
        return sha256(text.encode()).hexdigest()[:24]

    async def _token(self, request: web.Request) -> web.Response:
        if request.content_type != "application/x-www-form-urlencoded":
            return _token_error(400, "invalid_request", "the body must be a form")
        form = await request.post()
        # The portal documents this default.
        if form.get("grant_type", "client_credentials") != "client_credentials":
            return _token_error(400, "invalid_request", "no such grant_type")
        if not form.get("client_id") or not form.get("client_secret"):
            return _token_error(400, "invalid_request", "credentials are missing")
        given = (form["client_id"], form["client_secret"])
        if given != (self.client_id, self.client_secret):
            return _token_error(401, "invalid_client", "wrong client credentials")
        self._issued += 1
        token = f"sandbox-token-{self._digest('token', self._issued)}"
        now = self.household.now()
        self._tokens = {key: end for key, end in self._tokens.items() if end > now}
        self._tokens[token] = now + timedelta(seconds=self.token_lifetime)
        answer = {
            "access_token": token,
            "expires_in": self.token_lifetime,
            "token_type": "Bearer",
        }
        return web.json_response(answer)

    def _check_token(self, request: web.Request) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        end = self._tokens.get(token)
        if scheme != "Bearer" or end is None or end <= self.household.now():
            raise _Refused(401, "no valid bearer token")

    def _known_account(self, request: web.Request) -> str:
        account = request.match_info["account_number"]
        if account not in self.accounts:
            raise _Refused(404, "unknown account")
        return account

    def _guarded(self, handler: Handler) -> Handler:
        """Ask for a token before anything else, and refuse in the portal's form."""

        @wraps(handler)
        async def serve(request: web.Request) -> web.StreamResponse:
            try:
                self._check_token(request)
                return await handler(request)
            except _Refused as refused:
                return self.refusal(refused.status, str(refused))

        return serve

    def _read(self, answer: Callable[[DigiwattReadings], Data]) -> Handler:
        """Serve a question about an account."""

        async def serve(request: web.Request) -> web.StreamResponse:
            home = self._home(self._known_account(request))
            return _envelope(answer(home))

        return self._guarded(serve)

    def _period(self, answer: Callable[[DigiwattReadings, str], Data]) -> Handler:
        """Serve a question about a period of an account."""

        async def serve(request: web.Request) -> web.StreamResponse:
            home = self._home(self._known_account(request))
            period = request.match_info["period"]
            if period not in PERIODS:
                raise _Refused(400, "no such period")
            return _envelope(answer(home, period))

        return self._guarded(serve)

    # Users

    async def _create(self, request: web.Request) -> web.Response:
        try:
            user = registration(await _json(request))
        except BadBody as error:
            raise _Refused(400, str(error)) from error
        if user["account_number"] in self.accounts:
            raise _Refused(400, "the account is registered already")
        self.accounts[user["account_number"]] = user
        self._home(user["account_number"])
        return _envelope(user)

    async def _delete(self, request: web.Request) -> web.Response:
        del self.accounts[self._known_account(request)]
        return _envelope({})

    async def _onboard(self, request: web.Request) -> web.Response:
        account = self._known_account(request)
        try:
            submitted = onboarding(await _json(request))
        except BadBody as error:
            raise _Refused(400, str(error)) from error
        return _envelope({"account_number": account, **submitted})


def _token_error(status: int, error: str, description: str) -> web.Response:
    body = {"error": error, "error_description": description}
    return web.json_response(body, status=status)
