"""Small homes: up to fourteen quarters in slots of mixed lengths, and what is to run.

Loads do not meet, so that the best of a home is the best of each.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.horizon import (
    Bound,
    Horizon,
    HorizonSlot,
    Objective,
)
from custom_components.energy_portals.portals.model.loads import (
    Load,
    LoadPlan,
    all_renewed,
)
from custom_components.energy_portals.portals.model.seen import Need, Seen
from custom_components.energy_portals.portals.model.series import Slot

ZONE: Final = ZoneInfo("Europe/Oslo")
START: Final = datetime(2026, 2, 3, 17, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
QUARTER: Final = timedelta(minutes=15)
MOST: Final = 14
# Prices in tenths of the currency unit, and as few as make many ties.
PRICES: Final = (-2, 0, 1, 2, 3)


class Kind(StrEnum):
    """What a device of a home is."""

    CONTIGUOUS = "contiguous"
    PIECES = "pieces"
    SLOTS = "slots"
    RANGE = "range"
    CAR = "car"


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of an hour: tenths per kWh, percent, g/kWh, kW; `slot` holds it."""

    slot: int
    price: int
    share: int
    co2: int
    room: int
    sun: int
    fed_in: int

    def costs(self, power: int) -> int:
        """Return what an hour at a power costs, in tenths."""
        sun = min(self.sun, power)
        return sun * self.fed_in + (power - sun) * self.price


@dataclass(frozen=True, kw_only=True)
class Device:
    """What is to run in the quarters from `begin` to before `end`.

    Either for so many `minutes` or `energy`, in kW times minutes, at `low` to `high`
    kW; lengths in quarters.
    """

    kind: Kind
    begin: int
    end: int
    high: int
    low: int
    minutes: int = 0
    energy: int = 0
    least: int = 1
    pause: int = 0
    starts: int | None = None
    objective: Objective = Objective.PRICE

    def load(self) -> Load:
        """Return it as what the planner knows."""
        of_energy = self.kind in {Kind.RANGE, Kind.CAR}
        shape = {Kind.RANGE: Shape.CONTIGUOUS, Kind.CAR: Shape.SLOTS}
        at = [
            (START + place * QUARTER).astimezone(ZONE).time()
            for place in (self.begin, self.end)
        ]
        return Load(
            demand=Demand(
                duration=None if of_energy else self.minutes * MINUTE,
                energy=self.energy / 60 if of_energy else None,
                power=float(self.high),
                least_power=float(self.low),
                shape=shape.get(self.kind) or Shape(self.kind),
                least_length=self.least * QUARTER,
                least_pause=self.pause * QUARTER,
                starts=self.starts,
                objective=self.objective,
            ),
            begin=at[0],
            end=at[1],
        )

    def seen(self) -> Seen | None:
        """Return what a car says: what it needs, and that it is plugged in."""
        if self.kind is not Kind.CAR:
            return None
        return Seen(at=START, need=Need(is_ready=True, energy=self.energy / 60))


@dataclass(frozen=True, kw_only=True)
class Home:
    """Quarters, and devices that do not meet."""

    quarters: list[Quarter]
    devices: Mapping[str, Device]

    def ground(self) -> Horizon:
        """Return what the planner is told: slots of mixed lengths."""
        slots: list[Slot[HorizonSlot]] = []
        for place, each in enumerate(self.quarters):
            start = START + place * QUARTER
            if slots and each.slot == self.quarters[place - 1].slot:
                slots[-1] = Slot(slots[-1].start, start + QUARTER, slots[-1].value)
                continue
            value = HorizonSlot(
                each.price / 10,
                share=float(each.share),
                co2=float(each.co2),
                room=None if each.room > 8 else float(each.room),
                bound=None if each.room > 8 else Bound.CAP,
                sun=float(each.sun),
                fed_in=each.fed_in / 10,
            )
            slots.append(Slot(start, start + QUARTER, value))
        return Horizon.of(slots)

    def plans(self) -> dict[str, LoadPlan]:
        """Return what the planner makes of it."""
        loads = {name: each.load() for name, each in self.devices.items()}
        seen = {
            name: said
            for name, each in self.devices.items()
            if (said := each.seen()) is not None
        }
        return all_renewed(
            loads,
            dict.fromkeys(loads, LoadPlan()),
            dict.fromkeys(loads, self.ground()),
            START,
            ZONE,
            seen=seen,
        )


# --- making them ----------------------------------------------------------------------


def made(random: Random) -> Home:
    """Return a home of up to fourteen quarters in slots of mixed lengths."""
    count = random.randint(3, MOST)
    is_alone = random.random() < 0.4
    kinds = random.choices(list(Kind), k=1 if is_alone else random.randint(1, 3))
    of_energy = {Kind.RANGE, Kind.CAR} & {*kinds}
    has_sun = is_alone and not of_energy and random.random() < 0.5
    is_capped = is_alone and random.random() < 0.5
    quarters: list[Quarter] = []
    while len(quarters) < count:
        quarter = Quarter(
            slot=len(quarters),
            price=random.choice(PRICES),
            share=random.choice((0, 20, 40)),
            co2=random.choice((50, 100)),
            room=random.choice((0, 1, 2, 3, 3, 9)) if is_capped else 9,
            sun=random.choice((0, 1, 2)) if has_sun else 0,
            fed_in=random.choice((-1, 0, 1)),
        )
        quarters += [quarter] * random.choice((1, 1, 2, 3, 4))
    quarters = quarters[:count]
    devices = {
        f"{kind} {n}": _device(kind, count, random) for n, kind in enumerate(kinds)
    }
    return Home(quarters=quarters, devices=devices)


def _device(kind: Kind, count: int, random: Random) -> Device:
    begin = random.randint(0, count // 2)
    end = random.randint(begin + 2, count)
    high = random.randint(1, 3)
    least = random.randint(1, 3)
    objectives = (Objective.PRICE, Objective.PRICE, Objective.GREEN, Objective.CO2)
    device = Device(
        kind=kind,
        begin=begin,
        end=end,
        high=high,
        low=high,
        objective=random.choice(objectives),
    )
    if kind is Kind.PIECES:
        return replace(
            device,
            minutes=15 * random.randint(least, 6),
            least=least,
            pause=random.randint(0, 3),
            starts=random.choice((None, 1, 2, 3)),
        )
    if kind in {Kind.CONTIGUOUS, Kind.SLOTS}:
        return replace(device, minutes=random.choice((10, 15, 25, 30, 45, 50, 75)))
    low = random.randint(1, high)
    energy = random.randint(1, 5) * random.choice((7, 15, 20)) * high
    return replace(device, low=low, energy=energy)
