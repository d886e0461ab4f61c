"""Homes whose best plan is known: each a file that says one, and what it costs."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
import json
from pathlib import Path
from typing import Any, Final

from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.horizon import Objective
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.home import (
    Battery,
    DeferrableLoad,
    ElectricVehicle,
    Home,
    HomeSlot,
    PeakDue,
    PeakWindow,
    ThermalStore,
)

FOLDER: Final = Path(__file__).with_name("homes")
NAMES: Final = sorted(path.stem for path in FOLDER.glob("*.json"))
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A home, and what the best plan of it costs and reaches."""

    home: Home
    cost: float
    peak: float | None
    fee: float | None
    unmet: list[float]


def sample(name: str) -> Sample:
    """Return one by its name."""
    said = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    best = said["optimal"]
    return Sample(
        home=read(said),
        cost=best["cost"],
        peak=best["peak_kw"],
        fee=best["peak_fee"],
        unmet=best["unmet_car_kwh"],
    )


def read(said: dict[str, Any]) -> Home:
    """Return the home that a file says: times are minutes from its start."""
    start = datetime.fromisoformat(said["start"]).astimezone(UTC)
    bounds = [start]
    for minutes in said["slots"]:
        bounds.append(bounds[-1] + minutes * _MINUTE)

    def at(minutes: float) -> datetime:
        return start + minutes * _MINUTE

    def value(key: str, place: int, default: Any = None) -> Any:
        return default if said.get(key) is None else said[key][place]

    slots = tuple(
        Slot(
            bounds[place],
            bounds[place + 1],
            HomeSlot(
                price=said["price_in"][place],
                fed_in=said["price_out"][place],
                sun=said["pv"][place],
                base=said["base"][place],
                cap=value("caps", place),
                flexible_cap=value("flex_caps", place),
                share=value("share", place, 0.0),
            ),
        )
        for place in range(len(said["slots"]))
    )
    return Home(
        slots=slots,
        loads=tuple(_load(each, at) for each in said["loads"]),
        cars=tuple(_car(each, at) for each in said["cars"]),
        batteries=tuple(_battery(each) for each in said["batteries"]),
        stores=tuple(_store(each, slots) for each in said["tanks"]),
        peaks=tuple(_peak(said["peak"], slots) for _ in [0] if said["peak"]),
        limit=said["limit"],
        export_limit=said["export_limit"],
        is_curtailable=said["pv_curtailable"],
        currency=said["currency"],
    )


def _load(said: dict[str, Any], at: Any) -> DeferrableLoad:
    """Return a load."""
    power = said.get("power") or max(said.get("profile", [1]))
    shape = {"pieces": Shape.PIECES, "slots": Shape.SLOTS}.get(said["kind"])
    minutes = said.get("minutes") or 15 * len(said.get("profile", ()))
    worth = said.get("worth", 0.0)
    demand = Demand(
        duration=minutes * _MINUTE if minutes else None,
        energy=said.get("energy"),
        power=power,
        least_power=said.get("low"),
        shape=shape or Shape.CONTIGUOUS,
        least_length=said.get("least", 0) * _MINUTE,
        least_pause=said.get("pause", 0) * _MINUTE,
        starts=said.get("starts"),
        objective=Objective.BOTH if worth else Objective.PRICE,
        worth=worth,
    )
    return DeferrableLoad(
        key=said["name"],
        demand=demand,
        earliest=at(said["from"]),
        deadline=at(said["to"]),
        profile=tuple(said.get("profile", ())),
        most_price=said.get("max_price"),
    )


def _car(said: dict[str, Any], at: Any) -> ElectricVehicle:
    """Return a car."""
    return ElectricVehicle(
        key=said["name"],
        earliest=at(said["from"]),
        until=at(said["to"]),
        ready=at(said["ready"]),
        **{
            key: said[key]
            for key in (
                *("power", "least_power", "capacity", "soc", "target", "most"),
                *("efficiency", "step", "extra_below"),
            )
            if key in said
        },
        most_price=said.get("max_price"),
    )


def _battery(said: dict[str, Any]) -> Battery:
    """Return a battery."""
    return Battery(key=said["name"], **{k: v for k, v in said.items() if k != "name"})


def _store(said: dict[str, Any], slots: tuple[Slot[HomeSlot], ...]) -> ThermalStore:
    """Return a tank."""
    draw = Series(
        tuple(
            Slot(slot.start, slot.end, power)
            for slot, power in zip(slots, said["draw"], strict=True)
        )
    )
    kept = {k: v for k, v in said.items() if k not in {"name", "draw"}}
    return ThermalStore(key=said["name"], draw=draw, **kept)


def _peak(said: dict[str, Any], slots: tuple[Slot[HomeSlot], ...]) -> PeakDue:
    """Return a peak fee with the windows that lie in the slots."""
    start, end = slots[0].start, slots[-1].end
    midnight = start - said["offset"] * _MINUTE
    weights = said.get("weights") or [1.0]
    length = said["window"] * _MINUTE
    windows, number = [], 0
    day = date(2000, 1, 1)
    while midnight + number * length < end:
        begin = midnight + number * length
        weight = weights[number % len(weights)]
        if begin + length > start and weight:
            is_first = begin <= start
            windows.append(
                PeakWindow(
                    begin,
                    begin + length,
                    weight,
                    said.get("done_kwh", 0.0) if is_first else 0.0,
                    None
                    if said["per"] == "any"
                    else day + timedelta(days=(begin - midnight).days),
                )
            )
        number += 1
    return PeakDue(
        windows=tuple(windows),
        count=said["count"],
        past=tuple(said["past"]),
        reached={day: said.get("today", 0.0)},
        floor=said["floor"],
        expected=said.get("expected", 0.0),
        rate=said.get("per_kw", 0.0),
        steps=tuple((kw, money) for kw, money in said.get("steps", ())),
    )
