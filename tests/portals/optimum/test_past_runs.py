"""What devices did in windows that are over, and what that cost and saved."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from custom_components.energy_portals.portals.optimum.home import QUARTER
from custom_components.energy_portals.portals.optimum.past_runs import PastRuns
from custom_components.energy_portals.portals.optimum.realised import Job

START: Final = datetime(2026, 11, 29, 17, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
RAN: Final = (START + 8 * HOUR, START + 10 * HOUR)
JOB: Final = Job(
    key="dishes",
    window=START,
    begin=START,
    end=START + 14 * HOUR,
    power=1.0,
    runs=((*RAN, 1.0),),
    planned=(RAN,),
    why="price",
)
# Dear in the evening, a tenth of it at night.
PRICES: Final = {
    START + n * QUARTER: 1.0 if n < 24 else 0.1 for n in range(int(14 * HOUR / QUARTER))
}
LATER: Final = START + 24 * HOUR


def test_what_it_cost_and_saved() -> None:
    (told,) = PastRuns(jobs=(JOB,), prices=PRICES).of("dishes", LATER)
    assert (told.planned, told.ran, told.why) == ((RAN,), (RAN,), "price")
    assert (told.cost, told.saved) == (pytest.approx(0.2), pytest.approx(1.8))


@pytest.mark.parametrize(
    "held",
    [
        PastRuns(jobs=(JOB,), prices=PRICES, feeds_in=True),
        PastRuns(jobs=(JOB,), prices={START: 1.0}),
    ],
)
def test_of_what_is_not_known_nothing_is_told(held: PastRuns) -> None:
    (told,) = held.of("dishes", LATER)
    assert (told.cost, told.saved) == (None, None)


def test_what_began_before_it_could_saves_nothing_that_is_known() -> None:
    early = replace(JOB, begin=START + 9 * HOUR)
    (told,) = PastRuns(jobs=(early,), prices=PRICES).of("dishes", LATER)
    assert (told.cost, told.saved) == (pytest.approx(0.2), None)


def test_what_is_under_way_or_another_is_not_told() -> None:
    held = PastRuns(jobs=(JOB, replace(JOB, runs=())), prices=PRICES)
    assert not list(held.of("car", LATER))
    assert not list(held.of("dishes", START + 10 * HOUR))
    assert len(list(held.of("dishes", START + 11 * HOUR))) == 1
    store = PastRuns(jobs=(replace(JOB, is_store=True),), prices=PRICES)
    assert not list(store.of("dishes", LATER))
