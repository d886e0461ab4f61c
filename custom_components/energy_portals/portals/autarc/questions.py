"""What only the user may decide: a chosen project that somebody has removed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from ..contract import Site
from ..questions import Asked, ChoiceRequest, Question
from .client import AutarcClient
from .feeds import CHOSEN, ProjectFacts

type ProjectChoice = ChoiceRequest[AutarcClient, ProjectFacts]


def _removed(site: Site, facts: ProjectFacts, now: datetime) -> Iterator[Asked]:
    """Ask about a project that is gone."""
    if facts.project is None:
        yield Asked(says={"site": site.name})


async def _forget(request: ProjectChoice) -> None:
    """Take its device out of the account."""
    request.forget()


QUESTIONS: Final = (
    Question(
        key="project_removed",
        source=CHOSEN,
        passes=True,
        says=frozenset({"account", "site"}),
        asked=_removed,
        choices={"forget": _forget},
    ),
)
