"""What the card is told, over the websocket as a browser has it."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.energy_portals.const import DOMAIN
from tests.accounts import act, refresh, set_up
from tests.faces.planner.home import NOW, PRICE, dishwasher, planner_of
from tests.faces.planner.seen import call, times
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault

TODAY = [1768431600000, 1768518000000]


@pytest.fixture
async def client(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, planner: MockConfigEntry
) -> MockHAClientWebSocket:
    """Return a browser's connection."""
    return await hass_ws_client(hass)


async def asked(client: MockHAClientWebSocket, kind: str, **data: Any) -> Any:
    """Send a command; return its answer."""
    await client.send_json_auto_id({"type": f"{DOMAIN}/{kind}", **data})
    return await client.receive_json()


async def subscribed(client: MockHAClientWebSocket, **data: Any) -> Any:
    """Subscribe; return the first that is told."""
    answer = await asked(client, "subscribe", **data)
    assert answer["success"], answer
    return (await client.receive_json())["event"]


def ms(text: str) -> float:
    """Return a time of an action's as a browser has it."""
    return datetime.fromisoformat(text).timestamp() * 1000


async def test_sources(
    hass: HomeAssistant, client: MockHAClientWebSocket, planner: MockConfigEntry
) -> None:
    """All that can be shown is named, with where it is from."""
    found = (await asked(client, "sources"))["result"]
    assert [(each["id"], each["unit"]) for each in found["prices"]] == [
        (PRICE, "NOK/kWh"),
        ("esmart:home:contract-1001-3001", "NOK/kWh"),
    ]
    (green,) = found["green"]
    assert green["name"].startswith("Digiwatt")
    assert green["device_id"]
    (told,) = found["planners"]
    assert (told["id"], told["price"], told["green"]) == (
        planner.entry_id,
        PRICE,
        green["id"],
    )
    assert [each["name"] for each in told["loads"]] == ["Dishwasher"]
    assert all(each["device_id"] for each in told["loads"])
    assert told["device_id"]
    assert not any(each["flat"] for each in found["prices"])
    assert {each["name"] for each in found["accounts"]} >= {"Utility", "Planner"}
    assert all(each["devices"] for each in found["accounts"])


async def test_snapshot(
    hass: HomeAssistant, client: MockHAClientWebSocket, planner: MockConfigEntry
) -> None:
    """What is told are the prices of the action, and the plan of the sensors."""
    told = await subscribed(client, planner=planner.entry_id)
    assert told["zone"] == "Europe/Oslo"
    assert told["days"][0] == TODAY
    prices: Any = await act(hass, "get_prices", device_id=_device(hass))
    assert [slot[:3] for slot in told["price"]["slots"]] == [
        [ms(slot["start"]), ms(slot["end"]), slot["value"]] for slot in prices["slots"]
    ]
    assert {slot[3] for slot in told["price"]["slots"]} == {
        *("very_cheap", "cheap", "normal", "expensive", "very_expensive")
    }
    assert told["price"]["available"]
    assert told["green"]["windows"]
    assert told["caps"] is None
    (load,) = told["loads"]
    start, end = times(hass, planner)
    assert load["runs"] == [[start.timestamp() * 1000, end.timestamp() * 1000, 1.2]]
    assert load["status"] == "planned"
    assert load["currency"] == "NOK"
    assert load["window"] == [
        ms("2026-01-15T18:00:00+01:00"),
        ms("2026-01-16T07:00:00+01:00"),
    ]
    assert load["device_id"]
    assert load["cost_now"] - load["cost"] == pytest.approx(load["saving"])
    assert load["why"]["reason"] == "price"
    # Nothing drives it: whoever reads it starts it.
    assert (load["driven"], load["running"], load["shortfall"]) == (False, None, None)
    # The user has told nothing of the grid's part, and the area has no VAT.
    assert (told["price"]["all_in"], told["price"]["flat"]) == (False, False)
    assert told["price"]["currency"] == "NOK"


async def test_driven(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, prices: MockConfigEntry
) -> None:
    """Of a load that moves something it is told what that does."""
    hass.states.async_set("switch.plug", "on")
    planner = planner_of(hass, dishwasher(drives="switch.plug"))
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    client = await hass_ws_client(hass)
    (load,) = (await subscribed(client, planner=planner.entry_id))["loads"]
    assert (load["driven"], load["running"]) == (True, True)


async def test_when_tomorrow_is_expected(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    prices: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """It is told at any time, on the day that it is about."""
    client = await hass_ws_client(hass)
    told = await subscribed(client, price=PRICE)
    assert told["price"]["expected"] == ms("2026-01-15T12:55:00+01:00")
    assert not told["price"]["preliminary"]
    freezer.move_to(datetime.fromisoformat("2026-01-16T00:01:00+01:00"))
    async_fire_time_changed(hass)
    told = (await client.receive_json())["event"]
    assert told["price"]["expected"] == ms("2026-01-16T12:55:00+01:00")


def _device(hass: HomeAssistant) -> str:
    """Return the device of the price area."""
    registry = dr.async_get(hass)
    found = (
        registry.async_get_device_by_identifier((DOMAIN, PRICE), entry.entry_id)
        for entry in hass.config_entries.async_entries(DOMAIN)
    )
    return next(device.id for device in found if device is not None)


async def test_portal_down(
    hass: HomeAssistant,
    client: MockHAClientWebSocket,
    planner: MockConfigEntry,
    green: MockConfigEntry,
    digiwatt: DigiwattSandbox,
) -> None:
    """A portal that fails is told as not reached, with all that is known."""
    before = await subscribed(client, planner=planner.entry_id)
    digiwatt.fail("greenness", Fault(kind="status", status=503, times=9))
    await refresh(hass, green, "green_windows")
    told = (await client.receive_json())["event"]
    assert not told["green"]["available"]
    assert told["green"]["windows"] == before["green"]["windows"]
    assert told["price"] == before["price"]
    digiwatt.heal()
    await refresh(hass, green, "green_windows")
    told = (await client.receive_json())["event"]
    assert told["green"]["available"]


async def test_run_starts(
    hass: HomeAssistant,
    client: MockHAClientWebSocket,
    planner: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """It is told when a load starts, and nothing is told that is the same."""
    await subscribed(client, planner=planner.entry_id)
    await call(hass, planner, "button", "press", "start_by_hand")
    told = (await client.receive_json())["event"]
    assert told["loads"][0]["status"] == "due"
    await refresh(hass, planner, "plans")
    answer = await asked(client, "sources")
    assert answer["type"] == "result"


async def test_run_starts_as_planned(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    prices: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A load that begins by itself is told as running at its own second."""
    soon = dishwasher(duration=60, begin="13:31:00", end="14:31:00")
    planner = planner_of(hass, soon)
    await set_up(hass, planner)
    await hass.async_block_till_done(wait_background_tasks=True)
    client = await hass_ws_client(hass)
    told = await subscribed(client, planner=planner.entry_id)
    assert told["loads"][0]["status"] == "planned"
    freezer.move_to(NOW + timedelta(minutes=1))
    async_fire_time_changed(hass)
    told = (await client.receive_json())["event"]
    assert told["loads"][0]["status"] == "due"


async def test_source_goes(
    hass: HomeAssistant,
    client: MockHAClientWebSocket,
    planner: MockConfigEntry,
    prices: MockConfigEntry,
) -> None:
    """Prices of an account that is taken down are no longer told."""
    assert (await subscribed(client, planner=planner.entry_id))["price"]
    assert await hass.config_entries.async_unload(prices.entry_id)
    assert (await client.receive_json())["event"]["price"] is None


@pytest.mark.parametrize("what", ["planner", "price", "green", "caps"])
async def test_unknown(
    hass: HomeAssistant,
    client: MockHAClientWebSocket,
    planner: MockConfigEntry,
    what: str,
) -> None:
    """What nobody knows is refused."""
    answer = await asked(client, "subscribe", **{what: "nobody:1"})
    assert answer["error"]["code"] == "not_found"
