"""Tibber: OAuth2, the GraphQL API with prices and readings, the REST API of devices."""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
import re
from typing import Final, override
from zoneinfo import ZoneInfo

from aiohttp import web
from yarl import URL

from tests.sandbox.household import Household
from tests.sandbox.portal import Operation
from tests.sandbox.sources.source import (
    DAY,
    HOUR,
    QUARTER,
    Refused,
    SourceSandbox,
    refusing,
)

HOME: Final = "7d6f8b1e-52c4-4f0a-9a63-b0c1d2e3f405"
HOME_NAME: Final = "Home of the sandbox"
_USER: Final = "2c5a0e4d-8f31-4b7e-a6d9-1f2e3d4c5b6a"
_TAX: Final = 0.1832
_VAT: Final = 1.19
_LIFETIME: Final = timedelta(hours=1)
# How long the household has been a customer.
_KNOWN_DAYS: Final = 40
_HOME_ASKED: Final = re.compile(r'home\(id: "([^"]*)"\)')
_HISTORY: Final = re.compile(
    r'(consumption|production)\(resolution: (\w+), last: (\d+), before: "([^"]*)"\)'
)

type Json = dict[str, object]


class TibberSandbox(SourceSandbox):
    """A household with a smart meter, without a live meter and without devices."""

    key = "tibber"
    hosts = ("api.tibber.com", "data-api.tibber.com", "thewall.tibber.com")
    zone = ZoneInfo("Europe/Berlin")
    published_at = time(13)

    client_id = "sandbox-tibber"
    client_secret = "sandbox-tibber-secret"

    def __init__(self, household: Household) -> None:
        """Nobody has signed in yet."""
        super().__init__(household)
        self._codes: dict[str, str] = {}
        self._refreshes: set[str] = set()
        self._tokens: dict[str, datetime] = {}
        self._issued = 0

    @override
    def facts(self, address: str) -> dict[str, str]:
        return {
            **super().facts(address),
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }

    @override
    def logins(self) -> list[str]:
        access = (f"{key} {until.isoformat()}" for key, until in self._tokens.items())
        return [*sorted(self._refreshes), *access]

    @override
    def go_on(self, logins: Sequence[str]) -> None:
        for each in logins:
            token, _, until = each.partition(" ")
            if until:
                # It is used until it ends; nobody asks for another before.
                self._tokens[token] = datetime.fromisoformat(until)
            else:
                self._refreshes.add(token)
        # A code and two tokens each, at most: none is made up twice.
        self._issued += 3 * len(logins)

    @override
    def operations(self) -> Mapping[str, Operation]:
        home = "/v1/homes/{home}"
        return {
            "authorize": Operation(
                "GET", "/connect/authorize", refusing(self, self._authorize)
            ),
            "token": Operation("POST", "/connect/token", self._token),
            "graphql": Operation("POST", "/v1-beta/gql", self._graphql),
            "homes": Operation("GET", "/v1/homes", refusing(self, self._homes)),
            "devices": Operation(
                "GET", f"{home}/devices", refusing(self, self._devices)
            ),
        }

    @override
    def refusal(self, status: int, message: str) -> web.Response:
        return web.json_response(_errors(message, "UNKNOWN"), status=status)

    # Prices

    def price(self, at: datetime) -> float:
        """Return what a quarter-hour costs, in EUR/kWh with all taxes."""
        return round(self._energy(at) + self._tax(at), 4)

    def _energy(self, at: datetime) -> float:
        return round(self.spot("GER", at) / 1000, 4)

    def _tax(self, at: datetime) -> float:
        return round(self._energy(at) * (_VAT - 1) + _TAX, 4)

    def _local(self, at: datetime) -> str:
        return at.astimezone(self.zone).isoformat(timespec="milliseconds")

    def _point(self, at: datetime) -> Json:
        return {
            "total": self.price(at),
            "startsAt": self._local(at),
            "level": "NORMAL",
        }

    def _priced(self, day: date) -> list[Json]:
        """Return the quarter-hours of a day, none before they are published."""
        slots = self.slots(day) if self.is_published(day) else []
        return [self._point(slot) for slot in slots]

    def _price_info(self) -> Json:
        today, now = self.now().date(), self.household.now()
        running = now - (now - datetime.min.replace(tzinfo=UTC)) % QUARTER
        return {
            "current": {
                **self._point(running),
                "currency": "EUR",
                "energy": self._energy(running),
                "tax": self._tax(running),
            },
            "today": self._priced(today),
            "tomorrow": self._priced(today + DAY),
        }

    # Signing in

    async def _authorize(self, request: web.Request) -> web.Response:
        """Send who says yes back to where they came from, with a code."""
        query = request.query
        if query.get("client_id") != self.client_id:
            raise Refused(400, "unknown client")
        if query.get("response_type") != "code" or "redirect_uri" not in query:
            raise Refused(400, "invalid request")
        code = self._made_up("code")
        self._codes[code] = query["redirect_uri"]
        back = {"code": code, "state": query.get("state", "")}
        place = URL(query["redirect_uri"]).update_query(back)
        return web.Response(status=302, headers={"Location": str(place)})

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        client = form.get("client_id"), form.get("client_secret")
        if client != (self.client_id, self.client_secret):
            return web.json_response({"error": "invalid_client"}, status=400)
        if form.get("grant_type") == "authorization_code":
            place = self._codes.pop(str(form.get("code")), None)
            is_granted = place is not None and place == form.get("redirect_uri")
        else:
            is_granted = form.get("refresh_token") in self._refreshes
        if not is_granted:
            return web.json_response({"error": "invalid_grant"}, status=400)
        access, refresh = self._made_up("access"), self._made_up("refresh")
        self._tokens[access] = self.household.now() + _LIFETIME
        self._refreshes.add(refresh)
        return web.json_response(
            {
                "access_token": access,
                "refresh_token": refresh,
                "token_type": "Bearer",
                "expires_in": int(_LIFETIME.total_seconds()),
                "scope": "openid profile email offline_access",
            }
        )

    def _made_up(self, what: str) -> str:
        self._issued += 1
        seed = f"{self.household.seed}/tibber/{what}/{self._issued}"
        return sha256(seed.encode()).hexdigest()

    def _is_known(self, request: web.Request) -> bool:
        """Say whether a request has a token that is valid now."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        until = self._tokens.get(token)
        return kind == "Bearer" and until is not None and self.household.now() < until

    # The REST API

    async def _homes(self, request: web.Request) -> web.Response:
        if not self._is_known(request):
            raise Refused(401, "Invalid token")
        homes = [{"id": HOME, "info": {"name": HOME_NAME}}]
        return web.json_response({"homes": homes})

    async def _devices(self, request: web.Request) -> web.Response:
        if not self._is_known(request):
            raise Refused(401, "Invalid token")
        if request.match_info["home"] != HOME:
            raise Refused(404, "no such home")
        return web.json_response({"devices": []})

    # The GraphQL API

    async def _graphql(self, request: web.Request) -> web.Response:
        if not self._is_known(request):
            return web.json_response(
                _errors("invalid token", "UNAUTHENTICATED"), status=400
            )
        query = str((await request.post()).get("query", ""))
        if (asked := _HOME_ASKED.search(query)) is None:
            return _data({"viewer": self._viewer()})
        if asked[1] != HOME:
            return web.json_response(_errors("no such home", "NOT_FOUND"))
        if history := _HISTORY.search(query):
            direction, resolution, last, before = history.groups()
            if resolution != "HOURLY" or int(last) > 24 * 31:
                return web.json_response(
                    _errors("not that much", "BAD_USER_INPUT"), status=400
                )
            nodes = None
            if direction == "consumption":
                nodes = self._consumption(int(last), before)
            return _data({"viewer": {"home": {direction: nodes}}})
        return _data({"viewer": {"home": self._home()}})

    def _viewer(self) -> Json:
        return {
            "name": "Sandbox",
            "userId": _USER,
            "homes": [{"id": HOME, "subscriptions": [{"status": "running"}]}],
            "websocketSubscriptionUrl": (
                "wss://websocket-api.tibber.com/v1-beta/gql/subscriptions"
            ),
        }

    def _home(self) -> Json:
        return {
            "id": HOME,
            "currentSubscription": {
                "status": "running",
                "priceInfo": self._price_info(),
            },
            "appNickname": HOME_NAME,
            "features": {"realTimeConsumptionEnabled": False},
            "address": {
                "address1": "Teststraße 1",
                "address2": None,
                "address3": None,
                "city": "Berlin",
                "postalCode": "10115",
                "country": "DE",
                "latitude": "52.53",
                "longitude": "13.38",
            },
            "meteringPointData": {
                "consumptionEan": "DE00012345678901234567890",
                "energyTaxType": None,
                "estimatedAnnualConsumption": 4100,
                "gridCompany": "Netz Berlin",
                "productionEan": None,
                "vatType": None,
            },
            "owner": {
                "name": "Sandbox",
                "isCompany": False,
                "language": "de",
                "contactInfo": {"email": "home@sandbox.invalid", "mobile": None},
            },
            "timeZone": self.zone.key,
            "subscriptions": [
                {
                    "id": _USER,
                    "status": "running",
                    "validFrom": "2024-01-01T00:00:00.000+01:00",
                    "validTo": None,
                    "statusReason": None,
                }
            ],
        }

    def _consumption(self, last: int, before: str) -> Json:
        """Return the last hours that were read, or those before a cursor."""
        now = self.household.metered_until().replace(minute=0, second=0)
        first = now - _KNOWN_DAYS * DAY
        end = datetime.fromisoformat(b64decode(before).decode()) if before else now
        start = max(first, end - last * HOUR)
        hours = [start + HOUR * n for n in range((end - start) // HOUR)]
        return {
            "pageInfo": {
                "hasPreviousPage": start > first,
                "startCursor": _cursor(start) if start > first else None,
            },
            "nodes": [self._node(hour) for hour in hours],
        }

    def _node(self, hour: datetime) -> Json:
        used = round(self.household.total_energy(hour, hour + HOUR) / 1000, 3)
        quarters = [self.price(hour + QUARTER * n) for n in range(4)]
        price = round(sum(quarters) / 4, 4)
        return {
            "from": self._local(hour),
            "unitPrice": price,
            "totalCost": round(used * price, 4),
            "cost": round(used * price, 4),
            "consumption": used,
        }


def _cursor(hour: datetime) -> str:
    """Return the cursor of an hour."""
    return b64encode(hour.isoformat().encode()).decode()


def _data(data: Json) -> web.Response:
    return web.json_response({"data": data})


def _errors(message: str, code: str) -> Json:
    """Return what the GraphQL API says of what it refuses."""
    return {"errors": [{"message": message, "extensions": {"code": code}}]}
