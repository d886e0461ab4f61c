"""Charging jobs while prices come late: what a policy pays beyond hindsight."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import exp
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from custom_components.energy_portals.portals.model.demand import Demand, Shape
from custom_components.energy_portals.portals.model.effort import best_effort, held_on
from custom_components.energy_portals.portals.model.expected import PastPrices
from custom_components.energy_portals.portals.model.horizon import Horizon, horizon
from custom_components.energy_portals.portals.model.planner import Runs
from custom_components.energy_portals.portals.model.prices import Price
from custom_components.energy_portals.portals.model.series import Series, Slot

ZONE: Final = ZoneInfo("UTC")
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
FIRST: Final = datetime(2026, 1, 5, tzinfo=UTC)
# Prices of tomorrow are published at one in the afternoon, or late, or never.
PUBLISHED: Final = 13
MARGIN_OF_START: Final = 15


def made_prices(random: Random, days: int) -> list[float]:
    """Return hourly prices: a level that wanders, two peaks, the sun, and noise."""
    prices: list[float] = []
    level, noise = 0.0, 0.0
    for day in range(days):
        level = 0.7 * level + random.gauss(0, 0.012)
        sun = max(random.gauss(0.05, 0.012), 0)
        weekend = -0.01 if day % 7 >= 5 else 0.0
        for hour in range(24):
            noise = 0.7 * noise + random.gauss(0, 0.003)
            shape = 0.1 * _bell(hour, 8, 2.5) + 0.14 * _bell(hour, 19, 3)
            shape -= 0.06 * _bell(hour, 3, 3) + sun * _bell(hour, 13, 2.5)
            prices.append(0.22 + level + weekend + shape + noise)
    return prices


def _bell(hour: int, middle: float, width: float) -> float:
    return exp(-(((hour - middle) / width) ** 2))


@dataclass(frozen=True, kw_only=True)
class Job:
    """So many hours at 11 kW between two hours from the first day on."""

    begin: int
    end: int
    hours: int


def made_jobs(random: Random, days: int, count: int) -> list[Job]:
    """Return jobs of half a day to two and a half."""
    jobs = []
    for _ in range(count):
        begin = random.randrange(MARGIN_OF_START * 24, (days - 4) * 24)
        length = random.randint(12, 60)
        jobs.append(Job(begin=begin, end=begin + length, hours=random.randint(1, 8)))
    return jobs


class Market:
    """Prices, and when each day's were published."""

    def __init__(self, random: Random, days: int, late: float) -> None:
        """Take how often publication is late, or missing for the day."""
        self.prices = made_prices(random, days)
        self._slots = tuple(
            Slot(FIRST + n * HOUR, FIRST + (n + 1) * HOUR, Price(price))
            for n, price in enumerate(self.prices)
        )
        # The hour from which on a day is known.
        self.known_from = [
            24 * (day - 1)
            + (
                PUBLISHED
                if random.random() >= late
                else random.choice((16, 19, 24, 30))
            )
            for day in range(days)
        ]
        self._grounds: dict[tuple[int, ...], Horizon] = {}

    def ground(self, hour: int) -> Horizon:
        """Return what is known at an hour, and expected beyond, from its day on."""
        today = hour // 24
        recent = range(max(today - 15, 0), min(today + 2, len(self.known_from)))
        days = tuple(day for day in recent if self.known_from[day] <= hour)
        if (today, *days) not in self._grounds:
            known = Series(
                tuple(
                    slot
                    for day in days
                    for slot in self._slots[day * 24 : day * 24 + 24]
                )
            )
            start = FIRST + today * DAY
            end = start + 4 * DAY
            past = PastPrices("here").noted(known, ZONE, start)
            ahead = horizon(known, Series(), start, end)
            # Of hours that are all alike in their quarters, one slot is enough.
            hours = past.expected(start, end, ZONE).slots[::4]
            self._grounds[today, *days] = ahead.expecting(
                Series(tuple(Slot(e.start, e.start + HOUR, e.value) for e in hours))
            )
        return self._grounds[today, *days]

    def best(self, job: Job) -> float:
        """Return what a job costs in hindsight."""
        return sum(sorted(self.prices[job.begin : job.end])[: job.hours])

    def lived(self, job: Job) -> float:
        """Return what a job costs that is replanned each hour."""
        demand = Demand(duration=job.hours * HOUR, power=11, shape=Shape.SLOTS)
        deadline = FIRST + job.end * HOUR
        paid, left, before = 0.0, job.hours, Series[float | None]()
        for hour in range(job.begin, job.end):
            now = FIRST + hour * HOUR
            span = self.ground(hour).span(now, deadline)
            if not left or span is None:
                break
            rest = replace(demand, duration=left * HOUR)
            runs: Runs = best_effort(span, rest, now, deadline).runs
            if before.slots and held_on(span, rest, before, runs, now, deadline):
                runs = before
            if runs.at(now) is not None:
                paid += self.prices[hour]
                left -= 1
            before = Series(
                tuple(
                    Slot(max(run.start, now + HOUR), run.end, run.value)
                    for run in runs
                    if run.end > now + HOUR
                )
            )
        if left:
            raise AssertionError("a deadline was missed")
        return paid

    def paid(self, job: Job, runs_at: Rule) -> float:
        """Return what a job costs by a simple rule, which the deadline overrules."""
        paid, left = 0.0, job.hours
        for hour in range(job.begin, job.end):
            is_last = left >= job.end - hour
            if left and (is_last or runs_at(self, job, hour, left)):
                paid += self.prices[hour]
                left -= 1
        return paid

    def known(self, hour: int, end: int) -> list[int]:
        """Return the hours until the end whose price is known by now."""
        return [
            each for each in range(hour, end) if self.known_from[each // 24] <= hour
        ]


# Says whether to run in an hour of a job, of which so many are left.
type Rule = Callable[[Market, Job, int, int], bool]


def _at_once(market: Market, job: Job, hour: int, left: int) -> bool:
    return True


def _latest_start(market: Market, job: Job, hour: int, left: int) -> bool:
    return False


def _known_alone(market: Market, job: Job, hour: int, left: int) -> bool:
    """Take the best of what is known, as if that were all."""
    known = market.known(hour, job.end)
    return hour in sorted(known, key=market.prices.__getitem__)[:left]


def _known_or_wait(market: Market, job: Job, hour: int, left: int) -> bool:
    """Wait as long as the time after what is known is enough."""
    if job.end - hour - len(market.known(hour, job.end)) >= left:
        return False
    return _known_alone(market, job, hour, left)


# What others do, and what can be done without any price.
RULES: Final[Mapping[str, Rule]] = {
    "at once": _at_once,
    "latest start": _latest_start,
    "known, or wait": _known_or_wait,
    "known alone": _known_alone,
}
OURS: Final = "known and expected"


def regrets(
    seed: int, count: int, late: float, days: int = 120, *, rules: bool = True
) -> dict[str, float]:
    """Return what policies pay beyond hindsight, of all jobs together."""
    random = Random(seed)  # a market, and no secret
    market = Market(random, days, late)
    jobs = made_jobs(random, days, count)
    best = sum(map(market.best, jobs))
    found = {OURS: sum(map(market.lived, jobs)) / best - 1}
    for name, rule in RULES.items() if rules else ():
        found[name] = sum(market.paid(job, rule) for job in jobs) / best - 1
    return found
