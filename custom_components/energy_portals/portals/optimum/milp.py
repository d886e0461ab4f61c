"""The optimum of a home by HiGHS; nothing else imports it, nor numpy.

One program, solved once; where not everything can be had, once more for each level of
what is given up. Times are seconds, values as in the program.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from math import inf, sumprod
from threading import Lock
from time import monotonic
from typing import Final

import highspy
from highspy._core import _Highs
import numpy as np

from ..model.planner import Runs, merged
from ..model.series import Series, Slot
from .formulation import Formulation, Lack, Level
from .formulation_loads import Running, Starting, add_car, add_load
from .home import GivenUp, Home, Schedule
from .program import Program
from .settings import Settings

# One at a time in the whole house: each may take a core for seconds.
_ONE: Final = Lock()
# Powers below it are none, kW.
_NOTHING: Final = 1e-6
# What was given up may be so much more, kWh: a row is not to be tighter than what the
# solver takes for nothing.
_LEAST: Final = 1e-5
_FEASIBLE: Final = int(highspy.SolutionStatus.kSolutionStatusFeasible)
_LEAST_SECONDS: Final = 0.02
# Of the second objective: a part of the money, or money.
_GREENER: Final = 1e-3, 0.01


@dataclass(frozen=True, slots=True)
class _Solution:
    """What columns are worth, and whether nothing better is possible.

    `money` is what they cost, and `told` what the solver says that they do.
    """

    values: list[float]
    money: float
    told: float
    is_proven: bool


class _OutOfTime(Exception):
    """Nothing was found in time."""


class _Infeasible(Exception):
    """Not everything can be had."""


def optimum(
    home: Home,
    settings: Settings,
    start: Schedule | None = None,
    *,
    is_held: bool = False,
) -> Schedule | None:
    """Return the best schedule of a home; None if none was found in time.

    `start` is a schedule to begin from; where it `is_held`, loads run as in it, and
    None is returned if they cannot.
    """
    with _ONE:
        return _Optimum(home, settings, start, is_held=is_held).schedule()


class _Optimum:
    """The program of one home while it is solved."""

    def __init__(
        self, home: Home, settings: Settings, start: Schedule | None, *, is_held: bool
    ) -> None:
        """Put the program up."""
        self._home, self._settings = home, settings
        self._ends = monotonic() + settings.seconds
        self._formulation = formulation = Formulation(home, settings.tie)
        self._parts: dict[str, Starting | Running] = {}
        for load in home.loads:
            if load.fixed is None:
                self._parts[load.key] = add_load(formulation, load)
                continue
            for place, power in enumerate(formulation.grid.means(load.fixed)):
                formulation.given[place] += power
        for car in home.cars:
            self._parts[car.key] = add_car(formulation, car)
        for battery in home.batteries:
            formulation.add_battery(battery)
        for store in home.stores:
            formulation.add_store(store)
        formulation.add_grid()
        for due in home.peaks:
            formulation.add_peak(due)
        self._program = formulation.program
        self._start: Mapping[int, float] = {}
        if start is not None:
            loads = {load.key for load in home.loads}
            parts = self._parts if not is_held else loads & self._parts.keys()
            chosen = {key: self._parts[key] for key in parts}
            self._start = dict(_chosen(formulation, chosen, start))
        self._is_held = is_held
        if is_held:
            for column, value in self._start.items():
                self._program.lowers[column] = value
                self._program.uppers[column] = value

    def schedule(self) -> Schedule | None:
        """Return the best schedule."""
        costs = list(self._program.costs)
        try:
            try:
                solution = self._solved(costs, self._start)
            except _Infeasible:
                solution = self._giving_up(costs)
            if self._home.is_green_second:
                solution = self._greener(costs, solution)
        except _OutOfTime, _Infeasible:
            return None
        return self._read(solution)

    def _giving_up(self, costs: list[float]) -> _Solution:
        """Give up as little as can be, level by level, and then money."""
        program = self._program
        lacks = sorted(self._formulation.lacks, key=_place)
        for lack in lacks:
            program.uppers[lack.column] = inf
        last, start, is_proven = None, self._start, True
        for _, group in groupby(lacks, key=_place):
            level = [(lack.column, lack.weight) for lack in group]
            missing = [0.0] * len(costs)
            for column, weight in level:
                missing[column] = weight
            last = self._again(missing, start, last)
            is_proven = is_proven and last.is_proven
            start = self._integers(last)
            least = sum(weight * last.values[column] for column, weight in level)
            if least > _LEAST:
                program.row(level, upper=least + _LEAST)
                continue
            for column, _ in level:
                program.uppers[column] = 0.0
        best = self._again(costs, start, last)
        return replace(best, is_proven=is_proven and best.is_proven)

    def _greener(self, costs: list[float], best: _Solution) -> _Solution:
        """Return the greenest of what costs about as little."""
        money = sumprod(costs, best.values)
        part, least = _GREENER
        program = self._program
        terms = ((column, cost) for column, cost in enumerate(costs) if cost)
        program.row(terms, upper=money + max(part * abs(money), least))
        shares = [0.0] * len(costs)
        for column, share in self._formulation.greens:
            shares[column] -= share
        greenest = self._again(shares, self._integers(best), best)
        return replace(greenest, is_proven=best.is_proven)

    def _again(
        self, costs: list[float], start: Mapping[int, float], last: _Solution | None
    ) -> _Solution:
        """Solve it with other costs; out of time, what was found last counts."""
        try:
            return self._solved(costs, start)
        except _OutOfTime:
            if last is None:
                raise
            return replace(last, is_proven=False)

    def _solved(self, costs: list[float], start: Mapping[int, float]) -> _Solution:
        """Solve the program as it is now."""
        left = max(self._ends - monotonic(), _LEAST_SECONDS)
        solution = _solved(self._program, costs, start, self._settings, left)
        if solution.money - solution.told <= _NOTHING or not start:
            return solution
        # It reckons with more than it hands out, where presolving betters the start.
        left = max(self._ends - monotonic(), _LEAST_SECONDS)
        try:
            again = _solved(self._program, costs, {}, self._settings, left)
        except _OutOfTime:
            again = solution
        if again.money < solution.money:
            return again
        return replace(solution, is_proven=again is not solution and again.is_proven)

    def _integers(self, solution: _Solution) -> dict[int, float]:
        """Return what was chosen, to begin from."""
        return {
            column: round(solution.values[column]) for column in self._program.integers
        }

    # --- what it says ---------------------------------------------------------------

    def _read(self, solution: _Solution) -> Schedule:
        """Return what columns mean."""
        values, formulation = solution.values, self._formulation
        powers: dict[str, Runs] = {
            load.key: load.fixed for load in self._home.loads if load.fixed is not None
        }
        for load in self._home.loads:
            part = self._parts.get(load.key)
            if isinstance(part, Starting):
                runs = next(
                    (
                        load.runs_from(at)
                        for at, column in part.starts
                        if values[column] > 0.5
                    ),
                    (),
                )
                powers[load.key] = merged(runs)
            elif part is not None:
                least = 0.0 if load.demand.energy is None else load.demand.low
                powers[load.key] = self._running(part, least, values)
        for car in self._home.cars:
            part = self._parts[car.key]
            if isinstance(part, Running):
                powers[car.key] = self._running(part, car.least_power, values)
        for key, columns in formulation.stored.items():
            powers[key] = self._series(
                values[into] - (0.0 if out is None else values[out])
                for into, out in columns
            )
        curtailed = self._series(values[column] for column in formulation.curtailed)
        return Schedule(
            powers=powers,
            curtailed=Series(
                tuple(Slot(e.start, e.end, e.value or 0.0) for e in curtailed)
            ),
            given_up=tuple(self._given_up(values)),
            method="optimum",
            is_proven=solution.is_proven,
            is_held=self._is_held,
        )

    def _running(self, part: Running, least: float, values: list[float]) -> Runs:
        """Return how something runs that runs by slots."""
        powers = [0.0] * len(self._formulation.grid)
        for place, runs, power in part.slots:
            if runs is None or values[runs] > 0.5:
                drawn = part.power if power is None else values[power]
                if power is None or drawn > _NOTHING:
                    powers[place] = min(max(drawn, least), part.power)
        return self._series(iter(powers))

    def _series(self, powers: Iterator[float]) -> Runs:
        """Return powers by slot, without those that are none."""
        slots = self._formulation.grid.slots
        return merged(
            Slot[float | None](slot.start, slot.end, round(power, 9))
            for slot, power in zip(slots, powers, strict=True)
            if abs(power) > _NOTHING
        )

    def _given_up(self, values: list[float]) -> Iterator[GivenUp]:
        """Yield what devices lack."""
        lacks = sorted(
            self._formulation.lacks, key=lambda each: (each.key, *_place(each))
        )
        for (key, level), group in groupby(lacks, key=lambda e: (e.key, e.level)):
            each = [(lack, values[lack.column]) for lack in group]
            if level is Level.LOAD:
                missing = sum(lack.weight * value for lack, value in each)
            elif level is Level.LEAST_SOC:
                # What it lacks in the end; until then it is late.
                missing = each[-1][1]
            else:
                missing = max(value for _, value in each)
            if level is not Level.LIMIT and missing > 2 * _LEAST:
                yield GivenUp(key, level.name.lower(), missing)


def _place(lack: Lack) -> tuple[int, int]:
    """Return when a lack is kept low: what matters most comes first."""
    return lack.level, -lack.priority


def _chosen(
    formulation: Formulation, parts: Mapping[str, Starting | Running], start: Schedule
) -> Iterator[tuple[int, float]]:
    """Yield the choices by which loads and cars run as in a schedule."""
    for key, part in parts.items():
        runs = start.powers.get(key, Series[float | None]())
        if isinstance(part, Starting):
            begins = runs.slots[0].start if runs.slots else None
            yield from ((column, float(at == begins)) for at, column in part.starts)
            continue
        means = formulation.grid.means(runs)
        for place, chosen, _ in part.slots:
            if chosen is not None:
                yield chosen, float(means[place] > _NOTHING)


def _solved(
    program: Program,
    costs: list[float],
    start: Mapping[int, float],
    settings: Settings,
    seconds: float,
) -> _Solution:
    """Solve a program; raise where there is nothing, or nothing was found in time."""
    # Not its own subclass, which prints its name.
    highs = _Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("mip_rel_gap", settings.gap)
    highs.setOptionValue("mip_abs_gap", settings.money)
    highs.setOptionValue("mip_feasibility_tolerance", 1e-8)
    highs.setOptionValue("time_limit", seconds)
    lp = highspy.HighsLp()
    lp.num_col_ = len(costs)
    lp.num_row_ = len(program.row_lowers)
    lp.col_cost_ = np.array(costs)
    lp.col_lower_ = np.array(program.lowers)
    lp.col_upper_ = np.array(program.uppers)
    lp.row_lower_ = np.array(program.row_lowers)
    lp.row_upper_ = np.array(program.row_uppers)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.array(program.starts, dtype=np.int32)
    lp.a_matrix_.index_ = np.array(program.columns, dtype=np.int32)
    lp.a_matrix_.value_ = np.array(program.factors)
    kinds = [highspy.HighsVarType.kContinuous] * len(costs)
    for column in program.integers:
        kinds[column] = highspy.HighsVarType.kInteger
    lp.integrality_ = kinds
    highs.passModel(lp)
    if start:
        columns = np.array(list(start), dtype=np.int32)
        highs.setSolution(len(start), columns, np.array(list(start.values())))
    highs.run()
    status = highs.getModelStatus()
    info = highs.getInfo()
    if info.primal_solution_status == _FEASIBLE:
        is_proven = status == highspy.HighsModelStatus.kOptimal
        values = list(highs.getSolution().col_value)
        money, told = sumprod(costs, values), info.objective_function_value
        return _Solution(values, money, told, is_proven)
    if status in {
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    }:
        raise _Infeasible
    raise _OutOfTime
