"""One run of the import of a site: read, store, put aside what cannot be read."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from homeassistant.components.recorder.models import StatisticMetaData

from ..portals.contract import Site
from ..portals.http.errors import AuthError, PortalError, Unavailable
from ..portals.model.ledger_aside import Unread, renewed
from ..portals.model.ledger_days import Ledger
from ..portals.model.ledger_series import Span, whole_days
from .asking import Asking
from .halving import Halving, Part, came
from .storing import HourStorage, Tally

# So many spans that are put aside are asked for in one run, however many are due.
_AT_ONCE: Final = 8


class Run:
    """Reads spans of a site, and stores what comes; `tally` and `problems` tell of it.

    `stored` are the series that there are, and takes those that are new.
    """

    def __init__(
        self,
        asking: Asking,
        halving: Halving,
        storage: HourStorage,
        site: Site,
        now: datetime,
        stored: dict[str, StatisticMetaData],
    ) -> None:
        """Take what to ask with, and where to store."""
        self.tally = Tally()
        self.problems: list[PortalError] = []
        self._asking = asking
        self._halving = halving
        self._storage = storage
        self._site = site
        self._now = now
        self._stored = stored

    async def read(self, ledger: Ledger, span: Span) -> tuple[Ledger, bool]:
        """Return what is known once a span was asked for.

        And whether part of it may come yet, so that it is to be asked for again soon.
        """
        held = [each for each in ledger.aside if each.shares_time(span)]
        is_known = any(each.start <= span[0] and span[1] <= each.end for each in held)
        # What goes on failing is not searched day by day, month for month.
        goes_on = is_known or any(each.end == span[0] for each in ledger.aside)
        parts = await self._asking.read(
            self._halving, span, is_known=is_known, sample=0 if goes_on else None
        )
        ledger = await self._took(ledger, span, parts)
        return ledger, any(part.waits for part in parts)

    async def ask_again(self, ledger: Ledger) -> Ledger:
        """Ask for what was put aside and is due."""
        now = self._now
        due = [each for each in ledger.aside if each.is_due(now) and each.start < now]
        due.sort(key=lambda each: each.asked)
        for each in due[:_AT_ONCE]:
            span = each.start, min(each.end, now)
            try:
                # Another day of it each time.
                parts = await self._asking.read(
                    self._halving, span, is_known=True, sample=max(each.tries - 1, 0)
                )
            except AuthError:
                raise
            except PortalError as err:
                self.problems.append(err)
                break
            ledger = await self._took(ledger, span, parts)
            if any(_is_waited_for(part) for part in parts):
                break
        return ledger

    async def _took(self, ledger: Ledger, span: Span, parts: Iterable[Part]) -> Ledger:
        """Store what came, and put aside what did not."""
        parts = [*parts]
        for run, readings in came(parts):
            ledger = await self._storage.take(
                self._site, ledger, readings, run, self._stored, self.tally
            )
        unread = []
        for part in parts:
            if (problem := part.problem) is None:
                continue
            if problem.brief not in {other.brief for other in self.problems}:
                self.problems.append(problem)
            if not part.waits:
                days, is_partial = (
                    whole_days(part.span, ledger.zone),
                    bool(part.readings),
                )
                unread.append(Unread(days, problem.brief, is_partial=is_partial))
        self.tally.unread += unread
        asked = whole_days(span, ledger.zone)
        return replace(ledger, aside=renewed(ledger.aside, asked, unread, self._now))


def _is_waited_for(part: Part) -> bool:
    """Say whether an answer was waited for in vain."""
    return isinstance(part.problem, Unavailable) and not part.problem.passing
