"""The unit of temperatures: usual where none is named, converted or refused."""

import pytest

from custom_components.energy_portals.portals.esmart.client import EsmartClient
from custom_components.energy_portals.portals.esmart.models import Reading
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from tests.portals.esmart.test_feeds import HOME, fetch
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault


@pytest.mark.parametrize("named", [None, "°C", "c", "Celsius"])
async def test_unit(
    client: EsmartClient, esmart: EsmartSandbox, named: str | None
) -> None:
    usual = await fetch(client, "temperatures")
    esmart.fail("temperatures", Fault(kind="set", path="Unit", value=named))
    found = await fetch(client, "temperatures")
    assert found[HOME].slots == usual[HOME].slots
    assert len(found[HOME].slots) == 23


@pytest.mark.parametrize("named", ["°F", "f", "Fahrenheit"])
async def test_another_unit(
    client: EsmartClient, esmart: EsmartSandbox, named: str
) -> None:
    usual = await fetch(client, "temperatures")
    esmart.fail("temperatures", Fault(kind="set", path="Unit", value=named))
    found = await fetch(client, "temperatures")
    assert [slot.value for slot in found[HOME].slots] == [
        Reading(pytest.approx((slot.value.value - 32) / 1.8), slot.value.status)
        for slot in usual[HOME].slots
    ]


# As kelvin these temperatures cannot be true.
@pytest.mark.parametrize("named", ["K", "%", "hPa", "kWh", "degrees"])
async def test_odd_unit(
    client: EsmartClient, esmart: EsmartSandbox, named: str
) -> None:
    esmart.fail("temperatures", Fault(kind="set", path="Unit", value=named))
    with pytest.raises(UnexpectedResponse) as caught:
        await fetch(client, "temperatures")
    assert named not in str(caught.value)
