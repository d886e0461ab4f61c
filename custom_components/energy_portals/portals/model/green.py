"""Renewable share and the windows in which using power is green."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self

import msgspec

from .plain import Finite, Rows, looked_up, rows_of, series_of
from .series import Outlook, Series, Slot, mean, runs

# How much of what is over stays.
_KEPT: Final = timedelta(days=2)

type GreenWindow = Slot[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class GreenOutlook(Outlook):
    """The renewable share now and the green windows known, all shares in percent.

    `is_whole` says that there are no other windows; else nothing is known outside of
    those that are known. A portal may tell the `shares` to come instead: the windows
    are then where they reach the `least` that the user calls green. With None nothing
    is called green, and there are no windows to speak of.
    """

    share: float | None
    windows: Series[float | None] = field(default_factory=Series)
    is_whole: bool = True
    shares: Series[float] = field(default_factory=Series)
    least: float | None = None

    @classmethod
    def of_shares(
        cls, shares: Series[float], least: float | None, share: float | None = None
    ) -> Self:
        """Return the outlook of shares to come; `share` is that of now, before them."""
        windows = Series[float | None](tuple(_reaching(shares, least)))
        return cls(
            share=share, windows=windows, is_whole=False, shares=shares, least=least
        )

    @property
    def forecast(self) -> Series[float] | Series[float | None]:
        """Return the shares to come, of the windows alone where those are told."""
        return self.shares or self.windows

    def share_at(self, now: datetime) -> float | None:
        """Return the renewable share now."""
        slot = self.shares.at(now)
        return self.share if slot is None else slot.value

    def is_green(self, now: datetime) -> bool | None:
        """Return whether a window is open, None where that is not known."""
        if self.windows.at(now) is not None:
            return True
        is_told = self.least is not None and self.shares.at(now) is not None
        return False if self.is_whole or is_told else None

    def upcoming(self, now: datetime) -> GreenWindow | None:
        """Return the next window to open, None where there is none or another may."""
        window = self.windows.after(now)
        if window is None or self.is_whole:
            return window
        return window if self.shares.covers(now, window.start) else None

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next start or end of a window or of a slot with a share."""
        changes = (self.windows.next_change(now), self.shares.next_change(now))
        return min(filter(None, changes), default=None)

    def holds(self, now: datetime) -> bool:
        """Say whether a share is told of now, however old the last fetch is."""
        return self.shares.at(now) is not None

    def merged(self, newer: Self) -> Self:
        """Return what is newer, and of the last two days the shares it does not tell.

        By what the newer calls green. One that tells windows alone stands alone.
        """
        if not newer.shares:
            return newer
        since = newer.shares.slots[0].start - _KEPT
        shares = self.shares.since(since).merged(newer.shares)
        return self.of_shares(shares, newer.least, newer.share)

    def as_dict(self) -> dict[str, object]:
        """Return the shares to come as plain data for the store; `from_dict` reads it.

        What was told of now, and windows without them, do not outlast a restart.
        """
        return {"shares": rows_of(self.shares), "least": self.least}

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Return what `as_dict` wrote; ValueError for anything else."""
        kept = msgspec.convert(data, _Kept)
        return cls.of_shares(series_of(kept.shares), kept.least)


@looked_up
class _Kept(msgspec.Struct, frozen=True):
    """The shares to come as they are kept."""

    shares: Rows
    least: Finite | None


def green_windows(windows: Iterable[GreenWindow]) -> Series[float | None]:
    """Return the windows in order, those that overlap joined into one.

    A moment inside any of them was recommended, so their union is what was said.
    The joined share is known only when the parts agree on it. Windows that merely
    touch stay apart: each has a share of its own.
    """
    joined: list[GreenWindow] = []
    for window in sorted(windows, key=lambda window: (window.start, window.end)):
        last = joined[-1] if joined else None
        if last is None or window.start >= last.end:
            joined.append(window)
            continue
        share = last.value if last.value == window.value else None
        joined[-1] = Slot(last.start, max(last.end, window.end), share)
    return Series(tuple(joined))


def _reaching(shares: Series[float], least: float | None) -> Iterator[GreenWindow]:
    """Yield the time in which shares reach the least, each run with its mean."""
    if least is None:
        return
    green = (slot for slot in shares if slot.value >= least)
    for run in runs(green):
        yield Slot(run[0].start, run[-1].end, mean(run))
