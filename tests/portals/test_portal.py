"""What a portal has beyond what every one has."""

from dataclasses import replace

from custom_components.energy_portals.portals.digiwatt import DIGIWATT
from custom_components.energy_portals.portals.portal import HealthCheck, SignOut
from custom_components.energy_portals.portals.registry import PORTALS


async def _check(client: object) -> str:
    return "ok"


def test_capabilities_are_taken_by_their_type() -> None:
    one, two = HealthCheck(check=_check), HealthCheck(check=_check)
    portal = replace(DIGIWATT, capabilities=(one, two))
    assert portal.every(HealthCheck) == (one, two)
    assert portal.capability(HealthCheck) is one
    assert portal.capability(SignOut) is None


def test_feeds_of_a_portal_have_keys_of_their_own() -> None:
    for load in PORTALS.values():
        portal = load()
        keys = [feed.key for feed in (portal.sites, *portal.feeds)]
        assert len(keys) == len(set(keys)), portal.key
