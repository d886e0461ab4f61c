"""The house's devices, as an account that moves them sees them."""

from custom_components.energy_portals.portals.devices import DeviceState


def test_what_sort_it_is() -> None:
    """The domain is the first part of an entity's id."""
    state = DeviceState(entity_id="switch.kitchen.odd", state="on")
    assert state.domain == "switch"
    assert state.attributes == {}
