"""What to ask for: the next span, gaps before it, in pieces that the portal takes."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

from ..portals.contract import Client, Site, Surroundings
from ..portals.history import History, Readings
from ..portals.model.ledger_days import Ledger
from ..portals.model.ledger_series import Span, days_in, whole_days
from ..portals.model.periods import midnight
from .halving import Halving, Part

_DAY: Final = timedelta(days=1)

# What is around a feed of the account, by its key.
type Around = Callable[[str], Surroundings]


class Asking:
    """Asks the portal of one account for spans of its history."""

    def __init__(self, history: History[Client], around: Around) -> None:
        """Take the portal's history, and what is around the account's feeds."""
        self.history = history
        self.longest = history.longest
        self._around = around

    def next_span(self, ledger: Ledger) -> Span:
        """Return what to ask for next: where the import goes on, or what is recent."""
        zone, now = self.history.zone, ledger.now
        start = min(ledger.asked_until, now - self.history.corrects)
        if self.history.oldest is not None:
            start = max(start, self.history.oldest(now))
        day = start.astimezone(zone).date()
        end = midnight(day + self.history.longest, zone)
        return midnight(day, zone), now if self._is_recent(ledger) else min(end, now)

    def spans(self, ledger: Ledger) -> Iterator[Span]:
        """Yield what to ask for: the next span, and once a day what lacks before it."""
        following = self.next_span(ledger)
        yield following
        today = ledger.today(ledger.now)
        if not self._is_recent(ledger) or ledger.gaps_asked == today:
            return
        gaps = [gap for gap in ledger.lacking(ledger.now) if gap[0] < following[0]]
        if gaps:
            start, end = whole_days((gaps[0][0], gaps[-1][1]), self.history.zone)
            yield start, min(end, following[0])

    def _is_recent(self, ledger: Ledger) -> bool:
        """Say whether what is left to ask for is what is asked for every hour."""
        return ledger.asked_until >= ledger.now - self.history.corrects

    def halving(
        self,
        client: Client,
        site: Site,
        ledger: Ledger,
        *,
        is_lasting: bool,
        anew: bool = False,
    ) -> Halving:
        """Return how the spans of a site are read in one run."""
        zone, now = self.history.zone, ledger.now
        latest = None if ledger.lead is None else ledger.lead.latest
        known = () if latest is None else (latest[0].astimezone(zone).date(),)

        priced_by = self.history.priced_by
        surroundings = self._around("" if priced_by is None else priced_by.key)

        async def ask(span: Span) -> Readings:
            return await self.history.read(client, site, span, surroundings, anew=anew)

        return Halving(ask, zone, now, is_lasting=is_lasting, known=known)

    async def read(
        self,
        halving: Halving,
        span: Span,
        *,
        is_known: bool = False,
        sample: int | None = None,
    ) -> list[Part]:
        """Return the parts of a span, however long it is."""
        zone, parts = self.history.zone, list[Part]()
        for piece in self._pieces(span):
            of_piece = await halving.read(piece, is_known=is_known, sample=sample)
            parts += of_piece
            is_longest = days_in(piece, zone) * _DAY >= self.longest
            if len(of_piece) > 1 and (halving.was_rejected or is_longest):
                # How long a span the portal takes is nowhere said.
                if all(part.problem is None for part in of_piece):
                    taken = max(days_in(part.span, zone) for part in of_piece)
                    self.longest = min(self.longest, taken * _DAY)
        return parts

    def _pieces(self, span: Span) -> Iterator[Span]:
        """Cut a span at midnights into pieces of at most the longest."""
        zone = self.history.zone
        start, end = span
        while start < end:
            cut = midnight(start.astimezone(zone).date() + self.longest, zone)
            yield start, min(cut, end)
            start = cut
