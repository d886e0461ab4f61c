"""What an account shows."""

from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    snapshot_platform,
)
from syrupy.assertion import SnapshotAssertion

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.diagnostics import (
    async_get_config_entry_diagnostics,
)
from tests.accounts import (
    act,
    attributes,
    device,
    entity_id,
    pass_time,
    refresh,
    set_up,
    value,
)
from tests.faces.volue.home import (
    CHARGER_SITE,
    PLACE,
    TANK_SITE,
    account_of,
    location,
    tank,
)
from tests.sandbox.faults import Fault
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import CHARGER, LOCATION, METER_POINT, TANK, USER

BINARY = Platform.BINARY_SENSOR


@pytest.mark.parametrize(
    "platform", [BINARY, Platform.CALENDAR, Platform.EVENT, Platform.SENSOR]
)
async def test_everything(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    volue: VolueSandbox,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
    platform: Platform,
) -> None:
    monkeypatch.setattr("custom_components.energy_portals.PLATFORMS", [platform])
    volue.send_programme()
    await set_up(hass, entry)
    await hass.async_block_till_done(wait_background_tasks=True)
    await snapshot_platform(hass, entity_registry, snapshot, entry.entry_id)


async def test_a_cap_comes_and_goes(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Each moment is shown as it comes, without a call."""
    volue.send_cap(TANK, first=1, values=[4.0, 2.0, 2.0])
    await refresh(hass, loaded, "events")

    def shown() -> tuple[str | None, ...]:
        return tuple(
            value(hass, loaded, TANK_SITE, key)
            for key in ("power_cap", "next_power_cap", "next_power_cap_start")
        )

    assert shown() == ("unknown", "2.0", "2026-10-20T13:00:00+00:00")
    assert value(hass, loaded, TANK_SITE, "power_capped", BINARY) == "off"
    end = value(hass, loaded, TANK_SITE, "next_power_cap_end")
    assert end == "2026-10-20T16:00:00+00:00"
    volue.fail("events", Fault(kind="status", status=503, times=None))
    freezer.move_to(datetime(2026, 10, 20, 13, tzinfo=UTC))
    await pass_time(hass, freezer, timedelta(seconds=1))
    assert shown() == ("4.0", "unknown", "unknown")
    freezer.move_to(datetime(2026, 10, 20, 14, tzinfo=UTC))
    await pass_time(hass, freezer, timedelta(seconds=1))
    assert shown()[0] == "2.0"
    assert value(hass, loaded, TANK_SITE, "power_capped", BINARY) == "on"
    # The portal has been silent all the while; what is over is then not known.
    freezer.move_to(datetime(2026, 10, 20, 16, tzinfo=UTC))
    await pass_time(hass, freezer, timedelta(seconds=1))
    assert shown()[0] == "unavailable"
    volue.heal()
    await refresh(hass, loaded, "events")
    assert shown()[0] == "unknown"
    assert value(hass, loaded, TANK_SITE, "power_capped", BINARY) == "off"


async def test_incentives(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    """What is not listed of a day with a curve adds nothing; others are not known."""
    assert entity_id(hass, loaded, TANK_SITE, "incentive") is None
    volue.send_incentive(TANK, first=1, values=[0.75, -0.25])
    await refresh(hass, loaded, "events")
    assert value(hass, loaded, TANK_SITE, "incentive") == "0.0"
    assert value(hass, loaded, TANK_SITE, "next_incentive") == "0.75"
    assert value(hass, loaded, TANK_SITE, "lowest_incentive_today") == "-0.25"
    told = attributes(hass, loaded, TANK_SITE, "incentive")
    assert told["unit_of_measurement"] == "NOK/kWh"
    # The tank's location has them as well, the charger has none.
    assert value(hass, loaded, PLACE, "next_incentive") == "0.75"
    assert entity_id(hass, loaded, CHARGER_SITE, "incentive") is None
    assert entity_id(hass, loaded, TANK_SITE, "price") is None
    found: Any = await act(
        hass, "get_prices", device_id=device(hass, loaded, TANK_SITE).id
    )
    assert found["unit"] == "NOK/kWh"
    hours = {each["start"]: each["value"] for each in found["slots"]}
    assert len(hours) == 24
    assert hours["2026-10-20T13:00:00+00:00"] == 0.75
    assert sum(hours.values()) == 0.5


async def test_megawatt_hours_and_odd_curves(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    curve = volue.events.curve({volue.hour(): 250}, [TANK])
    curve["priceCurveDelta"]["energyUnit"] = "MWh"
    volue.events.send(curve)
    odd = volue.events.curve({volue.hour(): 9.0}, [CHARGER])
    del odd["priceCurveDelta"]["currency"]
    volue.events.send(odd)
    await refresh(hass, loaded, "events")
    assert value(hass, loaded, TANK_SITE, "incentive") == "0.25"
    # Without a currency it says nothing.
    assert entity_id(hass, loaded, CHARGER_SITE, "incentive") is None


async def test_overlapping_caps(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    """All of them hold, so that the lowest counts."""
    volue.send_cap(TANK, values=[5.0, 5.0])
    volue.send_cap(TANK, values=[0])
    volue.send_cap(TANK, values=[7.0])
    await refresh(hass, loaded, "events")
    assert value(hass, loaded, TANK_SITE, "power_cap") == "0.0"


async def test_the_calendar(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    volue.send_cap(TANK, first=2, values=[3.0, 3.0, 1.0])
    volue.send_incentive(TANK, first=1, values=[0.5])
    volue.send_cap(first=2, values=[2.0], reserved=True)
    await refresh(hass, loaded, "events")
    found: Any = await hass.services.async_call(
        "calendar",
        "get_events",
        {
            "entity_id": entity_id(hass, loaded, TANK_SITE, "flexibility", "calendar"),
            "duration": {"hours": 8},
        },
        blocking=True,
        return_response=True,
    )
    (events,) = (each["events"] for each in found.values())
    assert [(each["summary"], each["description"]) for each in events] == [
        ("Incentives and caps: +0.5 NOK/kWh", "ID: event-0002"),
        ("Incentives and caps: ≤ 3 kW", "ID: event-0001"),
        ("Incentives and caps: ≤ 1 kW", "ID: event-0001"),
    ]
    at_place = entity_id(hass, loaded, PLACE, "flexibility", "calendar")
    found = await hass.services.async_call(
        "calendar",
        "get_events",
        {"entity_id": at_place, "duration": {"hours": 8}},
        blocking=True,
        return_response=True,
    )
    (events,) = (each["events"] for each in found.values())
    assert [each["summary"] for each in events] == [
        "Incentives and caps: +0.5 NOK/kWh",
        "Incentives and caps: (2 kW)",
    ]


async def test_hours_to_report(
    hass: HomeAssistant, entry: MockConfigEntry, volue: VolueSandbox
) -> None:
    await set_up(hass, entry)
    volue.send_incentive(TANK, first=-2, values=[0.5, 0.5, 0.5])
    await refresh(hass, entry, "events")
    assert value(hass, entry, TANK_SITE, "hours_to_report") == "2"


async def test_the_portal_is_down_at_the_start(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    """What was received holds, whoever is down."""
    volue.send_cap(TANK)
    volue.send_incentive(TANK, first=0)
    await refresh(hass, loaded, "events")
    assert await hass.config_entries.async_unload(loaded.entry_id)
    volue.fail("*", Fault(kind="reset", times=None))
    await set_up(hass, loaded)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert value(hass, loaded, TANK_SITE, "power_cap") == "3.0"
    assert value(hass, loaded, TANK_SITE, "incentive") == "0.5"
    assert value(hass, loaded, CHARGER_SITE, "power_cap") == "unavailable"
    assert value(hass, loaded, "user", "last_event") == "2026-10-20T12:05:00+00:00"


async def test_a_part_that_is_added_sees_what_was_sent_before(
    hass: HomeAssistant, account: dict[str, Any], volue: VolueSandbox
) -> None:
    entry = account_of(hass, account, location())
    await set_up(hass, entry)
    volue.send_cap(TANK)
    await refresh(hass, entry, "events")
    assert entry.runtime_data.feeds["events"].data["user"].records == ()
    given = tank()
    hass.config_entries.async_add_subentry(
        entry,
        ConfigSubentry(
            data=given["data"],  # type: ignore[arg-type]
            subentry_type="resource",
            title="Tank",
            unique_id=TANK_SITE,
        ),
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    assert value(hass, entry, TANK_SITE, "power_cap") == "3.0"


async def test_pages(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    """All that was missed is read, page by page, back to where it is known."""
    for number in range(250):
        volue.send_cap(TANK, first=number % 3, ago=number)
    volue.calls.clear()
    await refresh(hass, loaded, "events")
    asked = [call.query["page"] for call in volue.calls if call.operation == "events"]
    assert asked == ["1", "2", "3"]
    log = loaded.runtime_data.feeds["events"].data[TANK_SITE]
    assert len(log.records) == 250
    # Old ones end the reading.
    for number in range(250):
        volue.send_cap(TANK, ago=3 * 86_400 + number)
    volue.calls.clear()
    await refresh(hass, loaded, "events")
    asked = [call.query["page"] for call in volue.calls if call.operation == "events"]
    assert asked == ["1", "2", "3"]
    log = loaded.runtime_data.feeds["events"].data[TANK_SITE]
    assert len(log.records) == 250


async def test_old_records_go(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    volue.send_cap(TANK)
    await refresh(hass, loaded, "events")
    freezer.tick(timedelta(days=46))
    volue.send_cap(TANK)
    await refresh(hass, loaded, "events")
    log = loaded.runtime_data.feeds["events"].data[TANK_SITE]
    assert [each.event_id for each in log.records] == ["event-0002"]
    assert [each.number for each in log.records] == [2]


async def test_news_after_a_long_silence(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Arrivals are counted on, or the next one would be taken for an old one."""
    for _ in range(3):
        volue.send_cap(TANK)
    await refresh(hass, loaded, "events")
    for _ in range(2):
        freezer.tick(timedelta(days=46))
        await refresh(hass, loaded, "events")
    log = loaded.runtime_data.feeds["events"].data[TANK_SITE]
    assert [each.number for each in log.records] == [3]
    volue.send_cap(TANK)
    await refresh(hass, loaded, "events")
    told = attributes(hass, loaded, TANK_SITE, "power_cap_sent", Platform.EVENT)
    assert told["event_id"] == "event-0004"


async def test_nothing_new_changes_nothing(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    volue: VolueSandbox,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A look without news neither works anything out again nor writes a file."""
    volue.send_cap(TANK)
    await refresh(hass, loaded, "events")
    before = dict(loaded.runtime_data.feeds["events"].data)
    freezer.tick(timedelta(minutes=10))
    await refresh(hass, loaded, "events")
    after = loaded.runtime_data.feeds["events"].data
    assert after.keys() == before.keys()
    assert all(after[key] is before[key] for key in before)


async def test_nothing_personal_in_diagnostics(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    volue.send_programme()
    await refresh(hass, loaded, "sites", *loaded.runtime_data.feeds)
    text = str(await async_get_config_entry_diagnostics(hass, loaded))
    for secret in (
        *(USER, TANK, LOCATION, METER_POINT, volue.client_id, volue.client_secret),
        *(loaded.data["webhook_id"], loaded.data["webhook_secret"]),
    ):
        assert secret not in text


async def test_the_log_holds_no_secret(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    volue: VolueSandbox,
    caplog: pytest.LogCaptureFixture,
) -> None:
    hass.config.external_url = "https://home.example"
    caplog.set_level("DEBUG", "custom_components.energy_portals")
    said = f"secret {volue.client_secret} of {USER} at {entry.data['webhook_id']}"
    body = f'{{"title": "{said}"}}'
    volue.fail("webhook_create", Fault(kind="status", status=400, body=body))
    volue.fail("eligibility", Fault(kind="status", status=400, body=body))
    await set_up(hass, entry)
    ours = "\n".join(
        state.getMessage() for state in caplog.records if DOMAIN in state.name
    )
    assert "HTTP 400" in ours
    for secret in (
        *(volue.client_secret, USER, volue.client_id),
        *(entry.data["webhook_id"], entry.data["webhook_secret"]),
    ):
        assert secret not in ours
