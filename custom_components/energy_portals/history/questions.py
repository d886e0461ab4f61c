"""What only the user may decide of a history: what is joined, and in which unit."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from ..portals.contract import Client, Site
from ..portals.model.ledger_days import Ledger
from ..portals.questions import Asked, ChoiceRequest, Question, Shown

if TYPE_CHECKING:
    from .importer import Importer

type _Request = ChoiceRequest[Client, Ledger]


def questions(importer: Importer) -> tuple[Question[Client, Ledger], ...]:
    """Return the questions of an account's import, which does what is chosen."""
    return (_continues(importer), _unit(importer))


def _continues(importer: Importer) -> Question[Client, Ledger]:
    """Ask whether a site goes on with the history of one that is gone."""

    def asked(site: Site, ledger: Ledger, now: datetime) -> Iterator[Asked]:
        if ledger.follows is not None:
            yield Asked(says={"site": site.name, "other": ledger.follows})

    async def join(request: _Request) -> None:
        await importer.decide(request.site.key, request.asked.says["other"])

    async def keep_apart(request: _Request) -> None:
        await importer.decide(request.site.key, None)

    return Question(
        key="history_continues",
        source=importer.feed(),
        says=frozenset({"site", "other"}),
        asked=asked,
        choices={"join": join, "keep_apart": keep_apart},
        shown=Shown.MENU,
        reloads=True,
    )


def _unit(importer: Importer) -> Question[Client, Ledger]:
    """Ask whether a series goes on in another unit, as a statistic of its own."""

    def asked(site: Site, ledger: Ledger, now: datetime) -> Iterator[Asked]:
        for statistic, unit in ledger.conflicts.items():
            said = {"site": site.name, "statistic": statistic, "unit": unit}
            yield Asked(says=said, about=statistic)

    async def accept(request: _Request) -> None:
        said = request.asked.says
        await importer.accept_unit(said["statistic"], said["unit"])

    return Question(
        key="history_unit",
        source=importer.feed(),
        says=frozenset({"site", "statistic", "unit"}),
        asked=asked,
        choices={Shown.CONFIRM: accept},
        shown=Shown.CONFIRM,
        reloads=True,
    )
