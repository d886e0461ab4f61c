"""An account shows what its portal's own tables have, and those of its kinds."""

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.faces.registry import FACES
from custom_components.energy_portals.faces.tables import tables_of
from custom_components.energy_portals.portals.model.green import GreenOutlook
from custom_components.energy_portals.portals.model.price_days import PriceOutlook


async def test_own_and_of_its_kinds(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    tables = await hass.async_add_executor_job(tables_of, loaded)
    own = FACES["digiwatt"].tables()
    assert all(row in tables.sensors for row in own.sensors)
    sources = [row.source for row in tables.sensors]
    assert GreenOutlook in sources
    assert PriceOutlook not in sources
