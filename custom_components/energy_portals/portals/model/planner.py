"""When to run what can wait: the best time between an earliest start and a deadline."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import fsum, isclose

from .demand import Demand, time_for
from .fitting import Run, TooMuch, fitted
from .horizon import Horizon, HorizonSlot, Objective
from .prices import HOUR
from .series import Series, Slot

type Runs = Series[float | None]


class NoPlan(Exception):
    """There is no plan; `reason` says why.

    `too_short`: the span is shorter than what is to run, or leaves no room for it.
    `not_known`: it is long enough, but too little of it is known yet.
    `too_much`: pieces cannot be searched in so long a span.
    """

    def __init__(self, reason: str) -> None:
        """Take the reason."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Plan:
    """When something runs, and what that means.

    `runs` have the power, kW, where it is known. `cost` is in the currency of the
    prices, `energy` in kWh, `share` the mean renewable percentage and `co2` the mean
    grams per kWh, both by energy; each is None unless it is known of every moment.
    `cost_now` is what it costs to run without a break from the earliest start on.
    `is_complete` says that everything the objective asks for was known of the whole
    span, `is_expected` that it runs at prices that are expected, and so may cost
    something else.
    """

    runs: Runs
    energy: float | None = None
    cost: float | None = None
    cost_now: float | None = None
    share: float | None = None
    is_complete: bool = True
    co2: float | None = None
    is_expected: bool = False

    @property
    def start(self) -> datetime:
        """Return when it first starts."""
        return self.runs.slots[0].start

    @property
    def end(self) -> datetime:
        """Return when it has run."""
        return self.runs.slots[-1].end

    @property
    def saving(self) -> float | None:
        """Return what is saved against starting at once."""
        if self.cost is None or self.cost_now is None:
            return None
        return self.cost_now - self.cost


def plan(
    horizon: Horizon, demand: Demand, earliest: datetime, deadline: datetime
) -> Plan:
    """Return the best plan in `[earliest, deadline)`; NoPlan if there is none."""
    if deadline - earliest < demand.shortest:
        raise NoPlan("too_short")
    begin = max(earliest, horizon.start)
    end = min(deadline, horizon.end)
    if begin >= end or _says_nothing(horizon, demand, begin, end):
        raise NoPlan("not_known")
    is_complete = is_known(horizon, demand, earliest, deadline)
    try:
        runs = fitted(horizon, demand, begin, end)
    except TooMuch:
        raise NoPlan("too_much") from None
    if not runs:
        raise NoPlan("too_short" if is_complete else "not_known")
    return told(horizon, demand, merged(runs), earliest, is_complete=is_complete)


def by_hand(horizon: Horizon, demand: Demand, now: datetime) -> Plan:
    """Return the plan to run from now on without a break, whatever it costs."""
    power = demand.power
    runs = Series((Slot(now, now + demand.shortest, power),))
    return told(horizon, demand, runs, now, is_complete=True)


def priced(
    plan: Plan, horizon: Horizon, demand: Demand, now: datetime, deadline: datetime
) -> Plan:
    """Return what runs with what it costs, where that has become known since."""
    if plan.is_complete:
        return plan
    known = is_known(horizon, demand, now, deadline)
    new = told(horizon, demand, plan.runs, now, is_complete=known)
    if new.cost is None:
        return replace(plan, is_complete=known)
    return replace(plan, is_complete=known, cost=new.cost, is_expected=new.is_expected)


def green_of(known: Horizon, planned: Plan) -> Runs:
    """Return the green shares within a plan."""
    return Series(
        tuple(
            Slot(part.start, part.end, part.value.share)
            for run in planned.runs
            for part in known.between(run.start, run.end)
            if part.value.is_green
        )
    )


@dataclass(frozen=True, slots=True)
class Forgone:
    """What the objective left out: the cheapest plan's money, the greenest's percent.

    Neither is below zero; None where it is unknown.
    """

    cost: float | None
    share: float | None


def forgone(
    horizon: Horizon,
    demand: Demand,
    earliest: datetime,
    deadline: datetime,
    planned: Plan,
) -> Forgone:
    """Return what a plan costs more, and is less green, than it could."""

    def other(objective: Objective) -> Plan | None:
        if demand.objective is objective:
            return planned
        try:
            asked = replace(demand, objective=objective)
            return plan(horizon, asked, earliest, deadline)
        except NoPlan:
            return None

    cheapest, greenest = other(Objective.PRICE), other(Objective.GREEN)
    return Forgone(
        _over(planned.cost, None if cheapest is None else cheapest.cost),
        _over(None if greenest is None else greenest.share, planned.share),
    )


def _over(more: float | None, less: float | None) -> float | None:
    """Return by how much one is above the other; None where either is unknown."""
    return None if more is None or less is None else max(more - less, 0.0)


# --- what a plan means ----------------------------------------------------------------


def is_known(
    horizon: Horizon, demand: Demand, earliest: datetime, deadline: datetime
) -> bool:
    """Say whether what the objective asks for is known of the whole span."""
    if demand.objective is Objective.GREEN:
        # Outside of its windows a source of green says nothing, which is an answer.
        return horizon.start <= earliest and deadline <= horizon.end
    if demand.objective is Objective.CO2:
        return horizon.knows_co2(earliest, deadline)
    return horizon.knows_prices(earliest, deadline)


def _says_nothing(
    horizon: Horizon, demand: Demand, begin: datetime, end: datetime
) -> bool:
    """Say whether there is nothing at all to choose by."""
    if demand.objective is Objective.GREEN:
        return not any(
            slot.value.is_green or slot.value.share is not None
            for slot in horizon.between(begin, end)
        )
    if demand.objective is Objective.CO2:
        return all(slot.value.co2 is None for slot in horizon.between(begin, end))
    return not horizon.has_prices or not horizon.has_price_between(begin, end)


def merged(runs: Iterable[Run]) -> Runs:
    """Return runs in order, those that touch and draw the same as one."""
    merged: list[Run] = []
    for run in runs:
        if merged and merged[-1].end == run.start and merged[-1].value == run.value:
            merged[-1] = Slot(merged[-1].start, run.end, run.value)
        else:
            merged.append(run)
    return Series(tuple(merged))


def told(
    horizon: Horizon,
    demand: Demand,
    runs: Runs,
    earliest: datetime,
    *,
    is_complete: bool,
) -> Plan:
    """Return a plan with what it costs and how green it is."""
    parts = _parts(horizon, runs)
    at_once = Slot(earliest, earliest + _at_once(demand, runs), demand.power)
    return Plan(
        runs,
        _energy(demand, runs),
        _cost(parts),
        _cost(_parts(horizon, (at_once,))),
        _mean(parts, lambda slot: slot.share),
        is_complete,
        _mean(parts, lambda slot: slot.co2),
        is_expected=any(slot.is_expected for slot, _, _ in parts),
    )


def _at_once(demand: Demand, runs: Runs) -> timedelta:
    """Return how long what runs do would take at the most power."""
    if demand.energy is None:
        return sum((run.end - run.start for run in runs), timedelta())
    return time_for(_energy(demand, runs) or 0.0, demand.high)


def _energy(demand: Demand, runs: Runs) -> float | None:
    """Return the energy of runs, kWh; what was asked for, where it is as good as that.

    None where the power is not known.
    """
    if demand.power is None:
        return None
    amounts = [(run.value or 0.0) * ((run.end - run.start) / HOUR) for run in runs]
    energy = fsum(amounts)
    asked = demand.energy
    return asked if asked and isclose(energy, asked, rel_tol=1e-6) else energy


# What is known, for how many hours, and at which power, kW.
type _Part = tuple[HorizonSlot, float, float | None]


def _parts(horizon: Horizon, runs: Iterable[Run]) -> list[_Part]:
    """Return runs cut into what is known of them."""
    parts: list[_Part] = []
    for run in runs:
        if run.start < horizon.start or run.end > horizon.end:
            # Nothing is known of a part of it.
            parts.append((HorizonSlot(), (run.end - run.start) / HOUR, run.value))
            continue
        parts += (
            (part.value, (part.end - part.start) / HOUR, run.value)
            for part in horizon.between(run.start, run.end)
        )
    return parts


def _cost(parts: Iterable[_Part]) -> float | None:
    """Return what parts of runs cost, in the currency of the prices."""
    amounts = []
    for slot, hours, power in parts:
        if slot.price is None or slot.is_expected or power is None:
            return None
        amounts.append(slot.price * power * hours)
    return fsum(amounts)


def _mean(
    parts: Iterable[_Part], figure: Callable[[HorizonSlot], float | None]
) -> float | None:
    """Return the mean of a figure over parts of runs, by energy, in its unit."""
    weights, amounts = [], []
    for slot, hours, power in parts:
        if (value := figure(slot)) is None:
            return None
        weight = hours * (1.0 if power is None else power)
        weights.append(weight)
        amounts.append(value * weight)
    return fsum(amounts) / fsum(weights) if weights else None


def added(drawn: Series[float], runs: Runs) -> Series[float]:
    """Return what is drawn with these runs, kW."""
    ends = {end for each in (*drawn, *runs) for end in (each.start, each.end)}
    slots = []
    for start, end in pairwise(sorted(ends)):
        one, other = drawn.at(start), runs.at(start)
        power = (one.value if one else 0.0) + ((other.value or 0.0) if other else 0.0)
        if power:
            slots.append(Slot(start, end, power))
    return Series(tuple(slots))
