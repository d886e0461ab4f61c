"""What the coordinator pushes, and what became of it."""

import json
from typing import Any, Final

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.account.webhook import Webhook
from tests.faces.volue.conftest import NOW
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import TANK
from tests.sandbox.volue_webhooks import signature
from tests.sandbox.volue_wire import iso

SIGNATURE: Final = "X-Payload-Signature"


def notification(volue: VolueSandbox, number: int = 1, **more: Any) -> bytes:
    """Return a cap on the tank as the coordinator would send it."""
    caps = volue.events.caps({volue.hour(): 3.0}, resources=[TANK])
    told = {
        "notificationId": f"n-{number}",
        "eventId": f"e-{number}",
        "eventCreatedAtUtc": iso(NOW),
        "notificationSentUtc": iso(NOW),
        "notificationType": "ResourceLPCRequested",
        "payload": caps,
        **more,
    }
    return json.dumps(told).encode()


def path_of(entry: MockConfigEntry) -> str:
    """Return where an account is pushed to."""
    return f"/api/webhook/{entry.data['webhook_id']}"


def signed(entry: MockConfigEntry, body: bytes) -> dict[str, str]:
    """Return the header that proves a body."""
    return {SIGNATURE: signature(body, entry.data["webhook_secret"])}


def counts(entry: MockConfigEntry) -> dict[str, int]:
    """Return deliveries by what came of them."""
    found: Webhook = entry.runtime_data.webhook
    return dict(found.counts)


async def settled(hass: HomeAssistant, volue: VolueSandbox) -> None:
    """Wait until nothing is under way."""
    await volue.webhooks.settled()
    await hass.async_block_till_done(wait_background_tasks=True)
