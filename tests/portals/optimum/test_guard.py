"""The guard: what is shed and restored by what the meter says, second by second."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from math import inf
from random import Random

import pytest

from custom_components.energy_portals.portals.optimum.guard import (
    Bounds,
    Flexible,
    Guard,
    PeakBound,
    most_of_window,
)
from custom_components.energy_portals.portals.optimum.home import PeakDue

NOW = datetime(2026, 11, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
CAR = Flexible(key="car", planned=7.0, least=1.4, priority=1)
TANK = Flexible(key="tank", planned=3.0)
LIMIT = Bounds(limit=10.0)


def _looked(power: float, *every: Flexible, guard: Guard | None = None) -> Guard:
    """Return what the guard knows after one reading, or two minutes after another."""
    guard = guard or Guard()
    at = NOW if guard.read is None else guard.read + 20 * SECOND
    return guard.looked(at, power, LIMIT, every)


def test_the_least_important_is_shed_first() -> None:
    """Wholly, before anything that is more important is turned down."""
    assert _looked(10.0, CAR, TANK).shed == {}
    assert _looked(12.0, CAR, TANK).shed == {"tank": 0.0}
    shed = _looked(14.5, CAR, TANK).shed
    assert shed == {"tank": 0.0, "car": pytest.approx(5.5)}
    assert _looked(18.8, CAR, TANK).shed == {"tank": 0.0, "car": 0.0}
    # What runs at one power alone can only be off.
    assert _looked(10.1, replace(CAR, least=None)).shed == {"car": 0.0}
    # What draws less than is planned frees no more than that.
    low = replace(TANK, drawn=0.5)
    assert _looked(10.8, CAR, low).shed == {"tank": 0.0, "car": pytest.approx(6.7)}


def test_what_is_shed_shows_a_little_later() -> None:
    """It is not shed twice; but more is if more is drawn."""
    guard = _looked(12.0, CAR, TANK)
    soon = guard.looked(NOW + 5 * SECOND, 12.0, LIMIT, (CAR, TANK))
    assert soon.shed == {"tank": 0.0}
    more = guard.looked(NOW + 5 * SECOND, 14.0, LIMIT, (CAR, TANK))
    assert more.shed == {"tank": 0.0, "car": pytest.approx(6.0)}
    # A tank that does not go off is no help.
    late = guard.looked(NOW + 20 * SECOND, 12.0, LIMIT, (CAR, TANK))
    assert late.shed == {"tank": 0.0, "car": pytest.approx(5.0)}


def test_what_was_shed_is_restored_after_a_minute() -> None:
    """The most important first, if there was room all the time."""
    guard = _looked(18.8, CAR, TANK)
    at, powers = NOW, []
    for second in range(20, 260, 10):
        at = NOW + second * SECOND
        guard = guard.looked(at, 2.5 if second < 100 else 9.0, LIMIT, (CAR, TANK))
        powers.append((second, dict(guard.shed)))
    assert powers[5] == (70, {"tank": 0.0, "car": 0.0})
    assert (80, {"tank": 0.0}) in powers
    assert powers[-1][1] == {"tank": 0.0}
    # With more room the rest follows, and what is no longer to run is forgotten.
    for second in range(260, 340, 10):
        at = NOW + second * SECOND
        guard = guard.looked(at, 7.0, LIMIT, (CAR, TANK))
    assert guard.shed == {}
    assert _looked(12.0, CAR, TANK).looked(at, 4.0, LIMIT, (CAR,)).shed == {}


def test_room_for_a_moment_restores_nothing() -> None:
    """A kettle that goes on and off."""
    guard = _looked(12.0, CAR, TANK)
    for second in range(20, 600, 10):
        power = 6.0 if second % 60 < 40 else 9.0
        guard = guard.looked(NOW + second * SECOND, power, LIMIT, (CAR, TANK))
        assert guard.shed == {"tank": 0.0}


def test_a_car_is_turned_up_by_what_there_is() -> None:
    """Not by next to nothing, and from off to its least at once."""
    guard = _looked(13.0, CAR)
    assert guard.shed == {"car": pytest.approx(4.0)}
    for second in range(20, 200, 10):
        guard = guard.looked(NOW + second * SECOND, 9.9, LIMIT, (CAR,))
    assert guard.shed == {"car": pytest.approx(4.0)}
    for second in range(200, 280, 10):
        guard = guard.looked(NOW + second * SECOND, 9.0, LIMIT, (CAR,))
    assert guard.shed == {"car": pytest.approx(5.0)}
    guard = _looked(18.0, CAR)
    for second in range(20, 100, 10):
        guard = guard.looked(NOW + second * SECOND, 9.0, LIMIT, (CAR,))
    assert guard.shed == {"car": 0.0}
    for second in range(100, 180, 10):
        guard = guard.looked(NOW + second * SECOND, 8.0, LIMIT, (CAR,))
    assert guard.shed == {"car": pytest.approx(2.0)}


def test_all_that_is_flexible_together() -> None:
    """What an operator lowers holds for it alone, whatever the home draws or feeds."""
    bounds = Bounds(flexible=4.2)
    guard = Guard().looked(NOW, -3.0, bounds, (CAR, TANK))
    assert guard.shed == {"tank": 0.0, "car": pytest.approx(4.2)}
    for second in range(10, 120, 10):
        guard = guard.looked(NOW + second * SECOND, -3.0, bounds, (CAR, TANK))
    assert guard.shed == {"tank": 0.0, "car": pytest.approx(4.2)}
    for second in range(120, 200, 10):
        guard = guard.looked(NOW + second * SECOND, -3.0, Bounds(), (CAR, TANK))
    assert guard.shed == {}


def test_without_a_meter() -> None:
    """What was shed is not held on for ever by what nobody reads."""
    guard = _looked(18.8, CAR, TANK)
    assert (guard.most("car", NOW), guard.most("other", NOW)) == (0.0, inf)
    later = NOW + timedelta(minutes=2, seconds=1)
    assert guard.blind(later)
    assert guard.most("car", later) == inf
    assert Guard().blind(NOW)


# --- windows of a peak fee ------------------------------------------------------------


def _peak(target: float, start: datetime = NOW) -> Bounds:
    """Return the bound of one hour."""
    return Bounds(peak=PeakBound(start, start + HOUR, target))


def test_a_window_has_what_is_left_of_it() -> None:
    """What was drawn little may be made up, what was drawn much is saved."""
    guard = Guard()
    for minute in range(31):
        at = NOW + timedelta(minutes=minute)
        guard = guard.looked(at, 2.0, _peak(5.0), ())
    assert guard.drawn == pytest.approx(1.0)
    half = NOW + timedelta(minutes=30, seconds=10)
    calm = guard.looked(half, 7.9, _peak(5.0), (CAR,))
    assert calm.shed == {}
    over = guard.looked(half, 8.5, _peak(5.0), (CAR,))
    assert over.shed == {"car": pytest.approx(6.5, abs=0.05)}
    # Once more was drawn than planned, all goes off.
    spent = replace(guard, drawn=5.1).looked(half, 8.0, _peak(5.0), (CAR,))
    assert spent.shed == {"car": 0.0}


def test_a_window_that_was_not_seen_from_its_beginning() -> None:
    """Nothing is shed for it, unless a meter of energy tells of it."""
    at = NOW + 30 * timedelta(minutes=1)
    unknown = Guard().looked(at, 9.0, _peak(5.0), (CAR,))
    assert (unknown.drawn, unknown.shed) == (None, {})
    # A plan of this minute knows of it, one of some minutes ago does not any more.
    known = PeakBound(NOW, NOW + HOUR, 5.0, 3.9, at - 40 * SECOND)
    told = Guard().looked(at, 9.0, Bounds(peak=known), (CAR,))
    assert told.drawn == pytest.approx(3.9 + 9.0 * 40 / 3600)
    old = replace(known, since=at - timedelta(minutes=3))
    assert Guard().looked(at, 9.0, Bounds(peak=old), (CAR,)).drawn is None
    told = told.looked(at + 10 * SECOND, 9.0, _peak(5.0), (CAR,))
    assert told.shed == {"car": 0.0}
    # The next begins anew.
    later = NOW + HOUR
    guard = replace(unknown, read=later - 10 * SECOND)
    assert guard.looked(later, 2.0, _peak(5.0, later), ()).drawn == 0
    after = guard.looked(later + 10 * SECOND, 2.0, _peak(5.0, later), ())
    assert after.drawn == pytest.approx(9.0 * 10 / 3600)
    gap = replace(unknown, read=NOW).looked(later, 2.0, _peak(5.0, later), ())
    assert gap.drawn == 0
    # A meter that tells nothing new shows the same, unless it has been away.
    same = replace(gap, read=later, power=6.0)
    for lost, minutes, drawn in (
        *((False, 5, 0.5), (False, 16, None)),
        *((True, 1, 0.1), (True, 5, None)),
    ):
        at = later + timedelta(minutes=minutes)
        before = replace(same, is_lost=lost)
        so_far = None if drawn is None else pytest.approx(drawn)
        assert before.so_far(later, at) == so_far
        after = before.looked(at, 2.0, _peak(5.0, later), ())
        assert (after.drawn, after.is_lost) == (so_far, False)
    # A fee that begins to hold in the middle of it.
    plain = Guard().looked(at - 10 * SECOND, 2.0, Bounds(), ())
    assert plain.looked(at, 2.0, _peak(5.0), ()).drawn is None
    # A window that is over is still the one that counts, until there is another.
    end = replace(told, read=later).looked(later, 4.0, _peak(5.0), (CAR,))
    assert end.shed == {"car": 0.0}
    off = end.looked(later + 20 * SECOND, 6.0, _peak(5.0), (CAR,))
    assert off.shed == {"car": 0.0}


def test_no_peak_counts_against_what_is_due() -> None:
    """It would not be ready otherwise; for a limit it is shed last."""
    due, other = replace(CAR, is_due=True, priority=0), replace(TANK, priority=9)
    guard = replace(Guard(), drawn=4.0, window=NOW, read=NOW)
    at = NOW + 30 * timedelta(minutes=1)
    both = replace(_peak(5.0), limit=10.0)
    for power, shed in (
        (10.0, {"tank": 0.0}),
        (14.0, {"tank": 0.0, "car": pytest.approx(6.0)}),
    ):
        seen = replace(guard, read=at - 10 * SECOND)
        assert seen.looked(at, power, both, (due, other)).shed == shed
    # What was shed before it was due comes back, though the peak leaves no room.
    guard = replace(guard, shed={"car": 0.0, "tank": 0.0}, read=at - 10 * SECOND)
    for second in range(0, 90, 10):
        now = at + second * SECOND
        guard = guard.looked(now, 2.5, both, (due, other))
    assert guard.shed == {"tank": 0.0}


def test_nothing_is_restored_for_a_moment_before_the_end() -> None:
    """The room of the last minutes is none in the next window."""
    guard = replace(Guard(), drawn=2.0, window=NOW, shed={"car": 0.0})
    for second in range(3310, 3600, 10):
        at = NOW + second * SECOND
        power = 1.0 + guard.shed["car"]
        guard = replace(guard, read=at - 10 * SECOND)
        guard = guard.looked(at, power, _peak(5.0), (CAR,))
    assert guard.shed == {"car": pytest.approx(4.0)}


@dataclass
class _House:
    """A home whose devices do what they are told a few seconds later."""

    chance: Random
    every: tuple[Flexible, ...]
    at: datetime = NOW
    kettle: float = 0.0
    orders: list[tuple[datetime, dict[str, float]]] = field(default_factory=list)

    def draws(self, key: str) -> float:
        """Return what a device draws now."""
        told: dict[str, float] = {}
        for since, order in self.orders:
            if since <= self.at:
                told = order
        planned = next(each.planned for each in self.every if each.key == key)
        return min(told.get(key, inf), planned)

    def base(self) -> float:
        """Return what the home draws by itself."""
        if self.chance.random() < 0.01:
            self.kettle = self.chance.choice((0.0, 0.0, 2.0, 3.5))
        return 0.4 + self.kettle

    def run(self, bounds: Bounds, seconds: int) -> tuple[float, int, int]:
        """Return energy and base's energy, in kWh, the longest excess, and switches."""
        guard, energy, excess, longest, switches = Guard(), 0.0, 0, 0, 0
        for _ in range(0, seconds, 5):
            power = self.base() + sum(self.draws(each.key) for each in self.every)
            energy += power * 5 / 3600
            limit = bounds.limit or inf
            excess = excess + 5 if power > limit + 1e-6 else 0
            longest = max(longest, excess)
            before = guard.shed
            guard = guard.looked(self.at, power, bounds, self.every)
            switches += guard.shed != before
            self.orders.append((self.at + 4 * SECOND, dict(guard.shed)))
            self.orders = self.orders[-20:]
            self.at += 5 * SECOND
        return energy, longest, switches


@pytest.mark.parametrize("seed", range(8))
def test_a_lived_hour_keeps_limit_and_peak(seed: int) -> None:
    """Whatever kettles do: the limit but for seconds, the window's mean in the end."""
    every = (CAR, TANK)
    house = _House(Random(seed), every)
    _, longest, switches = house.run(Bounds(limit=11.0), 3600)
    assert longest <= 10
    assert switches <= 80
    house = _House(Random(seed), every)
    energy, _, _ = house.run(_peak(6.0), 3600)
    assert energy <= 6.0 * 1.005
    # It is used, too, where there was room for it.
    assert energy >= 6.0 * 0.93


# --- what a window may come to --------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_most_of_a_window(seed: int) -> None:
    """So much that the peak that was planned is not passed, and no less."""
    chance = Random(seed)
    for _ in range(100):
        steps = ((0.0, 1.0), (2.0, 2.0), (5.0, 3.0)) if chance.random() < 0.5 else ()
        due = PeakDue(
            windows=(),
            count=chance.choice((1, 2, 3)),
            past=tuple(chance.uniform(0, 6) for _ in range(chance.randrange(5))),
            steps=steps,
            rate=0.0 if steps else 10.0,
            floor=chance.choice((0.0, 2.5)),
        )
        planned = due.peak([chance.uniform(0, 6)])
        most = most_of_window(due, planned)
        if most == inf:
            assert planned >= 5
            continue
        assert due.fee(due.peak([most])) <= due.fee(planned) + 1e-9
        # The next step is kept away from.
        higher = due.peak([most + 0.01 * due.count + 1e-6])
        assert due.fee(higher) > due.fee(planned)
        assert most_of_window(due, planned, 0.5) == pytest.approx(2 * most)


def test_days_that_reached_more() -> None:
    """What today has reached already costs nothing more."""
    due = PeakDue(
        windows=(), count=3, past=(4.0, 3.0), reached={date(2026, 11, 2): 5.0}, rate=1.0
    )
    assert most_of_window(due, due.peak([5.0])) == pytest.approx(5.0)
