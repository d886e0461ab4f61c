"""The simulated eSmart: who may ask, for what, and how refusals look."""

from base64 import b64encode
from collections.abc import AsyncGenerator

import pytest

from tests.sandbox import Fault, Sandbox
from tests.sandbox_tests.esmart_client import CONTRACT, CUSTOMER, METER, NET, Caller

GUID = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
async def esmart(sandbox: Sandbox) -> AsyncGenerator[Caller]:
    """Return a caller of the simulated eSmart."""
    async with Caller(sandbox) as caller:
        yield caller


def login(caller: Caller, **changed: object) -> dict[str, object]:
    """Return the body of Authenticate, with some fields changed or left out."""
    body: dict[str, object] = {
        "UserName": caller.portal.user_name,
        "Password": caller.portal.password,
        "Area": 2,
        **changed,
    }
    return {key: value for key, value in body.items() if value is not None}


async def test_facts(sandbox: Sandbox, esmart: Caller) -> None:
    assert sandbox.facts()["esmart"] == {
        "api_url": f"{sandbox.address}/esmart",
        "user_name": esmart.portal.user_name,
        "password": esmart.portal.password,
        "area": "power",
        "customer_id": "42",
        "app_name": "smartliv",
    }


@pytest.mark.parametrize("area", [1, 2])
async def test_authenticate(esmart: Caller, area: int) -> None:
    answer = await esmart.ask("POST", "Authenticate", login(esmart, Area=area))
    assert answer["CustomerIds"] == [42, 43]
    assert set(answer) == {
        "CustomerIds",
        "AuthProvider",
        "RegistrationStatus",
        "UserAuthId",
    }


AUTHENTICATE_REFUSED: list[tuple[dict[str, object], int]] = [
    ({"UserName": None}, 400),
    ({"Password": None}, 400),
    ({"Area": None}, 400),
    ({"Area": "2"}, 400),
    ({"Area": 3}, 400),
    ({"Area": True}, 400),
    ({"Password": 7}, 400),
    ({"UserName": "another"}, 401),
    ({"Password": "another"}, 401),
]


async def test_authenticate_refused(esmart: Caller) -> None:
    for changed, status in AUTHENTICATE_REFUSED:
        body = login(esmart, **changed)
        assert await esmart.refused("POST", "Authenticate", body) == status


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"'])
async def test_bodies_that_are_no_objects(esmart: Caller, body: str) -> None:
    json = {"Content-Type": "application/json"}
    sent = {"data": body, "headers": json}
    assert await esmart.refused("POST", "Authenticate", **sent) == 400


async def test_body_of_another_type(esmart: Caller) -> None:
    sent = {"data": b"{}", "headers": {"Content-Type": "text/plain"}}
    assert await esmart.refused("POST", "Authenticate", **sent) == 400


async def test_an_area_the_user_does_not_hold(esmart: Caller) -> None:
    assert await esmart.steer("leave_area", area=1) == (200, {"areas": [2]})
    body = login(esmart, Area=1)
    assert await esmart.refused("POST", "Authenticate", body) == 410
    assert await esmart.refused("GET", CUSTOMER, headers=NET) == 403
    # The header says nothing where the body names the area.
    await esmart.ask("POST", "Authenticate", login(esmart), headers=NET)
    await esmart.get(CUSTOMER)
    assert (await esmart.steer("leave_area", area=1))[0] == 400


async def test_areas(esmart: Caller) -> None:
    for headers, numbers in (({}, [1001]), ({"X-Area": "2"}, [1001]), (NET, [1002])):
        for path in ("contracts", "contractdeliverypoints"):
            sent = {"headers": headers}
            rows = await esmart.ask("GET", f"{CUSTOMER}/{path}", **sent)
            assert [row["ContractNo"] for row in rows] == numbers
    assert await esmart.ask("GET", "customers/43/contracts", headers=NET) == []
    assert await esmart.refused("GET", CONTRACT, headers=NET) == 404
    for area in ("3", "net", ""):
        sent = {"headers": {"X-Area": area}}
        assert await esmart.refused("GET", CONTRACT, **sent) == 400


async def test_every_call_needs_the_password(esmart: Caller) -> None:
    right = esmart.basic()
    colon = b64encode(f"{esmart.portal.user_name}".encode()).decode()
    wrong = (
        None,
        "",
        "Basic",
        "Basic ?",
        f"Basic {colon}",
        f"Bearer {right.removeprefix('Basic ')}",
        esmart.basic(user="another"),
        esmart.basic(password="another"),
    )
    for esmart.authorization in wrong:
        assert await esmart.refused("GET", CUSTOMER) == 401
        assert await esmart.refused("POST", "Authenticate", login(esmart)) == 401
    esmart.authorization = None
    for name, operation in esmart.portal.operations().items():
        path = operation.path.removeprefix("/api/").replace("{", "").replace("}", "")
        # What is published is for whoever knows where it is.
        if name not in ("tracking", "import", "invoice_pdf", "invoice_document"):
            assert await esmart.refused(operation.method, path) == 401, name


async def test_change_password(esmart: Caller) -> None:
    old = esmart.portal.password
    status, answer = await esmart.steer("change_password")
    assert (status, answer["password"]) == (200, esmart.portal.password)
    assert esmart.portal.password != old
    assert await esmart.refused("GET", CUSTOMER) == 401
    esmart.authorization = esmart.basic()
    await esmart.get(CUSTOMER)
    body = login(esmart, Password=old)
    assert await esmart.refused("POST", "Authenticate", body) == 401


CALLS = [
    ("GET", f"{CUSTOMER}/contracts/9999", 404),
    ("GET", f"{CUSTOMER}/contracts/1003", 404),
    ("GET", f"{CUSTOMER}/contracts/M-1001", 400),
    ("GET", f"{CONTRACT}/meters/M-1003/wattmeter", 404),
    ("GET", f"{CONTRACT}/meters/none/wattmeter/v2", 404),
    ("GET", f"{CONTRACT}/meters/none/settings", 404),
    ("GET", f"{CUSTOMER}/contracts/9999/meters/M-1001/exists", 404),
    ("GET", f"{CUSTOMER}/deliverypoints/3003/readings", 404),
    ("GET", f"{CUSTOMER}/invoices/1", 404),
    ("GET", f"{CUSTOMER}/invoices/one", 400),
    ("GET", f"{CUSTOMER}/evchargingrequests/{GUID}", 404),
    ("GET", f"{CUSTOMER}/evchargingrequests/1", 400),
    ("GET", f"{CUSTOMER}/devices/999/controlplans", 404),
    ("GET", "customers/43/devices/601/controlplans", 404),
    ("POST", f"{CUSTOMER}/devices/601/controlplans/{GUID}/decline", 404),
    ("POST", f"{CUSTOMER}/devices/601/controlplans/1/decline", 400),
    ("GET", "demandandcontrol/customers/42/sites/702/settings", 404),
    ("GET", "demandandcontrol/customers/43/sites/701/devices", 404),
    ("GET", "evinfo/customers/42/cars/none", 404),
    ("GET", "evinfo/customers/43/cars/car-1", 404),
    ("GET", "evinfo/customers/42/gateways/502/evchargingdevicesandcars", 404),
    ("GET", "controlplanrequests/zones/2/tstypes/1", 404),
    ("GET", "controlplanrequests/zones/1/tstypes/9", 404),
    ("GET", f"{CUSTOMER}/apps/none/eula", 404),
    ("GET", f"{CUSTOMER}/apps/none/terms", 404),
    ("GET", "customers/44", 403),
    ("GET", "customers/44/contracts", 403),
    ("GET", "evinfo/customers/44/cars", 403),
    ("GET", "demandandcontrol/customers/44/sites", 403),
    ("GET", "customers/none", 400),
    ("GET", "Users/9002/meters", 403),
    # The singular belongs to the prices alone, and nothing is served that is not
    # for a household.
    ("GET", f"{METER}/hourprices", 404),
    ("GET", f"{CONTRACT}/meter/M-1001/wattmeter", 404),
    ("GET", "authenticate", 404),
    ("GET", "ping/database", 404),
    ("GET", "users/9001", 404),
    ("PATCH", f"{CUSTOMER}/apps/smartliv/resetterms", 404),
    ("DELETE", CUSTOMER, 405),
    ("GET", "Authenticate", 405),
]


async def test_refusals(esmart: Caller) -> None:
    for method, path, status in CALLS:
        assert await esmart.refused(method, path) == status, path


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_deny_and_allow(esmart: Caller, status: int) -> None:
    denied = {"operation": "building", "status": status}
    assert await esmart.steer("deny", **denied) == (200, {"denied": ["building"]})
    for _ in range(2):
        assert await esmart.refused("GET", f"{METER}/settings") == status
    await esmart.get(f"{METER}/wattmeter")
    await esmart.steer("allow", operation="building")
    await esmart.get(f"{METER}/settings")
    assert (await esmart.steer("allow", operation="building"))[0] == 400
    for operation, code in (("none", 404), ("building", 200), ("import", 404)):
        sent = {"operation": operation, "status": code}
        assert (await esmart.steer("deny", **sent))[0] == 400


async def test_traps_answer_and_are_recorded(esmart: Caller) -> None:
    traps = [
        ("tracking", "POST", f"{CUSTOMER}/tracking"),
        ("import", "GET", f"{CUSTOMER}/import"),
        ("invoice_pdf", "GET", f"{CUSTOMER}/invoices/100108/pdf"),
    ]
    for _, method, path in traps:
        assert (await esmart.call(method, path))[0] == 200
    recorded = [(call.operation, call.method) for call in esmart.portal.calls]
    assert recorded == [(name, method) for name, method, _ in traps]


async def test_content_types_alternate(esmart: Caller) -> None:
    def headers() -> dict[str, str]:
        assert esmart.authorization
        return {"Authorization": esmart.authorization}

    async def label(path: str) -> str:
        url = esmart.base + path
        async with esmart.session.get(url, headers=headers()) as answer:
            assert isinstance(await answer.json(content_type=None), dict | list)
            return answer.headers["Content-Type"]

    json, html = "application/json; charset=utf-8", "text/html; charset=utf-8"
    assert [await label("ping") for _ in range(3)] == [json, html, json]
    assert await label("ping/checks") == json


async def test_faults_reach_into_answers(esmart: Caller) -> None:
    fault = Fault(kind="set", path="maxMonthWattmeter.Last.Value", value="x")
    esmart.portal.fail("wattmeter_v2", fault)
    answer = await esmart.get(f"{METER}/wattmeter/v2")
    assert answer["maxMonthWattmeter"]["Last"]["Value"] == "x"


async def test_ping(esmart: Caller) -> None:
    answer = await esmart.get("ping")
    assert answer["Version"] == "1.0.0"
    assert set(answer["Subsystems"][0]) == {"Name", "Version"}
    assert await esmart.get("ping/checks") == [
        {"Name": "CustomerWeb", "IsOk": True, "Message": None},
        {"Name": "Cache", "IsOk": True, "Message": None},
    ]
