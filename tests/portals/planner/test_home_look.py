"""Looking at a home: what it may share, its sun, and what is paid for feeding in."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from custom_components.energy_portals.portals.house import SunTold
from custom_components.energy_portals.portals.model.horizon import Horizon, HorizonSlot
from custom_components.energy_portals.portals.model.series import Slot
from custom_components.energy_portals.portals.optimum.peak_fee import PeakFee
from custom_components.energy_portals.portals.planner.client import PlannerClient
from custom_components.energy_portals.portals.planner.dashboard import Dashboard
from custom_components.energy_portals.portals.planner.home_inputs import HomeInputs
from custom_components.energy_portals.portals.planner.home_look import (
    HomeLook,
    energies_of,
    may_share,
)
from custom_components.energy_portals.portals.planner.known import Known
from custom_components.energy_portals.portals.planner.whole_home import HomeGround
from tests.portals.planner.sharing import (
    BATTERY,
    CAR,
    HOUR,
    NOW,
    WASHER,
    HomeAround,
    outlook,
    sites,
)

CLIENT = PlannerClient(price="a", currency="NOK")
ONE = sites(car=("load", CAR))
TWO = sites(car=("load", CAR), washer=("load", WASHER))


@pytest.mark.parametrize(
    ("changes", "devices", "shares"),
    [
        ({}, TWO, False),
        ({"limit": 5.0}, TWO, True),
        ({"caps": "c"}, TWO, True),
        ({"limit": 5.0}, ONE, False),
        ({"sun": "roof"}, ONE, True),
        ({"peak": PeakFee(rate=1.0)}, ONE, True),
        ({}, sites(b=("home_battery", BATTERY)), True),
        ({"price": None, "sun": "roof"}, TWO, False),
    ],
)
def test_what_a_home_may_share(
    changes: dict[str, Any], devices: tuple[Any, ...], shares: bool
) -> None:
    """Without anything each load is planned alone, and nothing is read."""
    assert may_share(replace(CLIENT, **changes), devices) is shares


async def _ground(
    client: PlannerClient = CLIENT,
    around: HomeAround | None = None,
    dashboard: Dashboard | None = None,
) -> HomeGround:
    """Return what is known of a home."""
    look = HomeLook(client=client, around=around or HomeAround(), sites=TWO, now=NOW)
    known = Horizon((Slot(NOW, NOW + 24 * HOUR, HorizonSlot(price=1.0)),))
    inputs = HomeInputs(dashboard=dashboard or Dashboard())
    return await look.ground(known, Known(), inputs, {})


async def test_what_is_paid_for_feeding_in() -> None:
    """What the user says, a source, the prices' own, the dashboard's, or nothing."""
    said = Dashboard(feed_in_price=0.07)
    assert (await _ground()).always_fed_in == 0.0
    assert (await _ground(dashboard=said)).always_fed_in == 0.07
    typed = await _ground(replace(CLIENT, feed_in=0.2), dashboard=said)
    assert (typed.always_fed_in, typed.fed_in.slots) == (0.2, ())
    around = HomeAround()
    around.sources.of_prices["b"] = outlook()
    of_source = await _ground(replace(CLIENT, feed_in_price="b"), around)
    shown = around.sources.of_prices["b"].shown.slots
    assert [each.value for each in of_source.fed_in] == [
        each.value.value for each in shown
    ]
    # In another currency it says nothing.
    around.sources.of_prices["b"] = outlook(currency="EUR")
    other = await _ground(replace(CLIENT, feed_in_price="b"), around, said)
    assert (other.fed_in.slots, other.always_fed_in) == ((), 0.07)
    sold = outlook()
    around.sources.of_prices["a"] = replace(sold, export=sold.shown)
    assert (await _ground(around=around)).fed_in.slots
    around.sources.of_prices = {}
    assert (await _ground(around=around)).fed_in.slots == ()


async def test_the_sun() -> None:
    """Of a source in kW; else of the roofs of the Energy dashboard, all together."""
    of_source = await _ground(replace(CLIENT, sun="roof"))
    assert max(each.value for each in of_source.sun) == pytest.approx(4.0)
    assert not (await _ground(replace(CLIENT, sun="gone"))).sun.slots
    around = HomeAround()
    hours = {
        (NOW.replace(hour=hour)).isoformat(): 1000.0 * place
        for place, hour in enumerate((9, 10, 11, 12))
    }
    around.house.forecasts = {
        "one": SunTold({"wh_hours": hours}),
        "two": SunTold({"wh_hours": hours}),
    }
    roofs = await _ground(around=around, dashboard=Dashboard(forecasts=("one", "two")))
    powers = {each.start.hour: each.value for each in roofs.sun if each.value}
    assert powers == {10: 2.0, 11: 4.0, 12: 6.0}
    none = await _ground(around=around, dashboard=Dashboard(forecasts=("gone",)))
    assert not none.sun.slots


def test_steps_by_which_powers_are_set() -> None:
    """Of a number that is there; what is finer than anybody notices is none."""
    bound = {**CAR, "setpoint": "number.car", "phases": 3}
    devices = sites(car=("load", bound), washer=("load", WASHER))
    around = HomeAround()
    look = HomeLook(client=CLIENT, around=around, sites=devices, now=NOW)
    assert look.set_by() == {}
    around.house.states["number.car"] = ("6", "A")
    assert look.set_by() == {"car": pytest.approx(0.69)}
    around.house.states["number.car"] = ("6", "W")
    assert look.set_by() == {}


def test_energies_of_the_hook() -> None:
    """Each from its time on, or up to it; what cannot be told is left out."""
    nine = datetime(2026, 11, 18, 9, tzinfo=UTC)

    def told(forecast: object, *, is_by_end: bool = False) -> list[tuple[int, float]]:
        energies = energies_of(SunTold(forecast, is_by_end))
        lengths = {(each.end - each.start) / HOUR for each in energies}
        assert lengths <= {1.0, 0.5}
        return [(each.start.hour, each.value) for each in energies]

    hours = {(nine + n * HOUR).isoformat(): float(n) for n in range(3)}
    assert told({"wh_hours": hours}) == [(9, 0.0), (10, 1.0), (11, 2.0)]
    assert told({"wh_hours": hours}, is_by_end=True) == [(9, 1.0), (10, 2.0)]
    half = {
        nine.isoformat(): 1.0,
        (nine + HOUR / 2).isoformat(): 2.0,
        (nine + 3 * HOUR).isoformat(): 3.0,
    }
    assert told({"wh_hours": half}) == [(9, 1.0), (9, 2.0), (12, 3.0)]
    odd = {"2026-11-18T09:00:00": 1.0, "nine": 2.0, nine.isoformat(): -1.0}
    for forecast in ({"wh_hours": odd}, {"wh_hours": 3}, {}, None, []):
        assert told(forecast) == []
    assert told({"wh_hours": {nine.isoformat(): None}}) == []


@pytest.mark.parametrize(("country", "sort"), [("NO", 6), ("XX", 4), (None, 4)])
async def test_holidays_of_the_house(country: str | None, sort: int) -> None:
    """A country that nobody knows has none."""
    around = HomeAround()
    around.house.country = country
    ground = await _ground(around=around)
    assert ground.holidays.sort(date(2026, 12, 25)) == sort
