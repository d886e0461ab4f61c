"""The actions of an account."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from tests.accounts import act, device, refresh, refused, set_up, value
from tests.faces.volue.home import (
    CHARGER_SITE,
    PLACE,
    TANK_SITE,
    VEHICLE_SITE,
    account_of,
    location,
    tank,
)
from tests.sandbox.faults import Fault
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import CHARGER, LOCATION, METER_POINT, TANK, USER

HOURS = [
    {"start": "2026-10-20T10:00:00+00:00", "energy": 1.5},
    {"start": "2026-10-20T09:00:00+00:00", "energy": "0"},
]
_POINTS = [
    {"timestamp": "2026-10-20T09:00:00.000Z", "kiloWattHours": 0.0},
    {"timestamp": "2026-10-20T10:00:00.000Z", "kiloWattHours": 1.5},
]


def _id(hass: HomeAssistant, entry: MockConfigEntry, site: str) -> str:
    return device(hass, entry, site).id


async def test_acknowledging(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    one = str(volue.send_cap(CHARGER, first=1)["event_id"])
    two = str(volue.send_cap(CHARGER, first=2)["event_id"])
    over = str(volue.send_cap(CHARGER, first=-3)["event_id"])
    await refresh(hass, loaded, "events")
    charger = _id(hass, loaded, CHARGER_SITE)
    await act(hass, "acknowledge_power_cap", device_id=charger, event_id=one)
    assert len(volue.events.told_of(one)["acknowledged"]) == 1
    assert volue.events.told_of(two)["reports"] == 0
    await act(hass, "acknowledge_power_cap", device_id=charger, answer="declined")
    assert len(volue.events.told_of(two)["declined"]) == 1
    assert volue.events.told_of(over)["reports"] == 0
    # Nothing waits any more, and no such event is the charger's.
    key = await refused(hass, "acknowledge_power_cap", device_id=charger)
    assert key == "no_such_cap"
    key = await refused(
        hass, "acknowledge_power_cap", device_id=charger, event_id="event-0"
    )
    assert key == "no_such_cap"
    # A changed mind is told, too.
    await act(
        hass,
        "acknowledge_power_cap",
        device_id=charger,
        event_id=one,
        answer="declined",
    )
    assert len(volue.events.told_of(one)["declined"]) == 1
    assert value(hass, loaded, CHARGER_SITE, "next_power_cap") == "unknown"


async def test_acknowledging_by_another_name(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    """The portal's page spells the report's type otherwise than its document."""
    volue.send_cap(CHARGER, first=1)
    await refresh(hass, loaded, "events")
    with pytest.raises(HomeAssistantError) as raised:
        await act(
            hass,
            "acknowledge_power_cap",
            device_id=_id(hass, loaded, CHARGER_SITE),
            report_type="ResourceLPCAcknowledged",
        )
    # The simulated portal keeps to the document.
    assert raised.value.translation_key == "rejected"
    assert volue.calls[-1].status == 400 or volue.calls[-2].status == 400
    waits = value(hass, loaded, CHARGER_SITE, "cap_to_answer", "binary_sensor")
    assert waits == "on"


async def test_reporting_usage(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    event = str(volue.send_cap(TANK, first=-3, values=[1.0, 1.0])["event_id"])
    await act(
        hass,
        "report_energy_usage",
        device_id=_id(hass, loaded, TANK_SITE),
        hours=HOURS,
        event_id=event,
    )
    await act(
        hass, "report_energy_usage", device_id=_id(hass, loaded, PLACE), hours=HOURS
    )
    assert [each["payloads"] for each in volue.events.reports] == [
        [
            {
                "resourceId": TANK,
                "locationId": LOCATION,
                "meterPointId": METER_POINT,
                "points": _POINTS,
                "resolution": "01:00:00",
                "payloadType": "EnergyUsage",
            }
        ],
        [
            {
                "locationId": LOCATION,
                "meterPointId": METER_POINT,
                "points": _POINTS,
                "resolution": "01:00:00",
                "payloadType": "LocationEnergyUsage",
            }
        ],
    ]
    assert [each["eventId"] for each in volue.events.reports] == [event, None]


async def test_a_named_meter_point_of_a_resource(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    """What is named counts, whatever the resource was registered with."""
    await act(
        hass,
        "report_energy_usage",
        device_id=_id(hass, loaded, TANK_SITE),
        hours=HOURS,
        meter_point_id="another",
    )
    (report,) = volue.events.reports
    assert report["payloads"][0]["meterPointId"] == "another"


@pytest.mark.parametrize(
    ("hours", "reason"),
    [
        ([{"start": "2026-10-20T10:30:00Z", "energy": 1}], "not_a_whole_hour"),
        ([HOURS[0], HOURS[0]], "hour_comes_twice"),
        ([{"start": "2026-10-20T12:00:00Z", "energy": 1}], "hour_is_not_over"),
    ],
)
async def test_hours_that_cannot_be(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    hours: list[dict[str, Any]],
    reason: str,
) -> None:
    tank_id = _id(hass, loaded, TANK_SITE)
    key = await refused(hass, "report_energy_usage", device_id=tank_id, hours=hours)
    assert key == reason
    assert volue.events.reports == []


@pytest.mark.parametrize(
    "hours",
    [[], [{"start": "yesterday", "energy": 1}], [{"energy": 1}], [{"start": "2026"}]],
)
async def test_hours_of_odd_shape(
    hass: HomeAssistant, loaded: MockConfigEntry, hours: list[Any]
) -> None:
    with pytest.raises(vol.Invalid):
        await act(
            hass,
            "report_energy_usage",
            device_id=_id(hass, loaded, TANK_SITE),
            hours=hours,
        )


async def test_meter_points_of_a_location(
    hass: HomeAssistant, account: dict[str, Any], volue: VolueSandbox
) -> None:
    volue.partner.locations[LOCATION]["meterPointIds"].append("2")
    two = location(meter_point_ids=[METER_POINT, "2"])
    entry = account_of(hass, account, two)
    await set_up(hass, entry)
    place = _id(hass, entry, PLACE)
    key = await refused(hass, "report_energy_usage", device_id=place, hours=HOURS)
    assert key == "choose_meter_point"
    await act(
        hass,
        "report_energy_usage",
        device_id=place,
        hours=HOURS,
        meter_point_id="2",
    )
    (report,) = volue.events.reports
    assert report["payloads"][0]["meterPointId"] == "2"


async def test_reporting_a_plan(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    coming = [{"start": "2026-10-20T18:00:00+00:00", "energy": 2}]
    # The only location is meant.
    await act(hass, "report_usage_plan", baseline=coming, flexibility=coming)
    (report,) = volue.events.reports
    assert report["payloads"] == [
        {
            "locationId": LOCATION,
            "meterPointId": METER_POINT,
            "baseline": [
                {"timestamp": "2026-10-20T18:00:00.000Z", "kiloWattHours": 2.0}
            ],
            "flexibility": [
                {"timestamp": "2026-10-20T18:00:00.000Z", "kiloWattHours": 2.0}
            ],
            "resolution": "01:00:00",
            "payloadType": "LocationEnergyUsagePlan",
        }
    ]


async def test_simulating(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    tank_id, place = _id(hass, loaded, TANK_SITE), _id(hass, loaded, PLACE)
    await act(
        hass, "simulate_event", device_id=tank_id, kind="power_cap", value=2, hours=2
    )
    assert value(hass, loaded, TANK_SITE, "power_cap") == "2.0"
    await act(hass, "simulate_event", device_id=place, kind="power_cap", value=1)
    assert value(hass, loaded, PLACE, "power_cap") == "1.0"
    await act(
        hass,
        "simulate_event",
        device_id=tank_id,
        kind="incentive",
        value=-0.5,
        start="2026-10-20T12:00:00+00:00",
    )
    assert value(hass, loaded, TANK_SITE, "incentive") == "-0.5"
    await act(hass, "simulate_event", device_id=place, kind="eligibility")
    kinds = [row["payload"]["payloadType"] for row in volue.events.rows]
    assert kinds == ["ResourceLPC", "LocationLPC", "PriceCurve", "UserEligibility"]


@pytest.mark.parametrize(
    ("fields", "area", "currency"),
    [
        ({}, "NO1", "NOK"),
        *(({"area": area}, area, "SEK") for area in ("SE1", "SE2", "SE3", "SE4")),
        *(({"area": area}, area, "DKK") for area in ("DK1", "DK2")),
        ({"area": "FI"}, "FI", "EUR"),
        ({"area": "NO5", "currency": "EUR"}, "NO5", "EUR"),
    ],
)
async def test_simulating_in_every_area(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    fields: dict[str, Any],
    area: str,
    currency: str,
) -> None:
    tank_id = _id(hass, loaded, TANK_SITE)
    given = {"device_id": tank_id, "kind": "incentive", "value": 0.25, **fields}
    await act(hass, "simulate_event", **given)
    (row,) = volue.events.rows
    assert row["payload"]["priceArea"] == area
    assert row["payload"]["priceCurveDelta"]["currency"] == currency


@pytest.mark.parametrize(
    ("site", "fields", "reason"),
    [
        (TANK_SITE, {"kind": "power_cap"}, "value_is_missing"),
        (PLACE, {"kind": "incentive", "value": 1}, "not_for_this_site"),
        (VEHICLE_SITE, {"kind": "incentive", "value": 1}, "not_for_this_site"),
        (VEHICLE_SITE, {"kind": "power_cap", "value": 1}, "not_for_this_site"),
    ],
)
async def test_what_cannot_be_simulated(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    site: str,
    fields: dict[str, Any],
    reason: str,
) -> None:
    found = await refused(
        hass, "simulate_event", device_id=_id(hass, loaded, site), **fields
    )
    assert found == reason
    assert volue.events.rows == []


async def test_no_simulation_in_production(
    hass: HomeAssistant, account: dict[str, Any], volue: VolueSandbox
) -> None:
    entry = account_of(hass, {**account, "environment": "production"}, tank())
    await set_up(hass, entry)
    assert await refused(hass, "simulate_event", kind="eligibility") == "sandbox_only"
    assert volue.events.rows == []


async def test_getting_events(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    volue.send_cap(TANK, ago=8 * 86_400)
    volue.send_cap(TANK, ago=7200)
    volue.send_incentive("e5f6a7b8-0c1d-4e2f-8a3b-4c5d6e7f8091", ago=3600)
    volue.send_unknown()
    found: Any = await act(hass, "get_events")
    assert [each["id"] for each in found["events"]] == [
        *("event-0004", "event-0003", "event-0002")
    ]
    newest = found["events"][0]
    assert newest["kind"] == "Weather"
    assert newest["created"] == "2026-10-20T12:05:00+00:00"
    assert newest["payload"] == {"sun": 3, "payloadType": "Weather"}
    found = await act(hass, "get_events", kind="ResourceLPC", start="2026-10-01")
    assert [each["id"] for each in found["events"]] == ["event-0002", "event-0001"]
    found = await act(hass, "get_events", limit=1, end="2026-10-20T11:30:00+00:00")
    assert [each["id"] for each in found["events"]] == ["event-0003"]


async def test_an_event_that_is_too_deep_to_be_told(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    """It is an answer that nobody expects, and not an error of ours."""
    deep = f'{{"payloadType": "Weather", "sun": {"[" * 200_000}{"]" * 200_000}}}'
    event = f'{{"id": "event-1", "createdAt": null, "payload": {deep}}}'
    body = f'{{"pagination": {{"currentPage": 1}}, "events": [{event}]}}'
    volue.fail("events", Fault(kind="raw", body=body))
    with pytest.raises(HomeAssistantError, match="cannot be read") as raised:
        await act(hass, "get_events")
    assert raised.value.translation_key == "unexpected_response"


async def test_getting_compensation_and_enrollment(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    found: Any = await act(hass, "get_compensation")
    assert found["period"] == {"from": "2026-10-01", "to": "2026-10-20"}
    (at_home,) = found["location_compensations"]
    assert at_home["active_amount"] == 12.75
    assert at_home["problems"][0]["problem_type"].startswith("Compensation")
    found = await act(hass, "get_enrollment")
    assert found["is_enrolled"] is True
    assert found["is_eligible"] is True
    assert found["user_id"] == USER


async def test_setting_enrollment(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    await act(hass, "set_enrollment", enrolled=False)
    assert USER not in volue.partner.enrolled
    assert value(hass, loaded, "user", "enrolled", "binary_sensor") == "off"
    await act(hass, "set_enrollment", enrolled=True)
    assert value(hass, loaded, "user", "enrolled", "binary_sensor") == "on"
    volue.fail("enrollment_delete", Fault(kind="status", status=503, times=2))
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "set_enrollment", enrolled=False)
    assert raised.value.translation_key == "cannot_connect"


async def test_the_account_is_no_target_of_a_cap(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Of several sites one has to be named."""
    assert await refused(hass, "acknowledge_power_cap") == "choose_site"
    user = _id(hass, loaded, "user")
    key = await refused(hass, "get_prices", device_id=user)
    assert key == "no_data"
