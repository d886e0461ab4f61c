"""What a planner goes by; it has no server to talk to."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannerClient:
    """The sources of a planner, and what its loads may draw together.

    `price`, `green` and `caps` are keys of sources. `currency` (ISO 4217) is that of
    the prices when they were chosen: what the user valued in it means nothing in
    another. `limit` is in kW.
    """

    price: str | None = None
    green: str | None = None
    caps: str | None = None
    currency: str | None = None
    limit: float | None = None

    @classmethod
    def of(cls, account: Mapping[str, object]) -> PlannerClient:
        """Return that of an entry's data."""
        limit = account.get("limit")
        return cls(
            price=_text(account.get("price")),
            green=_text(account.get("green")),
            caps=_text(account.get("caps")),
            currency=_text(account.get("currency")),
            limit=limit if isinstance(limit, int | float) else None,
        )

    def skeletons(self) -> dict[str, object]:
        """Return nothing: nobody answers."""
        return {}

    def refused(self) -> dict[str, int]:
        """Return nothing: no value is read."""
        return {}


def _text(value: object) -> str | None:
    """Return what is a text."""
    return value if isinstance(value, str) else None
