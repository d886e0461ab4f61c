"""A home as it is planned as a whole: what is known of it, slot by slot."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from ..model.asking import Ask
from ..model.demand import Demand, Shape
from ..model.horizon import Bound, Horizon
from ..model.planner import Runs
from ..model.public_holidays import NO_HOLIDAYS, Holidays
from ..model.series import Series, Slot
from ..model.series_cut import cut, in_quarters
from ..optimum.base_load import BaseLoad, base_load
from ..optimum.home import (
    QUARTER,
    Battery,
    DeferrableLoad,
    ElectricVehicle,
    Home,
    HomeSlot,
    PeakDue,
    ThermalStore,
)
from .client import PlannerClient
from .home_inputs import HomeInputs

# So far ahead is planned at most, and so far in any case if prices are known.
LONGEST: Final = timedelta(hours=48)
_LEAST: Final = timedelta(minutes=1)
# Priorities have a digit.
_FINE: Final = 10
_NOTHING: Final = Series[float]()


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeGround:
    """What is known of a home beside what its devices ask for.

    `known` has its prices and shares. `sun` (kW) is what its roof is to yield, `fed_in`
    what a kWh is paid that is fed in, by the time or always. `caps` are for what is
    drawn from the grid, `flexible` for all that is planned together, kW.
    """

    client: PlannerClient
    known: Horizon
    inputs: HomeInputs = field(default_factory=HomeInputs)
    sun: Series[float] = _NOTHING
    fed_in: Series[float] = _NOTHING
    always_fed_in: float = 0.0
    caps: Series[float] = _NOTHING
    flexible: Series[float] = _NOTHING
    drawn: float = 0.0
    zone: ZoneInfo
    holidays: Holidays = NO_HOLIDAYS

    def end(self, begin: datetime, deadlines: Iterable[datetime]) -> datetime | None:
        """Return until when can be planned from a moment on.

        That is the later of the last known price and the last deadline, where prices
        are at least expected; None if there is no price now. Of a planner that goes by
        no price all time is known.
        """
        is_priced = self.client.price is not None
        known = end = None
        for slot in self.known.between(begin, begin + LONGEST):
            is_unknown = is_priced and slot.value.price is None
            if is_unknown or (end is not None and slot.start > end):
                break
            end = slot.end
            if not slot.value.is_expected:
                known = slot.end
        if end is None:
            return None
        wanted = max((*deadlines, known or begin + _LEAST))
        return max(min(wanted, end), begin + _LEAST)

    def base(self, begin: datetime, end: datetime) -> BaseLoad:
        """Return what the home is expected to draw by itself, kW."""
        past, given = self.inputs.base, self.client.base_load
        return base_load(past, begin, end, self.zone, self.holidays, given)

    def slots(self, begin: datetime, end: datetime) -> tuple[Slot[HomeSlot], ...]:
        """Return all that is known, cut wherever any of it changes."""
        slots = in_quarters(
            Slot(
                each.start,
                each.end,
                HomeSlot(
                    price=each.value.price or 0.0,
                    fed_in=self.always_fed_in,
                    share=each.value.share or 0.0,
                    is_expected=each.value.is_expected,
                    incentive=each.value.incentive,
                ),
            )
            for each in self.known.between(begin, end)
        )
        base = self.base(begin, end).slots
        slots = cut(slots, base, lambda s, b: replace(s, base=b.mean, base_most=b.high))
        slots = cut(slots, self.sun, lambda s, power: replace(s, sun=power))
        slots = cut(slots, self.fed_in, lambda s, price: replace(s, fed_in=price))
        slots = cut(slots, self.caps, lambda s, cap: replace(s, cap=cap))
        slots = cut(slots, self.flexible, lambda s, cap: replace(s, flexible_cap=cap))
        return tuple(slots)

    def peaks(self, begin: datetime, end: datetime) -> tuple[PeakDue, ...]:
        """Return what the peaks of the time may cost."""
        if (fee := self.client.peak) is None:
            return ()
        reached = self.inputs.peaks
        return fee.due(reached, begin, end, self.zone, self.holidays, self.drawn)


def planned_from(now: datetime) -> datetime:
    """Return the moment from which a home is planned: that of the running minute."""
    return now.replace(second=0, microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the devices of a home ask for, by key.

    `asks` are those of loads, of which the one of the higher of `priorities`, which are
    numbers without a unit, is given up later. `set_by` are the steps (kW) by which they
    are set. `begun` are runs that stay as they are.
    """

    asks: Mapping[str, Ask]
    set_by: Mapping[str, float] = field(default_factory=dict)
    priorities: Mapping[str, float] = field(default_factory=dict)
    begun: Mapping[str, Runs] = field(default_factory=dict)
    batteries: tuple[Battery, ...] = ()
    stores: tuple[ThermalStore, ...] = ()


def home_of(ground: HomeGround, asked: Asked, begin: datetime) -> Home | None:
    """Return the home as it is planned from a moment on; None where no price is known.

    What is asked for of a later time than it can be planned for is no part of it.
    """
    deadlines = [each.deadline for each in asked.asks.values()]
    end = ground.end(begin, deadlines)
    if end is None:
        return None
    loads: list[DeferrableLoad] = []
    cars: list[ElectricVehicle] = []
    for key, ask in asked.asks.items():
        if ask.begin >= end:
            continue
        priority = round(asked.priorities.get(key, 0.0) * _FINE)
        device = _device(key, ask, priority, begin, end)
        if isinstance(device, ElectricVehicle):
            cars.append(replace(device, set_by=asked.set_by.get(key, 0.0)))
        else:
            loads.append(device)
    loads += _begun(asked.begun, begin, end)
    client = ground.client
    slots = ground.slots(begin, end)
    for runs in asked.begun.values():
        # Else what ends within a slot would leave room in all of it.
        slots = tuple(cut(slots, runs.within(begin, end), lambda slot, _: slot))
    return Home(
        slots=slots,
        loads=tuple(loads),
        cars=tuple(cars),
        batteries=asked.batteries,
        stores=asked.stores,
        peaks=ground.peaks(begin, end),
        limit=client.limit,
        currency=client.currency,
    )


def _device(
    key: str, ask: Ask, priority: int, begin: datetime, end: datetime
) -> DeferrableLoad | ElectricVehicle:
    """Return what a load asks for, in a time in which it can be planned."""
    left, deadline = ask.left, min(ask.deadline, end)
    begin = max(ask.begin, begin)
    if draws_at_will(left) and left.energy is not None:
        whole = left.energy + left.more
        car = ElectricVehicle.asked(key, whole, left.high, (begin, deadline), left.low)
        return replace(
            car,
            target=left.energy / whole * 100,
            least=min(ask.at_once, left.energy) / whole * 100,
            extra_below=left.more_below if left.more else None,
            priority=priority,
            most_price=left.ceiling,
            is_charging=ask.running is not None,
            spare=QUARTER,
        )
    blocked = tuple(
        Slot(slot.start, slot.end, None)
        for slot in ask.span.slots
        if slot.value.bound is Bound.CALENDAR
    )
    return DeferrableLoad(
        key=key,
        priority=priority,
        demand=left,
        earliest=begin,
        deadline=deadline,
        blocked=Series(blocked),
        most_price=left.ceiling,
        running=ask.running if left.shape is Shape.PIECES else None,
        spare=QUARTER,
    )


def draws_at_will(left: Demand) -> bool:
    """Say whether an energy may be drawn at more powers than one, or more of it."""
    is_free = left.shape is Shape.SLOTS and left.energy is not None
    return is_free and (left.low < left.high or left.more > 0)


def _begun(
    begun: Mapping[str, Runs], begin: datetime, end: datetime
) -> Iterable[DeferrableLoad]:
    """Yield what runs to its end as it is."""
    for key, runs in begun.items():
        rest = runs.within(begin, end)
        powers = [run.value for run in rest if run.value]
        if not powers:
            continue
        last = rest.slots[-1].end
        yield DeferrableLoad(
            key=key,
            demand=Demand(duration=last - rest.slots[0].start, power=max(powers)),
            earliest=begin,
            deadline=last,
            fixed=rest,
        )
