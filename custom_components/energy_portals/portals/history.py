"""Where a portal's past energy and costs come from, as plain data."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from .contract import Site
from .http.errors import PortalError
from .model.ledger import LedgerSeries
from .model.series import Slot

if TYPE_CHECKING:
    from .price_feeds import PastPrices

type Slots = Sequence[Slot[float | None]]


@dataclass(frozen=True, kw_only=True)
class Readings:
    """What a portal has of a site in a span.

    `series` may be of any slot length, and mixed; energy is in kWh, money in the
    currency of its series. `totals` are the portal's own sums of whole local days, by
    the series' key, against which the readings are held. `problems` are parts that
    failed while others came. `power` is what the site may draw, kW, where the portal
    tells: a reading is held against it where it is more than a home's.
    """

    series: Mapping[LedgerSeries, Slots]
    totals: Mapping[date, Mapping[str, float]] = field(default_factory=dict)
    problems: tuple[PortalError, ...] = ()
    power: float | None = None

    def of(self, key: str) -> tuple[LedgerSeries, Slots] | None:
        """Return the series of a key."""
        return next((pair for pair in self.series.items() if pair[0].key == key), None)


@dataclass(frozen=True, kw_only=True)
class History[ClientT, SiteT: Site = Site]:
    """The past energy and costs of an account's sites of the sort `at`.

    `ask(client, site, start, end)` returns what the portal has in `[start, end)`, whole
    days of `zone`, at most `longest` of them, but for an end that is now. A portal may
    still correct, or publish late, what is younger than `corrects`; `oldest` is how far
    back it has anything at a moment, None for no end. Where an answer has energy but
    no cost, `priced_by` is where the prices come from that make one.
    """

    at: type[SiteT]
    ask: Callable[[ClientT, SiteT, datetime, datetime], Awaitable[Readings]]
    zone: ZoneInfo
    longest: timedelta
    corrects: timedelta
    oldest: Callable[[datetime], datetime] | None = None
    priced_by: PastPrices[ClientT, SiteT] | None = None

    async def read(
        self,
        client: ClientT,
        site: SiteT,
        span: tuple[datetime, datetime],
        tariff: Mapping[str, object],
    ) -> Readings:
        """Return what the portal has of a span, with costs where prices make them."""
        readings = await self.ask(client, site, *span)
        if self.priced_by is None:
            return readings
        return await self.priced_by.completed(client, site, span, readings, tariff)


def joined(earlier: Readings, later: Readings) -> Readings:
    """Return two answers as one."""
    series: dict[LedgerSeries, Slots] = dict(earlier.series)
    # What the portal calls a series may change, and makes no other series of it.
    named = {(each.key, each.unit): each for each in (*later.series, *series)}
    for each, slots in later.series.items():
        key = named[each.key, each.unit]
        series[key] = (*series.get(key, ()), *slots)
    return Readings(
        series=series,
        totals={**earlier.totals, **later.totals},
        problems=(*earlier.problems, *later.problems),
        power=later.power or earlier.power,
    )
