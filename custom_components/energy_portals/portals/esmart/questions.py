"""What only the user may decide: terms to accept."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from ..contract import Site
from ..questions import Asked, ChoiceRequest, Question, Shown
from .client import EsmartClient
from .feeds_customer import TERMS, Acceptance, accept_terms


def _unaccepted(site: Site, acceptance: Acceptance, now: datetime) -> Iterator[Asked]:
    """Ask about terms that the user has not accepted."""
    if acceptance.is_complete() is False:
        yield Asked(says={})


async def _accept(request: ChoiceRequest[EsmartClient, Acceptance]) -> None:
    """Accept what is not accepted yet."""
    await accept_terms(request.client, request.held.data[request.site.key])


TERMS_QUESTION: Final = Question(
    key="terms_not_accepted",
    source=TERMS,
    says=frozenset({"account"}),
    asked=_unaccepted,
    choices={Shown.CONFIRM: _accept},
    shown=Shown.CONFIRM,
    of_account=True,
)
