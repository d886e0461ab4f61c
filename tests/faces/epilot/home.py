"""What only the tests of a portal's account look for."""

from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.sandbox.epilot import EpilotSandbox


def price_sites(entry: MockConfigEntry, epilot: EpilotSandbox) -> list[str]:
    """Return the sites of the power contract's prices."""
    begin = f"price:{epilot.home.power_contract}"
    sites = entry.runtime_data.sites.data
    return [key for key in sites if key.startswith(begin)]


def calls(epilot: EpilotSandbox, *operations: str) -> int:
    """Return how often operations were called."""
    return sum(call.operation in operations for call in epilot.calls)
