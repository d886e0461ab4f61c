"""The unit of temperatures: usual where none is named, refused where odd."""

import pytest

from custom_components.energy_portals.portals.esmart.client import EsmartClient
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


@pytest.mark.parametrize("named", ["°F", "K"])
async def test_odd_unit(
    client: EsmartClient, esmart: EsmartSandbox, named: str
) -> None:
    esmart.fail("temperatures", Fault(kind="set", path="Unit", value=named))
    with pytest.raises(UnexpectedResponse) as caught:
        await fetch(client, "temperatures")
    assert named not in str(caught.value)
