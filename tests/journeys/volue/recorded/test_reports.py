"""Energy is reported: complete hours, once, in time."""

from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.accounts import pass_time, refresh, set_up
from tests.faces.volue.conftest import NOW
from tests.faces.volue.home import METER, account_of, issues, location, reported, tank
from tests.journeys.volue.recorded.meter import HOUR, hours_from, meter
from tests.sandbox.faults import Fault
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import LOCATION, TANK


async def test_energy_of_an_incentive(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Hours are reported once all are over and measured, as one report."""
    event = str(
        volue.send_incentive(TANK, first=-2, values=[0.5, 0.5, 0.5])["event_id"]
    )
    begin = volue.hour(-3)
    await meter(hass, hours_from(begin, 0.0, 1.25, 0.5))
    told = await reported(hass, loaded, volue, event)
    # The third hour has begun at noon, and is not over.
    assert told["reports"] == 0
    await meter(hass, hours_from(begin, 0.0, 1.25, 0.5, 2.0))
    await pass_time(hass, freezer, timedelta(minutes=57))
    told = volue.events.told_of(event)
    assert told["reports"] == 1
    assert told["hours"] == {
        TANK: {
            "2026-10-20T10:00:00+00:00": [1.25],
            "2026-10-20T11:00:00+00:00": [0.5],
            "2026-10-20T12:00:00+00:00": [2.0],
        }
    }
    (report,) = volue.events.reports
    assert report["payloads"][0]["points"][0]["timestamp"] == "2026-10-20T10:00:00.000Z"
    for _ in range(4):
        await pass_time(hass, freezer, HOUR)
    assert volue.events.told_of(event)["reports"] == 1


async def test_a_late_hour(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    """An hour that is not measured is waited for; at the last call the rest goes."""
    event = str(volue.send_incentive(TANK, first=-3, values=[0.5, 0.5])["event_id"])
    await meter(hass, hours_from(volue.hour(-4), 0.0, 1.0))
    begin = volue.hour(-4)
    assert (await reported(hass, loaded, volue, event))["reports"] == 0
    # The deadline is the end of the next local day.
    freezer.move_to(datetime(2026, 10, 21, 19, 50, tzinfo=UTC))
    await pass_time(hass, freezer, timedelta(minutes=1))
    assert volue.events.told_of(event)["reports"] == 0
    freezer.move_to(datetime(2026, 10, 21, 20, 1, tzinfo=UTC))
    await pass_time(hass, freezer, timedelta(minutes=5))
    assert volue.events.told_of(event)["hours"] == {
        TANK: {"2026-10-20T09:00:00+00:00": [1.0]}
    }
    await meter(hass, hours_from(begin, 0.0, 1.0, 3.0))
    await pass_time(hass, freezer, timedelta(minutes=11))
    assert volue.events.told_of(event)["hours"][TANK] == {
        "2026-10-20T09:00:00+00:00": [1.0],
        "2026-10-20T10:00:00+00:00": [3.0],
    }
    assert issues(hass) == {}


async def test_the_deadline_passes(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    event = str(volue.send_incentive(TANK, first=-2, values=[0.5])["event_id"])
    assert (await reported(hass, loaded, volue, event))["reports"] == 0
    freezer.move_to(datetime(2026, 10, 21, 21, 58, tzinfo=UTC))
    await refresh(hass, loaded, "events")
    assert issues(hass) == {}
    freezer.move_to(datetime(2026, 10, 21, 22, 1, tzinfo=UTC))
    await refresh(hass, loaded, "events")
    assert list(issues(hass).values()) == ["report_missed"]
    # Late is better than never, for some hours yet.
    await meter(hass, hours_from(volue.hour(-38), *([0.5] * 38)))
    await pass_time(hass, freezer, timedelta(minutes=11))
    assert volue.events.told_of(event)["reports"] == 1
    await refresh(hass, loaded, "events")
    assert issues(hass) == {}


async def test_too_late_for_everything(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    event = str(volue.send_incentive(TANK, first=-2, values=[0.5])["event_id"])
    await reported(hass, loaded, volue, event)
    freezer.move_to(datetime(2026, 10, 22, 4, 1, tzinfo=UTC))
    await meter(hass, hours_from(volue.hour(-44), *([0.5] * 44)))
    assert (await reported(hass, loaded, volue, event))["reports"] == 0
    assert list(issues(hass).values()) == ["report_missed"]


async def test_the_portal_takes_it_at_last(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    await meter(hass, hours_from(volue.hour(-4), *([0.5] * 4)))
    volue.fail("report_create", Fault(kind="status", status=500, times=4))
    event = str(volue.send_incentive(TANK, first=-2, values=[0.5])["event_id"])
    assert (await reported(hass, loaded, volue, event))["reports"] == 0
    for _ in range(6):
        await pass_time(hass, freezer, timedelta(minutes=5))
    assert volue.events.told_of(event)["reports"] == 1


@pytest.mark.parametrize(
    ("now", "first", "expected"),
    [
        # The night of autumn has three o'clock twice in Oslo, but no hour twice in UTC.
        (
            datetime(2026, 10, 25, 3, 5, tzinfo=UTC),
            datetime(2026, 10, 25, 0, tzinfo=UTC),
            ["2026-10-25T00:00:00+00:00", "2026-10-25T01:00:00+00:00"],
        ),
        (
            datetime(2026, 3, 29, 3, 5, tzinfo=UTC),
            datetime(2026, 3, 29, 0, tzinfo=UTC),
            ["2026-03-29T00:00:00+00:00", "2026-03-29T01:00:00+00:00"],
        ),
    ],
)
async def test_nights_of_the_clock(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
    now: datetime,
    first: datetime,
    expected: list[str],
) -> None:
    freezer.move_to(now)
    await set_up(hass, entry)
    await meter(hass, hours_from(first - HOUR, 9.0, 1.0, 2.0))
    curve = volue.events.curve({first: 0.5, first + HOUR: 0.5}, [TANK])
    event = volue.events.send(curve)
    told = await reported(hass, entry, volue, event["id"])
    assert told["hours"] == {TANK: dict(zip(expected, [[1.0], [2.0]], strict=True))}


async def test_last_hours_of_a_month(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    """On a month's last day what is over goes before the month ends."""
    freezer.move_to(datetime(2026, 10, 31, 15, 5, tzinfo=UTC))
    await set_up(hass, entry)
    # From 21:00 to midnight in Oslo.
    first = datetime(2026, 10, 31, 20, tzinfo=UTC)
    event = volue.events.send(
        volue.events.curve(hours_from(first, 0.5, 0.5, 0.5), [TANK])
    )
    await refresh(hass, entry, "events")
    freezer.move_to(datetime(2026, 10, 31, 22, 5, tzinfo=UTC))
    # The third has begun, and the meter tells of it already.
    await meter(hass, hours_from(first - HOUR, 0.0, 1.0, 2.0, 0.25))
    await pass_time(hass, freezer, timedelta(minutes=10))
    hours = volue.events.told_of(event["id"])["hours"][TANK]
    assert list(hours.values()) == [[1.0], [2.0]]
    # The last one ends with the month; it is reported all the same, and not missed.
    freezer.move_to(datetime(2026, 10, 31, 23, 5, tzinfo=UTC))
    volue.fail("report_create", Fault(kind="status", status=500, times=None))
    await reported(hass, entry, volue, event["id"])
    assert issues(hass) == {}
    volue.heal()
    everything = hours_from(first - HOUR, 0.0, 1.0, 2.0, 3.0)
    await meter(hass, everything)
    await pass_time(hass, freezer, timedelta(minutes=10))
    hours = volue.events.told_of(event["id"])["hours"][TANK]
    assert list(hours.values()) == [[1.0], [2.0], [3.0]]


async def test_caps_and_locations(
    hass: HomeAssistant, account: dict[str, Any], volue: VolueSandbox
) -> None:
    """A location's meter point is reported; of a declined cap nothing is."""
    entry = account_of(
        hass,
        account,
        location(energy=METER),
        tank(energy=METER, policy="decline"),
    )
    await set_up(hass, entry)
    await meter(hass, hours_from(volue.hour(-4), *([0.75] * 4)))
    place = str(volue.send_cap(first=-2, values=[3.0])["event_id"])
    reserved = str(volue.send_cap(first=-2, values=[3.0], reserved=True)["event_id"])
    curve = str(volue.send_incentive(TANK, first=-2)["event_id"])
    told = await reported(hass, entry, volue, place)
    assert told["hours"] == {LOCATION: {"2026-10-20T10:00:00+00:00": [0.75]}}
    assert volue.events.told_of(reserved)["reports"] == 0
    told = volue.events.told_of(curve)
    # Both payloads of one event are in one report.
    assert told["reports"] == 1
    assert set(told["hours"]) == {TANK, LOCATION}


async def test_a_declined_cap_is_notreported(
    hass: HomeAssistant,
    account: dict[str, Any],
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    entry = account_of(hass, account, tank(energy=METER, policy="decline"))
    await set_up(hass, entry)
    event = str(volue.send_cap(TANK, first=0)["event_id"])
    await refresh(hass, entry, "events")
    await hass.async_block_till_done(wait_background_tasks=True)
    await meter(hass, hours_from(volue.hour(-2), 1.0, 1.0, 1.0))
    await pass_time(hass, freezer, timedelta(hours=2))
    told = volue.events.told_of(event)
    assert told["hours"] == {}
    assert len(told["declined"]) == 1


async def test_a_location_without_a_meter_point(
    hass: HomeAssistant, account: dict[str, Any], volue: VolueSandbox
) -> None:
    """The portal wants one: nothing is made up."""
    entry = account_of(
        hass,
        account,
        location(meter_point_ids=[], latitude=60.5, longitude=5.1, energy=METER),
        tank(),
    )
    await set_up(hass, entry)
    await meter(hass, hours_from(volue.hour(-4), *([0.75] * 4)))
    curve = str(volue.send_incentive(TANK, first=-2)["event_id"])
    assert (await reported(hass, entry, volue, curve))["reports"] == 0


async def test_events_from_before_there_was_a_statistic(
    hass: HomeAssistant, account: dict[str, Any], volue: VolueSandbox
) -> None:
    """What was late by then is not missed; what was not is reported."""
    since = (NOW - timedelta(hours=1)).isoformat()
    entry = account_of(hass, account, tank(energy=METER, energy_since=since))
    await set_up(hass, entry)
    await meter(hass, hours_from(volue.hour(-80), *([0.5] * 80)))
    old = str(volue.send_incentive(TANK, first=-70, ago=3600)["event_id"])
    recent = str(volue.send_incentive(TANK, first=-10, ago=3600)["event_id"])
    told = await reported(hass, entry, volue, recent)
    assert told["reports"] == 1
    assert volue.events.told_of(old)["reports"] == 0
    assert issues(hass) == {}


# --- the meter ------------------------------------------------------------------------


async def test_unloading_in_the_middle(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    """A automatic action that is under way does not outlive the account."""
    volue.fail("report_create", Fault(kind="delay", seconds=3600, times=None))
    volue.send_cap(TANK, first=1)
    await loaded.runtime_data.feeds["events"].async_refresh()
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert loaded.state is ConfigEntryState.NOT_LOADED
