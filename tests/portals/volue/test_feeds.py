"""What is held of the programme, events and the webhook when answers are in doubt."""

from collections.abc import Mapping
from datetime import UTC, datetime
import json
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import (
    Feed,
    Fetched,
    Site,
    WebhookTarget,
)
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.volue.client import VolueClient
from custom_components.energy_portals.portals.volue.feeds import (
    EVENTS,
    LOCATIONS,
    PROGRAMME,
    WEBHOOK,
    LocationFacts,
    WebhookState,
)
from custom_components.energy_portals.portals.volue.models import Webhook
from custom_components.energy_portals.portals.volue.sites import LocationSite, UserSite
from tests.sandbox.faults import Fault
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import LOCATION, METER_POINT, TANK
from tests.surroundings import Surroundings

USER = UserSite(key="user", name="Volue u")
HOME = LocationSite(
    key="location:l", name="Home", location_id=LOCATION, meter_points=(METER_POINT,)
)
TARGET = WebhookTarget(url="https://home.example/api/webhook/abc", secret="s")


async def _fetch(
    client: VolueClient,
    feed: Feed[Any, Any, Any, Any],
    *sites: Site,
    held: Mapping[str, Any] | None = None,
    target: WebhookTarget | None = None,
) -> Fetched[Any]:
    surroundings = Surroundings(webhook_target=target)
    request = feed.request(datetime.now(UTC), sites, held or {}, surroundings)
    return await feed.fetch(client, request)


def _raw(body: Any, times: int | None = 1) -> Fault:
    return Fault(kind="raw", body=json.dumps(body), times=times)


async def test_enrolment_that_is_not_told(
    client: VolueClient, volue: VolueSandbox
) -> None:
    volue.fail("enrollment", Fault(kind="remove", path="isEnrolled"))
    programme = (await _fetch(client, PROGRAMME, USER)).data["user"]
    assert programme.enrollment.is_enrolled is None
    assert programme.eligible is True
    assert client.refused() == {"enrollment.isEnrolled": 1}


async def test_a_sum_with_a_bad_row_is_unknown(
    client: VolueClient, volue: VolueSandbox
) -> None:
    path = "locationCompensations.0"
    row = {"locationId": "x", "activeAmount": 1, "blockedAmount": 1, "currency": "NOK"}
    for odd in (None, {**row, "locationId": None}, "row"):
        body = {"period": {}, "locationCompensations": [row, odd]}
        volue.fail("compensation", _raw(body))
        programme = (await _fetch(client, PROGRAMME, USER)).data["user"]
        assert programme.amount("active_amount") is None
    volue.fail(
        "compensation", Fault(kind="set", path=f"{path}.activeAmount", value="1_0")
    )
    programme = (await _fetch(client, PROGRAMME, USER)).data["user"]
    assert programme.amount("active_amount") is None
    assert programme.amount("blocked_amount") is not None


async def test_what_was_earned_stays_when_it_cannot_be_read(
    client: VolueClient, volue: VolueSandbox
) -> None:
    """Whether a location may take part is told all the same."""
    fetched = await _fetch(client, LOCATIONS, HOME)
    held: LocationFacts = fetched.data[HOME.key]
    assert held.compensation is not None
    volue.fail("compensation", _raw({"error": "later"}))
    volue.fail("meter_eligibility", Fault(kind="set", path="isEligible", value=False))
    fetched = await _fetch(client, LOCATIONS, HOME, held=fetched.data)
    facts = fetched.data[HOME.key]
    assert (facts.eligible, facts.compensation) == (False, held.compensation)
    assert len(fetched.problems) == 1


@pytest.mark.parametrize("body", [{}, {"error": "x"}, {"events": None}, None])
async def test_no_list_of_events_is_not_an_empty_one(
    client: VolueClient, volue: VolueSandbox, body: Any
) -> None:
    volue.fail("events", _raw(body))
    with pytest.raises(UnexpectedResponse):
        await _fetch(client, EVENTS, USER)


async def test_events_that_could_not_all_be_had_are_looked_for_again(
    client: VolueClient, volue: VolueSandbox
) -> None:
    volue.send_cap(TANK)
    volue.fail(
        "events", Fault(kind="set", path="pagination.totalRecords", value=9, times=2)
    )
    volue.fail("events", _raw({"events": [], "total": 9}))
    fetched = await _fetch(client, EVENTS, USER)
    assert len(fetched.problems) == 1
    assert fetched.data["user"].polled is None
    volue.heal()
    fetched = await _fetch(client, EVENTS, USER, held=fetched.data)
    assert fetched.problems == ()
    assert fetched.data["user"].polled is not None


@pytest.mark.parametrize(
    "body",
    [
        {"webhooks": [{"webhookId": "w"}]},
        {"webhooks": [None]},
        {"webhooks": [], "total": 3},
        {"webhooks": None},
        {},
    ],
)
async def test_ours_may_be_among_what_cannot_be_read(
    client: VolueClient, volue: VolueSandbox, body: Any
) -> None:
    """No second one is registered then."""
    volue.fail("webhooks", _raw(body))
    with pytest.raises(UnexpectedResponse):
        await _fetch(client, WEBHOOK, USER, target=TARGET)
    assert not volue.webhooks.rows


async def test_what_is_not_told_of_the_webhook_is_no_reason_to_mend_it(
    client: VolueClient, volue: VolueSandbox
) -> None:
    await _fetch(client, WEBHOOK, USER, target=TARGET)
    volue.calls.clear()
    path = "webhooks.0.notificationTypes"
    volue.fail("webhooks", Fault(kind="remove", path=path))
    await _fetch(client, WEBHOOK, USER, target=TARGET)
    assert [call.operation for call in volue.calls] == ["webhooks"]


@pytest.mark.parametrize(
    ("enabled", "status", "healthy"),
    [
        *((True, "Healthy", True), (True, "New", True), (True, "TimeOut", False)),
        *((False, "Healthy", False), (False, None, False)),
        *((None, "Healthy", None), (True, None, None), (True, "Sleepy", None)),
    ],
)
def test_health_that_is_not_told(
    enabled: bool | None, status: str | None, healthy: bool | None
) -> None:
    webhook = Webhook(
        webhook_id="w", webhook_url="https://x", enabled=enabled, status=status
    )
    assert WebhookState(webhook=webhook).is_healthy is healthy
    assert WebhookState().is_healthy is False
