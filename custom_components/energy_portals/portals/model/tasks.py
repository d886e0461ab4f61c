"""What there is to do, for people to see and tick off."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do; `due` is the local day by which."""

    uid: str
    title: str
    due: date | None = None
    detail: str | None = None
