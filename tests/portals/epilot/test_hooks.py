"""Which apps of a portal have readings, prices and costs."""

from custom_components.energy_portals.portals.epilot.client import EpilotClient
from custom_components.energy_portals.portals.epilot.hooks import (
    Hook,
    HookChoice,
    HookChoices,
    Hooks,
    Metadata,
    TypeOption,
)
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.faults import Fault


def test_chosen_hooks_come_first() -> None:
    first, second = Hook(extension_id="a"), Hook(extension_id="b", hook_id="h")
    chosen = HookChoice(extension_id="b", hook_id="h")
    hooks = Hooks(prices=(first, second), costs=(first,))
    preferred = hooks.preferring(HookChoices({"any": chosen, "other": None}))
    assert preferred.prices == (second, first)
    assert preferred.costs == (first,)
    assert hooks.preferring(HookChoices()) == hooks


def test_the_option_of_a_type() -> None:
    option = TypeOption("ht")
    metadata = Metadata(type_options=[option])
    assert metadata.option("ht") is option
    assert metadata.option("nt") is Metadata().option("ht") is None


async def test_hooks(client: EpilotClient, epilot: EpilotSandbox) -> None:
    epilot.plausibility("range")
    epilot.series.hooks.set_hooks("priceDataRetrieval", 3)
    found = await client.hooks()
    assert [hook.name for hook in found.prices] == [
        *("Dynamischer Preis", "Festpreis", "Vergütung")
    ]
    assert found.ranges
    assert found.prices[0].intervals == ("PT15M", "PT1H", "P1D", "P1M")
    epilot.series.hooks.set_hooks("costDataRetrieval", 2)
    for path in ("extension", "extension.id"):
        fault = Fault(kind="remove", path=f"costDataRetrieval.0.{path}")
        epilot.fail("getPublicPortalExtensionDetailsV3", fault)
        (cost,) = (await client.hooks()).costs
        assert cost.hook_id == "hook-costDataRetrieval-1"
