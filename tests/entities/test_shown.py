"""What is on when it is first there: by the sort of site, and by what it shows."""

from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.entities import shown
from custom_components.energy_portals.entities.tables import Tables
from custom_components.energy_portals.faces.registry import FACES
from custom_components.energy_portals.portals.epilot.sites import (
    ContractSite,
    PriceSite,
)
from custom_components.energy_portals.portals.registry import PORTALS
from tests.accounts import entity_id, set_up
from tests.journeys.accounts import add_account
from tests.rules.test_entities import rows
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault
from tests.sandbox.server import Sandbox

pytestmark = pytest.mark.as_installed

MOST: Final = 12
# A source of the house has one kind, or two.
HOUSE: Final = "home_assistant"
OF_KINDS: Final = (
    *(shown.PRICES, shown.GREEN, shown.CARBON, shown.GREEN_INDEX, shown.SUN),
    shown.POWER | shown.USED | shown.PAID | shown.FED_IN,
)
TABLES: Final[dict[str, Tables]] = {key: face.tables() for key, face in FACES.items()}


@pytest.mark.parametrize("portal", PORTALS)
def test_every_sort_of_site_says_it(portal: str) -> None:
    """No sort of a portal's sites is forgotten: all of it would be off."""
    sorts = {feed.at for feed in PORTALS[portal]().feeds}
    told = TABLES[portal].shown.keys()
    assert told
    for sort in sorts:
        assert sort in told or any(issubclass(each, sort) for each in told), sort


@pytest.mark.parametrize("portal", PORTALS)
def test_what_is_on_is_an_entity(portal: str) -> None:
    """What is to be on goes by the key of an entity that the portal may have."""
    known = {
        row.translation_key for _, owner, row in rows() if owner in {portal, "model"}
    }
    for keys in TABLES[portal].shown.values():
        assert set(keys) <= known


@pytest.mark.parametrize("portal", PORTALS)
def test_few_are_on(portal: str) -> None:
    """A device has a dozen at most, and an account one calendar."""
    calendars = {
        row.translation_key
        for platform, owner, row in rows()
        if platform == "calendar" and owner in {portal, "model"}
    }
    every = [set(keys) for keys in TABLES[portal].shown.values()]
    if portal == HOUSE:
        assert every == [set().union(*OF_KINDS)]
        every = [set(keys) for keys in OF_KINDS]
    assert max(map(len, every)) <= MOST
    assert sum(len(keys & calendars) for keys in every) <= 1


def test_a_load_adds_ten() -> None:
    """Many homes have several loads."""
    sizes = {sort.__name__: len(k) for sort, k in TABLES["planner"].shown.items()}
    assert sizes["LoadSite"] == 10


def _is_on(
    hass: HomeAssistant, entry: MockConfigEntry, site: str, key: str, *platform: str
) -> bool:
    """Say whether an entity of a site is on."""
    entity = entity_id(hass, entry, site, key, *platform)
    assert entity is not None
    known = er.async_get(hass).async_get(entity)
    assert known is not None
    return not known.disabled


@pytest.fixture
async def esmart(hass: HomeAssistant, sandbox: Sandbox) -> MockConfigEntry:
    """Return an account with an area's prices and a contract's."""
    return add_account(hass, sandbox, "esmart")


CONTRACT: Final = "contract-1001-3001"
AREA: Final = "area-NO1"


async def test_an_areas_price_beside_a_contracts(
    hass: HomeAssistant, esmart: MockConfigEntry
) -> None:
    """A household looks at its own price."""
    await set_up(hass, esmart)
    assert _is_on(hass, esmart, CONTRACT, "price")
    assert not _is_on(hass, esmart, CONTRACT, "price_rank")
    assert not _is_on(hass, esmart, AREA, "price")
    # Others may live on it all the same.
    assert esmart.runtime_data.feeds["spot_prices"].update_interval is not None


async def test_an_areas_price_alone(
    hass: HomeAssistant, esmart: MockConfigEntry, sandbox: Sandbox
) -> None:
    """It is what there is to know where a contract has none of its own."""
    server = sandbox.portal(EsmartSandbox)
    for operation in ("meter_prices", "contract_prices"):
        server.fail(operation, Fault(kind="status", status=404, times=None))
    await set_up(hass, esmart)
    assert _is_on(hass, esmart, AREA, "price_level")


async def test_a_price_that_is_always_the_same(
    hass: HomeAssistant, sandbox: Sandbox
) -> None:
    """There is one thing to know of it."""
    entry = add_account(hass, sandbox, "epilot")
    await set_up(hass, entry)
    for site in entry.runtime_data.sites.data.values():
        if isinstance(site, PriceSite):
            is_gas = site.name.startswith("Erdgas")
            assert _is_on(hass, entry, site.key, "price")
            assert _is_on(hass, entry, site.key, "next_price") is not is_gas


async def test_a_contract_that_has_ended(hass: HomeAssistant, sandbox: Sandbox) -> None:
    """Nothing of it is on."""
    sandbox.portal(EpilotSandbox).home.more_contracts(1)
    entry = add_account(hass, sandbox, "epilot")
    await set_up(hass, entry)
    contracts = [
        site
        for site in entry.runtime_data.sites.data.values()
        if isinstance(site, ContractSite)
    ]
    assert {site.is_over for site in contracts} == {True, False}
    for site in contracts:
        if entity_id(hass, entry, site.key, "installment"):
            assert _is_on(hass, entry, site.key, "installment") is not site.is_over
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    over = [site.key for site in contracts if site.is_over]
    assert not [
        each
        for each in entities
        for key in over
        if each.unique_id.startswith(f"{entry.unique_id}:{key}:") and not each.disabled
    ]
