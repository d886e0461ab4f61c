"""Headers of a portal's own, and words of errors in any case."""

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.http.client import Operation
from custom_components.energy_portals.portals.http.credentials import BasicCredentials
from tests.portals.plain import READ, WRITE, Client
from tests.portals.server import Server, answer, json_answer


async def test_headers_of_every_request(session: ClientSession, server: Server) -> None:
    client = Client(session, server.address, headers={"X-Area": "2"})
    await client.get(READ)
    await client.get(WRITE, json={"a": 1})
    assert [asked.headers["X-Area"] for asked in server.asked] == ["2", "2"]
    assert server.asked[1].headers["Content-Type"] == "application/json"


async def test_headers_of_one_request(session: ClientSession, server: Server) -> None:
    client = Client(session, server.address, headers={"X-Area": "2"})
    await client.get(headers={"X-ContractId": "7"})
    await client.get(headers={"X-Area": "1"})
    await client.get()
    sent = [
        (asked.headers["X-Area"], asked.headers.get("X-ContractId"))
        for asked in server.asked
    ]
    assert sent == [("2", "7"), ("1", None), ("2", None)]


async def test_headers_do_not_replace_what_authorises(
    session: ClientSession, server: Server
) -> None:
    auth = BasicCredentials("user", "word-9")
    client = Client(session, server.address, auth=auth)
    await client.get(headers={"Authorization": "none"})
    assert server.asked[-1].headers["Authorization"] == f"Basic {auth.token}"


async def test_headers_go_with_a_repeated_request(
    session: ClientSession, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers = [answer(status=500)]
    client = Client(session, server.address, headers={"X-Area": "2"})
    await client.get(headers={"X-ContractId": "7"})
    assert [
        (asked.headers["X-Area"], asked.headers["X-ContractId"])
        for asked in server.asked
    ] == [("2", "7"), ("2", "7")]


async def test_headers_cannot_break_out(session: ClientSession, server: Server) -> None:
    client = Client(session, server.address)
    await client.fail(headers={"X-ContractId": "7\r\nX-Area: 1"})
    assert not server.asked


async def test_a_link_in_an_answer_is_followed(
    session: ClientSession, server: Server
) -> None:
    client = Client(session, server.address)
    operation = Operation.of("rows", "GET /a/{name}/rows")
    path = {"name": "x/y"}
    onward = client.at(operation, path, "?page=2&c=a%2Fb")
    assert onward is not None
    await client.get(onward, path=path)
    assert server.asked[-1].path == "/a/x%2Fy/rows?page=2&c=a/b"
    assert client.at(operation, path, "https://example.com/a") is None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"Message": "said"}, "HTTP 400: said"),
        ({"MESSAGE": "said", "ExceptionMessage": "not this"}, "HTTP 400: said"),
        ({"message": "", "error": "said"}, "HTTP 400: said"),
        (
            {"Message": None, "ResponseStatus": {"Message": "said"}},
            "HTTP 400: said",
        ),
        ({"ExceptionMessage": "said"}, "HTTP 400: said"),
        ({"ResponseStatus": {"Message": 5}}, "HTTP 400"),
        ([{"Message": "said"}], "HTTP 400"),
    ],
)
async def test_words_in_any_case(
    client: Client, server: Server, body: object, words: str
) -> None:
    server.otherwise = json_answer(body, 400)
    assert (await client.fail()).detail == words
