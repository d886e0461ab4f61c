"""What only the user may decide of a history.

That is what is joined, in which unit it goes on, and what is asked for no more.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from ..portals.contract import Client, Site
from ..portals.model.ledger import HOUR
from ..portals.model.ledger_days import Ledger
from ..portals.model.ledger_series import days_in
from ..portals.questions import Asked, ChoiceRequest, Question, Shown
from .currencies import Foreign, is_decided

if TYPE_CHECKING:
    from .importer import Importer

type _Request = ChoiceRequest[Client, Ledger]


def questions(importer: Importer) -> tuple[Question[Client, Ledger], ...]:
    """Return the questions of an account's import, which does what is chosen."""
    return (
        _continues(importer),
        _unit(importer),
        _currency(importer),
        _unread(importer),
    )


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


def _currency(importer: Importer) -> Question[Client, Ledger]:
    """Ask once what becomes of money in another currency than the house's."""

    def asked(site: Site, ledger: Ledger, now: datetime) -> Iterator[Asked]:
        if not (house := importer.currency):
            return
        for days in ledger.by_series.values():
            unit = days.series.unit
            is_foreign = not days.series.is_counted and unit != house
            if is_foreign and not is_decided(importer.statistic_ids.options, unit):
                yield Asked(says={"currency": unit, "house": house})
                return

    async def keep(request: _Request) -> None:
        importer.statistic_ids.choose_foreign(Foreign.KEEP)

    async def leave_out(request: _Request) -> None:
        importer.statistic_ids.choose_foreign(Foreign.LEAVE_OUT)

    return Question(
        key="history_currency",
        source=importer.feed(),
        says=frozenset({"account", "currency", "house"}),
        asked=asked,
        choices={Foreign.LEAVE_OUT: leave_out, Foreign.KEEP: keep},
        shown=Shown.MENU,
        of_account=True,
        passes=True,
        reloads=True,
    )


def _unread(importer: Importer) -> Question[Client, Ledger]:
    """Ask whether to go on asking for what could not be read for a week."""

    def asked(site: Site, ledger: Ledger, now: datetime) -> Iterator[Asked]:
        if not (unread := ledger.unread(now)):
            return
        first = unread[0].start.astimezone(ledger.zone).date()
        last = (unread[-1].end - HOUR).astimezone(ledger.zone).date()
        yield Asked(
            says={
                "site": site.name,
                "start": first.isoformat(),
                "end": last.isoformat(),
                "days": str(
                    sum(days_in((e.start, e.end), ledger.zone) for e in unread)
                ),
                "reason": unread[-1].why,
            }
        )

    async def ask_again(request: _Request) -> None:
        await importer.ask_again(request.site)

    async def leave(request: _Request) -> None:
        await importer.leave(request.site)

    return Question(
        key="history_unread",
        source=importer.feed(),
        says=frozenset({"site", "start", "end", "days", "reason"}),
        asked=asked,
        choices={"ask_again": ask_again, "leave": leave},
        shown=Shown.MENU,
        passes=True,
    )
