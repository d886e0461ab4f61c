"""What travels: projects, their rooms, and customers.

Only an id is sure to be there; any other member may be missing, null or, by a later
release of the portal's, something else. Numbers may come as strings. Enumerations are
open: a text that is none of their members stands for itself. Members that are not known
may say something of those that are, so that what has them is read with care: `rows`.

Source: the portal's reference for what it documents; the members that it does not name
are known from a public client and from its staging reference.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct, field

# What lies beyond cannot be true, and no number is infinite. Below: up to a city's
# heating, in kW; a building of a square kilometre.
type Euros = Annotated[float, Meta(ge=-1e9, le=1e9)]
type Celsius = Annotated[float, Meta(ge=-50, le=150)]
type Kilowatts = Annotated[float, Meta(ge=0, le=100_000)]
type SquareMetres = Annotated[float, Meta(ge=0, le=1e6)]
type Energy = Annotated[float, Meta(ge=0, le=1e12)]
type Persons = Annotated[float, Meta(ge=0, le=100_000, multiple_of=1)]
type Floors = Annotated[float, Meta(ge=0, le=200, multiple_of=1)]
type Index = Annotated[int, Meta(ge=0, le=1000)]
# One without an offset is read with care.
type Moment = Annotated[datetime, Meta(tz=True)]
type Id = Annotated[str, Meta(min_length=1)]


class ProjectStatus(StrEnum):
    """How far a project is; set by hand."""

    IN_PROGRESS = "inProgress"
    COMPLETED = "completed"
    ARCHIVED = "archived"


class BuildingType(StrEnum):
    """What is heated."""

    SINGLE_OR_DOUBLE_FAMILY_HOUSE = "singleOrDoubleFamilyHouse"
    SEMI_DETACHED_HOUSE = "semiDetachedHouse"
    TERRACED_HOUSE = "terracedHouse"
    END_TERRACED_HOUSE = "endTerracedHouse"
    MULTI_FAMILY_HOUSE = "multiFamilyHouse"
    COMMERCIAL_BUILDING = "commercialBuilding"


class BuildingAge(StrEnum):
    """When it was built."""

    FROM_2002 = "from2002"
    FROM_1995_TO_2001 = "from1995To2001"
    FROM_1984_TO_1994 = "from1984To1994"
    FROM_1979_TO_1983 = "from1979To1983"
    FROM_1969_TO_1978 = "from1969To1978"
    FROM_1958_TO_1968 = "from1958To1968"
    FROM_1949_TO_1957 = "from1949To1957"
    FROM_1919_TO_1948 = "from1919To1948"
    BEFORE_1918 = "before1918"


class HeatingSystem(StrEnum):
    """What heats now."""

    GAS = "gas"
    OIL = "oil"
    CONDENSING_GAS = "condensingGas"
    CONDENSING_OIL = "condensingOil"
    PELLET = "pellet"
    DISTRICT_OR_OTHER = "districtOrOther"


class HeatingSystemYear(StrEnum):
    """When that was built."""

    BEFORE_1980 = "before1980"
    BETWEEN_1980_AND_1995 = "between1980And1995"
    AFTER_1995 = "after1995"


class DrinkingWaterHeating(StrEnum):
    """How drinking water is heated."""

    WITH_CIRCULATION = "withCirculation"
    WITHOUT_CIRCULATION = "withoutCirculation"


class Feasibility(StrEnum):
    """Whether a heat pump can be installed."""

    FEASIBLE = "feasible"
    NOT_FEASIBLE = "notFeasible"


class PipeSystem(StrEnum):
    """How the radiators are connected."""

    SINGLE_PIPE_HEATING = "singlePipeHeating"
    TWO_PIPE_HEATING = "twoPipeHeating"
    UNKNOWN = "unknown"


class WindowGlazing(StrEnum):
    """What the windows are made of."""

    SINGLE = "single"
    DOUBLE = "double"
    TRIPLE = "triple"
    DOUBLE_WITH_THERMAL_INSULATION = "doubleWithThermalInsulation"
    TRIPLE_WITH_THERMAL_INSULATION = "tripleWithThermalInsulation"


class RoomHeating(StrEnum):
    """What gives the heat to the rooms."""

    RADIATOR = "radiator"
    FLOOR = "floor"
    FLOOR_AND_RADIATOR = "floorAndRadiator"


class HeatingCircuit(
    Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    gc=False,
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """A heating circuit; temperatures in °C, `index` from 1."""

    id: str | None = None
    name: str | None = None
    flow_temperature: Celsius | None = None
    return_temperature: Celsius | None = None
    index: Index | None = None


class HeatPumpSizing(
    Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    gc=False,
    forbid_unknown_fields=True,
):
    """The heat pump that the portal reckons with; output in kW."""

    heat_pump_standard_output_kw: Kilowatts | None = None
    bivalence_point: Celsius | None = None


class Project(
    Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    gc=False,
    forbid_unknown_fields=True,
):
    """A heat-pump project.

    `project_value` in EUR, `heated_living_area_m2` in m², `building_heat_load_kw` in
    kW and 0 until it is calculated. The units of `average_energy_consumption_…`,
    `consumption_based_heatload`, `avg_heatload` and `yearly_energy_consumption` are
    unknown; where one is told, they are in kWh and kW. Of an address, the members are
    as the portal has them.
    """

    id: Id
    name: str | None = None
    company_id: str | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None
    customer_id: str | None = None
    status: str | None = None
    is_lead: bool | None = None
    human_id: str | None = None
    project_value: Euros | None = None
    installation_date: date | None = None
    building_type: str | None = None
    building_age: str | None = None
    is_monument_protected: bool | None = None
    number_of_residents: Persons | None = None
    number_of_floors: Floors | None = None
    heated_living_area_m2: SquareMetres | None = None
    address: dict[str, object] | None = None
    current_heating_system_type: str | None = None
    current_heating_system_construction_year: str | None = None
    drinking_water_heating_system_type: str | None = None
    heating_circuits: tuple[HeatingCircuit, ...] | None = None
    # One s, as the portal spells it.
    technical_feasibility: str | None = field(
        default=None, name="technicalFeasibilityAssesment"
    )
    technical_feasibility_assessment: str | None = None
    average_energy_consumption_last3_years: Energy | None = None
    is_facade_insulated: bool | None = None
    is_roof_insulated: bool | None = None
    has_fireplace: bool | None = None
    has_solar_thermal_system: bool | None = None
    pipe_system_type: str | None = None
    window_glazing_type: str | None = None
    room_heating_type: str | None = None
    building_heat_load_kw: Kilowatts | None = None
    consumption_based_heatload: Energy | None = None
    avg_heatload: Energy | None = None
    yearly_energy_consumption: Energy | None = None
    heat_pump_sizing: HeatPumpSizing | None = None

    @property
    def heat_load(self) -> float | None:
        """Return the building's heat load, kW; None until it is calculated."""
        return self.building_heat_load_kw or None

    @property
    def feasibility(self) -> str | None:
        """Return whether it is feasible; unknown where the two spellings differ."""
        told = {self.technical_feasibility, self.technical_feasibility_assessment}
        told -= {None}
        return told.pop() if len(told) == 1 else None

    @property
    def title(self) -> str:
        """Return what people know it by."""
        return self.name or self.human_id or self.id[:8]


class Room(
    Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    gc=False,
    forbid_unknown_fields=True,
):
    """A room of a project; temperature in °C."""

    id: Id
    name: str | None = None
    floor: str | None = None
    temperature: Celsius | None = None


class Customer(
    Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    gc=False,
    forbid_unknown_fields=True,
):
    """A customer of the company's, a person or a firm."""

    id: Id
    company_id: str | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    invoice_email: str | None = None
    phone_number: str | None = None
    company_name: str | None = None
    is_company: bool | None = None
    address: dict[str, object] | None = None


# The five that are known; what else an address has is kept as it is.
ADDRESS: Final = {
    "address_line1": "addressLine1",
    "postal_code": "postalCode",
    "city": "city",
    "country": "country",
    "country_code": "countryCode",
}
