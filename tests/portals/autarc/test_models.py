"""What a project tells in more than one form."""

from typing import Any

import msgspec

from custom_components.energy_portals.portals.autarc.models import Project
from custom_components.energy_portals.portals.autarc.reads import Answers


def _project(answers: Answers | None = None, **members: Any) -> Project:
    """Read a project with these members."""
    body = msgspec.json.encode({"id": "p", **members})
    return (answers or Answers()).one("project", body, Project)


def test_heat_load_is_unknown_until_it_is_calculated() -> None:
    for nothing in (0, None, "0", 0.0):
        assert _project(buildingHeatLoadKw=nothing).heat_load is None
    assert _project(buildingHeatLoadKw="8.4").heat_load == 8.4


def test_feasibility_under_either_spelling() -> None:
    assert _project(technicalFeasibilityAssesment="feasible").feasibility == "feasible"
    right = _project(technicalFeasibilityAssessment="notFeasible")
    assert right.feasibility == "notFeasible"
