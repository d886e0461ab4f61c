"""Renewable share and the windows in which using power is green."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from .series import Outlook, Series, Slot

type GreenWindow = Slot[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class GreenOutlook(Outlook):
    """The renewable share now and the green windows known, all shares in percent.

    `is_whole` says that there are no other windows; else nothing is known outside of
    those that are known.
    """

    share: float | None
    windows: Series[float | None] = field(default_factory=Series)
    is_whole: bool = True

    def is_green(self, now: datetime) -> bool | None:
        """Return whether a window is open, None where that is not known."""
        if self.windows.at(now) is not None:
            return True
        return False if self.is_whole else None

    def upcoming(self, now: datetime) -> GreenWindow | None:
        """Return the next window to open, None where there is none or another may."""
        return self.windows.after(now) if self.is_whole else None

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next start or end of a window."""
        return self.windows.next_change(now)


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
