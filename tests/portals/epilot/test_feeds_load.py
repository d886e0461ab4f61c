"""The newest power, with or without a word about the types of records."""

from typing import Any

import pytest

from custom_components.energy_portals.portals.epilot.client import EpilotClient
from custom_components.energy_portals.portals.epilot.feeds_load import LOAD
from tests.portals.epilot.feeds import fetch
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.faults import Fault


async def _powers(client: EpilotClient, epilot: EpilotSandbox) -> dict[str, float]:
    """Return the powers of the power meter, in W by type."""
    data: Any = (await fetch(client, LOAD)).data
    load = data.get(f"meter:{epilot.home.power_meter}")
    return (
        {} if load is None else {key: each.watts for key, each in load.values.items()}
    )


@pytest.mark.parametrize("status", [None, 400, 403, 404, 500])
async def test_power(
    client: EpilotClient, epilot: EpilotSandbox, status: int | None
) -> None:
    """What metadata says is not needed where the records say it themselves."""
    epilot.series.hooks.set_scenario("load")
    truth = await _powers(client, epilot)
    assert set(truth) == {"min", "average", "max"}
    client._metadata.clear()
    if status is not None:
        fault = Fault(kind="status", status=status, times=None)
        epilot.fail("getVisualizationMetadata", fault)
    assert await _powers(client, epilot) == truth


async def test_energy_is_no_power(client: EpilotClient, epilot: EpilotSandbox) -> None:
    assert await _powers(client, epilot) == {}
    epilot.series.hooks.metadata(on=False)
    client._metadata.clear()
    assert await _powers(client, epilot) == {}


@pytest.mark.parametrize("unit", ["Wh", "unheard of", 5])
async def test_power_in_a_unit_that_is_none(
    client: EpilotClient, epilot: EpilotSandbox, unit: object
) -> None:
    """Nor where its type says that it is one."""
    epilot.series.hooks.set_scenario("load")
    path = "consumptions.*.unit"
    fault = Fault(kind="set", path=path, value=unit, times=None)
    epilot.fail("getConsumption", fault)
    assert await _powers(client, epilot) == {}
