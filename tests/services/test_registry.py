"""Actions are registered before the code that they need is loaded."""

from dataclasses import replace
from typing import override

from homeassistant.core import HomeAssistant, ServiceResponse
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.faces.registry import FACES
from custom_components.energy_portals.services.action import AnyAction
from custom_components.energy_portals.services.call import Call
from custom_components.energy_portals.services.listed import ListedAction
from custom_components.energy_portals.services.registry import async_setup_actions
from tests.accounts import act


async def test_code_of_portals_without_an_account_is_not_loaded(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """An action of several portals is that of those that an account is set up of."""

    class Probe(AnyAction):
        """Says that it ran."""

        @override
        async def run(self, call: Call) -> ServiceResponse:
            ran.append(call)
            return None

    def load() -> tuple[AnyAction, ...]:
        raise AssertionError

    ran: list[Call] = []
    face, probe = FACES["digiwatt"], ListedAction(name="probe")
    own = replace(face, actions=lambda: (Probe(name="probe"),), listed=(probe,))
    other = replace(face, actions=load, listed=(probe,))
    async_setup_actions(hass, {"digiwatt": own, "strange": other})
    await act(hass, "probe")
    assert len(ran) == 1
