"""What a person changes at the portal, and what it then has."""

from datetime import timedelta
import json

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.esmart.client import EsmartClient
from custom_components.energy_portals.portals.esmart.models import CarChange
from custom_components.energy_portals.portals.http.errors import (
    InvalidInput,
    NotFound,
    Rejected,
)
from tests.portals.esmart.operations import TOMORROW, client_of, error_of
from tests.portals.server import Server, json_answer
from tests.sandbox.esmart import EsmartSandbox

HOUR = timedelta(hours=1)


async def test_settings_of_load_control(
    client: EsmartClient, esmart: EsmartSandbox
) -> None:
    """One of the two stays what it is; the unit is the portal's own."""
    await client.change_control_settings("701", threshold=7.5)
    settings = await client.control_settings("701")
    assert (settings.threshold, settings.order) == (7.5, ("601", "611"))
    await client.change_control_settings("701", order=["611", "601"])
    settings = await client.control_settings("701")
    assert (settings.threshold, settings.order) == (7.5, ("611", "601"))
    unknown = client.change_control_settings("701", order=["9"])
    assert isinstance(await error_of(unknown), Rejected)
    await client.delete_control_settings("701")
    with pytest.raises(InvalidInput) as caught:
        await client.change_control_settings("701", order=["611"])
    assert caught.value.key == "no_threshold"
    await client.change_control_settings("701", threshold=4)
    assert (await client.control_settings("701")).order == ()


async def test_a_threshold_goes_back_in_the_unit_it_came_in(
    session: ClientSession, server: Server
) -> None:
    settings = {"Threshold": 5000, "Unit": "W", "DeviceOrder": [601]}
    server.otherwise = json_answer(settings)
    await client_of(session, server).change_control_settings("701", threshold=6.5)
    sent = json.loads(server.asked[-1].body)
    assert sent == {"SiteId": 701, "Threshold": 6500, "Unit": "W", "DeviceOrder": [601]}


async def test_plans_that_are_asked_for(
    client: EsmartClient, esmart: EsmartSandbox
) -> None:
    await client.request_control_plan("1", "2", {TOMORROW: 3.5, TOMORROW + HOUR: 4})
    found = await client.requested("1", "2", TOMORROW, TOMORROW + 2 * HOUR)
    assert [slot.value for slot in found] == [3.5, 4]
    unknown = client.request_control_plan("9", "2", {TOMORROW: 1})
    assert isinstance(await error_of(unknown), NotFound)


async def test_cars_of_the_garage(client: EsmartClient) -> None:
    change = CarChange(name="New", net_kwh=50, max_kw=7.4, connected_asset_id="601")
    await client.add_car("car-9", change)
    car = await client.car("car-9")
    assert (car.id, car.name, car.net_kwh, car.max_kw) == ("car-9", "New", 50, 7.4)
    assert car.connected_asset_id == "601"
    await client.update_car("car-9", CarChange(gross_kwh=55))
    car = await client.car("car-9")
    assert (car.name, car.gross_kwh) == ("New", 55)
    await client.remove_car("car-9")
    assert isinstance(await error_of(client.car("car-9")), NotFound)
    assert isinstance(await error_of(client.remove_car("car-9")), NotFound)


async def test_unread_messages_of_all_pages(
    client: EsmartClient, esmart: EsmartSandbox
) -> None:
    for n in range(120):
        esmart.post.add_message(f"{n}", "text")
    unread = await client.unread_ids()
    assert (len(unread), unread.is_whole) == (121, True)
    assert len(unread) == await client.unread_messages()
    await client.mark_messages(unread)
    assert await client.unread_ids() == ()
    await client.mark_messages(unread[:2], read=False)
    assert await client.unread_messages() == 2


async def test_messages_end(session: ClientSession, server: Server) -> None:
    """A server that does not count pages is left."""
    rows = [{"Id": n, "State": 1} for n in range(100)]
    server.otherwise = json_answer(rows)
    assert len(await client_of(session, server).unread_ids()) == 100
    assert len(server.asked) == 2
