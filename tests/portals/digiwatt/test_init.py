"""What of an account's data and options reaches the client, and what it changes."""

from datetime import timedelta
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.contract import TokenStore
from custom_components.energy_portals.portals.digiwatt import DIGIWATT
from custom_components.energy_portals.portals.digiwatt.client import DigiwattClient
from custom_components.energy_portals.portals.model.periods import Period
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault

QUARTER = timedelta(minutes=15)


@pytest.fixture
def connected(session: ClientSession, account: dict[str, Any]) -> Any:
    """Return a client of the account, with options and what its data has besides."""

    def connect(options: dict[str, Any], **data: Any) -> DigiwattClient:
        return DIGIWATT.connect(session, {**account, **data}, options, TokenStore())

    return connect


ALL = {
    "interval": "start",
    "power_unit": "W",
    "energy_unit": "Wh",
    "share": "shown",
}


@pytest.mark.parametrize("options", [{}, {"units": {}}, {"units": ALL}])
async def test_what_is_assumed(
    client: DigiwattClient, connected: Any, options: dict[str, Any]
) -> None:
    same = connected(options)
    period = Period.YESTERDAY
    assert await same.consumption(period) == await client.consumption(period)
    assert await same.totals(period) == await client.totals(period)
    assert await same.greenness() == await client.greenness()


async def test_unit_of_power(client: DigiwattClient, connected: Any) -> None:
    kilo = connected({"units": {"power_unit": "kW"}})
    usual = await client.consumption(Period.YESTERDAY)
    found = await kilo.consumption(Period.YESTERDAY)
    assert [row.total for row in found if row.total] == [
        row.total * 1000 for row in usual if row.total and row.total < 1000
    ]
    assert {row.time for row in found} == {row.time for row in usual}


async def test_unit_of_energy(client: DigiwattClient, connected: Any) -> None:
    kilo = connected({"units": {"energy_unit": "kWh"}})
    usual = await client.saving()
    found = await kilo.saving()
    assert found.consumption == pytest.approx(usual.consumption * 1000)
    assert found.saving == pytest.approx(usual.saving * 1000)


async def test_what_a_time_stands_for(client: DigiwattClient, connected: Any) -> None:
    at_end = connected({"units": {"interval": "end"}})
    usual = await client.latest()
    found = await at_end.latest()
    assert {row.time + QUARTER: row.total for row in found} == {
        row.time: row.total for row in usual
    }


@pytest.mark.parametrize(
    ("share", "said", "read"),
    [
        ("percent", 0.5, 0.5),
        ("fraction", 0.5, 50.0),
        ("percent", 41.5, 41.5),
        ("fraction", 41.5, None),
        ("shown", 41.5, 41.5),
    ],
)
async def test_shares(
    digiwatt: DigiwattSandbox,
    connected: Any,
    share: str,
    said: float,
    read: float | None,
) -> None:
    body = f'{{"status": 200, "data": {{"percentage": {said}, "windows": []}}}}'
    digiwatt.fail("greenness", Fault(kind="raw", body=body))
    outlook = await connected({"units": {"share": share}}).greenness()
    assert outlook.share == read


async def test_paths(digiwatt: DigiwattSandbox, connected: Any) -> None:
    digiwatt.move("greenness", "GET /green")
    await connected({}, routes={"greenness": "GET /green"}).greenness()
    assert digiwatt.calls[-1].path == "/green"
