"""What was really saved: by meters and real prices, and never by a promise."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals.model.prices import HOUR
from custom_components.energy_portals.portals.optimum.home import QUARTER, Battery
from custom_components.energy_portals.portals.optimum.peak_fee import PeakDays, PeakFee
from custom_components.energy_portals.portals.optimum.realised import (
    Job,
    Metered,
    Past,
    Saved,
    realised,
)

OSLO = ZoneInfo("Europe/Oslo")
# Midnight in Oslo.
START = datetime(2026, 11, 17, 23, tzinfo=UTC)


def metered(
    hours: int = 24,
    price: Mapping[int, float] | None = None,
    **flow: Mapping[int, float],
) -> dict[datetime, Metered]:
    """Return quarters from midnight on; flows are kW by the hour."""

    def at(what: str, hour: int) -> float:
        return flow.get(what, {}).get(hour, 0.0) / 4

    return {
        START + hour * HOUR + n * QUARTER: Metered(
            drawn=at("drawn", hour),
            fed_in=at("fed_in", hour),
            charged=at("charged", hour),
            discharged=at("discharged", hour),
            price=(price or {}).get(hour, 1.0),
            sold=0.1,
        )
        for hour in range(hours)
        for n in range(4)
    }


def past(flows: Mapping[datetime, Metered], *jobs: Job, **more: Any) -> Past:
    """Return what is known of a day."""
    until = max(flows) + QUARTER
    usual: dict[str, Any] = {
        "charges": {},
        "peaks": PeakDays(),
        "peaks_at_once": PeakDays(),
        **more,
    }
    return Past(metered=flows, jobs=jobs, until=until, zone=OSLO, **usual)


def job(*runs: tuple[float, float, float], **more: Any) -> Job:
    """Return what was to be done from one o'clock on, and hours in which it ran."""
    usual: dict[str, Any] = {"begin": START + HOUR, "window": START + HOUR, **more}
    return Job(
        key="a",
        end=START + 24 * HOUR,
        power=2.0,
        runs=tuple(
            (START + begin * HOUR, START + end * HOUR, power)
            for begin, end, power in runs
        ),
        **usual,
    )


def saved(known: Past) -> dict[int, float]:
    """Return what was saved by the hour, where it is not nothing."""
    hours, _ = realised(known)
    return {
        (each.start - START) // HOUR: round(each.saved, 6)
        for each in hours
        if abs(each.saved) > 1e-9
    }


def test_a_load_that_waited() -> None:
    """The same energy, from the beginning of its window on, at the price of then."""
    flows = metered(price={1: 3.0, 5: 0.5}, drawn={5: 2.4})
    known = past(flows, job((5, 6, 2.0)))
    assert saved(known) == {1: 6.0, 5: -1.0}
    (hour,) = [each for each in realised(known)[0] if each.start == START + 5 * HOUR]
    assert hour == Saved(START + 5 * HOUR, pytest.approx(1.2), pytest.approx(0.2))


def test_a_promise_saves_nothing() -> None:
    """What did not run, or ran at once, or before it could, has saved nothing."""
    flows = metered(price={1: 3.0})
    assert saved(past(flows, job())) == {}
    assert saved(past(flows, job((5, 6, 2.0), begin=None))) == {}
    assert saved(past(flows, job((0.5, 6, 2.0)))) == {}
    at_once = metered(price={1: 3.0}, drawn={1: 2.0})
    assert saved(past(at_once, job((1, 2, 2.0)))) == {}


def test_less_than_nothing() -> None:
    """Who waited for what became dearer has lost by it."""
    flows = metered(price={1: 1.0, 5: 4.0}, drawn={5: 2.0})
    assert sum(saved(past(flows, job((5, 6, 2.0)))).values()) == pytest.approx(-6.0)


def test_what_is_not_known_moves_nothing() -> None:
    """A quarter that is missing leaves its hour out, and what touches it unmoved."""
    flows = metered(price={1: 3.0}, drawn={5: 2.0})
    del flows[START + HOUR]
    known = past(flows, job((5, 6, 2.0)))
    assert saved(known) == {}
    assert len(realised(known)[0]) == 23


def test_what_runs_on_still() -> None:
    """What has run by now is all there is, and the rest comes with its hour."""
    flows = metered(hours=6, price={1: 3.0, 2: 2.0}, drawn={5: 2.0})
    assert saved(past(flows, job((5, 7, 2.0)))) == {1: 6.0, 5: -2.0}


def test_the_sun() -> None:
    """At once it would have drawn from the grid; it ran on what was left over."""
    flows = metered(price={1: 3.0}, fed_in={5: 1.0, 6: 3.0})
    assert sum(saved(past(flows, job((5, 6, 2.0)))).values()) == pytest.approx(5.8)
    # At once it would have run in the sun.
    sunny = metered(fed_in={1: 3.0}, drawn={5: 2.0})
    assert sum(saved(past(sunny, job((5, 6, 2.0)))).values()) == pytest.approx(-1.8)


def test_a_tank_is_kept_warm_all_day() -> None:
    """What a store took in a day it would have taken evenly."""
    flows = metered(price={5: 0.0}, drawn={5: 2.4})
    store = job((5, 6, 2.4), is_store=True, begin=START, window=START)
    found = saved(past(flows, store))
    assert found[0] == pytest.approx(0.1)
    assert sum(found.values()) == pytest.approx(2.3)


def test_a_battery() -> None:
    """By itself it would only have taken what is left over, and less than it has."""
    battery = Battery(
        key="b",
        capacity=10,
        soc=50,
        charge=4,
        discharge=4,
        low=50,
        eff_in=1.0,
        eff_out=1.0,
    )
    # Four kWh at half a crown instead of four, and the home's own four came of it.
    flows = metered(
        price={2: 0.5, 18: 4.0}, drawn={2: 4.0}, charged={2: 4.0}, discharged={18: 4.0}
    )
    known = past(flows, battery=battery, charges={START: 50.0})
    assert sum(saved(known).values()) == pytest.approx(4 * 4.0 - 4 * 0.5)
    # What is still in it in the evening is worth something.
    half = metered(price={2: 0.5}, drawn={2: 4.0}, charged={2: 4.0})
    known = past(half, battery=battery, charges={START: 50.0})
    third = (0.5 * 4 + 1.0 * 28) / 32
    assert sum(saved(known).values()) == pytest.approx(4 * 0.9 * third - 2.0)
    # It is not known how full it was, or what it took.
    assert saved(replace(known, charges={})) == {}
    unmetered = {at: replace(each, charged=None) for at, each in half.items()}
    assert saved(replace(known, metered=unmetered)) == {}
    del unmetered[START]
    assert saved(replace(known, metered=unmetered)) == {}


def test_a_peak_fee() -> None:
    """A peak that was not made is saved once, in the hour in which it would have."""
    fee = PeakFee(count=1, steps=((0.0, 100.0), (2.0, 200.0), (5.0, 400.0)))
    flows = metered(drawn={1: 4.0, 5: 2.0})
    known = past(flows, job((5, 6, 2.0)), fee=fee)
    hours, peaks = realised(known)
    assert saved(known) == {1: 2.0 + 200.0, 5: -2.0}
    assert sum(each.paid for each in hours) == pytest.approx(6.0 + 100.0)
    assert peaks.days == {date(2026, 11, 18): (6.0,)}
    # The month would have had it already.
    before = PeakDays({date(2026, 11, 3): (5.5,)})
    assert saved(replace(known, peaks=before, peaks_at_once=before)) == {
        1: 2.0,
        5: -2.0,
    }


def test_another_month() -> None:
    """Each month begins anew."""
    fee = PeakFee(count=1, rate=10.0)
    shift = datetime(2026, 11, 30, 11, tzinfo=UTC) - START
    flows = {at + shift: each for at, each in metered(drawn={5: 2.0, 14: 3.0}).items()}
    hours, _ = realised(past(flows, fee=fee))
    assert sum(each.paid for each in hours) == pytest.approx(5.0 + 20.0 + 30.0)


def test_nothing_is_known() -> None:
    """Without a quarter there is no hour."""
    known = Past(
        metered={},
        jobs=(job((5, 6, 2.0)), job((5, 6, 2.0), is_store=True)),
        until=START,
        zone=OSLO,
        charges={},
        peaks=PeakDays(),
        peaks_at_once=PeakDays(),
        fee=PeakFee(),
        battery=None,
    )
    assert realised(known) == ((), PeakDays())
    idle = metered(hours=2)
    assert len(realised(past(idle, job((1, 2, 0.0))))[0]) == 2
    assert timedelta(hours=2) == 2 * HOUR
