"""Who chooses when a load runs: its own search, or the home's."""

from datetime import UTC, datetime, timedelta

from custom_components.energy_portals.portals.model.asking import Ask, effort_for
from custom_components.energy_portals.portals.model.demand import Demand
from custom_components.energy_portals.portals.model.horizon import Horizon, HorizonSlot
from custom_components.energy_portals.portals.model.load_plan import Reason
from custom_components.energy_portals.portals.model.planner import Runs
from custom_components.energy_portals.portals.model.series import Series, Slot

NOW = datetime(2026, 11, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
PRICES = (3.0, 1.0, 2.0, 0.99)


def _ask() -> Ask:
    """Return what a load of an hour asks for."""
    slots = (
        Slot(NOW + n * HOUR, NOW + (n + 1) * HOUR, HorizonSlot(price=price))
        for n, price in enumerate(PRICES)
    )
    demand = Demand(duration=HOUR, power=1.0)
    return Ask(Horizon(tuple(slots)), demand, NOW, NOW + 4 * HOUR, None, 0.0)


def _runs(place: int, hours: float = 1.0) -> Runs:
    """Return a run that begins with an hour."""
    start = NOW + place * HOUR
    return Series((Slot[float | None](start, start + hours * HOUR, 1.0),))


def test_its_own_search() -> None:
    """It keeps what was planned for what is nearly as good."""
    assert effort_for(_ask(), Series(), None).runs == _runs(3)
    assert effort_for(_ask(), _runs(1), None).runs == _runs(1)
    assert effort_for(_ask(), _runs(0), None).runs == _runs(3)
    assert effort_for(_ask(), _runs(1), lambda ask: None).runs == _runs(1)


def test_what_was_chosen_with_others() -> None:
    """Stays as it is, and what it lacks is told."""
    chosen = effort_for(_ask(), _runs(1), lambda ask: _runs(2))
    assert (chosen.runs, chosen.missing) == (_runs(2), timedelta())
    less = effort_for(_ask(), _runs(1), lambda ask: _runs(2, 0.5))
    assert (less.missing, less.reason) == (HOUR / 2, Reason.LIMIT)
    more = effort_for(_ask(), Series(), lambda ask: _runs(2, 1.5))
    assert more.missing == timedelta()
