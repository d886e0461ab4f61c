"""Driving: at their time devices are set, and after it what was changed is restored.

Each order is on disk before it is done, and the device itself says whether it was: so
nothing runs twice, and nothing stays on, whenever this is interrupted.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from ..automatic_actions import AutomaticActions, AutomaticRequest, RestoreRequest
from ..contract import Site
from ..devices import Devices, DeviceState
from ..http.errors import PortalError
from ..model.loads import LoadPlan
from .bindings import Binding, Control, Means, Value, step_of
from .changes import PATIENCE, Change, Shown, Step, set_to, undone
from .client import PlannerClient
from .driven import DRIVING, REST, Driven, Problem, adopted, is_known, looked
from .feeds import PLANS, driven_by
from .guarding import GUARD, guarded
from .needs import battery_of, need_of
from .sites import PLANNER_KEY, LoadSite

type Request = AutomaticRequest[PlannerClient, Driven]

_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
# What runs is looked at this often, beside each time that an entity of it changes.
_LOOK: Final = timedelta(minutes=5)
# What draws less does nothing: a twentieth of what is set up, else 10 W.
_IDLE_PART: Final = 0.05
_IDLE: Final = 0.01


async def _do(request: Request) -> datetime | None:
    """Look at each device, set what is to be set, and say when to look again."""
    plans = request.data_of(PLANS)
    await _adopt(request, {site.key for site in request.sites})
    request.devices.follow(
        name
        for site in request.sites
        for name in _names_of(site, request.held.data.get(site.key, Driven()))
    )
    looks: list[datetime] = []
    is_news = False
    for site in request.sites:
        held = request.held.data.get(site.key, Driven())
        load = site if isinstance(site, LoadSite) else None
        if (load and load.is_driven) or held.changes or held.is_bound:
            given = driven_by(plans.get(site.key))
            drive = Drive.of(request, site.key, load, held, given)
            looks.append(await drive.through())
            after = request.held.data.get(site.key, held)
            is_news = is_news or _is_news(held, after)
    if is_news:
        await request.look_again(PLANS)
    return min(looks, default=None)


async def _restore(request: RestoreRequest[Driven]) -> datetime | None:
    """Restore what is set for all loads, as the planner's own: they are gone."""
    await _adopt(request, set())
    held = request.held.data.get(PLANNER_KEY, Driven())
    request.devices.follow(_names_of(None, held))
    due = await Drive.of(request, PLANNER_KEY, None, held, None).through()
    left = request.held.data.get(PLANNER_KEY, held)
    return due if left.changes else None


async def _adopt(request: RestoreRequest[Driven], keys: Collection[str]) -> None:
    """Have the planner restore what is set for loads that are gone."""
    if request.held.data.keys() - {*keys, PLANNER_KEY}:
        await request.held.change(lambda every: adopted(every, keys))


def _names_of(site: Site | None, held: Driven) -> set[str]:
    """Return the entities that a load is set or known by, or that were set for it."""
    controls = [each.control for each in held.changes]
    names = {each.entity for each in controls}
    names.update(each.stop for each in controls if each.stop is not None)
    if isinstance(site, LoadSite):
        every = (site.binding, site.asks)
        names.update(name for each in every if each is not None for name in each.names)
    return names


def _is_news(before: Driven, after: Driven) -> bool:
    """Say whether a plan is to be made anew for what is seen now."""
    told = [
        (
            *(each.is_running, each.hand_until, each.problem, each.is_bound),
            *(each.need.is_ready, each.need.ready_by, each.need.duration),
        )
        for each in (before, after)
    ]
    if told[0] != told[1]:
        return True
    old, new = before.need.energy, after.need.energy
    if old is None or new is None:
        return old is not new
    return abs(old - new) > 0.05 * max(old, new)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """One look at one device, and what is done with it.

    `states` are those of all entities that it is about, by the names they are stored
    by; what is not there is not among them.
    """

    request: RestoreRequest[Driven]
    key: str
    held: Driven
    plan: LoadPlan | None
    site: LoadSite | None
    binding: Binding
    states: Mapping[str, DeviceState]

    @classmethod
    def of(
        cls,
        request: RestoreRequest[Driven],
        key: str,
        load: LoadSite | None,
        held: Driven,
        plan: LoadPlan | None,
    ) -> Drive:
        """Return the look at a site's device by the entities that it is about."""
        names = _names_of(load, held)
        states = {name: request.devices.state(name) for name in names}
        return cls(
            request=request,
            key=key,
            held=held,
            plan=plan,
            site=load,
            binding=(None if load is None else load.binding) or Binding(),
            states={name: each for name, each in states.items() if each is not None},
        )

    async def through(self) -> datetime:
        """Look, set what is to be set, and return when to look again."""
        driven = self._needing(self._looked())
        wanted = self._wanted(driven)
        if self._is_touched(driven, wanted):
            # What a hand has taken is its own: nothing of it is restored.
            until = self._end_of_window()
            driven, wanted = replace(driven, changes=(), hand_until=until), {}
        run_since = (driven.run_since or self._now) if wanted else None
        driven = replace(driven, run_since=run_since)
        steps = self._steps(driven, wanted)
        calls = {
            step.change.control: step.call
            for step in steps
            if step.change is not None and step.call is not None
        }
        changes = tuple(step.change for step in steps if step.change is not None)
        switched = self._now if self._switches(calls) else driven.switched
        driven = replace(driven, changes=changes, switched=switched)
        driven = driven.with_problem(self._problem(driven), self._now)
        # Before anything is done, so that whoever comes after a crash knows of it.
        await self._keep(driven)
        for change in changes:
            if (to := calls.get(change.control)) is not None:
                done = await self._done(change, to)
                driven = self._with(driven, change, done)
                await self._keep(driven)
        return self._due(driven, steps)

    @property
    def _now(self) -> datetime:
        """Return the time of the look."""
        return self.request.now

    @property
    def _devices(self) -> Devices:
        """Return what moves them."""
        return self.request.devices

    async def _keep(self, driven: Driven) -> None:
        """Note how it is done; return when it would survive a crash.

        That nothing has changed since the last look is not worth a write.
        """
        key = self.key
        if is_known(self.held, driven):
            return
        await self.request.held.change(lambda every: {**every, key: driven})

    # --- what is seen -----------------------------------------------------------------

    def _looked(self) -> Driven:
        """Return what is seen of the device."""
        if self.site is None or not self.site.is_driven:
            return replace(self.held, at=self._now, is_bound=False, moves=False)
        power = self.site.load.demand.low if self._has_power else None
        idle = _IDLE if power is None else max(power * _IDLE_PART, _IDLE)
        since = self._devices.since
        return looked(self.held, self.binding, self.states, self._now, idle, since)

    @property
    def _has_power(self) -> bool:
        """Say whether the user has set what the load draws."""
        return self.site is not None and self.site.load.demand.power is not None

    def _needing(self, driven: Driven) -> Driven:
        """Return it with what the device asks for."""
        if self.site is None or (asks := self.site.asks) is None:
            return driven
        battery = battery_of(asks, self.states, driven.battery, self._now)
        window = None if self.plan is None else self.plan.window
        since = self._now - _DAY if window is None else window.earliest
        power = self.site.load.demand.power

        def delivered(since: datetime) -> float:
            seen = driven.seen
            return (seen.delivered(since, power) if seen else None) or 0.0

        zone = self._devices.zone
        need = need_of(asks, self.states, battery, self._now, zone, since, delivered)
        return replace(driven, battery=battery, need=need)

    def _shown(self, control: Control, driven: Driven) -> Shown:
        """Return what a control shows."""
        state = self.states.get(control.entity)
        return Shown(
            now=self._now,
            value=control.value(state),
            step=step_of(state) if state and control.means is Means.NUMBER else 0.1,
            touch=self._devices.touched(control.entity),
            is_running=driven.is_running,
        )

    # --- what is to be ----------------------------------------------------------------

    def _wanted(self, driven: Driven) -> dict[Control, Value]:
        """Return what is to be set now: nothing while it does not run."""
        plan, need = self.plan, driven.need
        if plan is None or not plan.is_running(self._now):
            return {}
        is_full = need.energy is not None and need.energy + (need.more or 0.0) <= 0
        if driven.is_by_hand(self._now) or need.is_ready is False or is_full:
            return {}
        power = self._guarded(plan.power(self._now))
        if self._guarded(None) == 0 and not self.binding.holds:
            return {}
        return dict(self.binding.wanted(self.states, power))

    def _guarded(self, power: float | None) -> float | None:
        """Return a power, or what the guard lets it draw, kW."""
        return guarded(self.request.watched, self.key, power, self._now)

    def _is_touched(self, driven: Driven, wanted: Mapping[Control, Value]) -> bool:
        """Say whether a hand has set something against what is ordered."""
        changes = {each.control.key: each for each in driven.changes}
        controls = {key: each.control for key, each in changes.items()}
        for key, control in {**controls, **{e.key: e for e in wanted}}.items():
            shown = self._shown(control, driven)
            touch, change = shown.touch, changes.get(key)
            if control.means is Means.PRESS or touch is None or shown.value is None:
                continue
            if change is None:
                # What runs by plan without being set here, since it began.
                since, ordered = driven.run_since, wanted.get(control)
                is_hand = since is not None and touch.at > since
            else:
                ordered = change.before if change.is_undone else change.to
                # Soon after an order the device itself may not take it.
                is_late = touch.at >= change.at + PATIENCE
                is_hand = touch.at >= change.at and (touch.is_called or is_late)
            if is_hand and not shown.is_at(ordered):
                return True
        return False

    def _end_of_window(self) -> datetime | None:
        """Return when the window of what is planned ends."""
        if self.plan is None:
            return None
        window, plan = self.plan.window, self.plan.plan
        if window is not None:
            return window.deadline
        return None if plan is None else plan.end

    def _steps(self, driven: Driven, wanted: Mapping[Control, Value]) -> list[Step]:
        """Return what becomes of each control: in turn when set, else backwards."""
        changes = {each.control.key: each for each in driven.changes}
        steps = []
        for control, to in wanted.items():
            if (change := changes.pop(control.key, None)) is not None:
                # What stops it may have been bound since.
                change = replace(change, control=control)
            step = set_to(control, change, to, self._shown(control, driven))
            steps.append(self._rested(driven, change, step))
        is_on = False
        for change in reversed(changes.values()):
            if is_on:
                # What it draws is restored once it is off.
                steps.append(Step(change))
                continue
            shown = self._shown(change.control, driven)
            step = self._rested(driven, change, undone(change, shown))
            is_on = step.change is not None
            steps.append(step)
        return steps

    def _rested(self, driven: Driven, before: Change | None, step: Step) -> Step:
        """Return a step, put off where a charger was switched a moment ago."""
        change = step.change
        if step.call is None or change is None or driven.switched is None:
            return step
        is_switch = self.binding.is_charger and change.control.means is Means.SWITCH
        rested = driven.switched + REST
        # A fuse waits for no contactor.
        is_retry = change.failures > 0 or self._guarded(None) == 0
        if not is_switch or is_retry or self._now >= rested:
            return step
        return Step(before, due=rested)

    def _switches(self, calls: Mapping[Control, Value]) -> bool:
        """Say whether a charger is switched by these."""
        is_switch = any(control.means is Means.SWITCH for control in calls)
        return self.binding.is_charger and is_switch

    # --- what is done -----------------------------------------------------------------

    async def _done(self, change: Change, to: Value) -> Change:
        """Set one thing, and return what came of it."""
        control = change.control
        entity = control.entity
        if change.is_undone and control.means is Means.PRESS and control.stop:
            entity = control.stop
        state = self.states.get(entity)
        try:
            if state is None:
                return change.failed(self._now)
            action, fields = control.call(to, state)
            await self._devices.act(entity, action, fields)
        except PortalError:
            return change.failed(self._now)
        return change.sent()

    def _with(self, driven: Driven, before: Change, after: Change) -> Driven:
        """Return it with one change replaced."""
        changes = tuple(after if each is before else each for each in driven.changes)
        driven = replace(driven, changes=changes)
        if not after.failures:
            return driven
        problem = Problem.STAYS_ON if after.is_undone else Problem.CALL_FAILED
        return driven.with_problem(problem, self._now)

    def _problem(self, driven: Driven) -> Problem | None:
        """Return why the device does not do what it is told to."""
        changes = driven.changes
        if any(each.is_undone and each.is_late(self._now) for each in changes):
            return Problem.STAYS_ON
        if any(each.failures and not each.is_undone for each in changes):
            return Problem.CALL_FAILED
        if any(each.failures for each in changes):
            return Problem.STAYS_ON
        since = driven.run_since
        if since is None or self._now < since + PATIENCE:
            return None
        main = self.binding.start or self.binding.setpoint
        state = self.states.get(main or "")
        if state is None or state.state is None:
            return Problem.UNAVAILABLE
        if any(each.control.entity == main and self._lags(each) for each in changes):
            return Problem.DOES_NOT_FOLLOW
        has_run = any(end > since for _, end, _ in driven.ran)
        is_off = driven.is_running is False and not has_run
        return Problem.DOES_NOT_FOLLOW if is_off else None

    def _lags(self, change: Change) -> bool:
        """Say whether a device has not come to what was set, in its time."""
        is_pressed = change.control.means is Means.PRESS
        return not is_pressed and change.is_late(self._now)

    def _due(self, driven: Driven, steps: list[Step]) -> datetime:
        """Return when to look again."""
        now = self._now
        plan = None if self.plan is None else self.plan.next_change(now)
        metered = driven.is_running and driven.drawn is not None
        again = [each.again for each in driven.changes]
        patience = None if driven.run_since is None else driven.run_since + PATIENCE
        moments = (
            *(plan, driven.hand_until, patience, *again),
            *(step.due for step in steps),
        )
        later = (each for each in moments if each is not None and each > now)
        return min([*later, now + (_MINUTE if metered else _LOOK)])


AUTOMATIC_ACTIONS: Final = AutomaticActions[PlannerClient, Driven](
    feed=DRIVING, do=_do, follows=(PLANS,), restore=_restore, watch=GUARD
)
