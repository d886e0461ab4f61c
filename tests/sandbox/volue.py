"""Volue's Energy Coordination as the portal's OpenAPI document describes it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from typing import Any, Final, override

from aiohttp import web

from tests.sandbox.faults import Handler
from tests.sandbox.household import Household
from tests.sandbox.portal import Action, Operation, PortalSandbox
from tests.sandbox.volue_events import HOUR, ZONE, VolueEvents
from tests.sandbox.volue_partner import (
    CHARGER,
    LOCATION,
    METER_POINT,
    NEIGHBOUR,
    TANK,
    USER,
    VEHICLE,
    VoluePartner,
)
from tests.sandbox.volue_webhooks import TRICKS, VolueWebhooks
from tests.sandbox.volue_wire import Ask, Refused, ask_of

type Answer = Callable[[Ask], object]

_USER: Final = "/users/{user_id}"
_PLACE: Final = f"{_USER}/locations/{{location_id}}"
_HOOK: Final = "/webhooks/{webhook_id}"
_API: Final = "/energy-coordination/v1"


class VolueSandbox(PortalSandbox):
    """One partner's access to the coordinator; the household is its first user."""

    key = "volue"

    def __init__(self, household: Household) -> None:
        """Register the partner and make up the credentials."""
        super().__init__(household)
        self.client_id = "sandbox-partner"
        self.token_lifetime = 1800
        self.tells_lifetime = True
        self.partner = VoluePartner(household)
        self.webhooks = VolueWebhooks(household)
        self.events = VolueEvents(household, self.partner, self.webhooks)
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
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "environment": "sandbox",
            "api_url": f"{address}{_API}",
            "token_url": address,
            "user_id": USER,
            "location_id": LOCATION,
            "meter_point": METER_POINT,
            "tank_id": TANK,
            "charger_id": CHARGER,
            "vehicle_id": VEHICLE,
            "neighbour_id": NEIGHBOUR,
        }

    @override
    def account(self, address: str) -> dict[str, str | None]:
        """Return what an account has once it is added."""
        facts = self.facts(address)
        kept = ("client_id", "client_secret", "environment", "user_id")
        return {
            **{key: facts[key] for key in (*kept, "api_url", "token_url")},
            "webhook_id": self._digest("webhook"),
            "webhook_secret": f"webhook-secret-{self._digest('push')}",
        }

    @override
    def logins(self) -> list[str]:
        """Return the newest event: whoever has answered it knows its id."""
        return [str(self.events.count)] if self.events.count else []

    @override
    def go_on(self, logins: Sequence[str]) -> None:
        for each in logins:
            self.events.count = int(each)

    @override
    def refusal(self, status: int, message: str) -> web.Response:
        return web.json_response(message, status=status)

    # --- operations

    @override
    def operations(self) -> Mapping[str, Operation]:
        served = {
            name: Operation(method, f"{_API}{path}", self._handler(answer, status))
            for name, (route, answer, status) in self._offers().items()
            for method, path in [route.split(" ")]
        }
        served["token"] = Operation("POST", "/connect/token", self._token)
        return served

    def _offers(self) -> dict[str, tuple[str, Answer, int]]:
        """Return route, answer and status of every operation; literal paths first."""
        partner, webhooks, events = self.partner, self.webhooks, self.events
        return {
            "events": ("GET /events", events.get_events, 200),
            "event": ("GET /events/{event_id}", events.get_event, 200),
            "report_create": ("POST /reports", events.post_report, 200),
            "resource": ("GET /resources/{resource_id}", partner.get_resource, 200),
            "resource_delete": (
                "DELETE /resources/{resource_id}",
                partner.delete_resource,
                204,
            ),
            "simulate_price_curve": (
                "POST /simulation/events/pricecurve",
                events.simulate_curve,
                200,
            ),
            "simulate_eligibility": (
                "POST /simulation/events/usereligibility",
                events.simulate_eligibility,
                200,
            ),
            "simulate_location_cap": (
                "POST /simulation/events/lpc/locations",
                events.simulate_locations,
                200,
            ),
            "simulate_resource_cap": (
                "POST /simulation/events/lpc/resources",
                events.simulate_resources,
                200,
            ),
            "simulate_partner": ("POST /simulation/partner", _nothing, 201),
            "simulate_partner_delete": ("DELETE /simulation/partner", _nothing, 200),
            "users_create": ("POST /users/batch", partner.post_users, 201),
            "locations_create": (
                "POST /users/locations/batch",
                partner.post_locations,
                201,
            ),
            "eligible_users": ("GET /users/eligible", partner.get_eligible_users, 200),
            "users": ("GET /users", partner.get_users, 200),
            "user_create": ("POST /users", partner.post_user, 201),
            "user": (f"GET {_USER}", partner.get_user, 200),
            "user_delete": (f"DELETE {_USER}", partner.delete_user, 204),
            "locations": (f"GET {_USER}/locations", partner.get_locations, 200),
            "location_create": (f"POST {_USER}/locations", partner.post_location, 201),
            "location": (f"GET {_PLACE}", partner.get_location, 200),
            "location_replace": (f"PUT {_PLACE}", partner.put_location, 200),
            "location_change": (f"PATCH {_PLACE}", partner.patch_location, 200),
            "location_delete": (f"DELETE {_PLACE}", partner.delete_location, 204),
            "vehicle_create": (f"POST {_USER}/vehicles", partner.post_vehicle, 201),
            "resources": (f"GET {_USER}/resources", partner.get_resources, 200),
            "location_resources": (
                f"GET {_PLACE}/resources",
                partner.get_location_resources,
                200,
            ),
            "location_resource_create": (
                f"POST {_PLACE}/resources",
                partner.post_location_resource,
                201,
            ),
            "enrollment": (f"GET {_USER}/enrollment", partner.get_enrollment, 200),
            "enrollment_create": (
                f"POST {_USER}/enrollment",
                partner.post_enrollment,
                200,
            ),
            "enrollment_delete": (
                f"DELETE {_USER}/enrollment",
                partner.delete_enrollment,
                204,
            ),
            "eligibility": (f"GET {_USER}/eligibility", partner.get_eligibility, 200),
            "compensation": (
                f"GET {_USER}/compensation",
                partner.get_compensation,
                200,
            ),
            "meter_eligibility": (
                "GET /meters/{meter_point_id}/eligible",
                partner.get_meter_eligibility,
                200,
            ),
            "webhook_logs": ("GET /webhooks/logs", webhooks.get_logs, 200),
            "webhook_log": (
                "GET /webhooks/logs/{notification_id}",
                webhooks.get_log,
                200,
            ),
            "webhooks": ("GET /webhooks", webhooks.get_webhooks, 200),
            "webhook_create": ("POST /webhooks", webhooks.post_webhook, 201),
            "webhook": (f"GET {_HOOK}", webhooks.get_webhook, 200),
            "webhook_replace": (f"PUT {_HOOK}", webhooks.put_webhook, 200),
            "webhook_delete": (f"DELETE {_HOOK}", webhooks.delete_webhook, 204),
            "webhook_change": (f"PATCH {_HOOK}", webhooks.patch_webhook, 200),
            "webhook_enable": (f"PUT {_HOOK}/enabled", webhooks.enable_webhook, 204),
            "legacy_meter_create": (f"POST {_USER}/meters", partner.post_meter, 201),
            "legacy_resource_create": (
                f"POST {_USER}/resources",
                partner.post_resource,
                201,
            ),
        }

    def _handler(self, answer: Answer, status: int) -> Handler:
        """Return what answers an operation over the wire."""

        async def handle(request: web.Request) -> web.StreamResponse:
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            end = self._tokens.get(token)
            if scheme != "Bearer" or end is None or end <= self.household.now():
                return web.Response(status=401)
            try:
                body = answer(await ask_of(request))
            except Refused as refused:
                return refused.response()
            if body is None:
                return web.Response(status=status)
            return web.json_response(body, status=status)

        return handle

    async def _token(self, request: web.Request) -> web.Response:
        if request.content_type != "application/x-www-form-urlencoded":
            return web.json_response({"error": "invalid_request"}, status=400)
        form = await request.post()
        if form.get("grant_type") != "client_credentials":
            return web.json_response({"error": "unsupported_grant_type"}, status=400)
        given = (form.get("client_id"), form.get("client_secret"))
        if given != (self.client_id, self.client_secret):
            return web.json_response({"error": "invalid_client"}, status=400)
        self._issued += 1
        token = f"sandbox-token-{self._digest('token', self._issued)}"
        now = self.household.now()
        self._tokens[token] = now + timedelta(seconds=self.token_lifetime)
        answer: dict[str, object] = {"access_token": token}
        if self.tells_lifetime:
            answer |= {"expires_in": self.token_lifetime, "token_type": "Bearer"}
        return web.json_response(answer)

    def _digest(self, *what: object) -> str:
        told = "/".join(map(str, (self.household.seed, "volue", *what)))
        return sha256(told.encode()).hexdigest()[:32]

    # --- steering

    @override
    def actions(self) -> Mapping[str, Action]:
        return {
            **super().actions(),
            "revoke_tokens": self.revoke_tokens,
            "rotate_secret": self.rotate_secret,
            "send_programme": self.send_programme,
            "send_incentive": self.send_incentive,
            "send_cap": self.send_cap,
            "send_unknown": self.send_unknown,
            "trick": self.trick,
            "release": self.release,
            "told_of": self.events.told_of,
            "plans": self.events.plans,
            "deliveries": self.deliveries,
            "remove_record": self.remove_record,
            "make_eligible": self.make_eligible,
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

    def hour(self, ahead: int = 0) -> datetime:
        """Return the start of the running hour, or of another."""
        now = self.household.now().astimezone(UTC)
        return now.replace(minute=0, second=0, microsecond=0) + HOUR * ahead

    def send_programme(self) -> dict[str, object]:
        """List what a household has on a day: two curves, a cap now and one later."""
        now = self.household.now()
        resources = list(self.partner.resources)
        sent = []
        for days in (0, 1):
            day = now.astimezone(ZONE).date() + timedelta(days=days)
            begin = datetime.combine(day, time(), ZONE).astimezone(UTC)
            hours = {7: 0.85, 8: 1.1, 13: -0.4, 17: 0.95, 18: 1.2}
            values = {begin + HOUR * n: value for n, value in hours.items()}
            created = (
                now - timedelta(days=1) if not days else now - timedelta(minutes=9)
            )
            curve = self.events.curve(values, resources)
            sent.append(self.events.send(curve, created=created, told=False))
        for first, last, kilowatts in ((-1, 2, 4.0), (4, 6, 2.5)):
            values = {self.hour(n): kilowatts for n in range(first, last)}
            for caps in (
                self.events.caps(values, resources=resources),
                self.events.caps(values, locations=[LOCATION]),
            ):
                created = now - timedelta(minutes=5)
                sent.append(self.events.send(caps, created=created, told=False))
        return {"events": [row["id"] for row in sent]}

    def send_incentive(
        self,
        resource_id: str,
        first: int = 1,
        values: list[float] | None = None,
        ago: int = 0,
    ) -> dict[str, object]:
        """Send a price curve from an hour on, as if it had been made a while ago."""
        hours = {self.hour(first + n): v for n, v in enumerate(values or [0.5])}
        created = self.household.now() - timedelta(seconds=ago)
        row = self.events.send(self.events.curve(hours, [resource_id]), created=created)
        return {"event_id": row["id"]}

    def send_cap(
        self,
        resource_id: str | None = None,
        location_id: str = LOCATION,
        first: int = 0,
        values: list[float] | None = None,
        ago: int = 0,
        reserved: bool = False,
    ) -> dict[str, object]:
        """Send a cap on a resource, or on a location if none is named."""
        hours = {self.hour(first + n): v for n, v in enumerate(values or [3.0])}
        if resource_id is None:
            caps = self.events.caps(hours, locations=[location_id], reserved=reserved)
        else:
            caps = self.events.caps(hours, resources=[resource_id])
        created = self.household.now() - timedelta(seconds=ago)
        return {"event_id": self.events.send(caps, created=created)["id"]}

    def send_unknown(self, kind: str = "Weather") -> dict[str, object]:
        """Send an event of a kind that no document names."""
        return {"event_id": self.events.send({"sun": 3, "payloadType": kind})["id"]}

    def trick(self, what: str, times: int = 1) -> dict[str, object]:
        """Let the next deliveries be odd."""
        if what not in TRICKS:
            raise ValueError(f"no trick {what!r}")
        self.webhooks.tricks += [what] * times
        return {"tricks": self.webhooks.tricks}

    def release(
        self, reverse: bool = False
    ) -> dict[str, object]:  # a control's JSON member
        """Send what is held."""
        return {"released": self.webhooks.release(reverse=reverse)}

    def deliveries(self) -> dict[str, object]:
        """Return how deliveries were answered."""
        return {"statuses": self.webhooks.statuses()}

    def remove_record(self, record_id: str) -> dict[str, object]:
        """Remove a user, location or resource, as somebody else would."""
        partner = self.partner
        if record_id in partner.users:
            partner.delete_user(Ask({"user_id": record_id}, {}, None))
        elif record_id in partner.locations:
            user = partner.locations[record_id]["userId"]
            path = {"user_id": user, "location_id": record_id}
            partner.delete_location(Ask(path, {}, None))
        else:
            del partner.resources[record_id]
        return {"removed": record_id}

    def make_eligible(
        self, user_id: str = USER, on: bool = True
    ) -> dict[str, object]:  # a control's JSON member
        """Let a user be eligible or not, and tell of it."""
        change = self.partner.eligible.add if on else self.partner.eligible.discard
        change(user_id)
        payload: dict[str, Any] = {
            "lastUpdated": self.hour().isoformat(),
            "addedUsers": [user_id] if on else [],
            "removedUsers": [] if on else [user_id],
            "payloadType": "UserEligibility",
        }
        return {"event_id": self.events.send(payload)["id"]}


def _nothing(ask: Ask) -> None:
    """Take it."""
