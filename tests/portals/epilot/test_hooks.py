"""Which apps of a portal have readings, prices and costs."""

from custom_components.energy_portals.portals.epilot.client import EpilotClient
from custom_components.energy_portals.portals.epilot.hooks import Extensions, Hooks
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.faults import Fault


def test_hooks_of_a_sparse_answer() -> None:
    assert Hooks.of(Extensions()) == Hooks()


async def test_hooks(client: EpilotClient, epilot: EpilotSandbox) -> None:
    epilot.plausibility("range")
    epilot.series.hooks.set_hooks("priceDataRetrieval", 3)
    found = await client.hooks()
    assert [hook.name for hook in found.prices] == [
        *("Dynamischer Preis", "Festpreis", "Vergütung")
    ]
    assert found.ranges
    assert found.prices[0].intervals == ("PT15M", "PT1H", "P1D", "P1M")
    for path in ("extension", "extension.id"):
        fault = Fault(kind="remove", path=f"costDataRetrieval.0.{path}")
        epilot.fail("getPublicPortalExtensionDetailsV3", fault)
        assert (await client.hooks()).costs == ()
