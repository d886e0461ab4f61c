"""What only the user may decide: which terms to accept, each by itself."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from ..contract import Site
from ..questions import AnyQuestion, Asked, Choice, ChoiceRequest, Question, Shown
from .client import EsmartClient
from .feeds_customer import TERMS, Acceptance

type Request = ChoiceRequest[EsmartClient, Acceptance]


def _question(
    key: str,
    is_open: Callable[[Acceptance], bool],
    **choices: Choice[EsmartClient, Acceptance],
) -> AnyQuestion:
    """Return the question about terms that are open, asked once for the account."""

    def asked(site: Site, acceptance: Acceptance, now: datetime) -> Iterator[Asked]:
        if is_open(acceptance):
            yield Asked(says={})

    return Question(
        key=key,
        source=TERMS,
        says=frozenset({"account"}),
        asked=asked,
        choices=choices,
        shown=Shown.CONFIRM if Shown.CONFIRM in choices else Shown.SELECT,
        of_account=True,
        passes=True,
    )


async def _accept_licence(request: Request) -> None:
    """Accept the licence."""
    await request.client.accept_eula()


async def _accept_general(request: Request) -> None:
    """Accept the general terms; the additional ones stay as they are now."""
    terms = await request.client.terms()
    await request.client.accept_terms(additional=terms.additional is True)


async def _accept_additional(request: Request) -> None:
    """Accept the additional terms; the general ones stay as they are now."""
    terms = await request.client.terms()
    await request.client.accept_terms(general=terms.general is True)


async def _accept_both(request: Request) -> None:
    """Accept the general and the additional terms."""
    await request.client.accept_terms()


def _only_additional_is_open(acceptance: Acceptance) -> bool:
    """Say whether they are left: both go in one request, so neither may be unknown."""
    return acceptance.general is True and acceptance.additional is False


QUESTIONS: Final = (
    _question(
        "licence_not_accepted",
        lambda acceptance: acceptance.licence is False,
        confirm=_accept_licence,
    ),
    _question(
        "terms_not_accepted",
        lambda acceptance: acceptance.general is False,
        accept_general=_accept_general,
        accept_both=_accept_both,
    ),
    _question(
        "additional_terms_not_accepted",
        _only_additional_is_open,
        confirm=_accept_additional,
    ),
)
