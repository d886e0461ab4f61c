"""What a planner has really saved: noted as it runs, reckoned hour by hour."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.home import QUARTER
from custom_components.energy_portals.portals.optimum.peak_fee import PeakDays, PeakFee
from custom_components.energy_portals.portals.planner.client import PlannerClient
from custom_components.energy_portals.portals.planner.dashboard import Dashboard
from custom_components.energy_portals.portals.planner.savings import SAVINGS
from custom_components.energy_portals.portals.planner.sites import PLANNER_KEY
from tests.portals.planner.saving import MORNING, START, Days, run, total
from tests.portals.planner.sharing import BATTERY, HOUR, OSLO, outlook, price, sites


async def test_a_car_that_waited() -> None:
    """It could have charged from seven on, and did at two: that much is saved."""
    night = START + 26 * HOUR
    days = Days(ran={"car": [run(night, 2, 7.4)]})
    found = await days.live(START + 6 * HOUR, START + 31 * HOUR)
    begun = sum(price(MORNING + n * QUARTER) for n in range(8)) * 7.4 / 4
    late = sum(price(night + n * QUARTER) for n in range(8)) * 7.4 / 4
    assert total(found) == pytest.approx(begun - late)
    assert sum(each.paid for each in found.hours) == pytest.approx(late)
    days.held = {}
    found = await days.live(MORNING, START + 27 * HOUR + 2 * QUARTER)
    assert found.changed is not None
    assert found.changed[:2] == (MORNING, START + 27 * HOUR)


async def test_a_restart_or_an_outage_changes_nothing() -> None:
    """What is kept is read again, and hours nobody looked at are reckoned later."""
    night = START + 26 * HOUR
    whole = Days(ran={"car": [run(night, 2, 7.4)]})
    await whole.live(START + 6 * HOUR, START + 33 * HOUR)
    broken = Days(ran={"car": [run(night, 2, 7.4)]})
    await broken.live(START + 6 * HOUR, START + 12 * HOUR)
    kept = SAVINGS.kept
    assert kept is not None
    data = msgspec.json.decode(msgspec.json.encode(kept.dump(broken.held[PLANNER_KEY])))
    broken.held = {PLANNER_KEY: kept.load(data, {})}
    found = await broken.live(START + 29 * HOUR, START + 33 * HOUR)
    assert found.hours == whole.held[PLANNER_KEY].hours
    # Looked at once more, nothing becomes other.
    again = await broken.look(START + 33 * HOUR)
    assert (again.hours, again.changed) == (found.hours, found.changed)


async def test_not_plugged_in() -> None:
    """At once is from when it could: when it was plugged in."""
    night, plugged = START + 26 * HOUR, START + 20 * HOUR
    days = Days(ran={"car": [run(night, 1, 7.4)]}, is_ready=False)
    await days.live(MORNING, plugged)
    days.is_ready = True
    found = await days.live(plugged, START + 28 * HOUR)
    (job,) = [each for each in found.jobs if each.key == "car"]
    assert job.begin == plugged + timedelta(minutes=3)
    assert {each.start for each in found.hours if each.saved} == {
        plugged,
        plugged + HOUR,
        night,
    }


async def test_what_is_bound_to_nothing_saves_nothing() -> None:
    """Nobody has seen it run, whatever was planned."""
    days = Days()
    found = await days.live(START + 6 * HOUR, START + 9 * HOUR)
    assert (found.jobs, total(found)) == ((), 0.0)


def statistics(begin: datetime, hours: int, **flows: Any) -> dict[str, Series[float]]:
    """Return statistics by five minutes."""
    step = timedelta(minutes=5)
    return {
        name: Series(
            tuple(
                Slot(at, at + step, power(at) / 12)
                for n in range(hours * 12)
                for at in [begin + n * step]
            )
        )
        for name, power in flows.items()
    }


METERED = Dashboard(drawn=("in",), fed_in=("out",), sun=("sun",))


async def test_a_whole_home_by_its_meters() -> None:
    """What was paid is what its meters say, and not what was planned."""
    night = START + 26 * HOUR
    days = Days(
        ran={"car": [run(night, 2, 7.4)], "tank": [run(night, 1, 2.0)]},
        dashboard=METERED,
    )
    days.house.statistics = statistics(
        START - 48 * HOUR,
        90,
        **{
            "in": lambda at: 8.0 if night <= at < night + 2 * HOUR else 1.0,
            "out": lambda at: 0.5 if at.hour == 11 else 0.0,
            "sun": lambda at: 0.0,
        },
    )
    found = await days.live(START, START + 33 * HOUR)
    last = [each for each in found.hours if each.start == night]
    assert last[0].paid == pytest.approx(
        sum(price(night + n * QUARTER) for n in range(4)) * 8.0 / 4
    )
    (tank, _) = sorted(
        (each for each in found.jobs if each.key == "tank"), key=lambda e: e.window
    )
    assert (tank.is_store, tank.window, tank.end) == (True, START, START + 24 * HOUR)
    assert total(found) > 0


async def test_a_meter_that_is_gone_is_waited_for() -> None:
    """Nothing is reckoned without it, and all of it once it is back."""
    days = Days(dashboard=METERED)
    found = await days.live(START, START + 3 * HOUR)
    assert (found.read, found.hours) == (None, ())
    one = statistics(
        START - 48 * HOUR, 96, **dict.fromkeys(("in", "out", "sun"), lambda at: 1.0)
    )
    days.house.statistics = one
    found = await days.look(START + 3 * HOUR + timedelta(minutes=3))
    assert {each.start for each in found.hours} >= {START, START + 2 * HOUR}


async def test_a_battery_by_its_meters() -> None:
    """What it held at midnight is noted, and its meters say what it did."""
    devices = sites(cellar=("home_battery", BATTERY))
    dashboard = Dashboard.of(
        {
            "energy_sources": [
                {"type": "grid", "stat_energy_from": "in", "stat_energy_to": "out"},
                {
                    "type": "battery",
                    "stat_energy_from": "give",
                    "stat_energy_to": "take",
                },
            ]
        }
    )
    days = Days(devices=devices, dashboard=dashboard)
    days.house.states = {"sensor.soc": ("50", "%")}
    days.house.statistics = statistics(
        START - 48 * HOUR,
        96,
        **{
            "in": lambda at: 3.0 if at.astimezone(OSLO).hour == 2 else 0.0,
            "out": lambda at: 0.0,
            "take": lambda at: 3.0 if at.astimezone(OSLO).hour == 2 else 0.0,
            "give": lambda at: 1.0 if at.astimezone(OSLO).hour in {17, 18} else 0.0,
        },
    )
    found = await days.live(START, START + 24 * HOUR)
    assert found.charges == ((START, 50.0),)
    # By itself it would have given the same, and not have charged at two.
    moved = [each for each in found.hours if abs(each.saved) > 1e-9]
    assert [each.start for each in moved] == [START + 2 * HOUR]
    assert moved[0].paid == pytest.approx(
        sum(price(START + 2 * HOUR + n * QUARTER) for n in range(4)) * 3.0 / 4
    )
    # Of two nobody knows which is which.
    days.devices = sites(
        cellar=("home_battery", BATTERY), other=("home_battery", BATTERY)
    )
    days.held = {}
    assert total(await days.live(START, START + 24 * HOUR)) == 0.0
    days.devices, days.held = devices, {}
    days.house.states = {"sensor.soc": (None, "%")}
    assert (await days.live(START, START + 24 * HOUR)).charges == ()


async def test_a_peak_that_was_not_made() -> None:
    """What peaks would have cost is kept by days, and days that are over stay."""
    night = START + 26 * HOUR
    fee = PeakFee(count=1, steps=((0.0, 100.0), (5.0, 300.0)))
    days = Days(ran={"car": [run(night, 2, 4.0)]}, dashboard=METERED)
    days.client = replace(days.client, peak=fee)
    days.peaks = PeakDays({date(2026, 11, 3): (2.0,)})
    days.house.statistics = statistics(
        START - 48 * HOUR,
        150,
        **{
            "in": lambda at: 4.5 if at.astimezone(OSLO).hour in {2, 3, 7, 8} else 0.1,
            "out": lambda at: 0.0,
            "sun": lambda at: 0.0,
        },
    )
    found = await days.live(START + 6 * HOUR, START + 33 * HOUR)
    assert max(each.saved for each in found.hours) > 190
    assert max(found.peaks_at_once.days[date(2026, 11, 18)]) == pytest.approx(11.9)
    found = await days.live(START + 72 * HOUR, START + 90 * HOUR)
    assert max(found.peaks_at_once.days[date(2026, 11, 18)]) == pytest.approx(11.9)


async def test_prices_that_do_not_count() -> None:
    """Of another currency, or none, nothing is reckoned, and what was stays."""
    days = Days(ran={"car": [run(START + 8 * HOUR, 1, 7.4)]})
    found = await days.live(START + 6 * HOUR, START + 11 * HOUR)
    before = found.hours
    days.sources.of_prices["a"] = outlook(currency="SEK")
    found = await days.look(START + 20 * HOUR)
    assert found.hours[: len(before)] == before
    assert found.hours[-1].start < START + 11 * HOUR
    days.sources.of_prices.clear()
    assert (await days.look(START + 21 * HOUR)).hours == found.hours
    # The user's other prices are another story.
    days.client = PlannerClient(price="a", currency="SEK")
    assert (await days.look(START + 42 * HOUR)).currency == "SEK"


async def test_without_a_plan_yet() -> None:
    """After a start there is no overview for a moment."""
    days = Days(has_plan=False)
    found = await days.look(START + 6 * HOUR)
    assert (found.jobs, len(found.hours)) == ((), 2 * 24 + 5)


async def test_what_was_planned_is_noted_until_it_begins() -> None:
    """What runs is no longer planned: that is what it is held to."""
    night = START + 26 * HOUR
    days = Days(ran={"car": [run(night, 2, 7.4)]})
    found = await days.live(START + 6 * HOUR, START + 31 * HOUR)
    (past,) = found.past_runs().of("car", START + 40 * HOUR)
    assert past.ran == ((night, night + 2 * HOUR),)
    assert past.saved == pytest.approx(total(found))
    assert past.cost == pytest.approx(sum(each.paid for each in found.hours))
