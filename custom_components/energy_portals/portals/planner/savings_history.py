"""What a planner has really saved, as statistics."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ..contract import Site, Surroundings
from ..history import History, Readings
from ..model.ledger import HOUR, SAVED, LedgerSeries
from ..model.series import Slot
from .client import PlannerClient
from .savings import SAVINGS
from .sites import PlannerSite

PAID: Final = "paid"
AT_ONCE: Final = "paid_at_once"
_DAY: Final = timedelta(days=1)

type _Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class _Reckoned:
    """What makes the statistics: the amounts that the feed holds."""

    key: str = SAVINGS.key

    async def completed(
        self,
        client: PlannerClient,
        site: PlannerSite,
        span: _Span,
        readings: Readings,
        surroundings: Surroundings,
        *,
        anew: bool,
    ) -> Readings:
        """Return the amounts of a span."""
        held = surroundings.held(SAVINGS).get(site.key)
        if held is None or not held.currency:
            return readings
        hours = [each for each in held.hours if span[0] <= each.start < span[1]]
        if not hours:
            return readings
        amounts = {
            SAVED: [each.saved for each in hours],
            PAID: [each.paid for each in hours],
            AT_ONCE: [each.at_once for each in hours],
        }
        return Readings(
            series={
                LedgerSeries(key, held.currency): [
                    Slot(each.start, each.start + HOUR, value)
                    for each, value in zip(hours, values, strict=True)
                ]
                for key, values in amounts.items()
            }
        )


async def _nothing(
    client: PlannerClient, site: Site, start: datetime, end: datetime
) -> Readings:
    """Return nothing: nobody is asked."""
    return Readings(series={})


def savings_history(zone: ZoneInfo) -> History[PlannerClient, PlannerSite]:
    """Return how what was saved becomes statistics in a house of that zone."""
    return History(
        at=PlannerSite,
        ask=_nothing,
        zone=zone,
        longest=31 * _DAY,
        corrects=3 * _DAY,
        # Nothing is known of the time before it was noted.
        oldest=lambda now: now - 3 * _DAY,
        priced_by=_Reckoned(),
        parts={PlannerSite: SAVED},
        is_reckoned=True,
        medium=lambda site: None,
    )
