"""The simulated coordinator takes what the portal documents, and nothing else."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from tests.sandbox import Sandbox
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import (
    CHARGER,
    LOCATION,
    METER_POINT,
    TANK,
    USER,
    VEHICLE,
)
from tests.sandbox_tests.client import NOW, Time


class Caller:
    """A partner's program."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        """Call the simulated coordinator."""
        self.portal = sandbox.portal(VolueSandbox)
        self.control = f"{sandbox.address}/_control/volue"
        self._base = f"{sandbox.address}/volue"
        self._session = session
        self._headers: dict[str, str] = {}

    async def token(self, **changed: str) -> tuple[int, Any]:
        """Ask for a token."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.portal.client_id,
            "client_secret": self.portal.client_secret,
            **changed,
        }
        url = f"{self._base}/connect/token"
        async with self._session.post(url, data=form) as answer:
            body = await answer.json()
        if answer.status == 200:
            self._headers = {"Authorization": f"Bearer {body['access_token']}"}
        return answer.status, body

    async def call(self, route: str, json: Any = None, **sent: Any) -> tuple[int, Any]:
        """Return status and body of a call."""
        method, path = route.split(" ")
        url = f"{self._base}/energy-coordination/v1{path}"
        sent = {"headers": self._headers, **sent}
        async with self._session.request(method, url, json=json, **sent) as answer:
            text = await answer.text()
            return answer.status, await answer.json(content_type=None) if text else None

    async def steer(self, action: str, **arguments: Any) -> Any:
        """Have the coordinator do something."""
        url = f"{self.control}/{action}"
        async with self._session.post(url, json=arguments) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def caller(sandbox: Sandbox) -> AsyncGenerator[Caller]:
    """Return a caller with a token."""
    async with aiohttp.ClientSession() as session:
        found = Caller(sandbox, session)
        assert (await found.token())[0] == 200
        yield found


async def test_tokens(caller: Caller, clock: Time) -> None:
    assert (await caller.token(client_secret="no"))[1] == {"error": "invalid_client"}
    status, body = await caller.token(grant_type="password")
    assert (status, body) == (400, {"error": "unsupported_grant_type"})
    assert (await caller.call("GET /users"))[0] == 200
    clock.now = NOW + timedelta(minutes=30)
    assert await caller.call("GET /users") == (401, None)
    caller.portal.tells_lifetime = False
    _, body = await caller.token()
    assert set(body) == {"access_token"}
    caller.portal.revoke_tokens()
    assert (await caller.call("GET /users"))[0] == 401
    await caller.token()
    caller.portal.rotate_secret()
    assert (await caller.call("GET /users"))[0] == 401


async def test_pages(caller: Caller) -> None:
    caller.portal.partner.users = [f"u{n}" for n in range(5)]
    _, body = await caller.call("GET /users?page=2&pageSize=2")
    assert [each["userId"] for each in body["users"]] == ["u2", "u3"]
    assert body["pagination"] == {
        "totalRecords": 5,
        "pageSize": 2,
        "currentPage": 2,
        "totalPages": 3,
        "nextPage": 3,
        "previousPage": 1,
    }
    _, body = await caller.call("GET /users?page=3&pageSize=2")
    assert body["pagination"]["nextPage"] is None
    for query in ("pageSize=1001", "page=0", "page=x"):
        status, body = await caller.call(f"GET /users?{query}")
        assert status == 400
        assert body["errors"]


@pytest.mark.parametrize(
    ("route", "body", "status"),
    [
        ("POST /users", {"userId": USER}, 400),
        ("POST /users", {"userId": "new", "more": 1}, 400),
        ("POST /users", {}, 400),
        ("POST /users", [], 400),
        ("POST /users/batch", {"users": [{"userId": USER}]}, 400),
        (f"POST /users/{USER}/locations", {"locationId": LOCATION}, 409),
        (
            f"POST /users/{USER}/locations",
            {"locationId": "new", "meterPointIds": [METER_POINT]},
            409,
        ),
        (
            f"POST /users/{USER}/locations",
            {"locationId": "new", "locationType": "Castle"},
            400,
        ),
        ("POST /users/nobody/locations", {"locationId": "new"}, 404),
        (
            "POST /users/locations/batch",
            {"locations": [{"locationId": "x", "userId": "nobody"}]},
            400,
        ),
        (f"PUT /users/{USER}/locations/{LOCATION}", {"locationId": "x"}, 400),
        (f"PATCH /users/{USER}/locations/x", {}, 404),
        (f"PATCH /users/{USER}/locations/{LOCATION}", {"meterPointId": "1"}, 400),
        (
            f"POST /users/{USER}/vehicles",
            {"resourceId": VEHICLE, "resourceType": "Vehicle"},
            400,
        ),
        (
            f"POST /users/{USER}/vehicles",
            {"resourceId": "x", "resourceType": "Charger"},
            400,
        ),
        (f"POST /users/{USER}/vehicles", {"resourceId": "x"}, 400),
        (
            f"POST /users/{USER}/locations/{LOCATION}/resources",
            {"resourceId": "x", "resourceType": "HVAC", "meterPointId": "1"},
            400,
        ),
        (
            f"POST /users/{USER}/locations/{LOCATION}/resources",
            {"resourceId": TANK, "resourceType": "HVAC"},
            400,
        ),
        (
            f"POST /users/{USER}/locations/nowhere/resources",
            {"resourceId": "x", "resourceType": "HVAC"},
            404,
        ),
        (f"POST /users/{USER}/meters", {"meterPointId": "1"}, 400),
        ("POST /webhooks", {"webhookUrl": "x"}, 400),
        ("POST /webhooks", {"webhookUrl": "https://x", "enabled": True}, 400),
        (
            "POST /webhooks",
            {"webhookUrl": "https://x", "notificationTypes": ["Gossip"]},
            400,
        ),
        ("PUT /webhooks/none", {"webhookUrl": "https://x"}, 404),
        ("POST /simulation/events/usereligibility", {}, 400),
        ("POST /simulation/events/pricecurve", {"price": 1}, 400),
        ("POST /simulation/events/lpc/locations", None, 400),
        ("POST /reports", {"eventId": "none", "payloads": [{}]}, 400),
        ("POST /reports", {"payloads": []}, 400),
        ("POST /reports", {"payloads": [{"payloadType": "Poem"}]}, 400),
    ],
)
async def test_refused(caller: Caller, route: str, body: Any, status: int) -> None:
    assert (await caller.call(route, body))[0] == status


def _usage(**more: Any) -> dict[str, Any]:
    point = {"timestamp": "2026-05-14T09:00:00Z", "kiloWattHours": 1}
    return {
        "resourceId": TANK,
        "points": [point],
        "resolution": "01:00:00",
        "payloadType": "EnergyUsage",
        **more,
    }


@pytest.mark.parametrize(
    "payload",
    [
        _usage(resourceId="x"),
        _usage(locationId="x"),
        _usage(resolution="00:15:00"),
        _usage(resolution="an hour"),
        _usage(more=1),
        _usage(points=[{"timestamp": "2026-05-14T09:30:00Z", "kiloWattHours": 1}]),
        _usage(points=[{"timestamp": "2026-05-14T09:00:00", "kiloWattHours": 1}]),
        _usage(points=[{"timestamp": "2026-05-14T09:00:00+02:00", "kiloWattHours": 1}]),
        _usage(points=[{"timestamp": "2026-05-14T10:00:00Z", "kiloWattHours": 1}]),
        _usage(points=[{"timestamp": "2026-05-14T09:00:00Z", "kiloWattHours": "1"}]),
        _usage(points=[{"timestamp": "2026-05-14T09:00:00Z"}]),
    ],
)
async def test_reports_that_are_not_taken(caller: Caller, payload: Any) -> None:
    assert (await caller.call("POST /reports", {"payloads": [_usage()]}))[0] == 200
    status, body = await caller.call("POST /reports", {"payloads": [payload]})
    assert (status, type(body)) == (400, str)


async def test_answers_are_to_their_events_targets(caller: Caller) -> None:
    _, sent = await caller.steer("send_cap", resource_id=TANK)
    target = {"locationId": LOCATION, "meterPointId": METER_POINT, "resourceId": TANK}
    answer = {
        "payloadType": "ResourceLPCAcknowledgement",
        "acknowledgedTargets": [target],
    }
    report = {"eventId": sent["event_id"], "payloads": [answer]}
    for odd in (
        {**answer, "payloadType": "LocationLPCAcknowledgement"},
        {**answer, "acknowledgedTargets": [{**target, "resourceId": CHARGER}]},
        {**answer, "acknowledgedTargets": []},
        {**answer, "payloadType": "ResourceLPCAcknowledged"},
    ):
        assert (await caller.call("POST /reports", {**report, "payloads": [odd]}))[
            0
        ] == 400
    assert (await caller.call("POST /reports", {"payloads": [answer]}))[0] == 400
    assert (await caller.call("POST /reports", report))[0] == 200
    _, told = await caller.steer("told_of", event_id=sent["event_id"])
    assert told["acknowledged"] == [target]


async def test_bodies_are_json(caller: Caller) -> None:
    route = f"PATCH /users/{USER}/locations/{LOCATION}"
    assert (await caller.call(route, None, data="x=1"))[0] == 415


async def test_deliveries_are_retried(caller: Caller) -> None:
    caller.portal.webhooks.retry_pause = 0
    hook = {
        "webhookUrl": "http://127.0.0.1:9/nobody",
        "webhookSecret": "s",
        "notificationTypes": ["ResourceLPCRequested"],
    }
    _, row = await caller.call("POST /webhooks", hook)
    assert "webhookSecret" not in row
    await caller.steer("send_cap", resource_id=TANK)
    # This webhook is not told of incentives.
    await caller.steer("send_incentive", resource_id=TANK)
    await caller.portal.webhooks.settled()
    _, body = await caller.call(f"GET /webhooks/{row['webhookId']}")
    assert body["status"] == "TimeOut"
    _, logs = await caller.call("GET /webhooks/logs?page=1&pageSize=5")
    (log,) = logs["webhookNotificationLogs"]
    assert log["requestTimeout"] is True
    route = f"PUT /webhooks/{row['webhookId']}/enabled"
    assert (await caller.call(f"{route}?enabled=maybe"))[0] == 404
    assert (await caller.call(f"{route}?enabled=false"))[0] == 204
    await caller.steer("send_cap", resource_id=TANK)
    assert len(caller.portal.webhooks.logs) == 1


async def test_controls(caller: Caller) -> None:
    assert (await caller.steer("trick", what="magic"))[0] == 400
    assert (await caller.steer("send_cap", resource_id="nothing"))[0] == 400
    _, sent = await caller.steer("send_programme")
    assert len(sent["events"]) == 6
    _, body = await caller.call("GET /events")
    created = [each["createdAt"] for each in body["events"]]
    assert created == sorted(created, reverse=True)
    assert all(list(each["payload"])[-1] == "payloadType" for each in body["events"])
    assert (await caller.call("GET /events/none"))[0] == 404
    await caller.steer("remove_record", record_id=VEHICLE)
    await caller.steer("remove_record", record_id=LOCATION)
    assert caller.portal.partner.resources == {}
    await caller.steer("remove_record", record_id=USER)
    assert (await caller.call(f"GET /users/{USER}"))[0] == 404
