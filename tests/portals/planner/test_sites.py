"""A planner's loads, from what the user has entered."""

from datetime import time, timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import Subentry
from custom_components.energy_portals.portals.http.errors import InvalidInput
from custom_components.energy_portals.portals.planner.parts import arranged
from custom_components.energy_portals.portals.planner.sites import LoadSite, load_of

DATA: dict[str, Any] = {
    "days": ["mon", "sun"],
    "begin": "22:00",
    "end": "06:00",
    "duration": 120,
    "shape": "contiguous",
    "objective": "price",
}


ENERGY: dict[str, Any] = {"duration": None, "energy": 3, "power": 2}


def test_load() -> None:
    load = load_of(DATA)
    assert load.days == {0, 6}
    assert (load.begin, load.end) == (time(22), time(6))
    assert load.demand.shortest == timedelta(hours=2)
    assert load.takes_part
    assert not load_of({**DATA, "takes_part": False}).takes_part


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"days": []}, "no_days"),
        ({"duration": 8 * 60 + 1}, "window_too_short"),
        ({"duration": None}, "duration_or_energy"),
        # A load in each window, each as long as it takes.
        ({"begin_2": "08:00", "end_2": "09:00"}, "window_too_short"),
        ({"begin_2": "08:00"}, "window_needs_both"),
        ({"end_3": "08:00"}, "window_needs_both"),
        ({"begin_2": "05:00", "end_2": "09:00"}, "windows_overlap"),
        ({"begin_3": "21:00", "end_3": "00:00"}, "windows_overlap"),
        # More of what, and at which price.
        ({"more_energy": 2}, "more_needs_price"),
        ({"more_below": 0.2}, "more_needs_price"),
        ({"more_energy": 2, "more_below": 0.2}, "more_needs_slots"),
        ({**ENERGY, "more_energy": 2, "more_below": 0.2}, "more_needs_slots"),
        ({**ENERGY, "shape": "slots", "more_energy": 2}, "more_needs_price"),
    ],
)
def test_what_nothing_could_run_by(changes: dict[str, Any], key: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        load_of({**DATA, **changes})
    assert raised.value.key == key


def test_window_of_a_whole_day() -> None:
    assert load_of({**DATA, "end": "22:00", "duration": 24 * 60}).end == time(22)


def test_several_windows() -> None:
    """Each is a need of its own, whichever comes first in the form."""
    windows = {
        "begin_2": "12:00",
        "end_2": "15:00",
        "begin_3": "08:00",
        "end_3": "12:00",
    }
    load = load_of({**DATA, **windows, "pause": 90})
    assert load.hours == (
        (time(8), time(12)),
        (time(12), time(15)),
        (time(22), time(6)),
    )
    assert load.pause == timedelta(minutes=90)


def test_what_it_may_cost() -> None:
    """And who goes first."""
    limits = {"never_above": -0.1, "more_below": 0.2, "more_energy": 2, "priority": 9}
    load = load_of({**DATA, **ENERGY, "shape": "slots", **limits})
    demand = load.demand
    assert (demand.ceiling, demand.more_below, demand.more) == (-0.1, 0.2, 2)
    assert load.priority == 9
    plain = load_of(DATA)
    assert (plain.demand.ceiling, plain.demand.more, plain.priority) == (None, 0, 5)


def test_what_a_car_may_take_more_is_told_by_its_charge() -> None:
    car = {"soc": "sensor.soc", "capacity": 50, "power": 11, "more_below": 0.1}
    load = load_of({**DATA, **car, "duration": None, "shape": "slots"})
    assert (load.demand.more_below, load.demand.more) == (0.1, 0)


CAR: dict[str, Any] = {
    **DATA,
    "soc": "sensor.soc",
    "capacity": 50,
    "power": 11,
    "duration": None,
    "shape": "slots",
    "begin": "07:00",
    "end": "07:00",
}


@pytest.mark.parametrize("end", ["00:00", "06:00", "07:00", "08:00", "16:30"])
@pytest.mark.parametrize("begin", [{}, {"begin": "07:00"}, {"begin": "22:00"}])
def test_a_car_is_charged_from_one_time_to_the_next(
    begin: dict[str, str], end: str
) -> None:
    """Whatever was its time when it was set up: nobody has bounded it."""
    load = load_of({**CAR, **begin, "end": end})
    assert load.is_open
    assert load.end == time.fromisoformat(end)


def test_windows_of_a_car() -> None:
    """As many as a load may have, each with the charge it needs."""
    load = load_of({**CAR, "not_before": "22:00"})
    assert load.hours == ((time(22), time(7)),)
    assert not load.is_open
    more = {"begin_2": "12:00", "end_2": "16:00", "pause": 30}
    load = load_of({**CAR, "not_before": "22:00", **more})
    assert load.hours == ((time(12), time(16)), (time(22), time(7)))
    assert load.pause == timedelta(minutes=30)
    # Without a beginning of the first there is no room for another.
    with pytest.raises(InvalidInput) as raised:
        load_of({**CAR, **more})
    assert raised.value.key == "windows_overlap"


@pytest.mark.parametrize(
    ("data", "takes"),
    [
        (DATA, False),
        ({**DATA, **ENERGY, "shape": "slots"}, False),
        ({**DATA, **ENERGY, "shape": "slots", "more_energy": 2, "more_below": 1}, True),
        (CAR, True),
        ({**CAR, "more_below": 0.1}, True),
    ],
)
def test_what_may_take_more_once_a_price_is_said(
    data: dict[str, Any], takes: bool
) -> None:
    assert load_of(data).takes_more is takes


def test_loads_stand_beside_the_planner() -> None:
    data = {**DATA, "calendar": "calendar.away"}
    part = Subentry(id="1", type="load", title="Dishwasher", data=data)
    sites = arranged({}, (part,))
    assert set(sites) == {"planner", "1"}
    site = sites["1"]
    assert isinstance(site, LoadSite)
    assert (site.name, site.subentry, site.calendar) == (
        *("Dishwasher", "1", "calendar.away"),
    )
