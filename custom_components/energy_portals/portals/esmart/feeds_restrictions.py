"""eSmart's feed of outages and restrictions: which events are flagged at a meter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from ..contract import Feed, FeedRequest, Fetched, gather_partly, gather_parts
from ..http.errors import PortalError
from ..kept import kept_as
from ..reading.listed import Listed
from ..rhythms import Every
from .client import EsmartClient
from .models import RestrictedMeter
from .sites import ContractSite

# More than come between two looks.
_CHANGES_SHOWN: Final = 20


class Change(NamedTuple):
    """A restriction that has begun or ended, and when that was first seen."""

    seen: datetime
    event: str
    has_begun: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Restrictions:
    """The events that are flagged at a meter, each since when, and the last changes.

    `is_whole` says that there are no others.
    """

    active: Mapping[str, datetime]
    changes: tuple[Change, ...] = ()
    is_whole: bool = True

    def is_on(self) -> bool | None:
        """Say whether anything is flagged, None where that is not known."""
        return True if self.active else False if self.is_whole else None


class _Flagged(NamedTuple):
    """The meters at which each event is flagged, and what could not be asked for."""

    meters: Mapping[str, Listed[RestrictedMeter]]
    events: Listed[str]
    problems: tuple[PortalError, ...]

    def at(
        self, site: ContractSite, now: datetime, held: Restrictions | None
    ) -> Restrictions:
        """Return what is flagged at a meter; what cannot be seen stays as held."""
        before = {} if held is None else held.active
        active = {}
        is_whole = self.events.is_whole
        for event in {*self.events, *(() if is_whole else before)}:
            told = self.meters.get(event)
            mine = [each for each in told or () if _is_of(each, site)]
            is_unseen = told is None or not (mine or told.is_whole)
            is_whole = is_whole and not is_unseen
            if is_unseen and event in before:
                active[event] = before[event]
            for each in mine:
                active[event] = each.since or before.get(event, now)
        changes = (
            () if held is None else (*held.changes, *_changes(before, active, now))
        )
        return Restrictions(
            active=active, changes=changes[-_CHANGES_SHOWN:], is_whole=is_whole
        )


def _changes(
    before: Mapping[str, datetime], after: Mapping[str, datetime], now: datetime
) -> Iterator[Change]:
    """Yield what has begun and what has ended."""
    for event in sorted(before.keys() ^ after.keys()):
        yield Change(now, event, event in after)


def _is_of(meter: RestrictedMeter, site: ContractSite) -> bool:
    """Say whether a meter is that of a contract."""
    ours = {each.casefold() for each in (site.meter_id, site.meter_no) if each}
    return any(each.casefold() in ours for each in meter.ids)


async def _flagged(client: EsmartClient) -> _Flagged:
    """Ask for the meters of each event."""
    events = await client.restriction_events()
    meters, problems = await gather_parts(events, client.restricted_meters)
    return _Flagged(meters, events, problems)


async def _restrictions(
    client: EsmartClient, request: FeedRequest[Restrictions, ContractSite]
) -> Fetched[Restrictions]:
    """Return what is flagged at each meter; the lists are of all of them."""
    flagged: _Flagged | None = None

    async def one(site: ContractSite) -> tuple[Restrictions, tuple[PortalError, ...]]:
        nonlocal flagged
        problems: tuple[PortalError, ...] = ()
        if flagged is None:
            flagged = await _flagged(client)
            problems = flagged.problems
        return flagged.at(site, request.now, request.held.get(site.key)), problems

    return await gather_partly(request, one)


RESTRICTIONS: Final = Feed(
    key="restrictions",
    fetch=_restrictions,
    at=ContractSite,
    rhythm=Every(interval=timedelta(minutes=15), jitter=timedelta(minutes=1)),
    kept=kept_as(Restrictions),
)

FEEDS: Final = (RESTRICTIONS,)
