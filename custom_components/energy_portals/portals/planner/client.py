"""What a planner goes by; it has no server to talk to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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
    def of(cls, account: Mapping[str, Any]) -> PlannerClient:
        """Return that of an entry's data."""
        return cls(
            price=account.get("price"),
            green=account.get("green"),
            caps=account.get("caps"),
            currency=account.get("currency"),
            limit=account.get("limit"),
        )

    def skeletons(self) -> dict[str, Any]:
        """Return nothing: nobody answers."""
        return {}

    def refused(self) -> dict[str, int]:
        """Return nothing: no value is read."""
        return {}
