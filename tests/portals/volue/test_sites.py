"""Sites: what the user has set up, and what is still to be deleted at the portal."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import Fetched, Site, Subentry
from custom_components.energy_portals.portals.http.errors import AuthError
from custom_components.energy_portals.portals.volue.client import VolueClient
from custom_components.energy_portals.portals.volue.sites import (
    SITES,
    Flexible,
    UserSite,
    arranged,
)
from tests.sandbox.faults import Fault
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import TANK, VEHICLE
from tests.surroundings import Surroundings

USER = UserSite(key="user", name="Volue u")
CAR = Subentry(
    id="1",
    type="vehicle",
    title="Car",
    data={"resource_id": VEHICLE, "resource_type": "Vehicle", "energy": "sensor.kwh"},
)


async def _fetch(
    client: VolueClient, held: Mapping[str, Site], *parts: Subentry
) -> Fetched[Site]:
    surroundings = Surroundings(subentries=parts)
    request = SITES.request(datetime.now(UTC), (), held, surroundings)
    return await SITES.fetch(client, request)


def _leaving(sites: Mapping[str, Site]) -> tuple[str, ...]:
    user = sites["user"]
    assert isinstance(user, UserSite)
    return user.leaving


def test_nothing_is_arranged_before_the_user_is_known() -> None:
    assert arranged({}, (CAR,)) == {}


def test_a_part_of_another_sort_is_none_of_ours() -> None:
    other = Subentry(id="2", type="project", title="P", data={})
    assert set(arranged({"user": USER}, (CAR, other))) == {
        "user",
        f"resource:{VEHICLE}",
    }


async def test_what_is_set_up_and_what_is_not_there(client: VolueClient) -> None:
    ghost = Subentry(
        id="2",
        type="vehicle",
        title="Ghost",
        data={"resource_id": "g", "resource_type": "Vehicle"},
    )
    sites = (await _fetch(client, {}, CAR, ghost)).data
    missing = {
        key: site.missing for key, site in sites.items() if isinstance(site, Flexible)
    }
    assert missing == {f"resource:{VEHICLE}": False, "resource:g": True}


async def test_what_is_deleted(client: VolueClient, volue: VolueSandbox) -> None:
    """What is gone already is no failure; what fails is tried again."""
    held = arranged({"user": USER, f"resource:{TANK}": USER, "resource:x": USER}, ())
    assert _leaving(held) == (f"resource:{TANK}", "resource:x")
    volue.fail("resource_delete", Fault(kind="status", status=500, times=2))
    fetched = await _fetch(client, held)
    assert _leaving(fetched.data) == (f"resource:{TANK}",)
    assert len(fetched.problems) == 1
    volue.fail("resource_delete", Fault(kind="status", status=401, times=None))
    with pytest.raises(AuthError):
        await _fetch(client, fetched.data)
    volue.heal()
    # Somebody else was faster.
    volue.fail("resource_delete", Fault(kind="status", status=404))
    fetched = await _fetch(client, fetched.data)
    assert _leaving(fetched.data) == ()


def test_kept() -> None:
    assert SITES.kept is not None
    for site in arranged({"user": USER}, (CAR,)).values():
        assert SITES.kept.load(SITES.kept.dump(site), {}) == site


@pytest.mark.parametrize("data", [None, 1, {}, {"key": "castle:1"}, {"key": "user"}])
def test_what_was_kept_otherwise(data: Any) -> None:
    assert SITES.kept is not None
    with pytest.raises(ValueError, match=r".+"):
        SITES.kept.load(data, {})


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="set", path="resources.0", value=None),
        Fault(kind="set", path="total", value=99),
    ],
)
async def test_what_may_be_there_is_not_missing(
    client: VolueClient, volue: VolueSandbox, fault: Fault
) -> None:
    """A list that is not whole does not say that a record is gone."""
    ghost = Subentry(
        id="2",
        type="vehicle",
        title="Ghost",
        data={"resource_id": "g", "resource_type": "Vehicle"},
    )
    volue.fail("resources", fault)
    held = {"user": USER, "resource:x": USER}
    sites = (await _fetch(client, held, ghost)).data
    gone = sites["resource:g"]
    assert isinstance(gone, Flexible)
    assert not gone.missing
    # It was asked for, and was not there.
    assert "resource_delete" in {call.operation for call in volue.calls}
    assert _leaving(sites) == ()
