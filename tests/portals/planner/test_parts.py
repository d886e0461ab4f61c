"""What is set up beneath a planner is a load, a battery or a tank."""

from custom_components.energy_portals.portals.contract import Subentry
from custom_components.energy_portals.portals.planner.client import PlannerClient
from custom_components.energy_portals.portals.planner.parts import SITES, arranged
from custom_components.energy_portals.portals.planner.sites import LoadSite
from custom_components.energy_portals.portals.planner.stores import (
    BatterySite,
    TankSite,
)
from tests.portals.planner.sharing import BATTERY, CAR, NOW, TANK, sites
from tests.surroundings import Surroundings


async def test_by_their_types() -> None:
    """Each with what it is set up with; the planner stands before them."""
    every = sites(
        car=("load", CAR), b=("home_battery", BATTERY), t=("thermal_store", TANK)
    )
    kinds = [type(site) for site in every[1:]]
    assert kinds == [LoadSite, BatterySite, TankSite]
    parts = (Subentry(id="t", type="thermal_store", title="T", data=TANK),)
    request = SITES.request(NOW, (), {}, Surroundings(subentries=parts))
    fetched = await SITES.fetch(PlannerClient(), request)
    assert fetched.data == arranged({}, parts)
