"""What the planner has planned for a location is told once, and when it changes."""

from datetime import timedelta
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.accounts import pass_time, set_up
from tests.faces.planner.home import dishwasher, planner_of
from tests.faces.volue.home import PLACE, account_of, location
from tests.sandbox.faults import Fault
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import LOCATION, METER_POINT, USER

QUARTER: Final = timedelta(minutes=15)
HERE: Final = f"volue:sandbox:{USER}:{PLACE}"


def _hours(payload: dict[str, Any], name: str) -> dict[str, float]:
    """Return a curve of a report by the beginning of its hours."""
    return {each["timestamp"]: each["kiloWattHours"] for each in payload[name]}


async def _start(
    hass: HomeAssistant, account: dict[str, Any], **place: Any
) -> tuple[MockConfigEntry, MockConfigEntry]:
    """Set up a planner that goes by a location's caps, and the location's account."""
    await hass.config.async_set_time_zone("Europe/Oslo")
    planner = planner_of(hass, dishwasher(), caps=HERE, base_load=0.4)
    entry = account_of(hass, account, location(**place))
    # The first account sets up all others.
    await set_up(hass, entry)
    return entry, planner


async def _later(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, quarters: int = 2
) -> None:
    for _ in range(quarters):
        await pass_time(hass, freezer, QUARTER)
        await hass.async_block_till_done(wait_background_tasks=True)


async def test_nothing_is_told_unless_the_user_wants_it(
    hass: HomeAssistant,
    account: dict[str, Any],
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    await _start(hass, account)
    await _later(hass, freezer)
    assert volue.events.reports == []


async def test_a_plan_is_told_once_and_again_when_it_changes(
    hass: HomeAssistant,
    account: dict[str, Any],
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    entry, planner = await _start(hass, account, reports_plan=True)
    await _later(hass, freezer)
    # The planner may be there before it knows of the caps, and so plans nothing yet.
    told = len(volue.events.reports)
    report = volue.events.reports[-1]
    assert report["eventId"] is None
    (payload,) = report["payloads"]
    named = {key: payload[key] for key in ("payloadType", "locationId", "meterPointId")}
    assert named == {
        "payloadType": "LocationEnergyUsagePlan",
        "locationId": LOCATION,
        "meterPointId": METER_POINT,
    }
    # Nothing is known of what the dishwasher does from the evening of tomorrow on.
    baseline, movable = _hours(payload, "baseline"), _hours(payload, "flexibility")
    assert baseline.keys() == movable.keys()
    assert (min(baseline), max(baseline)) == (
        "2026-10-20T13:00:00.000Z",
        "2026-10-21T15:00:00.000Z",
    )
    runs = {"2026-10-21T03:00:00.000Z", "2026-10-21T04:00:00.000Z"}
    assert movable == {at: 1.2 if at in runs else 0.0 for at in baseline}
    assert baseline == {at: 1.6 if at in runs else 0.4 for at in baseline}

    # Neither time nor a restart makes another plan of it.
    await _later(hass, freezer, 6)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await _later(hass, freezer)
    assert len(volue.events.reports) == told

    (part,) = planner.subentries.values()
    hass.config_entries.async_update_subentry(
        planner, part, data={**part.data, "takes_part": False}
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    await _later(hass, freezer)
    assert len(volue.events.reports) == told + 1
    (payload,) = volue.events.reports[-1]["payloads"]
    assert set(_hours(payload, "flexibility").values()) == {0.0}
    state = hass.states.get("sensor.home_usage_plan_reported")
    assert state is not None
    assert state.state.startswith("2026-10-20T")


async def test_a_plan_that_could_not_be_told_is_told_later(
    hass: HomeAssistant,
    account: dict[str, Any],
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    volue.fail("report_create", Fault(kind="status", status=503, times=None))
    await _start(hass, account, reports_plan=True)
    await _later(hass, freezer)
    assert volue.events.reports == []
    volue.heal()
    await _later(hass, freezer)
    assert len(volue.events.reports) >= 1


async def test_two_planners_of_one_place_are_not_added_up(
    hass: HomeAssistant,
    account: dict[str, Any],
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What the home draws by itself would be told twice."""
    planner_of(hass, dishwasher(), unique_id="planner:two", caps=HERE)
    await _start(hass, account, reports_plan=True)
    await _later(hass, freezer)
    assert volue.events.reports == []
