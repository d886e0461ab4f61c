"""What to ask for: the next span, gaps before it, in pieces that the portal takes."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from homeassistant.config_entries import ConfigEntry

from ..portals.contract import Client, Site
from ..portals.history import History, Readings, joined
from ..portals.http.errors import Rejected
from ..portals.model.ledger_days import Ledger, Span, whole_days
from ..portals.model.periods import midnight

_DAY: Final = timedelta(days=1)


class Asking:
    """Asks the portal of one account for spans of its history."""

    def __init__(self, history: History[Client], entry: ConfigEntry) -> None:
        """Take the portal's history and the account."""
        self.history = history
        self.longest = history.longest
        self._entry = entry

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

    async def read(self, client: Client, site: Site, span: Span) -> Readings:
        """Return what the portal has of a span, however long it is."""
        readings = Readings(series={})
        for piece in tuple(self._pieces(span)):
            try:
                part = await self.history.read(client, site, piece, self._tariff())
            except Rejected:
                if self.longest <= _DAY:
                    # It is not the length that the portal minds.
                    self.longest = self.history.longest
                    raise
                # How long a span the portal takes is nowhere said.
                self.longest = max(self.longest // _DAY // 2 * _DAY, _DAY)
                return await self.read(client, site, span)
            readings = joined(readings, part)
        return readings

    def _tariff(self) -> Mapping[str, object]:
        """Return what the user entered of the prices that make the costs."""
        if self.history.priced_by is None:
            return {}
        tariff: Mapping[str, object]
        tariff = self._entry.options.get(self.history.priced_by.key, {})
        return tariff

    def _pieces(self, span: Span) -> Iterator[Span]:
        """Cut a span at midnights into pieces of at most the longest."""
        zone = self.history.zone
        start, end = span
        while start < end:
            cut = midnight(start.astimezone(zone).date() + self.longest, zone)
            yield start, min(cut, end)
            start = cut
