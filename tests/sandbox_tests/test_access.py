"""The simulated Digiwatt: tokens, and what is refused."""

from datetime import timedelta

import pytest

from tests.sandbox_tests.client import ACCOUNT, CONSUMPTION, Client, Time

READINGS = {
    "consumption": f"{CONSUMPTION}/yesterday",
    "consumption_totals": f"{CONSUMPTION}/totals/this-week",
    "consumption_realtime": f"{CONSUMPTION}/realtime",
    "consumption_latest": f"{CONSUMPTION}/latest",
    "consumption_performance": f"{CONSUMPTION}/performance/last-week",
    "consumption_habits": f"{CONSUMPTION}/habits/last-month",
    "analytics_trend": f"/analytics/{ACCOUNT}/trend",
    "analytics_distribution": f"/analytics/{ACCOUNT}/distribution",
    "analytics_compound": f"/analytics/{ACCOUNT}/compound",
    "saving": f"/saving/{ACCOUNT}",
    "greenness": "/greenness",
}


async def test_token(stranger: Client, clock: Time) -> None:
    status, body = await stranger.token()
    assert status == 200
    assert set(body) == {"access_token", "expires_in", "token_type"}
    assert (body["expires_in"], body["token_type"]) == (36_000, "Bearer")
    clock.now += timedelta(seconds=35_999)
    assert (await stranger.call("GET", "/greenness"))[0] == 200
    clock.now += timedelta(seconds=1)
    status, body = await stranger.call("GET", "/greenness")
    assert status == body["status"] == 401
    assert body["message"]


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "invalid_request"),
        ({"client_id": None}, 400, "invalid_request"),
        ({"client_secret": ""}, 400, "invalid_request"),
        ({"client_id": "another"}, 401, "invalid_client"),
        ({"client_secret": "another"}, 401, "invalid_client"),
    ],
)
async def test_token_refused(
    stranger: Client, changed: dict[str, str | None], status: int, error: str
) -> None:
    answered, body = await stranger.token(**changed)
    assert (answered, body["error"]) == (status, error)
    assert body["error_description"]


async def test_grant_type_has_a_default(stranger: Client) -> None:
    assert (await stranger.token(grant_type=None))[0] == 200


async def test_token_takes_only_a_form(stranger: Client) -> None:
    form = {"grant_type": "client_credentials"}
    status, body = await stranger.call("POST", "/auth/token", json=form)
    assert (status, body["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer nonsense", "Basic {}"])
async def test_every_other_call_needs_the_token(
    client: Client, header: str | None
) -> None:
    token = client.headers["Authorization"].removeprefix("Bearer ")
    client.headers = {} if header is None else {"Authorization": header.format(token)}
    calls = [("GET", path) for path in READINGS.values()]
    calls += [("POST", "/user"), ("DELETE", f"/user/{ACCOUNT}")]
    calls += [("POST", f"/user/{ACCOUNT}/onboarding")]
    assert len(calls) == 14
    for method, path in calls:
        status, body = await client.call(method, path)
        assert (status, body["status"]) == (401, 401), path


async def test_refusals(client: Client) -> None:
    for path in READINGS.values():
        if ACCOUNT in path:
            status, body = await client.call("GET", path.replace(ACCOUNT, "unknown"))
            assert (status, body["status"]) == (404, 404), path
    for kind in ("", "/totals", "/performance", "/habits"):
        status, body = await client.call("GET", f"{CONSUMPTION}{kind}/today")
        assert (status, body["status"]) == (400, 400), kind
    for method, path in (("POST", "/greenness"), ("GET", "/auth/token")):
        status, body = await client.call(method, path)
        assert (status, body["status"]) == (405, 405), path
    status, body = await client.call("GET", "/elsewhere")
    assert (status, body["status"]) == (404, 404)
    assert client.portal.calls[-1].operation is None
