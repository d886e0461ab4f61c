"""Every request of the client's and every answer of the sandbox's fits the portal's own
OpenAPI documents."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
import json
from typing import Any, Final

from aiohttp import web
import pytest

from custom_components.energy_portals.portals.http.client import Operation
from custom_components.energy_portals.portals.http.errors import PortalError
from custom_components.energy_portals.portals.volue.automatic_actions import (
    ANSWER_TYPES,
)
from custom_components.energy_portals.portals.volue.client import ROUTES, VolueClient
from custom_components.energy_portals.portals.volue.messages import (
    CapAnswer,
    CapPoint,
    CapTargetId,
    EnergyUsage,
    LocationEnergyUsage,
    LocationPlan,
    PriceCurve,
    PriceCurveTarget,
    PricePoint,
    SimulatedCap,
)
from custom_components.energy_portals.portals.volue.models import (
    Coordinate,
    LegacyMeter,
    LegacyResource,
    LegacyVehicle,
    LocationChanges,
    LocationToSend,
    ResourceToSend,
    WebhookToSend,
)
from custom_components.energy_portals.portals.volue.reports import points_of
from tests.exchanges import Exchange, Exchanges
from tests.openapi import needs_specs, spec
from tests.sandbox.server import Sandbox
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import LOCATION, METER_POINT, TANK, USER, VEHICLE
from tests.sandbox.volue_webhooks import signature

DOCUMENT: Final = "volue-energy-coordination.openapi.json"
_LEGACY: Final = frozenset({"legacy_meter_create", "legacy_resource_create"})
# What the portal offers for many users at once, or says a second time: no household has
# a use for it, and the simulated coordinator takes it all the same.
_BESIDE: Final[tuple[tuple[str, dict[str, str], object], ...]] = (
    ("POST /users/batch", {}, {"users": [{"userId": "one"}, {"userId": "two"}]}),
    (
        "POST /users/locations/batch",
        {},
        {"locations": [{"locationId": "shed", "userId": USER, "meterPointIds": ["1"]}]},
    ),
    (f"GET /users/{USER}/locations/{LOCATION}/resources", {}, None),
    ("GET /users/eligible", {"page": "1", "pageSize": "5"}, None),
    ("POST /simulation/partner", {}, None),
    ("DELETE /simulation/partner", {}, None),
    ("PATCH /webhooks/{webhook}", {}, {"enabled": True}),
    ("PUT /webhooks/{webhook}/enabled", {"enabled": "true"}, None),
)
_HOUR: Final = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
_PLACE: Final = Coordinate(latitude=60.52, longitude=5.06)


async def _users(client: VolueClient) -> None:
    """Call all that is about users, locations and resources."""
    await client.users()
    await client.user()
    await client.locations()
    await client.location(LOCATION)
    cabin = LocationToSend(location_id="cabin", coordinates=_PLACE)
    await client.create_location(cabin)
    await client.replace_location(cabin)
    await client.change_location("cabin", LocationChanges(location_type="Other"))
    await client.resources()
    await client.resource(TANK)
    heater = ResourceToSend(resource_id="heater", resource_type="HVAC")
    await client.create_resource("cabin", heater)
    scooter = ResourceToSend(resource_id="scooter", resource_type="Vehicle")
    await client.create_vehicle(scooter)
    await client.delete_resource("scooter")
    await client.delete_location("cabin")


async def _programme(client: VolueClient) -> None:
    """Call all that is about the programme."""
    await client.enrollment()
    await client.leave()
    await client.enroll()
    await client.eligibility()
    await client.meter_eligibility(METER_POINT)
    await client.compensation()


async def _events(client: VolueClient, volue: VolueSandbox) -> None:
    """Call all that is about events and reports."""
    volue.send_programme()
    await client.simulate_price_curve()
    await client.simulate_price_curve(
        [PriceCurveTarget(resource_id=TANK, location_id=LOCATION)],
        PriceCurve(
            points=(PricePoint(price=0.5, timestamp=_HOUR),),
            energy_unit="kWh",
            currency="NOK",
            resolution="01:00:00",
        ),
        "NO1",
    )
    await client.simulate_eligibility()
    target = CapTargetId(location_id=LOCATION, meter_point_id=METER_POINT)
    of_tank = CapTargetId(
        location_id=LOCATION, meter_point_id=METER_POINT, resource_id=TANK
    )
    points = (CapPoint(max_power_in_kilo_watts=3, timestamp=_HOUR),)
    await client.simulate_location_cap()
    at_place = await client.simulate_location_cap([SimulatedCap(target=target)])
    await client.simulate_resource_cap()
    at_tank = await client.simulate_resource_cap(
        [SimulatedCap(target=of_tank, points=points)]
    )
    listed = [event async for page in client.events() for event in page]
    assert listed
    assert at_place is not None
    assert at_tank is not None
    await client.event(at_tank.id)
    energy = tuple(points_of({_HOUR - timedelta(hours=2): 1.25}))
    usage = EnergyUsage(resource_id=TANK, points=energy)
    at_home = LocationEnergyUsage(
        location_id=LOCATION, meter_point_id=METER_POINT, points=energy
    )
    plan = LocationPlan(
        location_id=LOCATION,
        meter_point_id=METER_POINT,
        baseline=energy,
        flexibility=energy,
    )
    await client.report([usage, at_home, plan])
    for event, kind, targets in (
        (at_tank, "ResourceLPC", (of_tank,)),
        (at_place, "LocationLPC", (target,)),
    ):
        answer = CapAnswer(
            payload_type=ANSWER_TYPES[kind], acknowledged_targets=targets
        )
        await client.report([answer], event.id)


async def _webhooks(client: VolueClient) -> None:
    """Call all that is about webhooks."""
    wanted = WebhookToSend(
        name="Home Assistant",
        webhook_secret="secret",
        webhook_url="http://127.0.0.1:9/nobody",
        notification_types=("PriceCurveCreated", "UserEligibilityUpdated"),
    )
    await client.create_webhook(wanted)
    (found,) = await client.webhooks()
    await client.webhook(found.webhook_id)
    await client.replace_webhook(found.webhook_id, wanted)
    for route, query, body in _BESIDE:
        await client._http.send(
            Operation.of("beside", route),
            bytes,
            path={"webhook": found.webhook_id},
            query=query,
            json=body,
        )
    await client.simulate_eligibility()
    (log,) = await client.webhook_logs(found.webhook_id)
    assert log.notification_id is not None
    told = await client.webhook_log(log.notification_id)
    assert told.notification_content is not None
    await client.delete_webhook(found.webhook_id)


async def _refusals(client: VolueClient) -> None:
    """Ask for what is refused, in every way of refusing."""
    asks: tuple[Callable[[], Awaitable[Any]], ...] = (
        client.create_user,
        lambda: client.location("nowhere"),
        lambda: client.event("no event"),
        lambda: client.resource("nothing"),
        lambda: client.delete_resource("nothing"),
        lambda: client.webhook("none"),
        lambda: client.delete_webhook("none"),
        lambda: client.webhook_log("none"),
        lambda: client.report([]),
        lambda: client.create_webhook(WebhookToSend(webhook_url="ftp://x")),
        lambda: client.create_vehicle(
            ResourceToSend(resource_id=VEHICLE, resource_type="Vehicle")
        ),
        lambda: client.create_location(LocationToSend(location_id=LOCATION)),
    )
    for ask in asks:
        with pytest.raises(PortalError):
            await ask()


async def _everything(client: VolueClient, volue: VolueSandbox) -> None:
    """Call all that there is."""
    await _users(client)
    await _programme(client)
    await _events(client, volue)
    await _webhooks(client)
    await _refusals(client)
    await client.delete_user()
    with suppress(PortalError):
        await client.user()
    await client.create_user()


async def test_everything_is_called(client: VolueClient, volue: VolueSandbox) -> None:
    """The simulated coordinator takes every operation, and nothing is left out."""
    await _everything(client, volue)
    called = {call.operation for call in volue.calls}
    assert called >= {*volue.operations()} - _LEGACY - {"token"}


@needs_specs
async def test_everything_fits(
    sandbox: Sandbox, client: VolueClient, volue: VolueSandbox
) -> None:
    async with Exchanges(sandbox) as seen:
        await _everything(client, volue)
    found = seen.under("/volue/energy-coordination/v1")
    # The document's own samples have null here, which its schema does not take.
    problems = [
        each
        for each in spec(DOCUMENT).problems(*found)
        if not each.endswith("coordinates: None is not of type 'object'")
    ]
    assert problems == []
    assert len(found) >= len(ROUTES) - len(_LEGACY) + len(_BESIDE)


async def test_legacy(client: VolueClient, volue: VolueSandbox) -> None:
    """The older creates of the quickstart send what it shows."""
    meter = LegacyMeter(
        meter_point_id="707",
        address={"street": "Storgata 1", "city": "Bergen", "zipCode": "5003"},
        location=_PLACE,
        meter_number="12",
    )
    await client.create_legacy_meter(meter)
    metadata = {"resourceType": "HotWaterTank", "brand": "Oso", "capacity": 500}
    tank = LegacyResource(resource_id="tank", metadata=metadata)
    await client.create_legacy_resource(tank)
    car = {"resourceType": "Vehicle", "brand": "Tesla", "model": "Model 3"}
    await client.create_legacy_vehicle(LegacyVehicle(vehicle_id="car", metadata=car))
    assert volue.partner.legacy == [
        (
            "meter",
            {
                "meterPointId": "707",
                "address": {
                    "street": "Storgata 1",
                    "city": "Bergen",
                    "zipCode": "5003",
                },
                "location": {"latitude": 60.52, "longitude": 5.06},
                "meterNumber": "12",
                "locationType": "Residential",
            },
        ),
        ("resource", {"resourceId": "tank", "metadata": metadata}),
        ("vehicle", {"vehicleId": "car", "metadata": car}),
    ]


@needs_specs
@pytest.mark.parametrize("key", sorted(ROUTES.keys() - _LEGACY))
def test_every_route_is_documented(key: str) -> None:
    method, _, path = ROUTES[key].partition(" ")
    documented = {
        (
            each.method,
            "".join("{}" if "{" in part else part for part in _parts(each.path)),
        )
        for each in spec(DOCUMENT).operations
    }
    plain = "".join("{}" if "{" in part else part for part in _parts(path))
    assert (method, plain) in documented


def _parts(path: str) -> list[str]:
    """Return a path's segments, each with its slash."""
    return [f"/{part}" if "{" not in part else "{" for part in path.split("/")[1:]]


@needs_specs
def test_all_operations_are_called() -> None:
    """The client has the current API's operations, but for those listed beside."""
    own = len(ROUTES) - len(_LEGACY)
    assert len(spec(DOCUMENT).operations) == own + len(_BESIDE) == 43


@needs_specs
async def test_notifications_fit(volue: VolueSandbox, client: VolueClient) -> None:
    """What the sandbox pushes is what the portal's document says of a notification."""
    got: list[tuple[bytes, str]] = []

    async def take(request: web.Request) -> web.Response:
        got.append((await request.read(), request.headers["X-Payload-Signature"]))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        port = runner.addresses[0][1]
        await client.create_webhook(
            WebhookToSend(
                webhook_secret="secret",
                webhook_url=f"http://127.0.0.1:{port}/hook",
                notification_types=(
                    "PriceCurveCreated",
                    "UserEligibilityUpdated",
                    "LocationLPCRequested",
                    "ResourceLPCRequested",
                    "LPCReservationCreated",
                ),
            )
        )
        volue.send_incentive(TANK)
        volue.send_cap(TANK)
        volue.send_cap()
        volue.send_cap(reserved=True)
        volue.make_eligible()
        await volue.webhooks.settled()
    finally:
        await runner.cleanup()
    assert len(got) == 5
    document = spec(DOCUMENT)
    notification = {"$ref": "#/components/schemas/EventNotification"}
    for body, signed in got:
        assert signed == signature(body, "secret")
        told = json.loads(body)
        assert list(told["payload"])[-1] == "payloadType"
        payload = told.pop("payload")
        # The schema of a payload in a notification is the bare base.
        bare = {**told, "payload": {"payloadType": payload["payloadType"]}}
        assert not list(document.schemas.misfits(bare, notification))
        exchange = Exchange(
            method="GET",
            path=f"/events/{told['eventId']}",
            response_body=json.dumps(
                {
                    "id": told["eventId"],
                    "createdAt": told["eventCreatedAtUtc"],
                    "payload": payload,
                }
            ).encode(),
        )
        assert document.problems(exchange) == []
    assert volue.webhooks.statuses() == [200] * 5
