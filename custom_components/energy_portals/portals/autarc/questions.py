"""What only the user may decide: a chosen project that somebody has removed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from ..contract import Site
from ..portal import ChoiceRequest, Question
from .client import AutarcClient
from .feeds import ProjectFacts

type ProjectChoice = ChoiceRequest[AutarcClient, ProjectFacts]


def _removed(
    site: Site, facts: ProjectFacts, now: datetime
) -> Mapping[str, str] | None:
    """Ask about a project that is gone."""
    return {"site": site.name} if facts.project is None else None


async def _forget(request: ProjectChoice) -> None:
    """Take its device out of the account."""
    request.forget()


QUESTIONS: Final = (
    Question(
        key="project_removed",
        source="chosen",
        says=frozenset({"site"}),
        asked=_removed,
        choices={"forget": _forget},
    ),
)
