"""The action that answers with what is to come, of any kind in one shape."""

from datetime import datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.account.sources import sources
from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.portals.model.green import GreenOutlook
from custom_components.energy_portals.portals.model.intensity import (
    CarbonOutlook,
    GreenIndexOutlook,
)
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.model.sun import SolarOutlook
from tests.faces.planner.home import dishwasher, planner_of
from tests.faces.planner.seen import shown, times
from tests.folded import placed
from tests.foretold import Foretold
from tests.market import BERLIN, HOUR, ORDINARY, local
from tests.priced import Priced, entry_of, set_up, use

START = local(ORDINARY, BERLIN, 9)
HALF = HOUR / 2


@pytest.fixture
def foretold() -> Foretold:
    """Return what a portal foretells."""
    return Foretold()


@pytest.fixture
def entry(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    freezer: FrozenDateTimeFactory,
    foretold: Foretold,
) -> MockConfigEntry:
    """Return an account of it, late in the first hour, that is not set up yet."""
    freezer.move_to(START + HALF)
    use(monkeypatch, Priced(foretold.feeds).portal())
    return entry_of(hass)


def _series(*values: float, after: int = 0) -> Series[float]:
    """Return hours with these values."""
    return Series(
        tuple(
            Slot(START + n * HOUR, START + (n + 1) * HOUR, value)
            for n, value in enumerate(values, after)
        )
    )


def _row(start: datetime, value: float, hours: float = 1, **more: Any) -> Any:
    """Return a slot as the action tells it."""
    end = start + hours * HOUR
    told = {"start": start.isoformat(), "end": end.isoformat(), "value": value}
    return {**told, **more}


async def _told(hass: HomeAssistant, name: str = "get_forecast", **fields: Any) -> Any:
    """Call an action."""
    return await hass.services.async_call(
        DOMAIN, name, fields, blocking=True, return_response=True
    )


async def test_co2_says_what_is_predicted(
    hass: HomeAssistant, entry: MockConfigEntry, foretold: Foretold
) -> None:
    foretold.answers["co2"] = CarbonOutlook(
        zone=BERLIN,
        published=_series(300.0, 200.0),
        predicted=_series(1.0, 100.0, after=1),
    )
    await set_up(hass, entry)
    assert await _told(hass, kind="co2") == {
        "kind": "co2",
        "unit": "gCO2/kWh",
        "slots": [
            _row(START, 300.0),
            _row(START + HOUR, 200.0),
            _row(START + 2 * HOUR, 100.0, predicted=True),
        ],
    }
    later = START + HOUR
    told = await _told(hass, kind="co2", start=later.isoformat())
    assert [slot["value"] for slot in told["slots"]] == [200.0, 100.0]
    told = await _told(hass, kind="co2", end=later.isoformat())
    assert [slot["value"] for slot in told["slots"]] == [300.0]


async def test_a_score_has_no_unit(
    hass: HomeAssistant, entry: MockConfigEntry, foretold: Foretold
) -> None:
    score = GreenIndexOutlook(zone=BERLIN, published=_series(72.0))
    foretold.answers["green_index"] = score
    await set_up(hass, entry)
    told = await _told(hass, kind="green_index")
    expected = {"kind": "green_index", "unit": None, "slots": [_row(START, 72.0)]}
    assert told == expected


async def test_sun_is_mean_power_whatever_the_length(
    hass: HomeAssistant, entry: MockConfigEntry, foretold: Foretold
) -> None:
    energy = (
        Slot(START, START + HOUR, 1200.0),
        Slot(START + HOUR, START + HOUR + HALF, 1200.0),
    )
    foretold.answers["sun"] = SolarOutlook.of(energy, BERLIN)
    await set_up(hass, entry)
    told = await _told(hass, kind="sun")
    assert told["unit"] == "kW"
    assert told["slots"] == [
        _row(START, 1.2),
        _row(START + HOUR, 2.4, 0.5),
        # The night, in which there is nothing.
        _row(START + HOUR + HALF, 0.0, 13.5),
    ]


async def test_shares_are_told_slot_by_slot(
    hass: HomeAssistant, entry: MockConfigEntry, foretold: Foretold
) -> None:
    shares = _series(40.0, 60.0, 80.0)
    foretold.answers["green"] = GreenOutlook.of_shares(shares, 50.0, 1.0)
    await set_up(hass, entry)
    told = await _told(hass, kind="green")
    assert told["unit"] == "%"
    assert [slot["value"] for slot in told["slots"]] == [40.0, 60.0, 80.0]
    windows = await _told(hass, "get_green_windows")
    assert windows["share"] == 40.0
    window = {
        "start": (START + HOUR).isoformat(),
        "end": (START + 3 * HOUR).isoformat(),
        "share": 70.0,
    }
    assert windows["windows"] == [window]
    state = hass.states.get("sensor.home_renewable_share")
    assert state is not None and state.state == "40.0"
    # A plan by greenness has all of them to choose by.
    best = await _told(hass, "find_window", objective="green", duration="01:00:00")
    assert best["start"] == (START + 2 * HOUR).isoformat()
    assert best["share"] == 80.0


async def test_the_time_with_the_least_co2(
    hass: HomeAssistant, entry: MockConfigEntry, foretold: Foretold
) -> None:
    grams = (300.0, 250.0, 100.0, 120.0, 260.0)
    foretold.answers["co2"] = CarbonOutlook(zone=BERLIN, predicted=_series(*grams))
    await set_up(hass, entry)
    best = await _told(
        hass, "find_window", objective="co2", duration="02:00:00", power=1.0
    )
    assert best["start"] == (START + 2 * HOUR).isoformat()
    assert best["co2"] == 110.0
    assert best["cost"] is best["currency"] is best["share"] is None
    # Of the rest of the two days nothing is known.
    assert best["complete"] is False
    deadline = (START + 5 * HOUR).isoformat()
    best = await _told(
        *(hass, "find_window"), objective="co2", duration="00:30:00", deadline=deadline
    )
    assert best["complete"] is True


async def test_a_planner_that_has_co2(
    hass: HomeAssistant, entry: MockConfigEntry, foretold: Foretold
) -> None:
    """Its form offers it, its loads go by it, and so does who asks once."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    grams = (300.0, 250.0, 100.0, 120.0, 260.0, *[280.0] * 60)
    foretold.answers["co2"] = CarbonOutlook(zone=BERLIN, predicted=_series(*grams))
    await set_up(hass, entry)
    (source,) = sources(hass, CarbonOutlook)
    load = dishwasher(objective="co2", begin="00:00:00", end="00:00:00")
    planner = planner_of(hass, load, price=None, currency=None, base_load=None)
    await set_up(hass, planner)
    form = await planner.start_reconfigure_flow(hass)
    flows = hass.config_entries.flow
    form = await flows.async_configure(form["flow_id"], placed(form, {}))
    assert form["errors"] == {"base": "no_source"}
    form = await flows.async_configure(
        form["flow_id"], placed(form, {"co2": source.key})
    )
    assert form["reason"] == "reconfigure_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert planner.data["co2"] == source.key
    assert times(hass, planner)[0] == START + 2 * HOUR
    assert float(shown(hass, planner, "expected_co2") or 0) == 110
    assert shown(hass, planner, "plan_complete", "binary_sensor") == "on"
    best = await _told(
        hass, "find_window", objective="co2", duration="02:00:00", power=1.0
    )
    assert (best["start"], best["co2"]) == ((START + 2 * HOUR).isoformat(), 110)
