"""What the user says of numbers of which an answer does not, and what it changes."""

from datetime import timedelta
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.contract import TokenStore
from custom_components.energy_portals.portals.esmart import ESMART
from custom_components.energy_portals.portals.esmart.client import EsmartClient
from tests.portals.esmart.operations import CONTRACT, METER, TODAY, TOMORROW
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault

ASKED = CONTRACT, METER, TODAY, TOMORROW
HOUR = timedelta(hours=1)
NO_UNIT = Fault(kind="remove", path="Unit", times=None)


@pytest.fixture
def connected(session: ClientSession, login: dict[str, Any]) -> Any:
    """Return a client of the account, with what is chosen of units."""
    account = {**login, "area": login["area"].name.lower()}

    def connect(**units: str) -> EsmartClient:
        return ESMART.connect(session, account, {"units": units}, TokenStore())

    return connect


def slots(readings: Any) -> list[tuple[Any, Any, float]]:
    """Return when each reading is, and its value."""
    return [(each.start, each.end, each.value.value) for each in readings.slots]


@pytest.mark.parametrize(("unit", "factor"), [("kWh", 1), ("Wh", 0.001), ("MWh", 1000)])
async def test_unit_of_energy(
    client: EsmartClient,
    connected: Any,
    esmart: EsmartSandbox,
    unit: str,
    factor: float,
) -> None:
    usual = slots(await client.consumption(*ASKED))
    # What an answer says always counts.
    assert slots(await connected(energy_unit=unit).consumption(*ASKED)) == usual
    esmart.fail("consumption", NO_UNIT)
    assert slots(await client.consumption(*ASKED)) == usual
    found = slots(await connected(energy_unit=unit).consumption(*ASKED))
    assert found == [
        (start, end, pytest.approx(value * factor)) for start, end, value in usual
    ]


@pytest.mark.parametrize("key", ["consumption", "costs"])
async def test_what_a_time_stands_for(
    client: EsmartClient, connected: Any, key: str
) -> None:
    """It is asked for an hour more: the last one has the end as its time."""
    end = TODAY + 5 * HOUR
    asked = CONTRACT, METER, TODAY, end
    usual = slots(await getattr(client, key)(CONTRACT, METER, TODAY, end + HOUR))
    found = slots(await getattr(connected(interval="end"), key)(*asked))
    assert found == [(start - HOUR, end - HOUR, value) for start, end, value in usual]
    assert found[-1][1] == end
    usual = slots(await getattr(client, key)(*asked))
    assert slots(await getattr(connected(interval="start"), key)(*asked)) == usual


async def test_what_a_price_is_of(client: EsmartClient, connected: Any) -> None:
    end = TODAY + 5 * HOUR
    asks = {
        "spot_prices": ("NO1",),
        "contract_prices": (CONTRACT,),
        "meter_prices": (CONTRACT, METER),
    }
    for key, about in asks.items():
        usual = await getattr(client, key)(*about, TODAY, end + HOUR)
        moved = await getattr(connected(interval="end"), key)(*about, TODAY, end)
        assert [(each.end, each.value) for each in moved.slots.slots] == [
            (each.start, each.value) for each in usual.slots.slots
        ]


@pytest.mark.parametrize(
    "units",
    [{}, {"price_unit": "NOK/kWh"}, {"price_unit": "NOK/kWh", "power_unit": "kW"}],
)
async def test_what_earlier_versions_have_stored(
    client: EsmartClient, connected: Any, units: dict[str, str]
) -> None:
    earlier = connected(**units)
    assert await earlier.consumption(*ASKED) == await client.consumption(*ASKED)
    assert await earlier.watt_meter(CONTRACT, METER) == await client.watt_meter(
        CONTRACT, METER
    )
