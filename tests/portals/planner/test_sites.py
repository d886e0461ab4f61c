"""A planner's loads, from what the user has entered."""

from datetime import time, timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import Subentry
from custom_components.energy_portals.portals.http.errors import InvalidInput
from custom_components.energy_portals.portals.planner.sites import (
    LoadSite,
    arranged,
    load_of,
)

DATA: dict[str, Any] = {
    "days": ["mon", "sun"],
    "begin": "22:00",
    "end": "06:00",
    "duration": 120,
    "shape": "contiguous",
    "objective": "price",
}


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
    ],
)
def test_what_nothing_could_run_by(changes: dict[str, Any], key: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        load_of({**DATA, **changes})
    assert raised.value.key == key


def test_window_of_a_whole_day() -> None:
    assert load_of({**DATA, "end": "22:00", "duration": 24 * 60}).end == time(22)


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
