"""A house of simulated devices, driven by a plan, in which anything may be killed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from custom_components.energy_portals.portals.automatic_actions import (
    AutomaticRequest,
    RestoreRequest,
)
from custom_components.energy_portals.portals.contract import Site, Subentry
from custom_components.energy_portals.portals.devices import DeviceState, Touch
from custom_components.energy_portals.portals.http.errors import Unavailable
from custom_components.energy_portals.portals.model.loads import (
    LoadPlan,
    Status,
    Window,
)
from custom_components.energy_portals.portals.model.planner import Plan
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.planner.client import PlannerClient
from custom_components.energy_portals.portals.planner.driven import DRIVING, Driven
from custom_components.energy_portals.portals.planner.driving import AUTOMATIC_ACTIONS
from custom_components.energy_portals.portals.planner.parts import arranged
from custom_components.energy_portals.portals.planner.sites import (
    PLANNER_KEY,
    LoadSite,
    PlannerSite,
)

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
# The window of all plans here is from midnight to six.
BEGIN = datetime(2026, 11, 2, tzinfo=UTC)
END = BEGIN + 6 * HOUR
LOAD = "load"
USUAL: Mapping[str, Any] = {
    "duration": 120,
    "power": 2.0,
    "begin": "00:00:00",
    "end": "06:00:00",
    "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    "objective": "price",
    "shape": "contiguous",
}


class Killed(BaseException):
    """Home Assistant is gone, from one moment to the next."""


def site_of(**data: Any) -> LoadSite:
    """Return a load that is bound to something."""
    load = arranged({}, (_part({**USUAL, **data}),))[LOAD]
    assert isinstance(load, LoadSite)
    return load


def _part(data: Mapping[str, Any]) -> Subentry:
    """Return what the user has set up."""
    return Subentry(id=LOAD, type=LOAD, title="Load", data=data)


def plan_of(*runs: tuple[float, float, float | None]) -> LoadPlan:
    """Return a plan of runs: hours from midnight, and their power."""
    slots = Series(
        tuple(Slot(BEGIN + a * HOUR, BEGIN + b * HOUR, power) for a, b, power in runs)
    )
    plan = Plan(
        runs=slots, energy=None, cost=None, cost_now=None, share=None, is_complete=True
    )
    window = Window(date(2026, 11, 2), BEGIN, END)
    return LoadPlan(status=Status.PLANNED, window=window, plan=plan)


@dataclass
class House:
    """Entities with states, attributes and contexts; `log` is what was called, when."""

    states: dict[str, str | None] = field(default_factory=dict)
    attributes: dict[str, dict[str, object]] = field(default_factory=dict)
    now: datetime = BEGIN
    log: list[tuple[datetime, str, str, object]] = field(default_factory=list)
    touches: dict[str, Touch] = field(default_factory=dict)
    # What a call does to an entity; usually what it should.
    obeys: Callable[[str, str], bool] = lambda name, action: True
    fails: int = 0
    followed: set[str] = field(default_factory=set)
    disk: dict[str, Any] = field(default_factory=dict)
    memory: dict[str, Driven] = field(default_factory=dict)
    moments: int = 0
    kill_at: int | None = None
    looks: int = 0
    since: datetime = BEGIN
    zone = ZoneInfo("UTC")
    watched: object = None

    # --- devices ----------------------------------------------------------------------

    def state(self, name: str) -> DeviceState | None:
        """Return what an entity says."""
        if name not in self.states:
            return None
        return DeviceState(
            entity_id=name,
            state=self.states[name],
            attributes=self.attributes.get(name, {}),
        )

    def touched(self, name: str) -> Touch | None:
        """Return the last change of it that was not made here."""
        return self.touches.get(name)

    def follow(self, names: Iterable[str]) -> None:
        """Note what is followed."""
        self.followed = set(names)

    async def act(self, name: str, action: str, fields: Mapping[str, object]) -> None:
        """Do it, if the device obeys."""
        self._moment()
        if self.fails:
            self.fails -= 1
            raise Unavailable(action, "it fails")
        value = next(iter(fields.values()), None)
        self.log.append((self.now, name, action, value))
        if self.obeys(name, action):
            self._become(name, action, value)
        self._moment()

    def _become(self, name: str, action: str, value: object) -> None:
        """Show what was asked for."""
        attributes = self.attributes.setdefault(name, {})
        match action:
            case "turn_on":
                self.states[name] = "on"
            case "turn_off":
                self.states[name] = "off"
            case "set_value":
                self.states[name] = str(value)
            case "set_temperature":
                attributes["temperature"] = value
            case "set_preset_mode" | "set_operation_mode":
                attributes[action.removeprefix("set_")] = value

    def hand(self, name: str, state: str, *, is_called: bool = True) -> None:
        """Have somebody else set an entity."""
        self.states[name] = state
        self.touches[name] = Touch(self.now, is_called)

    # --- what is held -----------------------------------------------------------------

    @property
    def data(self) -> Mapping[str, Driven]:
        """Return what is held."""
        return self.memory

    async def change(
        self, change: Callable[[Mapping[str, Driven]], Mapping[str, Driven]]
    ) -> None:
        """Hold it, and write it to the disk."""
        self._moment()
        self.memory = dict(change(self.memory))
        kept = DRIVING.kept
        assert kept is not None
        self.disk = {key: kept.dump(each) for key, each in self.memory.items()}
        self._moment()

    def _moment(self) -> None:
        """Be killed here, if it is time."""
        self.moments += 1
        if self.moments == self.kill_at:
            raise Killed

    def restart(self) -> None:
        """Begin anew with what is on disk; who touched what is forgotten."""
        kept = DRIVING.kept
        assert kept is not None
        self.memory = {key: kept.load(each, {}) for key, each in self.disk.items()}
        self.touches = {}
        self.kill_at = None
        self.since = self.now

    # --- driving ----------------------------------------------------------------------

    async def look(self, plan: LoadPlan | None, *sites: Site) -> datetime | None:
        """Look once, as the account does; return when to look again."""

        async def look_again(feed: object) -> None:
            self.looks += 1

        async def energy(*_: object) -> Mapping[datetime, float]:
            return {}

        plans = {} if plan is None else {LOAD: plan}
        planner = PlannerSite(key=PLANNER_KEY, name="Planner")
        request = AutomaticRequest[PlannerClient, Driven](
            now=self.now,
            client=PlannerClient(),
            sites=(planner, *sites),
            held=self,
            energy=energy,
            look_again=look_again,
            data_of=lambda feed: plans,  # type: ignore[arg-type,return-value]
            devices=self,
            watched=self.watched,
            planned=lambda *_: None,
        )
        return await AUTOMATIC_ACTIONS.do(request)

    async def restore_until(self, end: datetime) -> datetime | None:
        """Let time go by for an account that is gone; return when to look again."""
        restore = AUTOMATIC_ACTIONS.restore
        assert restore is not None
        due: datetime | None = self.now
        while due is not None and self.now < end:
            request = RestoreRequest[Driven](now=self.now, held=self, devices=self)
            due = await restore(request)
            self.now = max(min(due or end, end), self.now + MINUTE / 60)
        return due

    async def until(self, end: datetime, plan: LoadPlan | None, *sites: Site) -> None:
        """Let time go by, looking whenever it is due and at each change."""
        while self.now < end:
            due = await self.look(plan, *sites)
            changes = [END if due is None else due, end]
            if plan is not None and (change := plan.next_change(self.now)):
                changes.append(change)
            # What a call has changed is looked at at once.
            await self.look(plan, *sites)
            self.now = max(min(changes), self.now + MINUTE / 60)

    @property
    def driven(self) -> Driven:
        """Return what is known of the load."""
        return self.memory.get(LOAD, Driven())

    def calls(self) -> list[tuple[float, str]]:
        """Return what was called: hours from midnight, and the action."""
        return [
            (round((when - BEGIN) / HOUR, 4), action) for when, _, action, _ in self.log
        ]


def moved(plan: LoadPlan, *runs: tuple[float, float, float | None]) -> LoadPlan:
    """Return a plan with other runs."""
    return replace(plan, plan=plan_of(*runs).plan)
