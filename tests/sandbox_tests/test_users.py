"""The simulated Digiwatt: users and their households, as they are sent to it."""

import pytest

from tests.sandbox_tests.client import ACCOUNT, Client

USER = {"pod": "IT001E0000000001AB", "account_number": "42", "company_code": "c"}


async def test_user(client: Client) -> None:
    user = {**USER, "account_number": "4/2 é%"}
    status, body = await client.call("POST", "/user", json=user)
    assert (status, body) == (200, {"status": 200, "data": user})
    assert (await client.call("POST", "/user", json=user))[0] == 400
    quoted = "4%2F2%20%C3%A9%25"
    power = await client.data(f"/consumption/{quoted}/realtime")
    mine = await client.data(f"/consumption/{ACCOUNT}/realtime")
    assert power == {**mine, "realtime": 2 * mine["realtime"]}
    status, body = await client.call("DELETE", f"/user/{quoted}")
    assert (status, body) == (200, {"status": 200, "data": {}})
    assert (await client.call("DELETE", f"/user/{quoted}"))[0] == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {**USER, "pod": ""},
        {**USER, "account_number": 42},
        {**USER, "note": "more"},
        {key: USER[key] for key in ("pod", "company_code")},
    ],
)
async def test_user_refused(client: Client, body: object) -> None:
    status, answer = await client.call("POST", "/user", json=body)
    assert (status, answer["status"]) == (400, 400)


async def test_bodies_are_json(client: Client) -> None:
    for sent in ({"data": {"pod": "x"}}, {"data": "{", "headers": None}):
        headers = {**client.headers, "Content-Type": "application/json"}
        given = sent if "headers" not in sent else {**sent, "headers": headers}
        assert (await client.call("POST", "/user", **given))[0] == 400


# Onboarding


HOUSE = {"type": "apartment", "dimesion": 100, "province": "MI"}
RESIDENTS = {"adults": 2, "children": 1, "elderlies": 0}
FRIDGE = {"appliance": "fridge", "quantity": 1}


@pytest.mark.parametrize(
    "body",
    [
        {"house": HOUSE, "residents": RESIDENTS, "appliances": [FRIDGE]},
        {"residents": {**RESIDENTS, "adults": 0}},
        {"house": {}, "appliances": []},
    ],
)
async def test_onboarding(client: Client, body: dict[str, object]) -> None:
    path = f"/user/{ACCOUNT}/onboarding"
    status, answer = await client.call("POST", path, json=body)
    assert (status, answer["data"]) == (200, {"account_number": ACCOUNT, **body})


@pytest.mark.parametrize(
    "body",
    [
        {"home": HOUSE},
        {"house": {**HOUSE, "type": "castle"}},
        {"house": {"dimension": 100}},
        {"house": {"dimesion": "100"}},
        {"house": {"province": "mi"}},
        {"house": {"province": "MIL"}},
        {"residents": {"adults": 1}},
        {"residents": {"adults": 0, "children": 0, "elderlies": 0}},
        {"residents": {**RESIDENTS, "children": True}},
        {"residents": {**RESIDENTS, "children": -1}},
        {"appliances": FRIDGE},
        {"appliances": ["fridge"]},
        {"appliances": [{**FRIDGE, "appliance": "toaster"}]},
        {"appliances": [{**FRIDGE, "appliance": ["fridge"]}]},
        {"appliances": [{**FRIDGE, "quantity": 0}]},
        {"appliances": [{"appliance": "fridge"}]},
    ],
)
async def test_onboarding_refused(client: Client, body: object) -> None:
    path = f"/user/{ACCOUNT}/onboarding"
    status, answer = await client.call("POST", path, json=body)
    assert (status, answer["status"]) == (400, 400)
