"""Small parts that homes of tests are made of."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from custom_components.energy_portals.portals.model.demand import Demand
from custom_components.energy_portals.portals.model.series import Slot
from custom_components.energy_portals.portals.optimum.home import (
    DeferrableLoad,
    ElectricVehicle,
    Home,
    HomeSlot,
)

START: Final = datetime(2026, 3, 4, 12, tzinfo=UTC)
QUARTER: Final = timedelta(minutes=15)

type Values = float | Sequence[float]


def slots(
    prices: Sequence[float],
    *,
    fed_in: Values = 0.05,
    sun: Values = 0.0,
    base: Values = 0.0,
    share: Values = 0.0,
) -> tuple[Slot[HomeSlot], ...]:
    """Return quarters of an hour with these prices."""

    def at(values: Values, place: int) -> float:
        return float(values if isinstance(values, int | float) else values[place])

    return tuple(
        Slot(
            START + place * QUARTER,
            START + (place + 1) * QUARTER,
            HomeSlot(
                price=price,
                fed_in=at(fed_in, place),
                sun=at(sun, place),
                base=at(base, place),
                share=at(share, place),
            ),
        )
        for place, price in enumerate(prices)
    )


def from_minute(
    known: tuple[Slot[HomeSlot], ...], minute: int
) -> tuple[Slot[HomeSlot], ...]:
    """Return slots of which the first has begun."""
    first = known[0]
    begun = replace(first, start=first.start + timedelta(minutes=minute))
    return (begun, *known[1:])


def home(known: tuple[Slot[HomeSlot], ...], **more: Any) -> Home:
    """Return a home."""
    return Home(slots=known, **more)


def load(key: str, demand: Demand, **more: Any) -> DeferrableLoad:
    """Return a load that has half a day."""
    return DeferrableLoad(
        **{
            "key": key,
            "demand": demand,
            "earliest": START,
            "deadline": START + timedelta(hours=12),
            **more,
        }
    )


def car(key: str, energy: float, *, whole_slots: int) -> ElectricVehicle:
    """Return a car that asks for so much energy within so many quarters."""
    span = START, START + whole_slots * QUARTER
    return ElectricVehicle.asked(key, energy, 4.0, span)
