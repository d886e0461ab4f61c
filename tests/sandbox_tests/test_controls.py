"""Controls: what a test sees and changes behind a simulated portal's interface."""

from datetime import timedelta

import pytest

from tests.sandbox import Fault
from tests.sandbox_tests.client import ACCOUNT, CONSUMPTION, NOW, Client, Time


async def test_calls(client: Client) -> None:
    await client.call("GET", "/greenness?a=b")
    call = client.portal.calls[-1]
    assert (call.operation, call.method, call.path) == (
        "greenness",
        "GET",
        "/greenness",
    )
    assert (call.query, call.status, call.time) == ({"a": "b"}, 200, NOW.isoformat())
    url = f"{client.control}/calls"
    async with client.session.get(url, params={"vendor": "digiwatt"}) as answer:
        calls = (await answer.json())["calls"]
    assert [entry["operation"] for entry in calls] == ["token", "greenness"]
    assert calls[-1] == {"vendor": "digiwatt", **call.as_dict()}
    async with client.session.delete(url) as answer:
        assert answer.status == 200
    assert client.portal.calls == []


async def test_rotate_secret(client: Client) -> None:
    old = client.portal.client_secret
    status, body = await client.steer("digiwatt/rotate_secret")
    assert (status, body) == (200, {"client_secret": client.portal.client_secret})
    assert (await client.call("GET", "/greenness"))[0] == 401
    assert (await client.token(client_secret=old))[0] == 401
    assert (await client.token(client_secret=body["client_secret"]))[0] == 200
    await client.data("/greenness")


async def test_revoke_tokens(client: Client) -> None:
    assert await client.steer("digiwatt/revoke_tokens") == (200, {"revoked": 1})
    assert (await client.call("GET", "/greenness"))[0] == 401


async def test_token_lifetime(client: Client) -> None:
    await client.steer("digiwatt/set_token_lifetime", {"seconds": 60})
    assert (await client.token())[1]["expires_in"] == 60


async def test_remove_account(client: Client) -> None:
    assert (await client.steer("digiwatt/remove_account"))[0] == 200
    assert (await client.call("GET", f"{CONSUMPTION}/realtime"))[0] == 404
    assert (await client.steer("digiwatt/remove_account"))[0] == 400
    await client.data("/greenness")


@pytest.mark.parametrize("name", ["microwave", "heatPump", "sauna"])
async def test_add_appliance(client: Client, clock: Time, name: str) -> None:
    yesterday = await client.data(f"{CONSUMPTION}/yesterday")
    before = await client.data(f"{CONSUMPTION}/totals/this-week")
    for _ in range(2):
        _, body = await client.steer("digiwatt/add_appliance", {"name": name})
        assert body["appliances"].count(name) == 1
    assert await client.data(f"{CONSUMPTION}/yesterday") == yesterday
    rows = (await client.data(f"{CONSUMPTION}/this-week"))["consumption"]
    assert [name in row["appliances"] for row in rows[-2:]] == [False, True]
    after = await client.data(f"{CONSUMPTION}/totals/this-week")
    listed = {item["appliance"]: item["value"] for item in after["appliances"]}
    assert after["total"] - before["total"] == pytest.approx(listed[name])
    months = (await client.data(f"/analytics/{ACCOUNT}/compound"))["months"]
    assert [name in item["appliances"] for item in months] == [False] * 11 + [True]
    clock.now += timedelta(days=4)
    await client.token()
    after = await client.data(f"{CONSUMPTION}/totals/last-seven-days")
    listed = {item["appliance"]: item["value"] for item in after["appliances"]}
    assert listed[name] > 0


async def test_late_and_corrected_readings(client: Client) -> None:
    path = f"{CONSUMPTION}/totals/this-month"
    before = (await client.data(path))["total"]
    trend = (await client.data(f"/analytics/{ACCOUNT}/trend"))["trend"]
    wanted = {"start": "2026-05-12T10:00+02:00", "stop": "2026-05-12T12:00+02:00"}
    await client.steer("digiwatt/correct", {**wanted, "watts": 300})
    assert (await client.data(path))["total"] - before == pytest.approx(600)
    corrected = (await client.data(f"/analytics/{ACCOUNT}/trend"))["trend"]
    assert corrected[:-1] == trend[:-1]
    assert corrected[-1]["F1"] - trend[-1]["F1"] == pytest.approx(600)
    assert (await client.steer("digiwatt/hold_back", {"seconds": 7200}))[0] == 200
    rows = (await client.data(f"{CONSUMPTION}/latest"))["consumption"]
    assert rows[-1]["timestamp"] == "2026-05-14T10:30:00+02:00"
    habits = (await client.data(f"{CONSUMPTION}/habits/this-week"))["habits"]
    assert all(item["value"] > 0 for item in habits)
    await client.data(f"{CONSUMPTION}/realtime")


async def test_controls_refuse(client: Client) -> None:
    assert (await client.steer("digiwatt/explode"))[0] == 404
    assert (await client.steer("nobody/revoke_tokens"))[0] == 404
    assert (await client.steer("digiwatt/add_appliance", {"nome": "x"}))[0] == 400
    assert (await client.steer("digiwatt/add_appliance", ["x"]))[0] == 400
    with pytest.raises(ValueError, match="operation"):
        client.portal.fail("nothing", Fault(kind="html"))
