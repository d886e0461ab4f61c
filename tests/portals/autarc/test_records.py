"""Projects as answers of actions."""

import msgspec

from custom_components.energy_portals.portals.autarc.models import Project
from custom_components.energy_portals.portals.autarc.reads import Answers
from custom_components.energy_portals.portals.autarc.records import as_response


def _project(**members: object) -> Project:
    """Read a project with these members."""
    return Answers().one(
        "project", msgspec.json.encode({"id": "p", **members}), Project
    )


def test_response() -> None:
    found = as_response(
        _project(
            status="inProgress",
            buildingAge="from1995To2001",
            installationDate="2026-12-24",
            buildingHeatLoadKw=0,
            technicalFeasibilityAssessment="notFeasible",
            address={"addressLine1": "Ring 1", "addressLine2": "links", "x": 5},
            heatingCircuits=[{"name": "1", "flowTemperature": 55}],
        )
    )
    assert found["status"] == "in_progress"
    assert found["building_age"] == "from1995_to2001"
    assert found["installation_date"] == "2026-12-24"
    assert found["building_heat_load_kw"] is None
    assert found["technical_feasibility"] == "not_feasible"
    assert found["address"] == {
        "address_line1": "Ring 1",
        "addressLine2": "links",
        "x": 5,
    }
    assert found["heating_circuits"][0]["flow_temperature"] == 55
    msgspec.json.encode(found)
