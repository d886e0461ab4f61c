"""The home that is lived in, under a Norwegian peak fee: what it pays for a month.

Beside its devices it draws what nobody foresees. It is planned as a whole by the
optimum, and its meter is guarded each minute, or not. What it pays is held to the least
that its month could have cost.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import exp
from random import Random
from typing import Any, Final, override

from custom_components.energy_portals.portals.devices import DeviceState
from custom_components.energy_portals.portals.model.ledger import hour_of
from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.model.series_cut import cut
from custom_components.energy_portals.portals.optimum.bill import Bill, bill
from custom_components.energy_portals.portals.optimum.home import (
    ElectricVehicle,
    Home as PlannedHome,
    HomeSlot,
    Schedule,
)
from custom_components.energy_portals.portals.optimum.optimise import Solver, solver
from custom_components.energy_portals.portals.optimum.peak_fee import (
    NORWAY,
    SHAPES,
    PeakDays,
    PeakFee,
)
from custom_components.energy_portals.portals.optimum.settings import Settings
from custom_components.energy_portals.portals.planner.guarding import GUARD
from custom_components.energy_portals.portals.planner.home_look import Around
from custom_components.energy_portals.portals.watching import WatchRequest
from tests.portals.planner.lived import (
    DAY,
    HOUR,
    MINUTE,
    PARTS,
    PATIENCE,
    Figures,
    Home,
)
from tests.portals.planner.metered import MeteredHouse

# From so many kW on, so much money a month.
FIVE: Final = 5 * MINUTE
STEPS: Final = ((0.0, 120.0), (2.0, 200.0), (5.0, 336.0), (10.0, 468.0), (15.0, 604.0))
FEE: Final[PeakFee] = replace(SHAPES[NORWAY], steps=STEPS)
# All of it lies within one month.
OCTOBER: Final = date(2026, 10, 1)
# The prices of the home are in euros.
_CROWNS: Final = 4.0
_HISTORY: Final = 40
# So many fives of minutes are asked for at most.
_KEPT: Final = 24
_METER: Final = "sensor.grid"
_OWN: Final = "home"
_PRECISE: Final = Settings(gap=1e-4, seconds=120.0, tie=0.0)


def made_base(random: Random, days: int) -> list[float]:
    """Return what a home draws by itself, kW, by minutes: habits, and what comes."""
    powers: list[float] = []
    noise = 0.0
    for _ in range(days):
        day = []
        for minute in range(24 * 60):
            noise = 0.97 * noise + random.gauss(0, 0.02)
            habit = 0.5 * _bell(minute / 60, 7.5, 1.5) + 0.7 * _bell(
                minute / 60, 19, 2.5
            )
            day.append(max(0.35 + habit + noise, 0.1))
        for _ in range(6):
            _comes(day, random.uniform(6, 22), random.uniform(3, 6), 2.2)
        if random.random() < 0.7:
            _comes(day, random.uniform(16, 19), random.uniform(25, 60), 2.5)
        if random.random() < 0.3:
            _comes(day, random.uniform(9, 21), random.uniform(50, 90), 2.0)
        powers += day
    return powers


def _comes(day: list[float], hour: float, minutes: float, power: float) -> None:
    """Add a kettle, an oven or a dryer."""
    first = round(hour * 60)
    for minute in range(first, min(first + round(minutes), len(day))):
        day[minute] += power


def _bell(hour: float, middle: float, width: float) -> float:
    return exp(-(((hour - middle) / width) ** 2))


@dataclass(frozen=True, kw_only=True)
class Month:
    """What came of it, what was paid, and the least that it could have been."""

    figures: Figures
    paid: Bill
    least: Bill

    @property
    def regret(self) -> float:
        """Return how much more was paid than with hindsight, a share of that."""
        return self.paid.paid / self.least.paid - 1


class PeakHome(Home):
    """A home whose meter is read, and guarded where it `is_guarded`."""

    # It is looked at each minute, and a call may fail.
    over = PATIENCE

    def __init__(self, seed: int, days: int, *, is_guarded: bool) -> None:
        """Make all that is going to happen."""
        super().__init__(seed, days, first=OCTOBER)
        self._is_guarded = is_guarded
        self._client = replace(self._client, currency="NOK", base_load=0.8, peak=FEE)
        self._prices = [price * _CROWNS for price in self._prices]
        self._base_since = midnight(OCTOBER - _HISTORY * DAY, self.zone)
        self._base = made_base(Random(seed), _HISTORY + days + 1)
        self._imported: defaultdict[datetime, float] = defaultdict(float)
        self._lately: defaultdict[datetime, float] = defaultdict(float)
        # What was drawn in windows, by hours, and what it could have been, by windows.
        self._moved: defaultdict[datetime, float] = defaultdict(float)
        self._jobs: list[ElectricVehicle] = []
        self._solver: Solver | None = solver()
        hours = (self.now - self._base_since) // HOUR
        for hour in range(hours):
            at = self._base_since + hour * HOUR
            self._imported[at] = sum(self._base[hour * 60 : hour * 60 + 60]) / 60
        self._house = MeteredHouse(
            preferences={
                "energy_sources": [
                    {"type": "grid", "stat_energy_from": "in", "stat_rate": _METER}
                ]
            }
        )

    # --- its meter --------------------------------------------------------------------

    @override
    def _draws(self) -> dict[str, float]:
        """Return all that draws anything, kW."""
        minute = (self.now - self._base_since) // MINUTE
        return {**super()._draws(), _OWN: self._base[minute]}

    @override
    def state(self, name: str) -> DeviceState | None:
        """Return what an entity says."""
        if name != _METER:
            return super().state(name)
        attributes = {"unit_of_measurement": "kW"}
        power = sum(self._draws().values())
        return DeviceState(entity_id=name, state=f"{power:.3f}", attributes=attributes)

    @override
    def _around(self) -> Around:
        """Return the house with its meter and the solver."""
        sources: Any = self
        slots = (
            Slot(at, at + HOUR, energy)
            for at, energy in self._imported.items()
            if at + HOUR <= self.now
        )
        fives = (
            Slot(at, at + FIVE, energy)
            for at, energy in self._lately.items()
            if at + FIVE <= self.now
        )
        self._house.statistics = {"in": Series(tuple(slots))}
        self._house.lately_told = {"in": Series(tuple(fives))}

        for car in self._cars:
            told = self.state(f"number.{car}")
            assert told is not None
            self._house.states[told.entity_id] = (told.state, "A")
            self._house.attributes[told.entity_id] = told.attributes

        async def solve() -> Solver | None:
            return self._solver

        return Around(sources, self._house, solve, self.guard)

    @override
    def _pass(self, to: datetime) -> None:
        """Let time go by minute by minute, until something else is shed."""
        # What was just set shows at the meter.
        is_news = self._read()
        while self.now < to:
            minute = self.now.replace(second=0, microsecond=0) + MINUTE
            start, power = self.now, sum(self._draws().values())
            super()._pass(min(to, minute))
            energy = power * ((self.now - start) / HOUR)
            self._imported[hour_of(start)] += energy
            self._lately[start - (start - hour_of(start)) % FIVE] += energy
            while len(self._lately) > _KEPT:
                del self._lately[min(self._lately)]
            if self._read() or is_news:
                return

    def _read(self) -> bool:
        """Read the meter, and say whether something else is shed."""
        if not self._is_guarded or not self._is_up:
            return False
        before = self.guard
        request = WatchRequest[Any](
            now=self.now,
            sites=self.sites,
            held=before,
            data_of=lambda feed: self.plans,  # type: ignore[arg-type]
            devices=self,
        )
        self.guard = GUARD.look(request)
        return GUARD.is_news(before, self.guard)

    @override
    def _restart(self) -> None:
        """Begin anew: what was read is in memory alone."""
        super()._restart()
        self.guard = None

    # --- what it costs ----------------------------------------------------------------

    @override
    def _judge(self, key: str) -> None:
        """Note what was drawn in the window that ends: it could have been elsewhen."""
        start = self._begun(key)
        if key in self._cars:
            start = max(start, self._plugged_at[key])
        drawn = 0.0
        for span in self._spans:
            if key in span.drawn and span.end > start:
                energy = span.drawn[key] * ((span.end - max(span.start, start)) / HOUR)
                self._moved[hour_of(span.start)] += energy
                drawn += energy
        if drawn > 0:
            window = (start, self.now)
            name, power = f"{key} {self.now}", float(PARTS[key]["power"])
            self._jobs.append(ElectricVehicle.asked(name, drawn, power, window))
        super()._judge(key)

    async def month(self) -> Month:
        """Let all days go by, and return what they cost and could have cost.

        The least is that of the same energies, each in its window: at any powers, at
        any times, without the limit and with all known. No plan can be below it.
        """
        first = self.now
        figures = await self.live()
        hours = [first + n * HOUR for n in range((self.now - first) // HOUR)]
        whole = PlannedHome(
            slots=tuple(self._slot(at, self._imported[at]) for at in hours),
            peaks=FEE.due(PeakDays(), first, self.now, self.zone),
            currency="NOK",
        )
        slots = [self._slot(at, self._imported[at] - self._moved[at]) for at in hours]
        for job in self._jobs:
            window = Series((Slot(job.earliest, job.ready, None),))
            slots = list(cut(slots, window, lambda slot, _: slot))
        known = replace(whole, slots=tuple(slots), cars=tuple(self._jobs))
        assert self._solver is not None
        best = self._solver(known, _PRECISE)
        assert best is not None and best.is_proven and not best.given_up
        paid = bill(whole, Schedule(powers={}))
        return Month(figures=figures, paid=paid, least=bill(known, best))

    def _slot(self, at: datetime, power: float) -> Slot[HomeSlot]:
        """Return an hour with its price and a power, kW."""
        slot = HomeSlot(price=self.price(at), base=max(power, 0.0))
        return Slot(at, at + HOUR, slot)
