"""What can be asked of the company's account, and changed there."""

from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
import voluptuous as vol

from custom_components.energy_portals.const import DOMAIN
from tests.accounts import act, device, refused, value
from tests.faces.autarc.company import FIRST, FIRST_SITE, SITE
from tests.sandbox.autarc import AutarcSandbox
from tests.sandbox.autarc_company import COMPANY, record_id
from tests.sandbox.faults import Fault

WHO = record_id("customer", 0)
pytestmark = pytest.mark.usefixtures("loaded")


async def _ids(hass: HomeAssistant, **fields: Any) -> list[str]:
    """Return the numbers of the projects that are found."""
    answer: Any = await act(hass, "get_projects", **fields)
    assert answer["total"] == len(answer["projects"])
    return [each["human_id"] for each in answer["projects"]]


@pytest.mark.parametrize(
    ("fields", "numbers"),
    [
        ({}, 12),
        ({"status": "archived"}, ["P-004", "P-008", "P-012"]),
        ({"status": ["completed", "archived"]}, 6),
        ({"text": "möller"}, ["P-012"]),
        ({"text": "MÖLLER"}, ["P-012"]),
        ({"text": "p-003"}, ["P-003"]),
        ({"text": "lindenweg 5"}, ["P-005"]),
        ({"text": FIRST}, ["P-001"]),
        ({"text": "nobody"}, []),
        ({"customer_id": WHO}, ["P-001", "P-010"]),
        ({"customer_id": WHO.upper(), "status": "in_progress"}, ["P-001", "P-010"]),
        (
            {"installation_from": "2026-10-20", "installation_until": "2026-10-23"},
            ["P-001", "P-005"],
        ),
        ({"installation_from": "2026-10-31"}, ["P-009"]),
        ({"changed_since": "2026-10-18T12:05:00+00:00"}, ["P-001", "P-002", "P-003"]),
    ],
)
async def test_get_projects(
    hass: HomeAssistant, fields: dict[str, Any], numbers: list[str] | int
) -> None:
    found = await _ids(hass, **fields)
    assert (len(found) if isinstance(numbers, int) else found) == numbers


async def test_projects_without_times_are_not_known_to_have_changed(
    hass: HomeAssistant, autarc: AutarcSandbox
) -> None:
    del autarc.company.projects[FIRST]["updatedAt"]
    since = "2026-10-18T12:05:00+00:00"
    assert await _ids(hass, changed_since=since) == ["P-002", "P-003"]


async def test_get_projects_limited(hass: HomeAssistant, autarc: AutarcSandbox) -> None:
    answer: Any = await act(hass, "get_projects", limit=2)
    assert (len(answer["projects"]), answer["total"]) == (2, 12)
    assert answer["is_complete"] is True
    first = answer["projects"][0]
    assert first["status"] == "in_progress"
    assert first["building_type"] == "single_or_double_family_house"
    assert first["heated_living_area_m2"] == 120
    autarc.has_envelopes = True
    autarc.metadata = {"hasMore": True}
    answer = await act(hass, "get_projects", limit=2)
    assert (answer["is_complete"], answer["total"]) == (False, None)


async def test_get_projects_by_what_cannot_be_read(
    hass: HomeAssistant, autarc: AutarcSandbox
) -> None:
    autarc.company.projects[FIRST]["installationDate"] = "soon"
    for fields, total in (
        ({"installation_from": "2026-01-01"}, None),
        ({"status": ["in_progress"]}, 6),
    ):
        answer: Any = await act(hass, "get_projects", **fields)
        assert answer["total"] == total
        assert answer["is_complete"] is (total is not None)


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 9), ("kim b", 1), ("hausverwaltung", 2), ("kunde3@", 1), ("passau", 9)],
)
async def test_get_customers(hass: HomeAssistant, text: str, count: int) -> None:
    fields = {"text": text} if text else {}
    answer: Any = await act(hass, "get_customers", **fields)
    assert answer["total"] == len(answer["customers"]) == count
    assert answer["customers"][0]["address"]["city"] == "Passau"


EVERYTHING: dict[str, Any] = {
    "name": "Neubau",
    "customer_id": WHO,
    "status": "in_progress",
    "is_lead": True,
    "human_id": "P-900",
    "project_value": 1234.56,
    "installation_date": "2026-12-24",
    "building_type": "terraced_house",
    "building_age": "from1995_to2001",
    "is_monument_protected": True,
    "number_of_residents": 4,
    "number_of_floors": 2.0,
    "heated_living_area_m2": 140.5,
    "address": {"address_line1": "Ring 1", "city": "Passau", "country_code": "de"},
    "current_heating_system_type": "condensing_oil",
    "current_heating_system_construction_year": "between1980_and1995",
    "drinking_water_heating_system_type": "without_circulation",
    "heating_circuits": [{"name": "1", "flow_temperature": 55, "index": 1}],
    "technical_feasibility": "not_feasible",
    "average_energy_consumption_last3_years": 20000,
    "is_facade_insulated": False,
    "is_roof_insulated": True,
    "has_fireplace": False,
    "has_solar_thermal_system": True,
    "pipe_system_type": "single_pipe_heating",
    "window_glazing_type": "triple_with_thermal_insulation",
    "room_heating_type": "floor_and_radiator",
}


async def test_create_project_with_everything(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    answer: Any = await act(hass, "create_project", **EVERYTHING)
    kept = autarc.company.projects[answer["id"]]
    assert kept["companyId"] == COMPANY
    assert kept["buildingAge"] == "from1995To2001"
    assert kept["currentHeatingSystemConstructionYear"] == "between1980And1995"
    assert kept["address"] == {
        "addressLine1": "Ring 1",
        "city": "Passau",
        "countryCode": "DE",
    }
    told = {key: answer[key] for key in EVERYTHING}
    circuits = told.pop("heating_circuits")
    assert circuits[0]["flow_temperature"] == 55
    wanted = {
        **EVERYTHING,
        "address": {**EVERYTHING["address"], "country_code": "DE"},
    }
    del wanted["heating_circuits"]
    assert told == wanted
    assert value(hass, loaded, SITE, "projects") == "13"


async def test_company_is_sent_where_the_portal_still_wants_it(
    hass: HomeAssistant, autarc: AutarcSandbox
) -> None:
    autarc.needs_company = True
    await act(hass, "create_project", name="N")
    await act(hass, "create_customer", first_name="Kim", last_name="Neu")
    assert len(autarc.company.projects) == 13
    assert len(autarc.company.customers) == 10


async def test_create_without_response(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    await hass.services.async_call(DOMAIN, "create_project", {"name": "A"}, True)
    await hass.async_block_till_done()
    assert value(hass, loaded, SITE, "projects") == "13"
    assert list(autarc.company.projects.values())[-1]["address"] is None


async def test_update_sends_what_was_given(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    before = dict(autarc.company.projects[FIRST])
    answer: Any = await act(
        hass,
        "update_project",
        project_id=FIRST,
        project_value=None,
        status="completed",
    )
    after = autarc.company.projects[FIRST]
    changed = {key for key in after if after[key] != before[key]}
    assert changed - {"updatedAt"} == {"projectValue", "status"}
    assert (answer["project_value"], answer["status"]) == (None, "completed")
    assert value(hass, loaded, FIRST_SITE, "project_status") == "completed"
    assert value(hass, loaded, SITE, "completed") == "4"


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "  "},
        {"name": None},
        {"status": "onHold"},
        {"status": None},
        {"customer_id": "17"},
        {"project_value": "10.000EUR"},
        {"project_value": True},
        {"project_value": "nan"},
        {"installation_date": "2026-02-30"},
        {"building_type": "castle"},
        {"building_age": "from1995To2001"},
        {"number_of_residents": -1},
        {"heated_living_area_m2": -0.1},
        {"address": {"street": "Ring 1"}},
        {"address": {"country_code": "DEU"}},
        {"address": "Ring 1"},
        {"heating_circuits": [{"flow_temperature": 55}]},
        {"heating_circuits": [{"name": "1", "index": 0}]},
        {"is_lead": "perhaps"},
        {"company_id": COMPANY},
        {"id": FIRST},
    ],
)
async def test_fields_are_checked_before_the_call(
    hass: HomeAssistant, autarc: AutarcSandbox, fields: dict[str, Any]
) -> None:
    autarc.calls.clear()
    with pytest.raises(vol.Invalid):
        await act(hass, "create_project", **{"name": "N", **fields})
    with pytest.raises(vol.Invalid):
        await act(hass, "update_project", **{"project_id": FIRST, **fields})
    assert autarc.calls == []


async def test_customers(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    answer: Any = await act(
        hass,
        "create_customer",
        first_name="Kim",
        last_name="Neu",
        email="neu@example.com",
        is_company=False,
        address={"city": "Passau"},
    )
    made = answer["id"]
    assert autarc.company.customers[made]["companyId"] == COMPANY
    assert value(hass, loaded, SITE, "customers") == "10"
    answer = await act(hass, "update_customer", customer_id=made, email=None)
    assert (answer["email"], answer["last_name"]) == (None, "Neu")
    await act(hass, "delete_customer", customer_id=made, confirm_id=made)
    assert value(hass, loaded, SITE, "customers") == "9"


@pytest.mark.parametrize(
    "fields", [{"email": "nobody"}, {"first_name": " "}, {"invoice_email": "a@"}]
)
async def test_customers_fields_are_checked(
    hass: HomeAssistant, autarc: AutarcSandbox, fields: dict[str, Any]
) -> None:
    autarc.calls.clear()
    named = {"first_name": "Kim", "last_name": "Neu", **fields}
    with pytest.raises(vol.Invalid):
        await act(hass, "create_customer", **named)
    assert autarc.calls == []


async def test_deleting_takes_the_id_twice(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    other = record_id("project", 1)
    ids = {"project_id": FIRST, "confirm_id": other}
    assert await refused(hass, "delete_project", **ids) == "ids_differ"
    assert await refused(
        hass, "delete_customer", customer_id=WHO, confirm_id=FIRST
    ) == ("ids_differ")
    assert FIRST in autarc.company.projects
    await act(hass, "delete_project", project_id=FIRST, confirm_id=FIRST.upper())
    assert FIRST not in autarc.company.projects
    assert value(hass, loaded, SITE, "projects") == "11"
    assert value(hass, loaded, FIRST_SITE, "heat_load") == "unavailable"


@pytest.mark.parametrize("kind", ["project", "customer"])
async def test_only_administrators_delete(
    hass: HomeAssistant,
    autarc: AutarcSandbox,
    hass_read_only_user: MockUser,
    kind: str,
) -> None:
    context = Context(user_id=hass_read_only_user.id)
    ids = {f"{kind}_id": FIRST, "confirm_id": FIRST}
    autarc.calls.clear()
    with pytest.raises(Unauthorized):
        await act(hass, f"delete_{kind}", context, **ids)
    assert autarc.calls == []


@pytest.mark.parametrize(
    ("status", "key"), [(404, "not_found"), (405, "rejected"), (403, "forbidden")]
)
async def test_deletes_that_are_refused(
    hass: HomeAssistant, autarc: AutarcSandbox, status: int, key: str
) -> None:
    for kind, of in (("project", FIRST), ("customer", WHO)):
        autarc.fail(f"{kind}_delete", Fault(kind="status", status=status))
        with pytest.raises(HomeAssistantError) as raised:
            await act(hass, f"delete_{kind}", **{f"{kind}_id": of, "confirm_id": of})
        assert raised.value.translation_key == key
    assert WHO in autarc.company.customers


async def test_project_that_somebody_else_has_removed(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.remove_project(FIRST)
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "update_project", project_id=FIRST, name="N")
    assert raised.value.translation_key == "not_found"
    # What shows it was looked at all the same.
    assert value(hass, loaded, SITE, "projects") == "11"


async def test_nothing_to_change(hass: HomeAssistant, autarc: AutarcSandbox) -> None:
    autarc.calls.clear()
    assert await refused(hass, "update_project", project_id=FIRST) == (
        "nothing_to_change"
    )
    assert await refused(hass, "update_customer", customer_id=WHO) == (
        "nothing_to_change"
    )
    assert autarc.calls == []


async def test_account_is_named_by_a_projects_device(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    house = device(hass, loaded, FIRST_SITE)
    answer: Any = await act(hass, "get_projects", device_id=house.id)
    assert answer["total"] == 12


async def test_revoked_key_asks_for_another(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.rotate_key()
    with pytest.raises(HomeAssistantError):
        await act(hass, "get_customers")
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == "reauth"


# --- one alone


async def test_a_project_by_its_id(hass: HomeAssistant, autarc: AutarcSandbox) -> None:
    wanted = record_id("project", 3)
    before = len(autarc.calls)
    answer: Any = await act(hass, "get_projects", project_id=wanted)
    assert [each.operation for each in autarc.calls[before:]] == ["project"]
    assert [each["id"] for each in answer["projects"]] == [wanted]
    assert (answer["total"], answer["is_complete"]) == (1, True)
    odd = {"project_id": wanted, "text": "Ahrens"}
    assert await refused(hass, "get_projects", **odd) == "id_stands_alone"


async def test_a_customer_by_its_id(hass: HomeAssistant, autarc: AutarcSandbox) -> None:
    wanted = record_id("customer", 2)
    before = len(autarc.calls)
    answer: Any = await act(hass, "get_customers", customer_id=wanted)
    assert [each.operation for each in autarc.calls[before:]] == ["customer"]
    assert [each["id"] for each in answer["customers"]] == [wanted]
    assert (answer["total"], answer["is_complete"]) == (1, True)
    odd = {"customer_id": wanted, "search": "Ahrens"}
    assert await refused(hass, "get_customers", **odd) == "id_stands_alone"


async def test_autarc_searches(hass: HomeAssistant, autarc: AutarcSandbox) -> None:
    row = next(iter(autarc.company.customers.values()))
    answer: Any = await act(hass, "get_customers", search=row["lastName"])
    assert row["id"] in {each["id"] for each in answer["customers"]}
    assert answer["total"] < len(autarc.company.customers)
