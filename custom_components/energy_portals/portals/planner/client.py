"""What a planner goes by; it has no server to talk to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..optimum.peak_fee import PeakFee
from ..optimum.peak_fee_options import InvalidPeakFee, peak_fee_of

# What a home draws beside its loads, kW, where nobody says.
BASE_LOAD: Final = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannerClient:
    """The sources of a planner, and what its loads may draw together.

    `price`, `green`, `co2` and `caps` are keys of sources. `currency` (ISO 4217) is
    that of the prices when they were chosen: what the user valued in it means nothing
    in another. `limit` is that of the home, and `base_load` what the home draws beside
    its loads, both in kW. An entry of an earlier release tells no base load: its limit
    was meant for the loads alone, and stays so until the user says otherwise. Whether
    somebody has said it is in `is_base_told`.

    Of a home that shares more than that, `sun` is the source of what its roof yields.
    `feed_in` is what is paid for a kWh that is fed in, or `feed_in_price` the source
    that tells it. `peak` is what the highest power costs, in the same currency.
    """

    price: str | None = None
    green: str | None = None
    co2: str | None = None
    caps: str | None = None
    currency: str | None = None
    limit: float | None = None
    base_load: float = BASE_LOAD
    is_base_told: bool = False
    sun: str | None = None
    feed_in: float | None = None
    feed_in_price: str | None = None
    peak: PeakFee | None = None

    @property
    def room(self) -> float | None:
        """Return what the limit leaves for loads, kW; None without one."""
        return None if self.limit is None else max(self.limit - self.base_load, 0.0)

    @classmethod
    def of(cls, account: Mapping[str, object]) -> PlannerClient:
        """Return that of an entry's data."""
        limit, base = account.get("limit"), account.get("base_load", 0.0)
        feed_in = account.get("feed_in")
        return cls(
            price=_text(account.get("price")),
            green=_text(account.get("green")),
            co2=_text(account.get("co2")),
            caps=_text(account.get("caps")),
            currency=_text(account.get("currency")),
            limit=limit if isinstance(limit, int | float) else None,
            base_load=base if isinstance(base, int | float) else BASE_LOAD,
            is_base_told=isinstance(account.get("base_load"), int | float),
            sun=_text(account.get("sun")),
            feed_in=feed_in if isinstance(feed_in, int | float) else None,
            feed_in_price=_text(account.get("feed_in_price")),
            peak=_peak(account),
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


def _peak(account: Mapping[str, object]) -> PeakFee | None:
    """Return the peak fee; none where its form has never been right."""
    try:
        return peak_fee_of(account)
    except InvalidPeakFee:
        return None
