"""Why a plan is as it is: of each device the reason that binds, and what it costs.

Nothing is solved for it. Powers are kW, energies kWh, money is in the home's currency.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ..model.horizon import Objective
from ..model.series import Slot
from ..model.why import Explanation, Why
from .bill import exchanged, reached
from .grid import Grid
from .home import DeferrableLoad, Home, Schedule

__all__ = ["Explanation", "Why", "explained"]

_HALF = 0.5
_NOTHING = 1e-6

# What a device draws in the slots that it uses, kW, by their number.
type _Powers = Mapping[int, float]


def explained(home: Home, schedule: Schedule) -> Mapping[str, Explanation]:
    """Return by device why it runs when it does; what draws nothing is left out."""
    told = _Told(home, schedule)
    return {
        device.key: told.device(device.key)
        for device in home.devices()
        if any(power > _NOTHING for power in told.powers(device.key).values())
    }


@dataclass
class _Told:
    """A plan that is looked into."""

    home: Home
    schedule: Schedule

    @cached_property
    def grid(self) -> Grid:
        """Return the slots."""
        return Grid.of(self.home)

    @cached_property
    def net(self) -> list[float]:
        """Return what is drawn from the grid in each slot."""
        return exchanged(self.home, self.schedule, self.grid)

    @cached_property
    def fee(self) -> float:
        """Return what peaks cost as planned."""
        return self._fee(self.net)

    def powers(self, key: str) -> _Powers:
        """Return what a device draws in each slot in which it does anything."""
        runs = self.schedule.powers.get(key)
        return {} if runs is None else self._means(runs)

    def _means(self, runs: Iterable[Slot[float | None]]) -> _Powers:
        """Return what runs draw on average in the slots that they touch."""
        hours = self.grid.hours
        drawn = self.grid.energies(runs)
        return {place: energy / hours[place] for place, energy in drawn.items()}

    def device(self, key: str) -> Explanation:
        """Return why a device runs when it does."""
        powers = self.powers(key)
        energy = own = known = expected = 0.0
        for place, power in powers.items():
            if power <= _NOTHING:
                continue
            slot, hours = self.grid.values[place], self.grid.hours[place]
            # All that is drawn in a slot has the same part from the grid.
            others = max(self.net[place], 0.0)
            used = max(others + max(slot.sun, 0.0), power)
            bought = power * min(others / used, 1.0) * hours
            energy += power * hours
            own += power * hours - bought
            money = bought * slot.price + (power * hours - bought) * slot.fed_in
            if slot.is_expected:
                expected += money
            else:
                known += money
        why, rank, of, saves = self._why(key, powers, own / energy)
        return Explanation(
            why=why,
            rank=rank,
            of=of,
            saves=saves,
            energy=energy,
            own=own,
            known=known,
            expected=expected,
        )

    def _why(
        self, key: str, powers: _Powers, own: float
    ) -> tuple[Why, int, int, float]:
        """Return what binds, the price's rank, of how many, and what it saves."""
        load = next((each for each in self.home.loads if each.key == key), None)
        if load is not None and load.fixed is not None:
            return Why.STARTED, 1, 1, 0.0
        values = self._values(load)
        mine = self._value(powers, values)
        others = [
            (self._value(each, values), each)
            for each in self._others(key, load, powers, values)
        ]
        better = sorted(
            (each for each in others if each[0] < mine - _NOTHING), key=lambda e: e[0]
        )
        rank, of = len(better) + 1, len(others) + 1
        if own >= _HALF:
            return Why.SURPLUS, rank, of, 0.0
        if not others:
            return Why.ONLY_TIME, 1, 1, 0.0
        free = [each for _, each in better if self._fits(powers, each)]
        if better and not free:
            return Why.LIMIT, rank, of, 0.0
        if free and self.home.peaks:
            more = min(self._fee(self._moved(powers, each)) - self.fee for each in free)
            if more > _NOTHING:
                return Why.PEAK, rank, of, more
        if free and self.schedule.is_held:
            return Why.HELD, rank, of, 0.0
        return self._by_value(load, powers, mine, others), rank, of, 0.0

    def _by_value(
        self,
        load: DeferrableLoad | None,
        powers: _Powers,
        mine: float,
        others: list[tuple[float, _Powers]],
    ) -> Why:
        """Return why, where it is by what it goes by."""
        if all(abs(other - mine) <= _NOTHING for other, _ in others):
            return Why.SAME
        if load is not None and load.demand.objective is Objective.GREEN:
            return Why.GREEN
        changes = [slot.incentive for slot in self.grid.values]
        bare = mine - self._value(powers, changes)
        # Times that would be cheaper, and are not by what is paid on top.
        if any(
            value >= mine - _NOTHING
            and value - self._value(each, changes) < bare - _NOTHING
            for value, each in others
        ):
            return Why.INCENTIVE
        is_expected = any(
            power > _NOTHING and self.grid.values[place].is_expected
            for place, power in powers.items()
        )
        return Why.EXPECTED if is_expected else Why.PRICE

    def _others(
        self,
        key: str,
        load: DeferrableLoad | None,
        powers: _Powers,
        values: list[float],
    ) -> Iterator[_Powers]:
        """Yield how else a device could run: at other starts, or in another slot."""
        grid = self.grid
        if load is not None and load.is_contiguous:
            for start in grid.starts(load):
                runs = load.runs_from(start)
                if runs[0].start != self.schedule.powers[key].slots[0].start:
                    yield self._means(runs)
            return
        places = self._places(key, load)
        used = [place for place in places if powers.get(place, 0.0) > _NOTHING]
        if not used:
            return
        worst = max(used, key=lambda place: values[place])
        energy, most = powers[worst] * grid.hours[worst], max(powers.values())
        for place in places:
            if powers.get(place, 0.0) <= _NOTHING:
                power = min(energy / grid.hours[place], most)
                yield {**powers, worst: 0.0, place: power}

    def _places(self, key: str, load: DeferrableLoad | None) -> list[int]:
        """Return the slots in which a device may run; what it rests is not asked."""
        grid = self.grid
        if load is not None:
            return [
                place
                for place in grid.whole(load.earliest, load.deadline)
                if not load.blocked.between(grid.bounds[place], grid.bounds[place + 1])
            ]
        for car in self.home.cars:
            if car.key == key:
                return grid.whole(car.earliest, car.ready)
        return [*range(len(grid))]

    def _values(self, load: DeferrableLoad | None) -> list[float]:
        """Return by what a device chooses among slots, the least first."""
        slots = self.grid.values
        if load is not None and load.demand.objective is Objective.GREEN:
            return [-slot.share for slot in slots]
        worth = 0.0 if load is None else self.home.worth(load)
        return [slot.price - worth * slot.share for slot in slots]

    def _value(self, powers: _Powers, values: list[float]) -> float:
        """Return the mean of values over what is drawn."""
        energy = money = 0.0
        for place, power in powers.items():
            if power > 0:
                drawn = power * self.grid.hours[place]
                energy += drawn
                money += drawn * values[place]
        return money / energy if energy else 0.0

    def _moved(self, powers: _Powers, other: _Powers) -> list[float]:
        """Return what is drawn from the grid if a device ran otherwise."""
        moved = list(self.net)
        for place, power in powers.items():
            moved[place] -= power
        for place, power in other.items():
            moved[place] += power
        return moved

    def _fits(self, powers: _Powers, other: _Powers) -> bool:
        """Say whether limits leave room for a device to run otherwise."""
        for place, power in other.items():
            before = powers.get(place, 0.0)
            if power <= before + _NOTHING:
                continue
            slot, moved = self.grid.values[place], self.net[place] - before + power
            most = slot.base if slot.base_most is None else slot.base_most
            drawn = moved + max(most - slot.base, 0.0)
            limits = (self.home.limit, slot.cap)
            if any(limit is not None and drawn > limit + _NOTHING for limit in limits):
                return False
            flexible = moved - slot.base + slot.sun
            cap = slot.flexible_cap
            if cap is not None and flexible > cap + _NOTHING:
                return False
        return True

    def _fee(self, net: list[float]) -> float:
        """Return what peaks cost where so much is drawn."""
        return sum(
            due.fee(reached(due, self.home, net, self.grid)) for due in self.home.peaks
        )
