"""Where a portal's past energy and costs come from, as plain data."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from .contract import Site, Surroundings
from .http.errors import PortalError
from .model.series import Slot

if TYPE_CHECKING:
    # Accounts without a history ask whether there is one, and need no ledger.
    from .model.ledger import LedgerSeries, Reckoned
    from .model.ledger_days import Ledger

type Slots = Sequence[Slot[float | None]]


@dataclass(frozen=True, kw_only=True)
class Readings:
    """What a portal has of a site in a span.

    `series` may be of any slot length, and mixed; energy is in kWh, money in the
    currency of its series. `totals` are the portal's own sums of whole local days, by
    the series' key, against which the readings are held. `problems` are parts that
    failed while others came. `power` is what the site may draw, kW, where the portal
    tells: a reading is held against it where it is more than a home's. `reckoned` is
    what is known of money that was reckoned by the hour, by the series' key. From
    `open_from` on it may have told nothing yet: what is stored of these hours stays.
    """

    series: Mapping[LedgerSeries, Slots]
    totals: Mapping[date, Mapping[str, float]] = field(default_factory=dict)
    problems: tuple[PortalError, ...] = ()
    power: float | None = None
    reckoned: Mapping[str, Reckoned] = field(default_factory=dict)
    open_from: datetime | None = None

    def of(self, key: str) -> tuple[LedgerSeries, Slots] | None:
        """Return the series of a key."""
        return next((pair for pair in self.series.items() if pair[0].key == key), None)


class Medium(StrEnum):
    """What flows through a meter."""

    ELECTRICITY = "grid"
    GAS = "gas"
    WATER = "water"


def _electricity(site: Site) -> Medium | None:
    """Say of any site that power flows there."""
    return Medium.ELECTRICITY


class Corrected(Protocol):
    """Prices that may be corrected after money was made of them."""

    def corrected(
        self, since: datetime, now: datetime
    ) -> Iterable[tuple[datetime, datetime]]:
        """Return the times before now of which they were corrected since then."""


class Prices[ClientT, SiteT: Site](Protocol):
    """Prices that make money of energy."""

    @property
    def key(self) -> str:
        """Return the key of the feed whose corrections make it anew."""

    async def completed(
        self,
        client: ClientT,
        site: SiteT,
        span: tuple[datetime, datetime],
        readings: Readings,
        surroundings: Surroundings,
        *,
        anew: bool,
    ) -> Readings:
        """Return an answer with the money that prices make of its energy.

        `surroundings` are those of the feed. With `anew`, prices that are remembered
        are asked for again, where they can be.
        """


@dataclass(frozen=True, kw_only=True)
class History[ClientT, SiteT: Site = Site]:
    """The past energy and costs of an account's sites of the sort `at`.

    `ask(client, site, start, end)` returns what the portal has in `[start, end)`, whole
    days of `zone`, at most `longest` of them, but for an end that is now. A portal may
    still correct, or publish late, what is younger than `corrects`; `oldest` is how far
    back it has anything at a moment, None for no end. Where a whole answer has energy
    but no cost, `priced_by` is where the prices come from that make one. `parts` are
    sorts of sites whose energy is part of another's, each with the key of its series.
    What `is_reckoned` is of nothing that a portal has: it is shown by entities of its
    own, and is meant by an action only where the account is named.
    `medium` is what a site's meter counts, None for what the Energy dashboard has no
    place for, or where it is not known.
    """

    at: type[SiteT]
    ask: Callable[[ClientT, SiteT, datetime, datetime], Awaitable[Readings]]
    zone: ZoneInfo
    longest: timedelta
    corrects: timedelta
    oldest: Callable[[datetime], datetime] | None = None
    priced_by: Prices[ClientT, SiteT] | None = None
    parts: Mapping[type[Site], str] = field(default_factory=dict)
    is_reckoned: bool = False
    medium: Callable[[SiteT], Medium | None] = _electricity

    def part_key(self, site: Site) -> str | None:
        """Return the key of a site's series that is part of another site's energy."""
        keys = (key for sort, key in self.parts.items() if isinstance(site, sort))
        return next(keys, None)

    async def read(
        self,
        client: ClientT,
        site: SiteT,
        span: tuple[datetime, datetime],
        surroundings: Surroundings,
        *,
        anew: bool = False,
    ) -> Readings:
        """Return what the portal has of a span, with costs where prices make them."""
        readings = await self.ask(client, site, *span)
        if self.priced_by is None:
            return readings
        return await self.priced_by.completed(
            client, site, span, readings, surroundings, anew=anew
        )


@dataclass(frozen=True, slots=True)
class ReckonedLedger:
    """What is imported of what is reckoned here."""

    ledger: Ledger


def joined(earlier: Readings, later: Readings) -> Readings:
    """Return two answers as one."""
    series: dict[LedgerSeries, Slots] = dict(earlier.series)
    # What the portal calls a series may change, and makes no other series of it.
    named = {(each.key, each.unit): each for each in (*later.series, *series)}
    for each, slots in later.series.items():
        key = named[each.key, each.unit]
        series[key] = (*series.get(key, ()), *slots)
    reckoned = dict(earlier.reckoned)
    for money, known in later.reckoned.items():
        before = reckoned.get(money)
        reckoned[money] = known if before is None else before.joined(known)
    return Readings(
        series=series,
        totals={**earlier.totals, **later.totals},
        problems=(*earlier.problems, *later.problems),
        power=later.power or earlier.power,
        reckoned=reckoned,
        open_from=later.open_from or earlier.open_from,
    )
