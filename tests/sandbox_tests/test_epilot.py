"""The simulated portal refuses what the portal would refuse."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.sandbox import Sandbox
from tests.sandbox_tests.epilot_client import NOW, SPAN, V2, Caller

USED = "consumptionDataRetrieval"


@pytest.fixture
def moment() -> SimpleNamespace:
    """Return the clock; `now` moves it."""
    return SimpleNamespace(now=NOW)


@pytest.fixture
async def caller(
    socket_enabled: None, moment: SimpleNamespace
) -> AsyncGenerator[Caller]:
    """Run the portal, and call it."""
    async with (
        Sandbox(["epilot"], clock=lambda: moment.now) as sandbox,
        Caller(sandbox) as found,
    ):
        yield found


# Who may ask


async def test_who_may_ask(caller: Caller, moment: SimpleNamespace) -> None:
    assert (await caller.call("GET", f"{V2}/user"))[0] == 200
    for bearer in (
        None,
        "Bearer eyJ.unknown.token",
        f"Bearer {caller.tokens['AccessToken']}",
        f"Basic {caller.tokens['IdToken']}",
        str(caller.tokens["IdToken"]),
    ):
        held, caller.bearer = caller.bearer, bearer
        for path in (f"{V2}/user", "metering/v1/metering/meter"):
            assert (await caller.call("GET", path))[0] == 401, bearer
        caller.bearer = held
    moment.now += timedelta(seconds=3600)
    assert (await caller.call("GET", f"{V2}/user"))[0] == 401


async def test_what_all_may_ask(caller: Caller) -> None:
    caller.bearer = None
    domain = {"domain": "kundenportal.sandbox.example"}
    status, config = await caller.call("GET", f"{V2}/public/config", domain)
    assert (status, config["enabled"]) == (200, True)
    status, found = await caller.call(
        "GET", "portal/v3/portal/public/extensions", domain
    )
    assert status == 200
    assert set(found) >= {USED, "priceDataRetrieval", "costDataRetrieval"}
    for query, refusal in (({"domain": "x.example"}, 404), ({}, 400)):
        for path in (f"{V2}/public/config", "portal/v3/portal/public/extensions"):
            assert (await caller.call("GET", path, query))[0] == refusal


async def test_a_login_that_is_revoked(caller: Caller) -> None:
    body = {"refresh_token": caller.tokens["RefreshToken"]}
    assert (await caller.call("POST", f"{V2}/token/revoke", body={}))[0] == 400
    status, said = await caller.call("POST", f"{V2}/token/revoke", body=body)
    assert (status, said["message"]) == (200, "Token revoked successfully")
    assert (await caller.call("POST", f"{V2}/token/validate"))[0] == 401
    status, said = await caller.identity(
        "GetTokensFromRefreshToken", RefreshToken=body["refresh_token"]
    )
    assert (status, said["__type"]) == (400, "NotAuthorizedException")


async def test_the_pool_is_strict(caller: Caller) -> None:
    for target, body, kind in (
        ("ListUsers", {}, "UnknownOperationException"),
        ("InitiateAuth", {}, "InvalidParameterException"),
        ("InitiateAuth", {"ClientId": "x"}, "ResourceNotFoundException"),
        (
            "InitiateAuth",
            {
                "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": {"USERNAME": "u", "PASSWORD": "p"},
            },
            "InvalidParameterException",
        ),
        (
            "RespondToAuthChallenge",
            {
                "ChallengeName": "EMAIL_OTP",
                "ChallengeResponses": {"USERNAME": caller.portal.identity.user_id},
            },
            "NotAuthorizedException",
        ),
    ):
        status, said = await caller.identity(target, **body)
        assert (status, said["__type"]) == (400, kind)


async def test_rotation(caller: Caller, moment: SimpleNamespace) -> None:
    caller.portal.rotate_refresh_tokens(on=True, grace=30)
    old = caller.tokens["RefreshToken"]

    async def renew(token: str) -> Any:
        return (await caller.identity("GetTokensFromRefreshToken", RefreshToken=token))[
            1
        ]

    new = (await renew(old))["AuthenticationResult"]["RefreshToken"]
    assert new != old
    moment.now += timedelta(seconds=29)
    assert "AuthenticationResult" in await renew(old)
    moment.now += timedelta(seconds=31)
    assert (await renew(old))["__type"] == "RefreshTokenReuseException"
    # Whoever uses an old one may have stolen it: the whole login is over.
    assert (await renew(new))["__type"] == "NotAuthorizedException"
    _, said = await caller.identity(
        "InitiateAuth",
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": caller.portal.identity.sign_in()},
    )
    assert said["__type"] == "NotAuthorizedException"


async def test_a_login_of_an_earlier_run(caller: Caller) -> None:
    async def renew() -> int:
        given = {"REFRESH_TOKEN": "earlier"}
        status, _ = await caller.identity(
            "InitiateAuth", AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=given
        )
        return status

    assert await renew() == 400
    caller.portal.identity.go_on("earlier")
    assert await renew() == 200


# Series


async def _series(caller: Caller, path: str, query: dict[str, str]) -> tuple[int, Any]:
    return await caller.call("GET", f"{V2}/{path}", query)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 200),
        ({"extensionId": None}, 400),
        ({"extensionId": "x"}, 404),
        ({"app_id": "x"}, 404),
        ({"app_id": None}, 200),
        ({"hookId": "x"}, 404),
        ({"from": None}, 400),
        ({"from": "2026-06-19"}, 400),
        ({"from": "2026-06-19T00:00:00"}, 400),
        ({"from": SPAN["to"]}, 400),
        ({"interval": "P1Y"}, 400),
        ({"interval": None}, 400),
        ({"hook_id": "x"}, 400),
        ({"context_entities": "[]"}, 400),
        ({"context_entities[0]": "x"}, 400),
        ({"context_entitiesX": "x"}, 400),
        ({"from": "20260618T22Z"}, 400),
        ({"context_entities[0][entity_id]": "x"}, 403),
        ({"context_entities[0][entity_schema]": "contract"}, 403),
        ({"context_entities[0][entity_schema]": None}, 400),
        ({"from": "2026-05-01T00:00:00Z"}, 400),
        ({"interval": "PT15M", "from": "2026-06-18T21:59:00Z"}, 400),
    ],
)
async def test_questions(
    caller: Caller, changes: dict[str, str | None], status: int
) -> None:
    query = caller.series(USED, **changes)
    assert (await _series(caller, "consumption", query))[0] == status


async def test_a_meter_is_needed(caller: Caller) -> None:
    without = {
        "context_entities[0][entity_id]": caller.portal.home.power_contract,
        "context_entities[0][entity_schema]": "contract",
    }
    query = caller.series(USED, **without)
    assert (await _series(caller, "consumption", query))[0] == 400


async def test_several_hooks(caller: Caller) -> None:
    caller.portal.series.hooks.set_hooks(USED, 3)
    query = caller.series(USED)
    assert (await _series(caller, "consumption", query))[0] == 400
    for hook in ("0", "1"):
        named = caller.series(USED, hookId=f"hook-{USED}-{hook}")
        assert (await _series(caller, "consumption", named))[0] == 200
    other = caller.series(USED, app_id="app-1", extensionId=f"ext-{USED}-1")
    assert (await _series(caller, "consumption", other))[0] == 200


async def test_spans_are_half_open(caller: Caller) -> None:
    _, found = await _series(caller, "consumption", caller.series(USED))
    stamps = sorted({row["timestamp"] for row in found["consumptions"]})
    assert stamps[0] == "2026-06-18T22:00:00.000+00:00"
    assert stamps[-1] == "2026-06-19T21:00:00.000+00:00"
    assert len(stamps) == 24


@pytest.mark.parametrize("interval", ["PT15M", "PT1H", "P1D"])
async def test_intervals_add_up(caller: Caller, interval: str) -> None:
    query = caller.series(USED, interval=interval)
    _, found = await _series(caller, "consumption", query)
    for kind in ("feed-out", "feed-in"):
        rows = [row["value"] for row in found["consumptions"] if row["type"] == kind]
        hourly = caller.portal.series.published(
            caller.portal.home.power_meter, SPAN["from"], SPAN["to"]
        )["series"]
        assert isinstance(hourly, dict)
        key = "consumption" if kind == "feed-out" else "feed_in"
        assert sum(rows) == pytest.approx(hourly[key]["total"], abs=1e-4)


@pytest.mark.parametrize("scenario", ["dual", "registers", "wh", "mixed", "heat"])
async def test_what_was_published_is_all_that_was_drawn(
    caller: Caller, scenario: str
) -> None:
    caller.portal.series.hooks.set_scenario(scenario)
    home = caller.portal.home
    span = SPAN["from"], SPAN["to"]
    found = caller.portal.series.published(home.power_meter, *span)["series"]
    assert isinstance(found, dict)
    start, end = map(datetime.fromisoformat, span)
    drawn = home.household.total_energy(start, end) / 1000
    assert found["consumption"]["total"] == pytest.approx(drawn, abs=1e-4)
    assert found["consumption"]["hours"] == 24


async def test_tariffs_of_a_whole_day(caller: Caller) -> None:
    caller.portal.series.hooks.set_scenario("dual")
    sums = {}
    for interval in ("PT1H", "P1D"):
        query = caller.series(USED, interval=interval)
        _, found = await _series(caller, "consumption", query)
        for kind in ("ht", "nt"):
            rows = [each for each in found["consumptions"] if each["type"] == kind]
            sums[interval, kind] = sum(row["value"] for row in rows)
    for kind in ("ht", "nt"):
        assert sums["PT1H", kind] == pytest.approx(sums["P1D", kind], abs=1e-4)
        assert sums["P1D", kind] > 0


@pytest.mark.parametrize("interval", ["PT15M", "P1D"])
async def test_costs_add_up(caller: Caller, interval: str) -> None:
    sums = []
    for each in (interval, "PT1H"):
        query = caller.series("costDataRetrieval", interval=each)
        _, found = await _series(caller, "costs", query)
        rows = found["costs"]
        sums.append(sum(float(row["unit_amount_decimal"]) for row in rows))
    assert sums[0] == pytest.approx(sums[1], abs=1e-4)


async def test_the_running_hour_is_not_there(caller: Caller) -> None:
    span = {"from": "2026-06-20T08:00:00Z", "to": "2026-06-20T12:00:00Z"}
    _, found = await _series(caller, "consumption", caller.series(USED, **span))
    newest = max(row["timestamp"] for row in found["consumptions"])
    assert newest == "2026-06-20T09:00:00.000+00:00"


@pytest.mark.parametrize(("hour", "days"), [(10, 1), (11, 2)])
async def test_prices_of_tomorrow(
    caller: Caller, moment: SimpleNamespace, hour: int, days: int
) -> None:
    """Published at one o'clock in Germany."""
    moment.now = NOW.replace(hour=hour, minute=0)
    span = {"from": "2026-06-19T22:00:00Z", "to": "2026-06-22T22:00:00Z"}
    query = caller.series("priceDataRetrieval", **span)
    _, found = await _series(caller, "prices", query)
    assert len(found["prices"]) == 24 * days
    first = found["prices"][0]
    parts = [
        float(amount)
        for name, amount in first["components"].items()
        if name.endswith("_decimal")
    ]
    assert sum(parts) == pytest.approx(float(first["unit_amount_decimal"]), abs=1e-4)


# Entities and readings


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"slug": "contract"}, 200),
        ({"slug": ["contract", "meter"]}, 200),
        ({"slug": [{"slug": "contract"}]}, 200),
        ({"slug": "invoice_secret"}, 403),
        ({"slug": "contract", "size": "9"}, 400),
        ({"slug": "contract", "templates": {}}, 400),
    ],
)
async def test_search(caller: Caller, body: dict[str, Any], status: int) -> None:
    assert (await caller.call("POST", f"{V2}/entity:search", body=body))[0] == status


async def test_pages(caller: Caller) -> None:
    caller.portal.home.more_contracts(5)
    found: list[str] = []
    more = True
    while more:
        body = {"slug": "contract", "from": len(found), "size": 3}
        _, page = await caller.call("POST", f"{V2}/entity:search", body=body)
        found += [each["_id"] for each in page["results"]]
        assert page["hits"] == len(page["results"])
        assert page["pagination"]["total"] == 8
        more = page["pagination"]["has_more"]
    assert len(set(found)) == 8


async def test_readings(caller: Caller) -> None:
    home = caller.portal.home
    (counter,) = home.counters(home.gas_meter)
    shown = counter["current_consumption"]
    good = {"meter_id": home.gas_meter, "value": shown + 1, "source": "ECP"}

    async def post(query: dict[str, str] | None = None, **changes: Any) -> Any:
        body = {key: each for key, each in {**good, **changes}.items() if each}
        path = f"{V2}/metering/reading"
        return await caller.call("POST", path, query, body)

    for changes in ({"value": None}, {"source": None}, {"source": "me"}, {"x": 1}):
        assert (await post(**changes))[0] == 400
    tomorrow = (NOW + timedelta(days=1)).date().isoformat()
    for changes, reason in (
        ({"value": 1.0}, "less_than_previous"),
        ({"timestamp": tomorrow}, "timestamp_future"),
        ({"value": shown + 9000}, "plausibility_check_failed"),
        ({"timestamp": "2026-05-20"}, "greater_than_subsequent"),
    ):
        status, said = await post(**changes)
        assert (status, said["reason"]) == (400, reason)
    two = {"meter_id": home.power_meter, "value": 9999.0}
    assert (await post(**two))[1]["reason"] == "no_counter"
    assert (await post({"override_plausibility": "true"}, value=shown + 9000))[0] == 200
    _, listed = await caller.call(
        "POST",
        f"{V2}/metering/readings",
        body={"meter_id": home.gas_meter, "counter_id": counter["_id"], "size": 1},
    )
    (newest,) = listed["results"]
    assert newest["status"] == "in-validation"
    assert newest["value"] == shown + 9000
    assert datetime.fromisoformat(newest["timestamp"]).date() == NOW.date()
