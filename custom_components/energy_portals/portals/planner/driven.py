"""How the devices that loads are bound to do: what was set, seen and touched."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import Final

from ..contract import Feed, FeedRequest, Fetched, Site
from ..devices import DeviceState
from ..kept import kept_as
from ..model.plain import Finite, Moment, looked_up
from ..model.seen import LONGEST_UNSEEN, Need, Seen
from ..model.series import Series, Slot
from ..rhythms import OnTheClock
from .bindings import Binding, Means, energy_of, power_of
from .changes import Change
from .client import PlannerClient
from .needs import Battery
from .sites import PLANNER_KEY, LoadSite

_HOUR: Final = timedelta(hours=1)
_QUARTER: Final = timedelta(minutes=15)
# A reload takes less.
_SHORT_BREAK: Final = timedelta(minutes=10)
_REMEMBERED: Final = timedelta(days=3)

type _Ran = tuple[Moment, Moment, Finite | None]


class Problem(StrEnum):
    """Why a device does not do what it was told to."""

    CALL_FAILED = "call_failed"
    DOES_NOT_FOLLOW = "does_not_follow"
    STAYS_ON = "stays_on"
    UNAVAILABLE = "unavailable"


class Told(StrEnum):
    """What of its need a device tells."""

    CHARGE = "charge"
    ENERGY = "energy"
    READY_BY = "ready_by"


# What goes on is written no more often than this, unless it is by more than this, kWh.
_MOMENT: Final = timedelta(seconds=10)
_LITTLE: Final = 0.05
# A charger's contactor is not switched more often.
REST: Final = timedelta(minutes=5)


@looked_up
@dataclass(frozen=True, slots=True, kw_only=True)
class Driven:
    """What was done with a load's device, and what of it was seen.

    `at` is the last look. `is_bound` says that it has entities of its own, `moves` that
    something is moved for it, and `tells` what of its need they tell; `says_running`
    that it shows whether it runs. `run_since` is
    when it was to begin what runs by plan, `ran` are spans with their mean power, kW.
    `drawn` (kW) and `meter` (kWh) are what its meter showed with the last look.
    `switched` is when a charger was last switched,
    and `battery` the state of charge that a car last told. `problem_since` is when what
    is wrong was first seen.
    """

    at: Moment | None = None
    is_bound: bool = False
    moves: bool = False
    tells: tuple[Told, ...] = ()
    says_running: bool = True
    changes: tuple[Change, ...] = ()
    run_since: Moment | None = None
    is_running: bool | None = None
    ran: tuple[_Ran, ...] = ()
    drawn: Finite | None = None
    meter: Finite | None = None
    switched: Moment | None = None
    hand_until: Moment | None = None
    problem: Problem | None = None
    problem_since: Moment | None = None
    need: Need = field(default_factory=Need)
    battery: Battery | None = None

    @property
    def seen(self) -> Seen | None:
        """Return what a plan has to know of it; None of what is not bound."""
        if self.at is None or not self.is_bound:
            return None
        return Seen(
            at=self.at,
            is_running=self.is_running,
            ran=Series(tuple(Slot(*span) for span in self.ran)),
            follows=self.problem in {None, Problem.STAYS_ON},
            hand_until=self.hand_until,
            stays_until=self._stays_until,
            need=self.need,
        )

    @property
    def _stays_until(self) -> datetime | None:
        """Return until when what runs is not switched off, as far as is known.

        What was told to go off does so, unless the call failed: then when it is tried
        again.
        """
        off = [
            each
            for each in self.changes
            if each.is_undone and each.control.means is not Means.NUMBER
        ]
        if off:
            return max((each.again for each in off if each.again), default=None)
        return None if self.switched is None else self.switched + REST

    def is_by_hand(self, now: datetime) -> bool:
        """Say whether a person's hand goes before the plan."""
        return self.hand_until is not None and now < self.hand_until

    def with_problem(self, problem: Problem | None, now: datetime) -> Driven:
        """Return it with what is wrong now."""
        since = self.problem_since if problem is self.problem else now
        since = None if problem is None else since
        return replace(self, problem=problem, problem_since=since)

    def by_plan_again(self) -> Driven:
        """Return it as the user wants it: driven again by the plan."""
        return replace(self, hand_until=None, run_since=None)


def looked(
    held: Driven,
    binding: Binding,
    states: Mapping[str, DeviceState],
    now: datetime,
    idle: float,
    since: datetime,
) -> Driven:
    """Return what is seen of a device now: `idle` (kW) is what it draws doing nothing.

    What ran while nobody looked is not counted as run, unless a meter of energy tells:
    changes are seen `since` a start. A short break in which it went on is none.
    """
    meter = None if binding.meter is None else states.get(binding.meter)
    drawn, energy = power_of(meter), energy_of(meter)
    is_running = binding.is_on(states) if drawn is None else drawn > idle
    gap = now - held.at if held.at is not None else timedelta()
    is_unseen = gap > LONGEST_UNSEEN
    if held.at is not None and held.at < since:
        is_unseen = gap > _SHORT_BREAK or not is_running
    return replace(
        held,
        at=now,
        is_bound=True,
        moves=binding.moves,
        says_running=binding.says_running,
        is_running=is_running,
        ran=_ran(held, energy, now, idle, is_unseen=is_unseen),
        drawn=drawn,
        meter=held.meter if energy is None else energy,
    )


def _ran(
    held: Driven,
    energy: float | None,
    now: datetime,
    idle: float,
    *,
    is_unseen: bool,
) -> tuple[_Ran, ...]:
    """Return what ran, with what ran since the last look."""
    kept = tuple(span for span in held.ran if span[1] > now - _REMEMBERED)
    if held.at is None or now <= held.at:
        return kept
    hours = (now - held.at) / _HOUR
    used = None
    if energy is not None and held.meter is not None and energy >= held.meter:
        used = (energy - held.meter) / hours
    if used is not None and (is_unseen or held.is_running is None):
        return _joined(kept, (held.at, now, used)) if used > idle else kept
    if held.is_running and not is_unseen:
        return _joined(kept, (held.at, now, held.drawn if used is None else used))
    return kept


def _joined(spans: tuple[_Ran, ...], new: _Ran) -> tuple[_Ran, ...]:
    """Return spans with another, joined to the last in the same quarter of an hour."""
    if not spans or spans[-1][1] != new[0]:
        return (*spans, new)
    start, end, power = spans[-1]
    if power == new[2]:
        return (*spans[:-1], (start, new[1], power))
    is_same_quarter = _quarter(start) == _quarter(new[0])
    if power is None or new[2] is None or not is_same_quarter:
        return (*spans, new)
    energy = power * ((end - start) / _HOUR) + new[2] * ((new[1] - new[0]) / _HOUR)
    return (*spans[:-1], (start, new[1], energy / ((new[1] - start) / _HOUR)))


def _quarter(moment: datetime) -> int:
    """Return which quarter of an hour a moment lies in."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // _QUARTER


def is_known(held: Driven, driven: Driven) -> bool:
    """Say whether a look has brought nothing that is worth a write.

    Each write is followed by a look, so that what merely goes on is not written again
    in the same moment: the looks would never end.
    """
    at, now = held.at, driven.at
    same = replace(driven, at=at)
    if at is None or now is None or now >= at + _MOMENT:
        return not driven.is_running and same == held
    same = replace(same, ran=held.ran, drawn=held.drawn, meter=held.meter)
    old, new = held.need.energy, driven.need.energy
    if old is not None and new is not None and abs(old - new) < _LITTLE:
        need = replace(driven.need, energy=old, more=held.need.more)
        same = replace(same, need=need, battery=held.battery)
    return same == held


def adopted(held: Mapping[str, Driven], keys: Collection[str]) -> dict[str, Driven]:
    """Return what is held of sites, and what is set for loads that are gone.

    That is the planner's own then: nothing stays on that was switched on here.
    """
    kept = {*keys, PLANNER_KEY}
    left = chain.from_iterable(
        each.changes for key, each in held.items() if key not in kept
    )
    mine = held.get(PLANNER_KEY, Driven())
    of_sites = {key: held.get(key, Driven()) for key in keys}
    return {**of_sites, PLANNER_KEY: replace(mine, changes=(*mine.changes, *left))}


async def _fetch(
    client: PlannerClient, request: FeedRequest[Driven]
) -> Fetched[Driven]:
    """Return what is known of each; nothing is asked for.

    What there is to show is known before the first look.
    """
    held = adopted(request.held, [site.key for site in request.sites])
    loads = {site.key: site for site in request.sites if isinstance(site, LoadSite)}
    return Fetched({**held, **{key: _bound(held[key], loads[key]) for key in loads}})


def _bound(held: Driven, site: LoadSite) -> Driven:
    """Return it with what a load is bound to; what was seen of it the looks say."""
    shows = site.binding is None or site.binding.says_running
    held = replace(held, tells=told_by(site), says_running=shows)
    if held.at is not None:
        return held
    moves = site.binding is not None and site.binding.moves
    return replace(held, is_bound=site.is_driven, moves=moves)


def told_by(site: LoadSite) -> tuple[Told, ...]:
    """Return what of its need the entities tell that the user has named for a load."""
    if (asks := site.asks) is None:
        return ()
    is_for_energy = asks.needed is not None and site.load.demand.energy is not None
    is_there = {
        Told.CHARGE: asks.charge is not None,
        Told.ENERGY: asks.charge is not None or is_for_energy,
        Told.READY_BY: asks.ready_by is not None or bool(asks.times),
    }
    return tuple(each for each, named in is_there.items() if named)


def _latest(held: Driven, fetched: Driven) -> Driven:
    """Return what is held now: nothing is asked for, and much may have been done."""
    added = tuple(each for each in fetched.changes if each not in held.changes)
    if not held.is_bound and added:
        held = replace(held, changes=(*held.changes, *added))
    if held.at is None:
        held = replace(held, is_bound=fetched.is_bound, moves=fetched.moves)
    return replace(held, tells=fetched.tells, says_running=fetched.says_running)


DRIVING: Final = Feed[PlannerClient, Driven, Site](
    key="driving",
    fetch=_fetch,
    rhythm=OnTheClock(step=_QUARTER),
    kinds={Seen: lambda driven: driven.seen},
    kept=kept_as(Driven),
    joined=_latest,
)
"""What is seen of a planner's devices: it is noted as they are moved."""
