"""Locations, vehicles and resources: the portal's records follow what the user does."""

from datetime import timedelta
from types import MappingProxyType
from typing import Any, cast

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_USER, ConfigSubentry, SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_schema_suggested_value,
)

from tests.accounts import device, device_names, refresh, set_up, value
from tests.faces.volue.home import (
    METER,
    PLACE,
    TANK_SITE,
    VEHICLE_SITE,
    account_of,
    issues,
    location,
    tank,
)
from tests.folded import placed
from tests.sandbox.faults import Fault
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import (
    CHARGER,
    LOCATION,
    METER_POINT,
    TANK,
    USER,
    VEHICLE,
)

type Form = dict[str, Any]


async def _begin(
    hass: HomeAssistant, entry: MockConfigEntry, kind: str
) -> SubentryFlowResult:
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, kind), context={"source": SOURCE_USER}
    )


async def _enter(
    hass: HomeAssistant, result: SubentryFlowResult, form: Form
) -> SubentryFlowResult:
    answer = await hass.config_entries.subentries.async_configure(
        result["flow_id"], placed(result, form)
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    return answer


def _part(entry: MockConfigEntry, title: str) -> ConfigSubentry:
    return next(part for part in entry.subentries.values() if part.title == title)


@pytest.fixture
async def bare(hass: HomeAssistant, account: dict[str, Any]) -> MockConfigEntry:
    """Return a loaded account without a part."""
    entry = account_of(hass, account)
    await set_up(hass, entry)
    return entry


async def test_a_new_location(
    hass: HomeAssistant, bare: MockConfigEntry, volue: VolueSandbox
) -> None:
    result = await _begin(hass, bare, "location")
    assert result["type"] is FlowResultType.MENU
    result = await _enter(hass, result, {"next_step_id": "new"})
    form: Form = {
        "name": " Cabin ",
        "location_type": "other",
        "meter_point_ids": ["707", " 707", ""],
        "place": {"latitude": 60.5, "longitude": 5, "radius": 10},
        "policy": "decline",
        "energy": METER,
    }
    result = await _enter(hass, result, {**form, "name": " "})
    assert result["errors"] == {"base": "empty"}
    result = await _enter(hass, result, form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    part = _part(bare, "Cabin")
    location_id = part.data["location_id"]
    assert volue.partner.locations[location_id] == {
        "locationId": location_id,
        "locationType": "Other",
        "coordinates": {"latitude": 60.5, "longitude": 5.0},
        "meterPointIds": ["707"],
        "userId": USER,
    }
    assert dict(part.data) == {
        "location_id": location_id,
        "location_type": "Other",
        "meter_point_ids": ["707"],
        "latitude": 60.5,
        "longitude": 5.0,
        "policy": "decline",
        "energy": METER,
        "energy_since": "2026-10-20T12:05:00+00:00",
    }
    # It is a device of its own, beneath the part of the account.
    found = device(hass, bare, f"location:{location_id}")
    assert found.name == "Cabin"
    assert value(hass, bare, f"location:{location_id}", "power_cap") == "unknown"


async def test_a_location_needs_a_meter_point_or_a_place(
    hass: HomeAssistant, bare: MockConfigEntry
) -> None:
    result = await _begin(hass, bare, "location")
    result = await _enter(hass, result, {"next_step_id": "new"})
    form: Form = {"name": "Cabin", "location_type": "other", "policy": "ask"}
    result = await _enter(hass, result, form)
    assert result["errors"] == {"base": "meter_point_or_place"}
    result = await _enter(hass, result, {**form, "meter_point_ids": [METER_POINT]})
    # That meter point is the home's.
    assert result["errors"] == {"base": "rejected"}
    result = await _enter(hass, result, {**form, "meter_point_ids": ["1"]})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_energy_of_several_meter_points(
    hass: HomeAssistant, bare: MockConfigEntry
) -> None:
    """One statistic cannot tell what each has used."""
    result = await _begin(hass, bare, "location")
    result = await _enter(hass, result, {"next_step_id": "new"})
    form: Form = {
        "name": "Cabin",
        "location_type": "other",
        "meter_point_ids": ["1", "2"],
        "policy": "ask",
    }
    result = await _enter(hass, result, {**form, "energy": METER})
    assert result["errors"] == {"base": "energy_of_one_meter_point"}
    # Nor can one plan be that of each.
    result = await _enter(hass, result, {**form, "reports_plan": True})
    assert result["errors"] == {"base": "plan_of_one_meter_point"}
    one = {**form, "meter_point_ids": ["1"], "reports_plan": True}
    result = await _enter(hass, result, one)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (cabin,) = (e for e in bare.subentries.values() if e.title == "Cabin")
    assert cabin.data["reports_plan"] is True


async def test_since_when_energy_is_reported(
    hass: HomeAssistant, account: dict[str, Any], freezer: FrozenDateTimeFactory
) -> None:
    """It stays with the statistic, and begins anew with another."""
    entry = account_of(hass, account, tank())
    await set_up(hass, entry)

    async def change(**fields: str) -> str | None:
        freezer.tick(timedelta(hours=1))
        part = _part(entry, "Tank")
        result = await entry.start_subentry_reconfigure_flow(hass, part.subentry_id)
        await _enter(hass, result, {"name": "Tank", "policy": "ask", **fields})
        since: str | None = _part(entry, "Tank").data.get("energy_since")
        return since

    assert await change(energy=METER) == "2026-10-20T13:05:00+00:00"
    assert await change(energy=METER) == "2026-10-20T13:05:00+00:00"
    assert await change(energy="sensor.other") == "2026-10-20T15:05:00+00:00"
    assert await change() is None


async def test_energy_of_an_entity_that_is_renamed(
    hass: HomeAssistant, account: dict[str, Any], freezer: FrozenDateTimeFactory
) -> None:
    """It is followed, shown under its new id, and reported since the same time."""
    meter = er.async_get(hass).async_get_or_create("sensor", "other", "1")
    entry = account_of(hass, account, tank(energy=meter.entity_id))
    await set_up(hass, entry)
    part = _part(entry, "Tank")
    assert part.data["energy"] == meter.id
    renamed = "sensor.by_another_name"
    er.async_get(hass).async_update_entity(meter.entity_id, new_entity_id=renamed)
    for _ in range(2):
        freezer.tick(timedelta(hours=1))
        result = await entry.start_subentry_reconfigure_flow(hass, part.subentry_id)
        assert result["data_schema"] is not None
        fields = result["data_schema"].schema
        assert get_schema_suggested_value(fields, "energy") == renamed
        form = {"name": "Tank", "policy": "ask", "energy": renamed}
        await _enter(hass, result, form)
        data = _part(entry, "Tank").data
        assert data["energy"] == meter.id
        assert data["energy_since"] == "2026-10-20T13:05:00+00:00"


async def test_a_new_vehicle_where_there_is_none(
    hass: HomeAssistant, bare: MockConfigEntry, volue: VolueSandbox
) -> None:
    del volue.partner.resources[VEHICLE]
    result = await _begin(hass, bare, "vehicle")
    assert result["step_id"] == "new"
    result = await _enter(hass, result, {"name": "Scooter", "policy": "ask"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    resource_id = _part(bare, "Scooter").data["resource_id"]
    assert volue.partner.resources[resource_id]["resourceType"] == "Vehicle"
    assert device(hass, bare, f"resource:{resource_id}").model == "Vehicle"


async def test_a_new_resource(
    hass: HomeAssistant, account: dict[str, Any], volue: VolueSandbox
) -> None:
    entry = account_of(hass, account, location())
    await set_up(hass, entry)
    result = await _begin(hass, entry, "resource")
    result = await _enter(hass, result, {"next_step_id": "new"})
    form = {
        "name": "Heater",
        "resource_type": "hvac",
        "location_id": LOCATION,
        "meter_point_id": "not the home's",
        "policy": "ask",
    }
    result = await _enter(hass, result, form)
    assert result["errors"] == {"base": "rejected"}
    result = await _enter(hass, result, {**form, "meter_point_id": f" {METER_POINT} "})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    resource_id = _part(entry, "Heater").data["resource_id"]
    assert volue.partner.resources[resource_id] == {
        "resourceId": resource_id,
        "resourceType": "HVAC",
        "userId": USER,
        "locationId": LOCATION,
        "meterPointId": METER_POINT,
    }


async def test_a_resource_needs_a_location(
    hass: HomeAssistant, bare: MockConfigEntry
) -> None:
    result = await _begin(hass, bare, "resource")
    result = await _enter(hass, result, {"next_step_id": "new"})
    assert result["reason"] == "location_first"


async def test_taking_over(
    hass: HomeAssistant, bare: MockConfigEntry, volue: VolueSandbox
) -> None:
    before = dict(volue.partner.resources)
    result = await _begin(hass, bare, "resource")
    result = await _enter(hass, result, {"next_step_id": "adopt"})
    form: Form = {"record": TANK_SITE, "name": "Tank", "policy": "acknowledge"}
    result = await _enter(hass, result, {**form, "name": "  "})
    assert result["errors"] == {"base": "empty"}
    result = await _enter(hass, result, form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert _part(bare, "Tank").unique_id == TANK_SITE
    assert volue.partner.resources == before
    # It is no longer offered.
    result = await _begin(hass, bare, "resource")
    result = await _enter(hass, result, {"next_step_id": "adopt"})
    schema = result["data_schema"]
    assert schema is not None
    options = cast(Any, schema.schema["record"]).config["options"]
    assert [each["value"] for each in options] == [f"resource:{CHARGER}"]


@pytest.mark.parametrize(
    ("status", "reason"), [(503, "cannot_connect"), (403, "forbidden")]
)
async def test_the_portal_is_down(
    hass: HomeAssistant,
    bare: MockConfigEntry,
    volue: VolueSandbox,
    status: int,
    reason: str,
) -> None:
    volue.fail("resources", Fault(kind="status", status=status, times=2))
    result = await _begin(hass, bare, "vehicle")
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, reason)


async def test_changing_a_location(
    hass: HomeAssistant, account: dict[str, Any], volue: VolueSandbox
) -> None:
    entry = account_of(hass, account, location(latitude=60.0, longitude=5.0))
    await set_up(hass, entry)
    part = _part(entry, "Home")
    result = await entry.start_subentry_reconfigure_flow(hass, part.subentry_id)
    schema = result["data_schema"]
    assert schema is not None
    assert get_schema_suggested_value(schema.schema, "place") == {
        "latitude": 60.0,
        "longitude": 5.0,
    }
    assert get_schema_suggested_value(schema.schema, "location_type") == "residential"
    form: Form = {
        "name": "House",
        "location_type": "commercial",
        "meter_point_ids": ["1", "2"],
        "policy": "ask",
    }
    volue.fail("location_replace", Fault(kind="status", status=500, times=2))
    result = await _enter(hass, result, form)
    assert result["errors"] == {"base": "cannot_connect"}
    result = await _enter(hass, result, form)
    assert result["reason"] == "reconfigure_successful"
    row = volue.partner.locations[LOCATION]
    assert (row["locationType"], row["meterPointIds"]) == ("Commercial", ["1", "2"])
    assert row["coordinates"] is None
    assert device(hass, entry, PLACE).name == "House"
    assert device(hass, entry, PLACE).model == "Commercial"


async def test_changing_a_resource(
    hass: HomeAssistant, account: dict[str, Any], volue: VolueSandbox
) -> None:
    """The portal cannot change one: what is to be done with it changes here alone."""
    entry = account_of(hass, account, tank(energy=METER))
    await set_up(hass, entry)
    volue.calls.clear()
    part = _part(entry, "Tank")
    result = await entry.start_subentry_reconfigure_flow(hass, part.subentry_id)
    form = {"name": "Boiler", "policy": "acknowledge"}
    result = await _enter(hass, result, form)
    assert result["reason"] == "reconfigure_successful"
    data = _part(entry, "Boiler").data
    assert data["policy"] == "acknowledge"
    assert "energy" not in data
    assert data["resource_type"] == "HotWaterTank"
    writes = {call.operation for call in volue.calls if call.method != "GET"}
    assert writes <= {"token"}
    assert device(hass, entry, TANK_SITE).name == "Boiler"


async def test_removing_a_part(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    part = _part(loaded, "Car")
    hass.config_entries.async_remove_subentry(loaded, part.subentry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert VEHICLE not in volue.partner.resources
    assert "Car" not in device_names(hass, loaded)
    assert {"Tank", "Charger", "Home"} <= device_names(hass, loaded)
    assert VEHICLE_SITE not in loaded.runtime_data.sites.data


async def test_removing_while_the_portal_is_down(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    """It is deleted there once that can be done, whatever comes between."""
    volue.fail("resource_delete", Fault(kind="status", status=503, times=None))
    part = _part(loaded, "Car")
    hass.config_entries.async_remove_subentry(loaded, part.subentry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert VEHICLE in volue.partner.resources
    assert VEHICLE_SITE not in loaded.runtime_data.sites.data
    assert loaded.runtime_data.sites.data["user"].leaving == (VEHICLE_SITE,)
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    volue.heal()
    await refresh(hass, loaded, "sites")
    assert VEHICLE not in volue.partner.resources
    assert loaded.runtime_data.sites.data["user"].leaving == ()


async def test_removing_a_location_with_its_resources(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    """The portal removes what is at a location along with it."""
    for title in ("Home", "Tank", "Charger"):
        part = _part(loaded, title)
        hass.config_entries.async_remove_subentry(loaded, part.subentry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert volue.partner.locations == {}
    assert set(volue.partner.resources) == {VEHICLE}
    assert loaded.runtime_data.sites.data["user"].leaving == ()


async def test_added_again_before_it_was_deleted(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    volue.fail("resource_delete", Fault(kind="status", status=503, times=None))
    part = _part(loaded, "Car")
    hass.config_entries.async_remove_subentry(loaded, part.subentry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    again = ConfigSubentry(
        data=part.data,
        subentry_type="vehicle",
        title="Car",
        unique_id=VEHICLE_SITE,
    )
    hass.config_entries.async_add_subentry(loaded, again)
    await hass.async_block_till_done(wait_background_tasks=True)
    volue.heal()
    await refresh(hass, loaded, "sites")
    assert VEHICLE in volue.partner.resources


async def test_removed_by_somebody_else(
    hass: HomeAssistant, loaded: MockConfigEntry, volue: VolueSandbox
) -> None:
    volue.remove_record(TANK)
    await refresh(hass, loaded, "sites")
    assert list(issues(hass).values()) == ["record_removed"]
    assert "Tank" in device_names(hass, loaded)
    # It comes back by itself when somebody registers it again.
    volue.partner._add(USER, TANK, "HotWaterTank", LOCATION, METER_POINT)
    await refresh(hass, loaded, "sites")
    assert issues(hass) == {}


async def test_parts_are_beneath_their_subentries(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    registry = dr.async_get(hass)
    by_name = {
        each.name: each
        for each in dr.async_entries_for_config_entry(registry, loaded.entry_id)
    }
    for title in ("Home", "Tank", "Charger", "Car"):
        subentry = _part(loaded, title).subentry_id
        found = by_name[title]
        assert found.config_subentry_id == subentry
    assert by_name["Volue"].config_subentry_id is None


async def test_added_during_a_set_up(
    hass: HomeAssistant,
    account: dict[str, Any],
    volue: VolueSandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entry = account_of(hass, account, location())
    await set_up(hass, entry)
    await hass.async_block_till_done(wait_background_tasks=True)
    set_platforms_up = hass.config_entries.async_forward_entry_setups

    async def add_and_go_on(*args: Any) -> None:
        if len(entry.subentries) == 1:
            part = tank()
            added = ConfigSubentry(
                data=MappingProxyType(part["data"]),
                subentry_type="resource",
                title="Tank",
                unique_id=TANK_SITE,
            )
            hass.config_entries.async_add_subentry(entry, added)
        await set_platforms_up(*args)

    monkeypatch.setattr(
        hass.config_entries, "async_forward_entry_setups", add_and_go_on
    )
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert "Tank" in device_names(hass, entry)
