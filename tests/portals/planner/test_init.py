"""The planner as a portal: what it lives on."""

from aiohttp import ClientSession

from custom_components.energy_portals.portals.contract import TokenStore
from custom_components.energy_portals.portals.planner import PLANNER, PlannerClient
from custom_components.energy_portals.portals.portal import LivesOnSources


def test_it_lives_on_what_was_chosen() -> None:
    lives = PLANNER.capability(LivesOnSources)
    assert lives is not None
    assert lives.keys({"price": "a", "caps": "c", "currency": "NOK"}) == ("a", "c")
    assert lives.keys({}) == ()


async def test_it_has_no_server() -> None:
    async with ClientSession() as session:
        client = PLANNER.connect(session, {"price": "a"}, {}, TokenStore())
    assert client == PlannerClient(price="a", base_load=0.0)
    assert (client.skeletons(), client.refused()) == ({}, {})
