"""A home that is lived in for days: what plans and drives is real, the rest is made.

Two cars, a dishwasher, hot water and a pump share one limit. Prices come late, cars at
any time, targets are raised, calendars, prices and states of charge go away, calls
fail, and Home Assistant is killed. It is all made from one seed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
import json
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from custom_components.energy_portals.portals.automatic_actions import AutomaticRequest
from custom_components.energy_portals.portals.contract import (
    FeedRequest,
    Site,
    Subentry,
)
from custom_components.energy_portals.portals.devices import DeviceState, Touch
from custom_components.energy_portals.portals.http.errors import Unavailable
from custom_components.energy_portals.portals.model.loads import LoadPlan
from custom_components.energy_portals.portals.model.periods import local_time, midnight
from custom_components.energy_portals.portals.model.price_days import PriceOutlook
from custom_components.energy_portals.portals.model.prices import Price, PriceSeries
from custom_components.energy_portals.portals.model.public_holidays import WEEKDAYS
from custom_components.energy_portals.portals.model.seen import Seen
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.model.tariff import Tariff
from custom_components.energy_portals.portals.optimum.guard import Guard
from custom_components.energy_portals.portals.planner.client import PlannerClient
from custom_components.energy_portals.portals.planner.driven import DRIVING, Driven
from custom_components.energy_portals.portals.planner.driving import AUTOMATIC_ACTIONS
from custom_components.energy_portals.portals.planner.feeds import PLANS, Planned
from custom_components.energy_portals.portals.planner.guarding import guarded
from custom_components.energy_portals.portals.planner.home_look import Around
from custom_components.energy_portals.portals.planner.parts import arranged
from tests.portals.late_prices import made_prices
from tests.surroundings import Surroundings

HOUR: Final = timedelta(hours=1)
MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)
QUARTER: Final = timedelta(minutes=15)
OSLO: Final = ZoneInfo("Europe/Oslo")
# Clocks are put back on its sixteenth day.
FIRST: Final = date(2026, 10, 10)
_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
LIMIT: Final = 11.5
CALENDAR: Final = "calendar.quiet"
# A device has so long to go off, and a plan to be acted on.
PATIENCE: Final = timedelta(minutes=3)
# A charger that was just switched rests, whatever the plan says.
REST: Final = timedelta(minutes=6)

CAR, VAN, DISHES, WATER, PUMP = "car", "van", "dishes", "water", "pump"
CARS: Final = (CAR, VAN)
_GONE: Final = (f"sensor.{CAR}_soc", f"sensor.{VAN}_power")
_USUAL: Final[Mapping[str, Any]] = {
    "days": list(WEEKDAYS),
    "objective": "price",
    "begin": "00:00:00",
    "end": "00:00:00",
}


def _car(name: str, capacity: float, power: float, phases: int, end: str) -> Any:
    """Return what is set up of a car."""
    return {
        **_USUAL,
        "shape": "slots",
        "begin": end,
        "end": end,
        "power": power,
        "least_power": round(6 * 0.23 * phases, 3),
        "drives": f"switch.{name}",
        "setpoint": f"number.{name}",
        "phases": phases,
        "meter": f"sensor.{name}_power",
        "plugged": f"binary_sensor.{name}",
        "soc": f"sensor.{name}_soc",
        "capacity": capacity,
        "target": f"number.{name}_target",
    }


PARTS: Final[Mapping[str, Mapping[str, Any]]] = {
    CAR: _car(CAR, 60.0, 11.04, 3, "07:00:00"),
    VAN: _car(VAN, 40.0, 3.68, 1, "06:00:00"),
    DISHES: {
        **_USUAL,
        "shape": "contiguous",
        "duration": 120,
        "power": 1.2,
        "begin": "18:00:00",
        "end": "07:00:00",
        "drives": "switch.dishes",
        "calendar": CALENDAR,
    },
    WATER: {
        **_USUAL,
        "shape": "pieces",
        "duration": 180,
        "power": 2.0,
        "least_length": 30,
        "drives": "switch.water",
    },
    PUMP: {
        **_USUAL,
        "shape": "slots",
        "duration": 240,
        "power": 0.8,
        "begin": "08:00:00",
        "end": "20:00:00",
        "drives": "switch.pump",
    },
}


@dataclass
class Figures:
    """What came of it: `wrong` in words, and how often what was looked at.

    `due` is what was paid for what was to be done by a deadline, and `least` what the
    same would have cost with all prices known and nothing in its way: no limit, no
    target that is raised late, nobody away. `unforeseen` are deadlines for which all
    was well until another device asked for what was left of the limit.
    """

    deadlines: int = 0
    impossible: int = 0
    unforeseen: int = 0
    looked: int = 0
    moved: int = 0
    most: float = 0.0
    switched: int = 0
    paid: float = 0.0
    due: float = 0.0
    least: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def moves(self) -> float:
        """Return the share of looks that moved a start."""
        return self.moved / max(self.looked, 1)

    @property
    def regret(self) -> float:
        """Return how much more was paid than with hindsight, a share of that."""
        return self.due / self.least - 1 if self.least > 0 else 0.0


@dataclass(frozen=True, slots=True)
class _Span:
    """What drew how much for a while, and whether anybody was there to drive."""

    start: datetime
    end: datetime
    drawn: Mapping[str, float]
    is_up: bool


class Home:
    """Entities, prices and a calendar, and what plans and drives by them."""

    # For so long the limit may be passed.
    over = MINUTE

    def __init__(
        self,
        seed: int,
        days: int,
        loads: Collection[str] = tuple(PARTS),
        first: date = FIRST,
        zone: ZoneInfo = OSLO,
    ) -> None:
        """Make all that is going to happen."""
        self._random = Random(seed)  # a home, and no secret
        self.zone = zone
        self._first = first
        self._parts = {key: PARTS[key] for key in loads}
        self._cars = [key for key in CARS if key in loads]
        self.now = midnight(first, zone)
        self.since = self.now
        self._days = days
        self._prices = made_prices(Random(seed), days + 20)
        # The limit is for these devices alone: nothing else of the home is lived.
        self._client = PlannerClient(
            price="market", currency="EUR", limit=LIMIT, base_load=0.0
        )
        parts = tuple(
            Subentry(id=key, type="load", title=key, data=data)
            for key, data in self._parts.items()
        )
        self.sites: tuple[Site, ...] = tuple(arranged({}, parts).values())
        self.plans: Mapping[str, Planned] = {}
        self.memory: Mapping[str, Driven] = {}
        self._on_disk: tuple[Mapping[str, Planned], Mapping[str, Driven]] = ({}, {})
        self._states: dict[str, str | None] = {
            **{f"switch.{key}": "off" for key in self._parts},
            **{f"number.{key}": "6" for key in self._cars},
            **{f"number.{key}_target": "80" for key in self._cars},
            **{f"binary_sensor.{key}": "off" for key in self._cars},
        }
        self.charge = dict.fromkeys(self._cars, 60.0)
        self._gone: dict[str, datetime] = {}
        self._touches: dict[str, Touch] = {}
        self._is_up = True
        self._outlooks: dict[tuple[date, date], PriceOutlook] = {}
        self._published = dict(self._publications())
        self._events = sorted(self._made_events(), key=lambda event: event[0])
        self._spans: list[_Span] = []
        self._wanted_at = dict.fromkeys(self._parts, self.now)
        # Since when all that was to be done in a window is known.
        self._known_at = dict.fromkeys(self._parts, self.now)
        # Until when all was well with it, and another asked for more.
        self._well_until: dict[str, datetime] = {}
        self._clashes: list[datetime] = []
        self._plugged_at = dict.fromkeys(self._cars, self.now)
        self._last_switch: dict[str, datetime] = {}
        self._by_hand: set[str] = set()
        self._over_since: datetime | None = None
        self.figures = Figures()
        # What is seen of its meter, where there is one.
        self.guard: Guard | None = None

    # --- what happens -----------------------------------------------------------------

    def _publications(self) -> Iterator[tuple[date, datetime]]:
        """Yield when the prices of each day come: half of them late, some never."""
        for n in range(-2, self._days + 5):
            day = self._first + n * DAY
            late = self._random.choice((0, 0, 0, 3, 6, 11, 20))
            yield day, local_time(day - DAY, time(13), self.zone) + late * HOUR

    def _made_events(self) -> Iterator[tuple[datetime, str, str]]:
        """Yield what happens: when, what and with what."""
        random = self._random
        for n in range(self._days):
            day = self._first + n * DAY
            for car in self._cars:
                if random.random() < 0.9:
                    hours = random.choice((15.5, 17.2, 18.9, 21.4, 25.0, 28.3))
                    yield midnight(day, self.zone) + hours * HOUR, "arrives", car
                yield local_time(day, time(7, 20), self.zone), "leaves", car
                if random.random() < 0.3:
                    hour = random.uniform(19, 23.9)
                    yield midnight(day, self.zone) + hour * HOUR, "target", car
            gone = (*_GONE, "market", CALENDAR, f"switch.{WATER}")
            for name in gone:
                if random.random() < 0.2:
                    hour = random.uniform(0, 24)
                    yield midnight(day, self.zone) + hour * HOUR, "gone", name
            if random.random() < 0.3:
                when = midnight(day, self.zone) + random.uniform(0, 24) * HOUR
                yield when, "down", ""
                yield when + random.choice((1, 6, 25, 90)) * MINUTE, "up", ""
            if random.random() < 0.1 and DISHES in self._parts:
                when = midnight(day, self.zone) + random.uniform(18, 24) * HOUR
                yield when, "hand", DISHES
            for key, data in self._parts.items():
                end = local_time(day, time.fromisoformat(data["end"]), self.zone)
                yield end, "deadline", key

    def _happens(self, what: str, key: str) -> None:
        """Let one thing happen."""
        if what in {"arrives", "target"}:
            for other in self._parts.keys() - {key}:
                plan = self._of(other)
                if plan is not None and plan.shortfall is None:
                    self._well_until[other] = self.now
        match what:
            case "arrives":
                self.charge[key] = max(
                    self.charge[key] - self._random.uniform(8, 45), 5
                )
                self._states[f"binary_sensor.{key}"] = "on"
                self._known_at[key] = self._plugged_at[key] = self.now
            case "leaves":
                self._states[f"binary_sensor.{key}"] = "off"
                self._states[f"number.{key}_target"] = "80"
            case "target":
                self._states[f"number.{key}_target"] = "100"
                self._known_at[key] = max(self._known_at[key], self.now)
            case "gone":
                self._gone[key] = self.now + 3 * HOUR
            case "down":
                self._is_up = False
            case "up":
                self._restart()
            case "hand":
                if self._states[f"switch.{key}"] == "on":
                    self._states[f"switch.{key}"] = "off"
                    self._touches[f"switch.{key}"] = Touch(self.now, True)
                    self._by_hand.add(key)
            case "deadline":
                self._judge(key)

    def _restart(self) -> None:
        """Begin anew with what is on disk."""
        plans, memory = self._on_disk
        dump, kept = PLANS.kept, DRIVING.kept
        assert dump is not None and kept is not None
        as_json = {key: json.dumps(dump.dump(each)) for key, each in plans.items()}
        self.plans = {
            key: dump.load(json.loads(each), {})
            for key, each in as_json.items()
            if each != "null"
        }
        self.memory = {
            key: kept.load(json.loads(json.dumps(kept.dump(each))), {})
            for key, each in memory.items()
        }
        self._touches = {}
        self.since = self.now
        self._is_up = True
        for key in self._parts:
            # In time that nobody was there for, nobody could do anything.
            self._known_at[key] = max(self._known_at[key], self.now)

    # --- devices ----------------------------------------------------------------------

    def state(self, name: str) -> DeviceState | None:
        """Return what an entity says."""
        if self._is_gone(name):
            return DeviceState(entity_id=name, state=None)
        attributes: dict[str, object] = {}
        key = name.partition(".")[2]
        said = self._states.get(name)
        if name.endswith("_soc"):
            said = f"{self.charge[key.removesuffix('_soc')]:.0f}"
        elif name.endswith("_power"):
            said = f"{self._draw(key.removesuffix('_power')) * 1000:.0f}"
            attributes = {"unit_of_measurement": "W"}
        elif name in {f"number.{car}" for car in self._cars}:
            attributes = {"unit_of_measurement": "A", "step": 1, "min": 6, "max": 16}
        return DeviceState(entity_id=name, state=said, attributes=attributes)

    def _is_gone(self, name: str) -> bool:
        """Say whether something is away."""
        return name in self._gone and self.now < self._gone[name]

    def touched(self, name: str) -> Touch | None:
        """Return the last change of it that was not made here."""
        return self._touches.get(name)

    def follow(self, names: Iterable[str]) -> None:
        """Follow nothing: all that changes is looked at."""

    async def act(self, name: str, action: str, fields: Mapping[str, object]) -> None:
        """Do it; one of fifty calls fails."""
        if self._is_gone(name) or self._random.random() < 0.02:
            raise Unavailable(action, "it fails")
        if action == "set_value":
            self._states[name] = str(fields["value"])
            return
        to = "on" if action == "turn_on" else "off"
        key = name.removeprefix("switch.")
        if key in self._cars and self._states[name] != to:
            last = self._last_switch.get(key)
            # A fuse waits for no contactor.
            is_shed = guarded(self.guard, key, None, self.now) == 0
            if last is not None and self.now - last < 5 * MINUTE and not is_shed:
                self._say(f"{key} is switched after {self.now - last}")
            self._last_switch[key] = self.now
            self.figures.switched += 1
        self._states[name] = to

    def _draw(self, key: str) -> float:
        """Return what something draws, kW."""
        if self._states[f"switch.{key}"] != "on":
            return 0.0
        if key not in self._cars:
            return float(self._parts[key]["power"])
        if self._states[f"binary_sensor.{key}"] != "on" or self.charge[key] >= 100:
            return 0.0
        amperes = float(self._states[f"number.{key}"] or 0)
        return amperes * 0.23 * int(self._parts[key]["phases"])

    def _draws(self) -> dict[str, float]:
        """Return all that draws anything, kW."""
        return {key: draw for key in self._parts if (draw := self._draw(key))}

    # --- what it lives on -------------------------------------------------------------

    def prices(self, source: str) -> PriceOutlook | None:
        """Return what is published by now."""
        if self._is_gone("market"):
            return None
        today = self.now.astimezone(self.zone).date()
        last = today if self._published[today + DAY] > self.now else today + DAY
        if (today, last) not in self._outlooks:
            start, end = (
                midnight(today - DAY, self.zone),
                midnight(last + DAY, self.zone),
            )
            first = midnight(self._first - 3 * DAY, self.zone)
            slots = tuple(
                Slot(first + n * HOUR, first + (n + 1) * HOUR, Price(self._prices[n]))
                for n in range((start - first) // HOUR, -((first - end) // HOUR))
            )
            currency = self._client.currency or "EUR"
            series = PriceSeries(currency, slots=Series(slots))
            self._outlooks = {
                (today, last): PriceOutlook.of(series, self.zone, Tariff())
            }
        return self._outlooks[today, last]

    def price(self, when: datetime) -> float:
        """Return what a kWh costs then, known or not."""
        return self._prices[(when - midnight(self._first - 3 * DAY, self.zone)) // HOUR]

    def green(self, source: str) -> None:
        """Return nothing: no green is known."""

    caps = incentives = green

    def seen(self, load: str) -> Seen | None:
        """Return what is seen of a device."""
        driven = self.memory.get(load)
        seen = None if driven is None else driven.seen
        return None if seen is None else seen.as_of(self.now)

    async def busy(
        self, calendar: str, start: datetime, end: datetime
    ) -> Series[None] | None:
        """Return when it has to be quiet: each evening for an hour and a half."""
        if self._is_gone(calendar):
            return None
        first = start.astimezone(self.zone).date() - DAY
        days = (first + n * DAY for n in range((end - start) // DAY + 3))
        quiet = (local_time(day, time(22), self.zone) for day in days)
        return Series(tuple(Slot(each, each + 1.5 * HOUR, None) for each in quiet))

    # --- planning and driving ---------------------------------------------------------

    @property
    def data(self) -> Mapping[str, Driven]:
        """Return what is held of the devices."""
        return self.memory

    async def change(self, change: Any) -> None:
        """Hold it, and write it to the disk."""
        self.memory = change(self.memory)
        self._on_disk = (self.plans, self.memory)

    async def _plan(self, feed: object = None) -> None:
        """Make the plans anew, and count which starts have moved."""
        before = {key: self._next(key) for key in self._parts}
        for key in self._parts:
            if (plan := self._of(key)) is not None and plan.is_running(self.now):
                # Until now: what is planned anew may not want it any more.
                self._wanted_at[key] = self.now
        request = FeedRequest[Planned, Site, Around](
            now=self.now, sites=self.sites, held=self.plans, given=self._around()
        )
        fetched = await PLANS.fetch(self._client, request)
        self.plans = {**self.plans, **fetched.data}
        self._on_disk = (self.plans, self.memory)
        for key, start in before.items():
            if start is not None and (after := self._next(key)) is not None:
                self.figures.looked += 1
                self.figures.moved += start != after

    def _around(self) -> Around:
        """Return a house with its sources, in which nothing is measured or solved."""
        # It has of sources what a planner asks for.
        sources: Any = self
        around = Surroundings(sources=sources)
        return Around(sources, around.house, around.solver)

    def _next(self, key: str) -> datetime | None:
        """Return when a load that does not run yet is to start."""
        plan = self._of(key)
        is_waiting = plan is not None and not plan.is_begun(self.now)
        return plan.next_start(self.now) if plan is not None and is_waiting else None

    def _of(self, key: str) -> LoadPlan | None:
        """Return the plan of a load."""
        plan = self.plans.get(key)
        return plan if isinstance(plan, LoadPlan) else None

    async def _look(self) -> datetime | None:
        """Look once, as the account does."""

        async def energy(*_: object) -> Mapping[datetime, float]:
            return {}

        request = AutomaticRequest[PlannerClient, Driven](
            now=self.now,
            client=self._client,
            sites=self.sites,
            held=self,
            energy=energy,
            planned=lambda *_: None,
            look_again=self._plan,
            data_of=lambda feed: self.plans,  # type: ignore[arg-type]
            devices=self,
            watched=self.guard,
        )
        return await AUTOMATIC_ACTIONS.do(request)

    async def live(self) -> Figures:
        """Let all days go by; return what came of them."""
        end = midnight(self._first + self._days * DAY, self.zone)
        due: datetime | None = self.now
        planned: datetime | None = None
        while self.now < end:
            while self._events and self._events[0][0] <= self.now:
                _, what, key = self._events.pop(0)
                self._happens(what, key)
            if self._is_up:
                quarter = self.now - (self.now - _EPOCH) % QUARTER
                if planned != quarter or self.since == self.now:
                    planned = quarter
                    await self._plan()
                await self._look()
                # What a call has changed is looked at at once.
                due = await self._look()
                self._watch()
            moments = [self.now + MINUTE * 5, end]
            moments += [each for each in (due,) if each is not None and self._is_up]
            moments += [self._events[0][0]] if self._events else []
            moments.append(self.now + QUARTER - (self.now - _EPOCH) % QUARTER)
            self._pass(max(min(moments), self.now + timedelta(seconds=1)))
        return self.figures

    def _pass(self, to: datetime) -> None:
        """Let time go by."""
        hours = (to - self.now) / HOUR
        drawn = self._draws()
        for key, draw in drawn.items():
            self.figures.paid += draw * hours * self.price(self.now)
            if key in self._cars:
                gained = draw * hours * 0.9 / float(self._parts[key]["capacity"]) * 100
                self.charge[key] = min(self.charge[key] + gained, 100)
        self._spans.append(_Span(self.now, to, drawn, self._is_up))
        self._spans = (
            [span for span in self._spans if span.end > to - 2 * DAY]
            if len(self._spans) > 5000
            else self._spans
        )
        self.now = to

    # --- what is wrong ----------------------------------------------------------------

    def _say(self, what: str) -> None:
        """Note what is wrong."""
        self.figures.wrong.append(
            f"{self.now.astimezone(self.zone):%d %H:%M:%S} {what}"
        )

    def _watch(self) -> None:
        """Say what stays on, and whether the limit is passed."""
        for key in self._parts:
            plan, driven = self._of(key), self.memory.get(key, Driven())
            is_wanted = plan is not None and plan.is_running(self.now)
            is_away = self._is_gone(f"switch.{key}") or driven.problem is not None
            if (
                is_wanted
                or driven.is_by_hand(self.now)
                or is_away
                or key in self._by_hand
            ):
                self._wanted_at[key] = self.now
            is_on = self._states[f"switch.{key}"] == "on"
            if not is_on:
                self._wanted_at[key] = self.now
            patience = REST if key in self._cars else PATIENCE
            if is_on and self.now > self._wanted_at[key] + patience:
                self._say(f"{key} is on and should not be")
                self._wanted_at[key] = self.now
        drawn = sum(
            draw for key, draw in self._draws().items() if key not in self._by_hand
        )
        if drawn <= LIMIT + 1e-6:
            self._over_since = None
        elif self._over_since is None:
            self._over_since = self.now
        elif self.now >= self._over_since + self.over:
            self.figures.most = max(self.figures.most, drawn)
            self._say(f"{drawn:.2f} kW are drawn")

    def _judge(self, key: str) -> None:
        """Say whether a load has what it needs by its deadline, if it could have it."""
        known, is_by_hand = self._known_at[key], key in self._by_hand
        self._by_hand.discard(key)
        data, start = self._parts[key], self._begun(key)
        known = max(known, start)
        if is_by_hand or not self._is_up or known >= self.now:
            return
        self.figures.deadlines += 1
        spans = [span for span in self._spans if span.end > start]
        well = max(self._well_until.get(key, known), known)
        if key in self._cars:
            if self._states[f"binary_sensor.{key}"] != "on":
                self.figures.deadlines -= 1
                return
            target = float(self._states[f"number.{key}_target"] or 0)
            # What is told is rounded, and a look comes each minute.
            lacks = (
                (target - 0.7 - self.charge[key]) / 100 * float(data["capacity"]) / 0.9
            )
            had = sum(span.drawn.get(key, 0.0) * _hours(span, known) for span in spans)
            could = sum(_room(key, span) * _hours(span, known) for span in spans)
            could -= had
            late = sum(
                (_room(key, span) - span.drawn.get(key, 0.0)) * _hours(span, well)
                for span in spans
            )
            self._count(key, spans, max(start, self._plugged_at[key]))
        else:
            self._count(key, spans, start)
            ran = sum(_hours(span, start) for span in spans if key in span.drawn)
            lacks = data["duration"] / 60 - ran - 0.05
            could = self._could(key, spans, known)
            late = self._could(key, spans, well)
        if lacks <= 0:
            return
        if could < lacks:
            self.figures.impossible += 1
            return
        # Of those that meet in such a moment any may be short.
        if late < lacks or any(known <= at < self.now for at in self._clashes):
            self._clashes.append(well)
            self.figures.unforeseen += 1
            return
        plan = self._of(key)
        short = None if plan is None else plan.shortfall
        self._say(f"{key} lacks {lacks:.2f}, and could have {could:.2f}: {short}")

    def _begun(self, key: str) -> datetime:
        """Return when the window of a load began that ends now."""
        begin = time.fromisoformat(self._parts[key]["begin"])
        day = (self.now - MINUTE).astimezone(self.zone).date()
        start = local_time(day, begin, self.zone)
        return start if start < self.now else local_time(day - DAY, begin, self.zone)

    def _count(self, key: str, spans: list[_Span], start: datetime) -> None:
        """Add what a load was paid for, and the least that it could have been."""
        drawn = [
            (span, hours)
            for span in spans
            if key in span.drawn and (hours := _hours(span, start))
        ]
        energy = sum(span.drawn[key] * hours for span, hours in drawn)
        self.figures.due += sum(
            span.drawn[key] * hours * self.price(span.start) for span, hours in drawn
        )
        power = float(self._parts[key]["power"])
        left, hour = energy, start.replace(minute=0, second=0, microsecond=0)
        whole = ((hour + n * HOUR) for n in range((self.now - hour) // HOUR + 1))
        for each in sorted(whole, key=self.price):
            room = min(each + HOUR, self.now) - max(each, start)
            taken = min(left, power * max(room / HOUR, 0.0))
            self.figures.least += taken * self.price(each)
            left -= taken

    def _could(self, key: str, spans: list[_Span], known: datetime) -> float:
        """Return how long it could have run beyond what it did, h."""
        free = [
            (span, _room(key, span) > 0 and not self._is_quiet(key, span))
            for span in spans
        ]
        if self._parts[key]["shape"] != "contiguous":
            return sum(
                _hours(span, known)
                for span, is_free in free
                if is_free and key not in span.drawn
            )
        most = run = 0.0
        for span, is_free in free:
            run = run + _hours(span, known) if is_free else 0.0
            most = max(most, run)
        return most if most >= self._parts[key]["duration"] / 60 else 0.0

    def _is_quiet(self, key: str, span: _Span) -> bool:
        """Say whether the calendar has something on."""
        clock = span.start.astimezone(self.zone).time()
        return key == DISHES and time(22) <= clock < time(23, 30)


def _hours(span: _Span, since: datetime) -> float:
    """Return how long a span is, h, from a moment on."""
    return max((span.end - max(span.start, since)) / HOUR, 0.0)


def _room(key: str, span: _Span) -> float:
    """Return what the others left of the limit for a load, kW."""
    data = PARTS[key]
    others = sum(each for name, each in span.drawn.items() if name != key)
    room = min(LIMIT - others, float(data["power"]))
    least = float(data.get("least_power") or data["power"])
    return room if room >= least - 1e-6 and span.is_up else 0.0
