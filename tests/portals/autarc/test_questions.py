"""A chosen project that somebody has removed is asked about, and no other."""

from datetime import UTC, datetime

from custom_components.energy_portals.portals.autarc.feeds import ProjectFacts
from custom_components.energy_portals.portals.autarc.models import Project
from custom_components.energy_portals.portals.autarc.questions import QUESTIONS
from custom_components.energy_portals.portals.autarc.sites import ProjectSite
from custom_components.energy_portals.portals.questions import Asked

NOW = datetime(2026, 10, 20, tzinfo=UTC)
SITE = ProjectSite(key="project:p", name="House", project_id="p")


def test_removed() -> None:
    (question,) = QUESTIONS
    asked = list(question.asked(SITE, ProjectFacts(None), NOW))
    assert asked == [Asked(says={"site": "House"})]
    there = ProjectFacts(Project(id="p"))
    assert list(question.asked(SITE, there, NOW)) == []
