"""How the portal says that its deliveries went."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.diagnostics import (
    async_get_config_entry_diagnostics,
)
from tests.accounts import act, device, refresh, refused
from tests.journeys.volue.pushes import path_of, settled
from tests.sandbox.faults import Fault
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import TANK


@pytest.mark.usefixtures("outside")
async def test_deliveries_are_told(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    volue.send_cap(TANK, values=[3.5])
    volue.send_incentive(TANK, values=[0.1])
    await settled(hass, volue)
    user = device(hass, loaded, "user").id
    told: Any = await act(hass, "get_webhook_deliveries", device_id=user)
    assert told["is_complete"]
    assert {each["kind"] for each in told["deliveries"]} == {
        "ResourceLPCRequested",
        "PriceCurveCreated",
    }
    assert {each["status"] for each in told["deliveries"]} == {200}
    # Its address is a secret: whoever knows it can send there.
    assert path_of(loaded) not in str(told)
    first = told["deliveries"][0]
    alone: Any = await act(
        hass,
        "get_webhook_deliveries",
        device_id=user,
        notification_id=first["notification_id"],
    )
    (delivery,) = alone["deliveries"]
    assert delivery["event_id"] == first["event_id"]
    assert "payloadType" in delivery["content"]
    one: Any = await act(hass, "get_webhook_deliveries", device_id=user, limit=1)
    assert len(one["deliveries"]) == 1
    assert not one["is_complete"]


@pytest.mark.usefixtures("outside")
async def test_a_delivery_of_which_nothing_is_told(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    volue.send_cap(TANK)
    await settled(hass, volue)
    volue.fail("webhook_log", Fault(kind="remove", path="webhookNotificationLog"))
    known = volue.webhooks.logs[0]["notificationId"]
    told: Any = await act(hass, "get_webhook_deliveries", notification_id=known)
    assert told["deliveries"][0].keys() == {"content"}


@pytest.mark.usefixtures("outside")
async def test_a_webhook_that_fails_says_why_in_the_diagnostics(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    async def reports() -> list[Any]:
        await refresh(hass, loaded, "webhook")
        told = await async_get_config_entry_diagnostics(hass, loaded)
        found: list[Any] = told["feeds"]["webhook"]["reports"]
        return found

    volue.send_cap(TANK)
    await settled(hass, volue)
    assert await reports() == [[]]
    (row,) = volue.webhooks.rows.values()
    row["status"] = "Unhealthy"
    ((delivery,),) = await reports()
    assert delivery["kind"] == "ResourceLPCRequested"
    assert delivery["status"] == 200
    # Where it cannot be told, the webhook is looked at all the same.
    volue.fail("webhook_logs", Fault(kind="status", status=404))
    assert await reports() == [[]]


async def test_without_a_webhook(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    assert await refused(hass, "get_webhook_deliveries") == "no_webhook"
