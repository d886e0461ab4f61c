"""Outages and restrictions at a meter: what holds, and what has changed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import FeedRequest
from custom_components.energy_portals.portals.esmart.client import EsmartClient
from custom_components.energy_portals.portals.esmart.feeds_restrictions import (
    RESTRICTIONS,
    Change,
    Restrictions,
)
from custom_components.energy_portals.portals.esmart.sites import SITES, ContractSite
from tests.portals.esmart.operations import NOW
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault

QUARTER = timedelta(minutes=15)
LATER = NOW + QUARTER
KEY = "contract-1001-3001"


@pytest.fixture
async def home(client: EsmartClient, esmart: EsmartSandbox) -> ContractSite:
    """Return the contract of the sandbox's account."""
    request = FeedRequest(now=NOW, sites=(), held={}, given=None)
    site: Any = (await SITES.fetch(client, request)).data[KEY]
    esmart.calls.clear()
    found: ContractSite = site
    return found


async def fetch(
    client: EsmartClient,
    *sites: ContractSite,
    now: datetime = NOW,
    held: Restrictions | None = None,
) -> tuple[Mapping[str, Restrictions], int]:
    known = {} if held is None else {KEY: held}
    request = FeedRequest(now=now, sites=sites, held=known, given=None)
    fetched = await RESTRICTIONS.fetch(client, request)
    return fetched.data, len(fetched.problems)


async def look(
    client: EsmartClient, home: ContractSite, held: Restrictions | None, now: datetime
) -> Restrictions:
    return (await fetch(client, home, now=now, held=held))[0][KEY]


async def test_what_is_asked_for(
    client: EsmartClient, esmart: EsmartSandbox, home: ContractSite
) -> None:
    """The lists are of all meters: they are asked for once, however many there are."""
    other = replace(home, key="other", meter_id="M-2", meter_no=None)
    esmart.control.restrict("PowerOutage")
    found, problems = await fetch(client, home, other)
    operations = [call.operation for call in esmart.calls]
    assert operations == ["restriction_events", *["restricted_meters"] * 3]
    assert problems == 0
    assert found[KEY].active == {"PowerOutage": NOW}
    assert (found[KEY].is_on(), found["other"].is_on()) == (True, False)
    # What is there at first is no news.
    assert found[KEY].changes == ()


async def test_beginning_and_end(
    client: EsmartClient, esmart: EsmartSandbox, home: ContractSite
) -> None:
    first = await look(client, home, None, NOW)
    assert first.is_on() is False
    esmart.control.restrict("Maintenance")
    second = await look(client, home, first, LATER)
    assert second.changes == (Change(LATER, "Maintenance", has_begun=True),)
    assert await look(client, home, second, LATER + QUARTER) == second
    esmart.control.restrict("Maintenance", on=False)
    third = await look(client, home, second, LATER + QUARTER)
    assert third.is_on() is False
    assert third.changes[1:] == (Change(LATER + QUARTER, "Maintenance", False),)


async def test_changes_are_kept(
    client: EsmartClient, esmart: EsmartSandbox, home: ContractSite
) -> None:
    """Over a restart nothing is told twice."""
    held = await look(client, home, None, NOW)
    for n in range(30):
        esmart.control.restrict("PowerOutage", on=n % 2 == 0)
        held = await look(client, home, held, LATER + n * QUARTER)
    assert len(held.changes) == 20
    assert RESTRICTIONS.kept is not None
    dumped = RESTRICTIONS.kept.dump(held)
    assert RESTRICTIONS.kept.load(dumped, {}) == held


@pytest.mark.parametrize("meter", [{"meter_id": "x"}, {"meter_no": None}])
async def test_id_or_number_is_enough(
    client: EsmartClient, esmart: EsmartSandbox, home: ContractSite, meter: Any
) -> None:
    esmart.control.restrict("PowerOutage")
    site = replace(home, **meter)
    assert (await look(client, site, None, NOW)).is_on() is True


async def test_what_cannot_be_seen_stays(
    client: EsmartClient, esmart: EsmartSandbox, home: ContractSite
) -> None:
    esmart.control.restrict("PowerOutage")
    held = await look(client, home, None, NOW)
    esmart.fail("restricted_meters", Fault(kind="status", status=400))
    found, problems = await fetch(client, home, held=held, now=LATER)
    assert problems == 1
    assert found[KEY].is_on() is True
    assert found[KEY].changes == ()
    esmart.control.restrict("PowerOutage", on=False)
    esmart.fail("restricted_meters", Fault(kind="status", status=400))
    nothing = await look(client, home, None, LATER)
    assert nothing.is_on() is None


async def test_events_that_are_not_all(
    client: EsmartClient, esmart: EsmartSandbox, home: ContractSite
) -> None:
    esmart.control.restrict("LimitedPower")
    held = await look(client, home, None, NOW)
    esmart.fail("restriction_events", Fault(kind="set", path="2", value={"Odd": 1}))
    found = await look(client, home, held, LATER)
    assert found.is_on() is True and not found.is_whole


@pytest.mark.parametrize("status", [403, 404])
async def test_an_account_without_a_right_to_it(
    client: EsmartClient, esmart: EsmartSandbox, home: ContractSite, status: int
) -> None:
    esmart.deny("restriction_events", status)
    request = FeedRequest(now=NOW, sites=(home,), held={}, given=None)
    fetched = await RESTRICTIONS.fetch(client, request)
    assert fetched.refused == {KEY}
