"""What stores energy in a home: its battery and its hot water, and how they are set."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, override

from ..contract import AccountData, Subentry
from ..devices import DeviceState
from ..house import EntityState
from ..http.errors import InvalidInput
from ..model.demand import Demand, Shape
from ..model.load_plan import Load, LoadPlan, Status
from ..model.planner import Plan, Runs, merged
from ..model.prices import HOUR
from ..model.series import Outlook, Series, Slot
from ..model.why import Explanation
from ..optimum.home import Battery, ThermalStore
from .bindings import Binding, Control, Means, Value, binding_of, number, setpoint_of
from .sites import LoadSite

# kWh that a litre of water takes for each kelvin.
_WATER: Final = 1.163e-3
_DAY: Final = 24.0
# As far from what it would do by itself it is left to itself, kW.
_SAME: Final = 0.1
# A relay is not switched for less.
_LEAST_ON: Final = timedelta(minutes=5)


class Mode(StrEnum):
    """What a battery is told to do."""

    ITSELF = "itself"
    CHARGE = "charge"
    DISCHARGE = "discharge"
    HOLD = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryBinding(Binding):
    """What sets a battery: an option of a select for each mode, and numbers.

    `start` is the select, `setpoint` the number for charging and `out` that for
    discharging. Without it the one number is for both: below zero to discharge, or how
    much, where it has no such values and a mode tells which.
    """

    words: Mapping[Mode, str]
    out: str | None = None

    @property
    @override
    def moved(self) -> tuple[str, ...]:
        """Return the entities that are set."""
        every = (self.start, self.setpoint, self.out)
        return tuple(name for name in every if name is not None)

    @property
    @override
    def holds(self) -> bool:
        """Say that at no power it is held: by itself it may charge."""
        return True

    @property
    @override
    def says_running(self) -> bool:
        """Say that it never does: a battery does something at any time."""
        return False

    @property
    @override
    def is_charger(self) -> bool:
        """Say that nothing wears by being switched."""
        return False

    @override
    def wanted(
        self, states: Mapping[str, DeviceState], power: float | None
    ) -> Iterator[tuple[Control, Value]]:
        """Yield what is set to charge at a power, kW; below nothing to discharge."""
        power = power or 0.0
        mode = Mode.HOLD
        if abs(power) > 1e-6:
            mode = Mode.CHARGE if power > 0 else Mode.DISCHARGE
        yield from self._numbers(states, power)
        word = self.words.get(mode)
        if self.start is not None and word is not None and self.start in states:
            yield Control(entity=self.start, means=Means.OPTION), word

    def _numbers(
        self, states: Mapping[str, DeviceState], power: float
    ) -> Iterator[tuple[Control, Value]]:
        """Yield what the numbers are set to."""
        for name, of_it in ((self.setpoint, power), (self.out, -power)):
            if name is None or (state := states.get(name)) is None:
                continue
            least = number(state.attributes.get("min"))
            value = self._in_one(of_it, least) if self.out is None else max(0.0, of_it)
            if value or least is None or least <= 0:
                control = Control(entity=name, means=Means.NUMBER)
                yield control, setpoint_of(state, value, self.phases)

    def _in_one(self, power: float, least: float | None) -> float:
        """Return a power for the one number: how much, where a mode tells which way."""
        is_told = Mode.DISCHARGE in self.words and least is not None and least >= 0
        return abs(power) if is_told else power

    @override
    def is_on(self, states: Mapping[str, DeviceState]) -> bool | None:
        """Return nothing: a battery does something at any time."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSite(LoadSite):
    """A store of energy: it is driven as a load is, and has nothing to be done by.

    `told_by` is the entity that tells how full it is.
    """

    told_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatterySite(StoreSite):
    """A home battery, whose entity tells its state of charge, percent.

    `battery` are its figures, its state of charge as of nobody.
    """

    battery: Battery

    def now(self, state: EntityState | None) -> Battery | None:
        """Return it as it is; None where nobody tells how full it is."""
        soc = None if state is None else number(state.state)
        if soc is None or not 0 <= soc <= 100:
            return None
        # What is emptier or fuller than it may be is left as it is.
        battery = self.battery
        return replace(
            battery, soc=soc, low=min(battery.low, soc), high=max(battery.high, soc)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TankSite(StoreSite):
    """A store of heat, whose entity tells its temperature, °C.

    `litres` between `coolest` and `warmest` °C are what it holds. `uses` is the heat
    that is drawn in a day, kWh. A relay runs for `least_on` or longer.
    """

    store: ThermalStore
    litres: float
    coolest: float
    warmest: float
    uses: float = 0.0
    least_on: timedelta = _LEAST_ON

    def now(
        self, state: EntityState | None, start: datetime, end: datetime
    ) -> ThermalStore | None:
        """Return it as it is, and what is drawn of it; None where nobody tells."""
        temperature = None if state is None else number(state.state)
        if temperature is None:
            return None
        if state is not None and state.unit == "°F":
            temperature = (temperature - 32) / 1.8
        energy = self.litres * _WATER * (temperature - self.coolest)
        draw = Series((Slot(start, end, self.uses / _DAY),))
        store = self.store
        return replace(
            store,
            energy=energy,
            draw=draw,
            most=max(store.most, energy),
            least=min(store.least, energy),
        )

    @property
    def has_setpoint(self) -> bool:
        """Say whether its power can be set, and not only switched."""
        return self.binding is not None and self.binding.setpoint is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePlan(Outlook):
    """What a store is to do: `powers` are all of its powers, kW.

    A battery discharges below nothing. `runs` are those that it is set to; in the rest
    of the time it is left to itself. `why` is the reason of the plan.
    """

    powers: Runs
    runs: Runs
    is_battery: bool = False
    why: Explanation | None = None
    currency: str | None = None

    @property
    def load_plan(self) -> LoadPlan:
        """Return it as what drives devices takes it."""
        plan = Plan(self.runs) if self.runs.slots else None
        return LoadPlan(status=Status.PLANNED, plan=plan)

    def mode(self, now: datetime) -> Mode:
        """Return what it is told to do."""
        run = self.runs.at(now)
        if run is None:
            return Mode.ITSELF
        if not run.value:
            return Mode.HOLD
        return Mode.CHARGE if run.value > 0 else Mode.DISCHARGE

    def power(self, now: datetime) -> float:
        """Return what it is expected to draw, kW; below nothing it gives."""
        run = self.powers.at(now)
        return 0.0 if run is None or run.value is None else run.value

    def next_change(self, now: datetime) -> datetime | None:
        """Return when it next does something else."""
        changes = (self.runs.next_change(now), self.powers.next_change(now))
        return min(filter(None, changes), default=None)


def battery_runs(powers: Runs, beside: Series[float], battery: Battery) -> Runs:
    """Return what a battery is to be set to, kW; the rest it does by itself.

    `beside` is what the home draws without it, kW, below nothing where the sun yields
    more: by itself a battery takes what is left over and gives what is missing.
    """
    runs: list[Slot[float | None]] = []
    for slot in beside:
        run = powers.at(slot.start)
        power = 0.0 if run is None or run.value is None else run.value
        itself = max(min(-slot.value, battery.charge), -battery.discharge)
        if abs(power - itself) > _SAME:
            runs.append(Slot(slot.start, slot.end, round(power, 3)))
    return merged(runs)


def relayed(powers: Runs, most: float, least_on: timedelta) -> Runs:
    """Return mean powers as times at which something is on that draws `most` kW.

    It is on at the beginning of slots, for `least_on` at least; what is less waits.
    """
    runs: list[Slot[float | None]] = []
    waiting = 0.0
    for slot in powers:
        length = slot.end - slot.start
        waiting += (slot.value or 0.0) * (length / HOUR)
        needed = min(HOUR * (waiting / most), length)
        if needed < min(least_on, length):
            continue
        runs.append(Slot(slot.start, slot.start + needed, most))
        waiting -= most * (needed / HOUR)
    return merged(runs)


# --- as they are set up ---------------------------------------------------------------


def battery_of(part: Subentry) -> BatterySite:
    """Return a battery by a part's data; InvalidInput where it cannot be."""
    data = part.data
    binding = _battery_binding(data)
    low, high = float(data.get("low") or 0.0), float(data.get("high") or 100.0)
    if low >= high:
        raise InvalidInput("low_above_high")
    # Losses are told both ways together.
    one_way = (float(data.get("efficiency") or 90.0) / 100) ** 0.5
    battery = Battery(
        key=part.id,
        capacity=float(data["capacity"]),
        soc=low,
        charge=float(data["charge"]),
        discharge=float(data.get("discharge") or data["charge"]),
        low=low,
        high=high,
        eff_in=one_way,
        eff_out=one_way,
        cycle_cost=float(data.get("cycle_cost") or 0.0),
        grid_charge=data.get("grid_charge") is not False,
        feed_in=data.get("feeds_in") is True,
    )
    return BatterySite(
        key=part.id,
        name=part.title,
        model="Home battery",
        subentry=part.id,
        moves=() if binding is None else binding.moved,
        load=_always(battery.charge),
        told_by=data["soc"],
        battery=battery,
        binding=binding,
    )


def _always(power: float) -> Load:
    """Return what draws a power at any time, for what drives it."""
    demand = Demand(duration=HOUR * _DAY, power=power, shape=Shape.SLOTS)
    return Load(demand=demand)


def _battery_binding(data: AccountData) -> BatteryBinding | None:
    """Return what sets a battery, None where nothing does."""
    words = {
        mode: word
        for mode in (Mode.CHARGE, Mode.DISCHARGE, Mode.HOLD)
        if (word := data.get(f"word_{mode.value}"))
    }
    binding = BatteryBinding(
        start=data.get("mode"),
        setpoint=data.get("setpoint"),
        out=data.get("setpoint_out"),
        words=words,
    )
    if binding.start is not None and not words:
        raise InvalidInput("mode_needs_words")
    return binding if binding.moved else None


def tank_of(part: Subentry) -> TankSite:
    """Return a store of heat by a part's data; InvalidInput where it cannot be."""
    data = part.data
    coolest, warmest = float(data["coolest"]), float(data["warmest"])
    if coolest >= warmest:
        raise InvalidInput("low_above_high")
    litres, power = float(data["litres"]), float(data["power"])
    binding = binding_of(data)
    store = ThermalStore(
        key=part.id,
        power=power,
        energy=0.0,
        most=litres * _WATER * (warmest - coolest),
        loss=float(data.get("loss") or 0.0) / 100 / _DAY,
        cop=float(data.get("cop") or 1.0),
    )
    return TankSite(
        key=part.id,
        name=part.title,
        model="Thermal store",
        subentry=part.id,
        moves=() if binding is None else binding.moved,
        load=_always(power),
        told_by=data["temperature"],
        store=store,
        litres=litres,
        coolest=coolest,
        warmest=warmest,
        uses=float(data.get("uses") or 0.0),
        binding=binding,
    )
