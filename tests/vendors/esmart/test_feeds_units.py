"""Units of hourly readings: usual where none is named, refused where odd."""

import pytest

from custom_components.energy_portals.vendors.errors import UnexpectedResponse
from custom_components.energy_portals.vendors.esmart.client import EsmartClient
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault
from tests.vendors.esmart.test_feeds import HOME, fetch


@pytest.mark.parametrize(
    ("key", "named", "unit"),
    [
        ("consumption", None, "kWh"),
        ("consumption", "KWH", "kWh"),
        ("consumption", "Wh", "Wh"),
        ("costs", None, "NOK"),
        ("costs", "kr", "NOK"),
        ("costs", "Kr.", "NOK"),
        ("costs", "sek", "SEK"),
        ("temperatures", None, "°C"),
        ("temperatures", "Celsius", "°C"),
    ],
)
async def test_unit(
    client: EsmartClient, esmart: EsmartSandbox, key: str, named: str | None, unit: str
) -> None:
    esmart.fail(key, Fault(kind="set", path="Unit", value=named))
    found = await fetch(client, key)
    assert found[HOME].unit == unit


@pytest.mark.parametrize(
    ("key", "named"),
    [("consumption", "m3"), ("costs", "øre"), ("temperatures", "°F")],
)
async def test_odd_unit(
    client: EsmartClient, esmart: EsmartSandbox, key: str, named: str
) -> None:
    esmart.fail(key, Fault(kind="set", path="Unit", value=named))
    with pytest.raises(UnexpectedResponse) as caught:
        await fetch(client, key)
    assert named not in str(caught.value)
