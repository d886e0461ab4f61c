"""What is to be paid or done by a day, whatever portal tells it: no names in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self


class DueSort(StrEnum):
    """What is due."""

    INVOICE = "invoice"
    INSTALLMENT = "installment"
    INSTALLATION = "installation"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Due:
    """One thing that is due on a local day; `amount` is in the currency, if told."""

    day: date
    sort: DueSort
    amount: float | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Dues:
    """What is open, the oldest first.

    `is_whole` says that nothing else is: else nobody can say that nothing is due.
    """

    dues: tuple[Due, ...] = ()
    is_whole: bool = True

    @classmethod
    def of(cls, dues: Iterable[Due], *, is_whole: bool) -> Self:
        """Return what is open, in order."""
        return cls(tuple(sorted(dues, key=lambda each: each.day)), is_whole)
