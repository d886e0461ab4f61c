"""Published documents: where they may be, and what goes there."""

from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.esmart import documents
from custom_components.energy_portals.portals.esmart.client import EsmartClient
from custom_components.energy_portals.portals.http.errors import (
    Forbidden,
    NotFound,
    Rejected,
    Unavailable,
    UnexpectedResponse,
)
from tests.portals.esmart.operations import client_of, error_of
from tests.portals.server import Server, answer, json_answer
from tests.sandbox.esmart import EsmartSandbox

PDF = b"%PDF-1.4\nall of it"


async def test_the_document_of_an_invoice(
    client: EsmartClient, esmart: EsmartSandbox
) -> None:
    [newest, *_] = await client.invoice_documents(2026)
    assert newest.link is not None
    assert (await client.invoice(newest.number)).link is None
    body = await client.document(newest.link)
    assert body.startswith(b"%PDF-") and newest.number.encode() in body
    assert esmart.calls[-1].operation == "invoice_document"


async def test_the_login_goes_to_the_api_alone(
    session: ClientSession, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.otherwise = answer(PDF)
    client = client_of(session, server)
    assert await client.document(f"{server.address}/published/a?sig=x%2By") == PDF
    assert server.asked[-1].path == "/published/a?sig=x%2By"
    assert "Authorization" in server.asked[-1].headers
    # Elsewhere is https, which this server is not: what goes there is the same.
    monkeypatch.setattr(
        documents, "elsewhere", lambda link: (server.address, "/blob/b%7B.pdf?sig=z")
    )
    assert await client.document("https://files.example.com/blob/b.pdf") == PDF
    [elsewhere] = server.asked[1:]
    assert elsewhere.path == "/blob/b%7B.pdf?sig=z"
    assert "Authorization" not in elsewhere.headers
    assert "X-Area" not in elsewhere.headers
    assert elsewhere.headers["Accept"] == "application/pdf"


@pytest.mark.parametrize(
    "link",
    [
        "/api/customers/42/invoices/1/pdf?userName=u&password=p&area=2",
        "https://files.example.com/1.pdf?PASSWORD=p",
        "https://files.example.com/1.pdf?pwd=p",
        "https://user:secret@files.example.com/1.pdf",
        "https://user@files.example.com/1.pdf",
        "https://files.example.com/pass-9/1.pdf",
        "https://files.example.com/1.pdf?x=pass%2D9",
        "http://files.example.com/1.pdf",
        "http://127.0.0.1:1/1.pdf",
        "ftp://files.example.com/1.pdf",
        "file:///etc/passwd",
        "s",
        "https://",
        "https://[",
    ],
)
async def test_links_that_are_not_followed(
    session: ClientSession, server: Server, link: str
) -> None:
    server.otherwise = json_answer({}, 418)
    error = await error_of(client_of(session, server).document(link))
    assert isinstance(error, Rejected)
    assert all(part not in str(error) for part in ("example", "pass-9", "secret"))
    # What is relative is the API's own.
    assert not server.asked or link == "s"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, Forbidden), (403, Forbidden), (404, NotFound), (302, UnexpectedResponse)],
)
async def test_refusals_say_nothing_of_the_login(
    session: ClientSession, server: Server, status: int, kind: Any
) -> None:
    server.otherwise = json_answer({"Message": "no"}, status)
    error = await error_of(client_of(session, server).document("/published/a"))
    assert type(error) is kind
    assert "published" not in str(error)


@pytest.mark.parametrize("body", [b"", b"<html>sign in</html>", b"{}", b" %PDF-1.4"])
async def test_what_is_no_document(
    session: ClientSession, server: Server, body: bytes
) -> None:
    server.otherwise = answer(body)
    error = await error_of(client_of(session, server).document("/published/a"))
    assert type(error) is UnexpectedResponse


async def test_an_outage(session: ClientSession, server: Server) -> None:
    server.otherwise = json_answer({}, 503)
    error = await error_of(client_of(session, server).document("/published/a"))
    assert isinstance(error, Unavailable)


def test_where_a_link_leads() -> None:
    link = "https://files.example.com:8443/a{b}/c.pdf?sig=d%2Fe&x={y}"
    address, way = documents.elsewhere(link)
    assert address == "https://files.example.com:8443"
    assert "{" not in way and way.endswith("c.pdf?sig=d/e&x=%7By%7D")
