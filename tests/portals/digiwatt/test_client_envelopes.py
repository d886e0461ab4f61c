"""Envelopes: what every answer has to stand in, and what need not."""

from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.digiwatt.models import MonthlySplit
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from tests.portals.digiwatt.operations import READS, SUPPLY_POINT, client_of, error_of
from tests.portals.server import Server, answer, json_answer


@pytest.mark.parametrize(
    "body",
    [
        *([], None, 5, "x", {}, {"status": 200}, {"data2": {}}),
        *({"status": status, "data": {}} for status in (400, 401, 500)),
        {"data": None},
        {"data": "§"},
        {"data": 5},
        {"data": {"other": "§"}},
    ],
    ids=str,
)
async def test_envelopes_that_cannot_be_read(
    session: ClientSession, server: Server, body: Any
) -> None:
    server.otherwise = json_answer(body)
    client = client_of(session, server)
    for key, read in READS.items():
        error = await error_of(read(client))
        assert isinstance(error, UnexpectedResponse), key
        assert error.operation == key
        assert "§" not in str(error) + str(error.skeleton)
    assert len(server.asked) == 1 + len(READS)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{}",
        b"<html>",
        b'{"status": 200}',
        b'{"status": 200, "data": {}}',
    ],
)
async def test_a_deletion_may_be_answered_with_anything(
    session: ClientSession, server: Server, body: bytes
) -> None:
    server.otherwise = answer(body)
    await client_of(session, server).delete_user()


@pytest.mark.parametrize(
    "body",
    [{"data": None}, {"DATA": {"x": 1}}, {"status": "500", "data": []}, {"data": 5}],
    ids=str,
)
async def test_only_an_envelope_is_needed_where_nothing_is_read(
    session: ClientSession, server: Server, body: Any
) -> None:
    server.otherwise = json_answer(body)
    client = client_of(session, server)
    await client.check_account()
    await client.create_user(SUPPLY_POINT)


@pytest.mark.parametrize(
    "body",
    [{}, [], None, {"status": 200}, *({"status": n, "data": {}} for n in (400, 599))],
    ids=str,
)
async def test_an_envelope_is_needed_even_where_nothing_is_read(
    session: ClientSession, server: Server, body: Any
) -> None:
    server.otherwise = json_answer(body)
    error = await error_of(client_of(session, server).check_account())
    assert isinstance(error, UnexpectedResponse)


async def test_each_split_has_a_name_of_its_own(
    session: ClientSession, server: Server
) -> None:
    months = {"2026-01": {"appliances": {"fridge": 3}}}
    server.paths = {
        "/analytics/1234/distribution": json_answer({"data": {"distribution": months}}),
        "/analytics/1234/compound": json_answer({"data": {"compound": months}}),
    }
    client = client_of(session, server)
    expected = (MonthlySplit("2026-01", {"fridge": 3}),)
    assert await client.distribution() == await client.compound() == expected
