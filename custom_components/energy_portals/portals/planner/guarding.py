"""Guarding a home: its meter against limit, caps and the running peak."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from math import fsum, isinf
from typing import Final

from ..model.loads import LoadPlan
from ..model.prices import HOUR
from ..optimum.guard import Bounds, Flexible, Guard, PeakBound, most_of_window
from ..watching import Watch, WatchRequest
from .bindings import power_of
from .feeds import PLANS, Overview, driven_by
from .sites import PLANNER_KEY, LoadSite
from .stores import StoreSite
from .together import Whole

type _Request = WatchRequest[Guard]

# Priorities have a digit.
_FINE: Final = 10
# Of an energy, kWh.
_NOTHING: Final = 1e-6


def _overview(request: _Request) -> Overview | None:
    """Return what was planned by, where it was a whole home."""
    overview = request.data_of(PLANS).get(PLANNER_KEY)
    return overview if isinstance(overview, Overview) and overview.whole else None


def _names(request: _Request) -> Iterable[str]:
    """Return the meters of the grid's power that the Energy dashboard has."""
    overview = _overview(request)
    inputs = None if overview is None else overview.inputs
    return () if inputs is None else inputs.dashboard.power


def _look(request: _Request) -> Guard | None:
    """Return what is shed by what the meters say now."""
    overview, names = _overview(request), tuple(_names(request))
    if overview is None or overview.whole is None or not names:
        return None
    powers = [power_of(request.devices.state(name)) for name in names]
    known = [power for power in powers if power is not None]
    held = request.held or Guard()
    if len(known) < len(powers):
        return replace(held, is_lost=True)
    bounds = bounds_of(overview.whole, request.now)
    flexible = flexible_of(request, None if bounds.peak is None else bounds.peak.end)
    return held.looked(request.now, fsum(known), bounds, flexible)


def bounds_of(whole: Whole, now: datetime) -> Bounds:
    """Return what a home is not to pass now, kW.

    A peak is bound by what the plan comes to, or up to the next step of its fee.
    """
    home = whole.home
    slot = next((each for each in home.slots if each.start <= now < each.end), None)
    caps = [home.limit, None if slot is None else slot.value.cap]
    targets = [
        PeakBound(
            window.start,
            window.end,
            # Without a step above it nothing bounds it, and what it drew is noted.
            most_of_window(due, planned, window.weight),
            window.drawn,
            home.start if window.start < home.start else None,
        )
        for due, planned in zip(home.peaks, whole.peaks, strict=True)
        for window in due.windows
        if window.start <= now < window.end
    ]
    return Bounds(
        limit=min((cap for cap in caps if cap is not None), default=None),
        flexible=None if slot is None else slot.value.flexible_cap,
        peak=min(targets, key=lambda each: each.target, default=None),
    )


def flexible_of(request: _Request, later: datetime | None) -> Iterator[Flexible]:
    """Yield what is to run now and is moved.

    What is shed for a peak is so until `later`, when its window ends.
    """
    plans = request.data_of(PLANS)
    for site in request.sites:
        if not isinstance(site, LoadSite) or site.binding is None:
            continue
        plan = driven_by(plans.get(site.key))
        power = None if plan is None else plan.power(request.now)
        if not site.binding.moves or power is None or power <= 0:
            continue
        meter = site.binding.meter
        demand = site.load.demand
        least = demand.low if demand.low < demand.high else None
        if isinstance(site, StoreSite):
            least = 0.0
        yield Flexible(
            key=site.key,
            planned=power,
            drawn=None if meter is None else power_of(request.devices.state(meter)),
            least=least if site.binding.setpoint is not None else None,
            priority=round(site.load.priority * _FINE),
            is_due=later is not None and _is_due(request, site, later),
        )


def _is_due(request: _Request, site: LoadSite, later: datetime) -> bool:
    """Say whether a load would not be ready if it did no more until later.

    That is so where it is short of time already, and where at its most power it could
    not have by its deadline what is planned of it.
    """
    plan = request.data_of(PLANS).get(site.key)
    if not isinstance(plan, LoadPlan) or plan.window is None:
        return False
    if plan.shortfall is not None:
        return True
    power, deadline = site.load.demand.high, plan.window.deadline
    rest = fsum(
        (power if run.value is None else run.value) * ((run.end - run.start) / HOUR)
        for run in plan.runs.within(request.now, deadline)
    )
    return rest > power * (max(deadline - later, timedelta()) / HOUR) + _NOTHING


def _is_news(before: Guard | None, after: Guard | None) -> bool:
    """Say whether something else is shed."""
    return (before.shed if before else {}) != (after.shed if after else {})


def guarded(
    watched: object, key: str, power: float | None, now: datetime
) -> float | None:
    """Return the power (kW) of a plan, or the lower one that the guard lets draw."""
    if not isinstance(watched, Guard) or isinf(most := watched.most(key, now)):
        return power
    return most if power is None else min(power, most)


GUARD: Final = Watch[Guard](names=_names, look=_look, is_news=_is_news)
