"""What a planner has really saved, hour by hour, and how its forecasts did.

Real energy and prices make it: of a home that is planned as a whole those of its
meters, else those of its devices. What a device was planned to do is never counted.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ..contract import Feed, FeedRequest, Fetched, Surroundings
from ..house import House
from ..http.errors import Unavailable
from ..kept import kept_as
from ..model.ledger import HOUR, hour_of
from ..model.load_plan import LoadPlan
from ..model.periods import midnight
from ..model.plain import Finite, Moment, looked_up
from ..model.series import Series
from ..optimum.home import QUARTER, Battery
from ..optimum.past_runs import PastRuns
from ..optimum.peak_fee import PeakDays
from ..optimum.realised import Job, Past, Saved, realised
from ..rhythms import OnTheClock
from ..sources import Sources
from .client import PlannerClient
from .dashboard import Dashboard
from .feeds import PLANS, Overview, Planned
from .home_look import Around, HomeLook, holidays_of
from .judged import Forecasts
from .quarters import added_up, drawn_by, metered
from .sites import PLANNER_KEY, LoadSite, PlannerSite
from .stores import BatterySite, StoreSite

_DAY: Final = timedelta(days=1)
# Today and so many days before are reckoned anew: what ran late moves what was early.
_AGAIN: Final = 2
_REMEMBERED: Final = 4 * _DAY
# The recorder has an hour a moment after it is over.
_LATE: Final = timedelta(minutes=2)
# A battery that is looked at no later was as full at midnight.
_SOON: Final = timedelta(minutes=20)

type _Span = tuple[datetime, datetime]


@looked_up
@dataclass(frozen=True, slots=True, kw_only=True)
class Realised:
    """What was saved in the last days, and what it is reckoned by.

    `hours` are amounts in `currency`, up to `read`. `prices` are by quarters what a kWh
    cost and brought, `charges` what a battery held at midnights, percent, and
    `peaks_at_once` what peaks there would have been. It `feeds_in` what the sun
    leaves over, where a meter is known for it. `forecasts` are held to what came.
    `changed` are the hours that became others last, and when.
    """

    currency: str
    read: Moment | None = None
    hours: tuple[Saved, ...] = ()
    jobs: tuple[Job, ...] = ()
    prices: tuple[tuple[Moment, Finite, Finite], ...] = ()
    charges: tuple[tuple[Moment, Finite], ...] = ()
    peaks_at_once: PeakDays = field(default_factory=PeakDays)
    feeds_in: bool = False
    forecasts: Forecasts = field(default_factory=Forecasts)
    changed: tuple[Moment, Moment, Moment] | None = None

    def past_runs(self) -> PastRuns:
        """Return what devices did."""
        return PastRuns(
            jobs=self.jobs,
            prices={start: price for start, price, _ in self.prices},
            feeds_in=self.feeds_in,
        )

    def corrected(self, since: datetime, now: datetime) -> Iterator[_Span]:
        """Yield the time before now of which amounts changed since a moment."""
        if self.changed is not None and self.changed[2] >= since:
            yield self.changed[0], self.changed[1]


@dataclass(frozen=True, slots=True)
class _Around:
    """What is looked at: what a planner has around it, and what it plans."""

    around: Around
    plans: Mapping[str, Planned]

    @classmethod
    def of(cls, surroundings: Surroundings) -> _Around:
        """Return it of what an account has around it."""
        return cls(Around.of(surroundings), surroundings.held(PLANS))


async def _fetch(
    client: PlannerClient, request: FeedRequest[Realised, PlannerSite, _Around]
) -> Fetched[Realised]:
    """Note what runs, and reckon what hours that are over have saved."""
    given, currency = request.given, client.currency
    held = request.held.get(PLANNER_KEY)
    if held is None or held.currency != currency:
        held = Realised(currency=currency or "")
    look = _Look(client, given, request.now)
    noted = look.noted(held)
    hour = hour_of(request.now - _LATE)
    if noted.read is None or noted.read < hour:
        noted = await look.reckoned(noted, hour)
    return Fetched({PLANNER_KEY: noted})


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at what runs and at what hours were."""

    client: PlannerClient
    given: _Around
    now: datetime

    @property
    def house(self) -> House:
        """Return the house."""
        return self.given.around.house

    @property
    def sources(self) -> Sources:
        """Return the sources."""
        return self.given.around.sources

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone in which days begin."""
        return self.sources.zone

    @property
    def overview(self) -> Overview | None:
        """Return what was planned by."""
        overview = self.given.plans.get(PLANNER_KEY)
        return overview if isinstance(overview, Overview) else None

    @property
    def sites(self) -> tuple[LoadSite, ...]:
        """Return the planner's devices as they were planned."""
        return () if self.overview is None else self.overview.sites

    @property
    def dashboard(self) -> Dashboard:
        """Return the meters of a home that is planned as a whole; else none."""
        overview = self.overview
        if overview is None or overview.inputs is None:
            return Dashboard()
        return overview.inputs.dashboard

    def today(self) -> datetime:
        """Return when today began."""
        return midnight(self.now.astimezone(self.zone).date(), self.zone)

    def noted(self, held: Realised) -> Realised:
        """Return it with what runs, what prices are, and how full the battery is."""
        jobs = {(job.key, job.window): job for job in held.jobs}
        for site in self.sites:
            for job in self._jobs(site, jobs):
                jobs[job.key, job.window] = job
        since = self.now - _REMEMBERED
        overview = self.overview
        return replace(
            held,
            jobs=tuple(job for job in jobs.values() if job.end > since),
            prices=tuple(self._prices(held)),
            feeds_in=bool(self.dashboard.fed_in),
            charges=(
                *(each for each in held.charges if each[0] > since),
                *self._charge(held),
            ),
            forecasts=held.forecasts.noted(
                None if overview is None else overview.whole, self.now, self.zone
            ),
        )

    def _jobs(
        self, site: LoadSite, jobs: Mapping[tuple[str, datetime], Job]
    ) -> Iterator[Job]:
        """Yield what a device was to do in its windows, with what it did by now."""
        seen = self.sources.seen(site.key)
        if seen is None or seen.is_running is None or isinstance(site, BatterySite):
            return
        is_store = isinstance(site, StoreSite)
        plan = self.given.plans.get(site.key)
        mine = [job for job in jobs.values() if job.key == site.key]
        window = plan.window if isinstance(plan, LoadPlan) else None
        if is_store and not mine:
            mine.append(self._store(site))
        if window is not None and window.earliest <= self.now:
            key = site.key, window.earliest
            job = jobs.get(key) or Job(
                key=site.key,
                window=window.earliest,
                begin=None,
                end=window.deadline,
                power=site.load.demand.power or 0.0,
            )
            if job.begin is None and seen.need.is_ready is not False:
                is_new = self.now - window.earliest <= QUARTER
                begin = window.earliest if is_new else self.now
                job = replace(job, begin=begin)
            if isinstance(plan, LoadPlan) and not job.runs:
                job = replace(
                    job,
                    planned=tuple((each.start, each.end) for each in plan.stretches()),
                    why=None if plan.why is None else plan.why.why.value,
                )
            mine = [each for each in mine if each.window != job.window]
            mine.append(replace(job, end=window.deadline))
        mine.sort(key=lambda job: job.window)
        for place, job in enumerate(mine):
            following = mine[place + 1].window if place + 1 < len(mine) else None
            end = job.end if following is None else min(job.end, following)
            runs = tuple(self._runs(site, job, end))
            yield replace(job, runs=runs or job.runs)
            if is_store and following is None and job.end <= self.now:
                yield self._store(site)

    def _store(self, site: LoadSite) -> Job:
        """Return that a store is to be kept warm today."""
        begin = self.today()
        end = midnight(self.now.astimezone(self.zone).date() + _DAY, self.zone)
        power = site.load.demand.power or 0.0
        return Job(
            key=site.key,
            window=begin,
            begin=begin,
            end=end,
            power=power,
            is_store=True,
        )

    def _runs(
        self, site: LoadSite, job: Job, end: datetime
    ) -> Iterator[tuple[datetime, datetime, float]]:
        """Yield what a device was seen to do in a window."""
        seen, power = self.sources.seen(site.key), site.load.demand.power
        for run in () if seen is None else seen.as_of(self.now).ran:
            drawn = power if run.value is None else run.value
            start, until = max(run.start, job.window), min(run.end, end)
            if start < until and drawn is not None:
                yield start, until, drawn

    def _prices(self, held: Realised) -> Iterator[tuple[datetime, float, float]]:
        """Yield what a kWh cost and brought in quarters that are over, and soon."""
        known = {start: (price, sold) for start, price, sold in held.prices}
        outlook = self.sources.prices(self.client.price or "")
        if outlook is not None and outlook.shown.currency == self.client.currency:
            fed_in, always = HomeLook(
                client=self.client, around=self.given.around, sites=(), now=self.now
            ).fed_in(self.dashboard)
            for slot in outlook.shown.slots.between(self.now - _REMEMBERED, self.now):
                if slot.value.preliminary:
                    continue
                start = slot.start
                while start < min(slot.end, self.now):
                    told = fed_in.at(start)
                    sold = always if told is None else told.value
                    known[start] = (slot.value.value, sold)
                    start += QUARTER
        since = self.now - _REMEMBERED
        yield from (
            (start, price, sold)
            for start, (price, sold) in sorted(known.items())
            if start >= since
        )

    def _charge(self, held: Realised) -> Iterator[tuple[datetime, float]]:
        """Yield how full the battery was at midnight, if that is just over."""
        today = self.today()
        if self.now - today > _SOON or any(each == today for each, _ in held.charges):
            return
        if (battery := self._battery()) is not None:
            yield today, battery.soc

    def _battery(self) -> Battery | None:
        """Return the battery, where there is one and it is known by which meters."""
        mine = [site for site in self.sites if isinstance(site, BatterySite)]
        if len(mine) != 1 or len(self.dashboard.batteries) != 1:
            return None
        return mine[0].now(self.house.state(mine[0].told_by))

    async def reckoned(self, held: Realised, hour: datetime) -> Realised:
        """Return it with what hours up to one have saved."""
        day = hour.astimezone(self.zone).date() - _AGAIN * _DAY
        since = midnight(day, self.zone)
        try:
            meters = await self._meters(held, since, hour)
            sun = await self._sun(since, hour)
        except Unavailable:
            # What a meter does not tell now it may tell later.
            return held
        overview = self.overview
        inputs = None if overview is None else overview.inputs
        peaks = PeakDays() if inputs is None else inputs.peaks
        before = {each: means for each, means in peaks.days.items() if each < day}
        at_once = {
            each: means for each, means in held.peaks_at_once.days.items() if each < day
        }
        past = Past(
            metered=metered(meters, held.prices, since, hour),
            jobs=held.jobs,
            until=hour,
            zone=self.zone,
            battery=self._battery(),
            charges=dict(held.charges),
            fee=None if inputs is None else self.client.peak,
            peaks=PeakDays(before),
            peaks_at_once=PeakDays({**before, **at_once}),
            holidays=await asyncio.to_thread(holidays_of, self.house.country),
        )
        hours, peaks_at_once = await asyncio.to_thread(realised, past)
        known = {each.start: each for each in held.hours if each.start >= since}
        new = {**known, **{each.start: each for each in hours}}
        differ = [start for start, each in new.items() if known.get(start) != each]
        changed = held.changed
        if differ:
            changed = min(differ), max(differ) + HOUR, self.now
        base = Series[float]() if inputs is None else inputs.base
        return replace(
            held,
            read=hour,
            hours=tuple(new[start] for start in sorted(new)),
            peaks_at_once=peaks_at_once,
            changed=changed,
            forecasts=held.forecasts.judged(base, sun, hour),
        )

    async def _meters(
        self, held: Realised, since: datetime, hour: datetime
    ) -> dict[str, dict[datetime, float]]:
        """Return the energy of quarters by what flowed: of meters, or of devices."""
        dashboard = self.dashboard
        if not dashboard.drawn:
            return {"drawn": drawn_by(held.jobs, since, hour)}
        named: dict[str, Sequence[str]] = {
            "drawn": dashboard.drawn,
            "fed_in": dashboard.fed_in,
        }
        if self._battery() is not None:
            named["charged"] = [each.charged for each in dashboard.batteries]
            named["discharged"] = [each.discharged for each in dashboard.batteries]
        return {
            what: added_up(
                [await self.house.energy(name, since, hour) for name in names],
                since,
                hour,
            )
            for what, names in named.items()
        }

    async def _sun(self, since: datetime, hour: datetime) -> Mapping[datetime, float]:
        """Return what roofs yielded in quarters, kWh; nothing where no meter is."""
        if not (names := self.dashboard.sun):
            return {}
        told = [await self.house.energy(name, since, hour) for name in names]
        return added_up(told, since, hour)


SAVINGS: Final = Feed[PlannerClient, Realised, PlannerSite, _Around](
    key="savings",
    fetch=_fetch,
    needs=_Around.of,
    rhythm=OnTheClock(step=QUARTER),
    at=PlannerSite,
    kinds={Realised: lambda data: data, PastRuns: Realised.past_runs},
    kept=kept_as(Realised),
)
