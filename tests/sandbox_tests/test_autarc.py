"""The simulated autarc refuses what the portal would refuse."""

from collections.abc import AsyncGenerator
from typing import Any

from aiohttp import ClientSession
import pytest
from yarl import URL

from tests.sandbox.autarc import API_KEY, CLIENT_ID, CLIENT_SECRET, AutarcSandbox
from tests.sandbox.autarc_company import COMPANY, record_id
from tests.sandbox.server import Sandbox

FIRST = record_id("project", 0)
BEARER = {"Authorization": f"Bearer {API_KEY}"}


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncGenerator[ClientSession]:
    """Return a session at the portal's address."""
    async with ClientSession(f"{sandbox.address}/autarc/") as session:
        yield session


@pytest.fixture
def autarc(sandbox: Sandbox) -> AutarcSandbox:
    """Return the simulated company."""
    return sandbox.portal(AutarcSandbox)


async def _ask(
    http: ClientSession, method: str, path: str, json: Any = None, **headers: str
) -> tuple[int, Any]:
    """Return status and body of a call, with the key unless headers say otherwise."""
    sent = headers or BEARER
    answer = await http.request(method, f"api/v1/{path}", json=json, headers=sent)
    return answer.status, await answer.json()


async def test_key_in_either_header(http: ClientSession, autarc: AutarcSandbox) -> None:
    wrong = {"message": "Unauthorized", "error": "Unauthorized", "statusCode": 401}
    assert await _ask(http, "GET", "projects", Authorization="Bearer x") == (401, wrong)
    assert (await _ask(http, "GET", "projects", Accept="*/*"))[0] == 401
    key = {"x-api-key": API_KEY}
    assert (await _ask(http, "GET", "projects", **key))[0] == 200
    autarc.takes_bearer = False
    assert (await _ask(http, "GET", "projects"))[0] == 401
    assert (await _ask(http, "GET", "projects", **key))[0] == 200
    autarc.rotate_key()
    assert (await _ask(http, "GET", "projects", **key))[0] == 401


async def test_shapes(http: ClientSession) -> None:
    _, projects = await _ask(http, "GET", "projects")
    assert len(projects) == 12
    assert projects[0]["companyId"] == COMPANY
    who = projects[0]["customerId"]
    _, mine = await _ask(http, "GET", f"projects?customerId={who}")
    assert {each["customerId"] for each in mine["items"]} == {who}
    assert mine["metadata"] == {}
    _, found = await _ask(http, "GET", "customers?search=BRANDT")
    assert [each["lastName"] for each in found] == ["Brandt"]
    _, rooms = await _ask(http, "GET", f"projects/{FIRST}/rooms")
    assert {*rooms[0]} == {"id", "name", "floor", "temperature"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, ["name should not be empty"]),
        ({"name": ""}, ["name should not be empty"]),
        ({"name": 5}, ["name has the wrong type"]),
        ({"name": "N", "windmill": 1}, ["property windmill should not exist"]),
        ({"name": "N", "status": "in_progress"}, ["status has the wrong type"]),
        (
            {"name": "N", "projectValue": "5"},
            ["projectValue has the wrong type"],
        ),
        (
            {"name": "N", "installationDate": "24.12.2026"},
            ["installationDate has the wrong type"],
        ),
        ({"name": "N", "address": "Ring 1"}, ["address has the wrong type"]),
        (
            {"name": "N", "heatingCircuits": [{"index": 1}]},
            ["heatingCircuits has the wrong type"],
        ),
        ({"name": "N", "customerId": "17"}, ["customerId has the wrong type"]),
        ([], "the body is no object"),
    ],
)
async def test_refused_projects(http: ClientSession, body: Any, message: Any) -> None:
    status, answer = await _ask(http, "POST", "projects", body)
    assert (status, answer["message"]) == (400, message)


async def test_projects_live_and_go(http: ClientSession, autarc: AutarcSandbox) -> None:
    status, made = await _ask(http, "POST", "projects", {"name": "N"})
    assert (status, made["companyId"], made["status"]) == (201, COMPANY, "inProgress")
    autarc.needs_company = True
    assert (await _ask(http, "POST", "projects", {"name": "N"}))[0] == 400
    path = f"projects/{made['id']}"
    status, changed = await _ask(http, "PATCH", path, {"humanId": "P-1"})
    assert (status, changed["humanId"], changed["name"]) == (200, "P-1", "N")
    assert (await _ask(http, "PATCH", path, {"id": FIRST}))[0] == 400
    other = {"companyId": record_id("other", 1)}
    assert (await _ask(http, "PATCH", path, other))[0] == 403
    assert (await _ask(http, "DELETE", path))[0] == 200
    for method, body in (("GET", None), ("PATCH", {}), ("DELETE", None)):
        status, answer = await _ask(http, method, path, body)
        assert (status, answer["statusCode"]) == (404, 404)


async def test_customers(http: ClientSession, autarc: AutarcSandbox) -> None:
    status, answer = await _ask(http, "POST", "customers", {"firstName": "Kim"})
    assert (status, answer["message"]) == (400, ["lastName should not be empty"])
    body = {"firstName": "Kim", "lastName": "Neu", "address": None}
    status, made = await _ask(http, "POST", "customers", body)
    assert (status, made["isCompany"]) == (201, False)
    path = f"customers/{made['id']}"
    assert (await _ask(http, "PATCH", path, {"email": "nobody"}))[0] == 400
    autarc.deletes_customers = False
    assert (await _ask(http, "DELETE", path))[0] == 405
    autarc.deletes_customers = True
    assert (await _ask(http, "DELETE", path))[0] == 200
    assert (await _ask(http, "GET", path))[0] == 404


async def _code(http: ClientSession, **query: str) -> Any:
    """Sign in, and return the answer."""
    asked = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": "https://home.example/back",
        "scope": "offline_access",
        "state": "s",
        **query,
    }
    return await http.get("oauth2/auth", params=asked, allow_redirects=False)


async def _token(http: ClientSession, **form: str) -> tuple[int, Any]:
    """Ask for a token."""
    whole = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **form}
    answer = await http.post("oauth2/token", data=whole)
    return answer.status, await answer.json()


async def test_login(http: ClientSession, autarc: AutarcSandbox) -> None:
    assert (await _code(http, client_id="x")).status == 400
    assert (await _code(http, scope="")).status == 400
    back = URL((await _code(http)).headers["Location"])
    assert (back.host, back.query["state"]) == ("home.example", "s")
    given = {"grant_type": "authorization_code", "code": back.query["code"]}
    redirect = "https://home.example/back"
    assert (await _token(http, **given, redirect_uri="https://x.example"))[0] == 400
    # A code is used up by any try.
    assert (await _token(http, **given, redirect_uri=redirect))[0] == 400
    back = URL((await _code(http)).headers["Location"])
    given["code"] = back.query["code"]
    assert (await _token(http, client_secret="x", **given))[0] == 401
    _, token = await _token(http, **given, redirect_uri=redirect)
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    assert (await _ask(http, "GET", "projects", **bearer))[0] == 200

    renew = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
    status, second = await _token(http, **renew)
    assert status == 200
    # It rotates.
    assert (await _token(http, **renew))[0] == 400
    assert second["refresh_token"] != token["refresh_token"]
    autarc.revoke_tokens()
    assert (await _ask(http, "GET", "projects", **bearer))[0] == 401
    assert (await _token(http, grant_type="password"))[0] == 400
