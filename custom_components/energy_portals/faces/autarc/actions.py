"""What can be asked of autarc, and changed there."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final
import uuid

from homeassistant.core import SupportsResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from ...portals.autarc.client import AutarcClient
from ...portals.autarc.feeds import CHOSEN, CUSTOMERS, PROJECTS
from ...portals.autarc.models import (
    BuildingAge,
    BuildingType,
    DrinkingWaterHeating,
    Feasibility,
    HeatingCircuit,
    HeatingSystem,
    HeatingSystemYear,
    PipeSystem,
    ProjectStatus,
    RoomHeating,
    WindowGlazing,
)
from ...portals.autarc.records import (
    as_response,
    customer_fits,
    members_of,
    project_fits,
    search,
)
from ...portals.autarc.sites import CompanySite
from ...portals.autarc.words import spelt
from ...portals.http.errors import InvalidInput
from ...services.action import Action, AnyAction, Fields
from ...services.fields import TEXT, moment, number, whole
from ...services.targets import OneSite, SiteRequest

type CompanyRequest = SiteRequest[AutarcClient, CompanySite]


def _uuid(value: object) -> str:
    """Take an id in its one spelling."""
    try:
        return str(uuid.UUID(cv.string(value)))
    except ValueError:
        raise vol.Invalid("expected an id") from None


def _email(value: object) -> str:
    """Take an address of the form that the portal documents."""
    text: str = vol.Email()(TEXT(value))
    return text


def _word(words: type[StrEnum]) -> Callable[[object], str]:
    """Return what takes one of some words, and returns it as the portal spells it."""
    spellings = spelt(words)

    def take(value: object) -> str:
        if not isinstance(value, str) or value not in spellings:
            raise vol.Invalid(f"expected one of {', '.join(spellings)}")
        return spellings[value]

    return take


def _none_or(take: object) -> object:
    """Return what takes nothing as well, to empty a member."""
    return vol.Any(None, take)


def _amount(value: object) -> float:
    """Take a number that is not negative."""
    taken: float = vol.Range(min=0)(number(value))
    return taken


_ADDRESS: Final = vol.Schema(
    {
        vol.Optional("address_line1"): TEXT,
        vol.Optional("postal_code"): TEXT,
        vol.Optional("city"): TEXT,
        vol.Optional("country"): TEXT,
        vol.Optional("country_code"): vol.All(
            TEXT, vol.Upper, vol.Match(r"^[A-Z]{2}$")
        ),
    }
)


_CIRCUIT: Final = vol.Schema(
    {
        vol.Optional("id"): TEXT,
        vol.Required("name"): TEXT,
        vol.Optional("flow_temperature"): number,
        vol.Optional("return_temperature"): number,
        vol.Optional("index"): vol.All(whole, vol.Range(min=1)),
    }
)


def _circuit(value: object) -> HeatingCircuit:
    """Take a heating circuit."""
    return HeatingCircuit(**_CIRCUIT(value))


_CUSTOMER_ID: Final[Fields] = {vol.Required("customer_id"): _uuid}
_PROJECT_ID: Final[Fields] = {vol.Required("project_id"): _uuid}
# Everything of a project that can be set but its name, and emptied but its status.
_PROJECT: Final[Fields] = {
    vol.Optional("customer_id"): _none_or(_uuid),
    vol.Optional("status"): _word(ProjectStatus),
    vol.Optional("is_lead"): _none_or(cv.boolean),
    vol.Optional("human_id"): _none_or(TEXT),
    vol.Optional("project_value"): _none_or(number),
    vol.Optional("installation_date"): _none_or(cv.date),
    vol.Optional("building_type"): _none_or(_word(BuildingType)),
    vol.Optional("building_age"): _none_or(_word(BuildingAge)),
    vol.Optional("is_monument_protected"): cv.boolean,
    vol.Optional("number_of_residents"): _none_or(_amount),
    vol.Optional("number_of_floors"): _none_or(_amount),
    vol.Optional("heated_living_area_m2"): _none_or(_amount),
    vol.Optional("address"): _none_or(_ADDRESS),
    vol.Optional("current_heating_system_type"): _none_or(_word(HeatingSystem)),
    vol.Optional("current_heating_system_construction_year"): _none_or(
        _word(HeatingSystemYear)
    ),
    vol.Optional("drinking_water_heating_system_type"): _none_or(
        _word(DrinkingWaterHeating)
    ),
    vol.Optional("heating_circuits"): vol.All(cv.ensure_list, [_circuit]),
    vol.Optional("technical_feasibility"): _none_or(_word(Feasibility)),
    vol.Optional("average_energy_consumption_last3_years"): _none_or(_amount),
    vol.Optional("is_facade_insulated"): _none_or(cv.boolean),
    vol.Optional("is_roof_insulated"): _none_or(cv.boolean),
    vol.Optional("has_fireplace"): _none_or(cv.boolean),
    vol.Optional("has_solar_thermal_system"): _none_or(cv.boolean),
    vol.Optional("pipe_system_type"): _none_or(_word(PipeSystem)),
    vol.Optional("window_glazing_type"): _none_or(_word(WindowGlazing)),
    vol.Optional("room_heating_type"): _none_or(_word(RoomHeating)),
}
_CUSTOMER: Final[Fields] = {
    vol.Optional("email"): _none_or(_email),
    vol.Optional("invoice_email"): _none_or(_email),
    vol.Optional("phone_number"): _none_or(TEXT),
    vol.Optional("company_name"): _none_or(TEXT),
    vol.Optional("is_company"): cv.boolean,
    vol.Optional("address"): _none_or(_ADDRESS),
}
_LIMIT: Final[Fields] = {
    vol.Optional("limit", default=100): vol.All(whole, vol.Range(min=1, max=1000))
}

# An id, and the limit that is always there.
_ALONE: Final = 2


async def _get_projects(request: CompanyRequest) -> JsonObjectType:
    """Return the projects that fit, as the portal lists them."""
    fields = request.fields
    if (project_id := fields.get("project_id")) is not None:
        if len(fields) > _ALONE:
            raise InvalidInput("id_stands_alone")
        project = await request.client.project(project_id)
        return {"projects": [as_response(project)], "total": 1, "is_complete": True}
    result = await request.client.projects(
        search(project_fits(fields), fields["limit"], members_of(fields)),
        customer_id=fields.get("customer_id"),
    )
    return {
        "projects": [as_response(each) for each in result.rows],
        "total": result.total,
        "is_complete": result.is_whole,
    }


async def _get_customers(request: CompanyRequest) -> JsonObjectType:
    """Return the customers that fit, as the portal lists them."""
    fields = request.fields
    if (customer_id := fields.get("customer_id")) is not None:
        if len(fields) > _ALONE:
            raise InvalidInput("id_stands_alone")
        customer = await request.client.customer(customer_id)
        return {"customers": [as_response(customer)], "total": 1, "is_complete": True}
    result = await request.client.customers(
        search(customer_fits(fields), fields["limit"], members_of(fields)),
        search=fields.get("search"),
    )
    return {
        "customers": [as_response(each) for each in result.rows],
        "total": result.total,
        "is_complete": result.is_whole,
    }


def _owned(request: CompanyRequest) -> dict[str, object]:
    """Return the members of something new, with the company where it is known."""
    company_id = request.site.company_id
    return {**({"company_id": company_id} if company_id else {}), **request.fields}


async def _create_project(request: CompanyRequest) -> JsonObjectType:
    """Create a project and return it."""
    return as_response(await request.client.create_project(_owned(request)))


async def _create_customer(request: CompanyRequest) -> JsonObjectType:
    """Create a customer and return it."""
    return as_response(await request.client.create_customer(_owned(request)))


def _changed(request: CompanyRequest, key: str) -> tuple[str, dict[str, object]]:
    """Return whom a change is about, and what is to be changed."""
    members = {name: each for name, each in request.fields.items() if name != key}
    if not members:
        raise InvalidInput("nothing_to_change")
    return request.fields[key], members


async def _update_project(request: CompanyRequest) -> JsonObjectType:
    """Change what was given of a project, and return it."""
    project_id, members = _changed(request, "project_id")
    return as_response(await request.client.update_project(project_id, members))


async def _update_customer(request: CompanyRequest) -> JsonObjectType:
    """Change what was given of a customer, and return it."""
    customer_id, members = _changed(request, "customer_id")
    return as_response(await request.client.update_customer(customer_id, members))


def _confirmed(request: CompanyRequest, key: str) -> str:
    """Return the id of what is to be deleted, if it was given twice."""
    named: str = request.fields[key]
    if request.fields["confirm_id"] != named:
        raise InvalidInput("ids_differ")
    return named


async def _delete_project(request: CompanyRequest) -> None:
    """Delete a project."""
    await request.client.delete_project(_confirmed(request, "project_id"))


async def _delete_customer(request: CompanyRequest) -> None:
    """Delete a customer."""
    await request.client.delete_customer(_confirmed(request, "customer_id"))


_COMPANY: Final = OneSite(AutarcClient, CompanySite)
_PROJECTS: Final = (PROJECTS, CHOSEN)

ACTIONS: Final[tuple[AnyAction, ...]] = (
    Action(
        name="get_projects",
        response=SupportsResponse.ONLY,
        target=_COMPANY,
        fields={
            vol.Optional("status"): vol.All(
                cv.ensure_list, [vol.In(list(spelt(ProjectStatus)))]
            ),
            vol.Optional("project_id"): _uuid,
            vol.Optional("text"): TEXT,
            vol.Optional("customer_id"): _uuid,
            vol.Optional("installation_from"): cv.date,
            vol.Optional("installation_until"): cv.date,
            vol.Optional("changed_since"): moment,
            **_LIMIT,
        },
        handle=_get_projects,
    ),
    Action(
        name="get_customers",
        response=SupportsResponse.ONLY,
        target=_COMPANY,
        fields={
            vol.Optional("customer_id"): _uuid,
            vol.Optional("search"): TEXT,
            vol.Optional("text"): TEXT,
            **_LIMIT,
        },
        handle=_get_customers,
    ),
    Action(
        name="create_project",
        response=SupportsResponse.OPTIONAL,
        target=_COMPANY,
        fields={vol.Required("name"): TEXT, **_PROJECT},
        handle=_create_project,
        changes=(PROJECTS,),
    ),
    Action(
        name="update_project",
        response=SupportsResponse.OPTIONAL,
        target=_COMPANY,
        fields={**_PROJECT_ID, vol.Optional("name"): TEXT, **_PROJECT},
        handle=_update_project,
        changes=_PROJECTS,
    ),
    Action(
        name="delete_project",
        admin=True,
        target=_COMPANY,
        fields={**_PROJECT_ID, vol.Required("confirm_id"): _uuid},
        handle=_delete_project,
        changes=_PROJECTS,
    ),
    Action(
        name="create_customer",
        response=SupportsResponse.OPTIONAL,
        target=_COMPANY,
        fields={
            vol.Required("first_name"): TEXT,
            vol.Required("last_name"): TEXT,
            **_CUSTOMER,
        },
        handle=_create_customer,
        changes=(CUSTOMERS,),
    ),
    Action(
        name="update_customer",
        response=SupportsResponse.OPTIONAL,
        target=_COMPANY,
        fields={
            **_CUSTOMER_ID,
            vol.Optional("first_name"): TEXT,
            vol.Optional("last_name"): TEXT,
            **_CUSTOMER,
        },
        handle=_update_customer,
        changes=(CUSTOMERS,),
    ),
    Action(
        name="delete_customer",
        admin=True,
        target=_COMPANY,
        fields={**_CUSTOMER_ID, vol.Required("confirm_id"): _uuid},
        handle=_delete_customer,
        changes=(CUSTOMERS,),
    ),
)
