"""The company is found once, and chosen projects stand beside it."""

from datetime import UTC, datetime

import msgspec
import pytest

from custom_components.energy_portals.portals.autarc.client import AutarcClient
from custom_components.energy_portals.portals.autarc.sites import (
    SITES,
    CompanySite,
    Survey,
    arranged,
    survey,
)
from custom_components.energy_portals.portals.contract import Subentry
from tests.sandbox.autarc import AutarcSandbox
from tests.sandbox.autarc_company import COMPANY
from tests.surroundings import Surroundings

PART = Subentry(id="1", type="project", title="House", data={"project_id": "p"})
FIRM = CompanySite(key="company", name="autarc", company_id=COMPANY)


async def test_company_needs_no_call_once_it_is_known(
    client: AutarcClient, autarc: AutarcSandbox
) -> None:
    request = SITES.request(
        datetime.now(UTC), (), {"company": FIRM}, Surroundings(subentries=(PART,))
    )
    autarc.calls.clear()
    data = (await SITES.fetch(client, request)).data
    assert not autarc.calls
    assert data["company"] == FIRM
    assert (data["project:p"].name, data["project:p"].subentry) == ("House", "1")


async def test_survey(client: AutarcClient) -> None:
    assert (await survey(client)).company_id == COMPANY


def test_projects_are_searched_by_title_and_id() -> None:
    known = Survey(None, {"a1": "Haus am See", "b2": "Hof"})
    assert known.matching("HAUS") == {"a1": "Haus am See"}
    assert known.matching("b2") == {"b2": "Hof"}
    assert known.matching("b") == {}


def test_nothing_stands_beside_a_company_that_is_not_there() -> None:
    assert arranged({}, (PART,)) == {}


def test_kept() -> None:
    assert SITES.kept is not None
    for site in arranged({"company": FIRM}, (PART,)).values():
        assert SITES.kept.load(SITES.kept.dump(site), {}) == site
    with pytest.raises(msgspec.ValidationError):
        SITES.kept.load({"key": "project:p"}, {})
