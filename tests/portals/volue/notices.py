"""Notices of the coordinator's, as tests make them."""

from collections import Counter
from datetime import UTC, datetime, timedelta
import json
from typing import Any

from custom_components.energy_portals.portals.contract import Site
from custom_components.energy_portals.portals.volue.event_log import EventLog, logged
from custom_components.energy_portals.portals.volue.events import Notice
from custom_components.energy_portals.portals.volue.payloads import one_event
from custom_components.energy_portals.portals.volue.reads import Reading
from custom_components.energy_portals.portals.volue.sites import (
    LocationSite,
    ResourceSite,
    UserSite,
)

NOW = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


HOUR = timedelta(hours=1)


TANK = ResourceSite(
    key="resource:t",
    name="Tank",
    resource_id="t",
    resource_type="HotWaterTank",
    location_id="l",
)


HOME = LocationSite(key="location:l", name="Home", location_id="l")


USER = UserSite(key="user", name="Volue u")


SITES: tuple[Site, ...] = (USER, HOME, TANK)


def notice_of(
    payload: Any, event_id: str = "e", created: str = "2026-10-24T12:00:00Z"
) -> Notice:
    event = {"id": event_id, "createdAt": created, "payload": payload}
    body = json.loads(json.dumps(event))
    return Notice.of_event(one_event(Reading("event", Counter()), body))


def curve_of(points: Any, **more: Any) -> dict[str, Any]:
    delta = {
        "points": points,
        "energyUnit": "kWh",
        "currency": "NOK",
        "resolution": "01:00:00",
        **more,
    }
    return {
        "targets": [{"resourceId": "t", "locationId": "l"}],
        "priceCurveDelta": {k: v for k, v in delta.items() if v is not None},
        "priceArea": "NO1",
        "payloadType": "PriceCurve",
    }


def log_of(*payloads: Any) -> EventLog:
    notices = [
        notice_of(each, f"e{n}", f"2026-10-24T12:{n:02}:00Z")
        for n, each in enumerate(payloads)
    ]
    return logged({}, notices, SITES, user_id="u", now=NOW)["resource:t"]
