"""Homes without the solver: several orders, ceilings for peaks, the best bill."""

import pytest

from custom_components.energy_portals.portals.optimum.bill import bill
from custom_components.energy_portals.portals.optimum.check import broken
from custom_components.energy_portals.portals.optimum.fallback import (
    fallback,
    judged,
    searched,
)
from custom_components.energy_portals.portals.optimum.home import GivenUp, Schedule
from tests.portals.optimum.samples import NAMES, sample
from tests.portals.optimum.small_homes import small_home


@pytest.mark.parametrize("name", NAMES)
def test_no_dearer_than_in_todays_order(name: str) -> None:
    """Today's order is one of those that are tried, and nothing is broken."""
    proven = sample(name)
    schedule = fallback(proven.home)
    assert broken(proven.home, schedule) == []
    assert judged(proven.home, schedule) <= judged(proven.home, searched(proven.home))
    lacks = sum(each.energy for each in schedule.given_up)
    assert lacks == pytest.approx(sum(proven.unmet), abs=1e-3)


def test_ceilings_keep_peaks_low() -> None:
    """A ladder of ceilings comes near what a peak fee asks for."""
    for name, most in (("house_be", 13.8), ("house_no", 278.0), ("house_se", 545.0)):
        whole = sample(name).home
        assert bill(whole, fallback(whole)).total < most
        assert bill(whole, searched(whole)).total > most


def test_small_homes() -> None:
    """Of homes of every kind nothing is broken."""
    for seed in range(600):
        whole = small_home(seed)
        schedule = fallback(whole)
        assert broken(whole, schedule) == [], seed
        assert judged(whole, schedule) <= judged(whole, searched(whole))


def test_what_matters_most_comes_first() -> None:
    """A plan that gives up less of what matters is better, whatever it costs."""
    whole = sample("flat_it").home
    plain = searched(whole)
    kinds = ("price_limit", "comfort", "target", "load", "least_soc")
    worse = [
        judged(whole, Schedule(powers={}, given_up=(GivenUp("x", kind, 1.0),)))
        for kind in kinds
    ]
    assert sorted([*worse, judged(whole, plain)]) == [judged(whole, plain), *worse]
