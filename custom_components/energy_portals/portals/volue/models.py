"""What Volue's Energy Coordination API tells and takes, typed.

Source: the portal's OpenAPI document "Partner Endpoints" v1. Structs are strict on what
it requires and open to new members; words of an enumeration may be new, so they are
read as text. Times have an offset, durations are `HH:MM:SS`.
"""

from datetime import date, datetime
from enum import StrEnum

import msgspec


class LocationType(StrEnum):
    """What a location is."""

    UNKNOWN = "Unknown"
    RESIDENTIAL = "Residential"
    COMMERCIAL = "Commercial"
    OTHER = "Other"


class ResourceType(StrEnum):
    """What a resource is; the vehicle alone belongs to no location."""

    GENERIC = "Generic"
    VEHICLE = "Vehicle"
    CHARGER = "Charger"
    HOT_WATER_TANK = "HotWaterTank"
    HVAC = "HVAC"
    SOLAR_INVERTER = "SolarInverter"


class PriceArea(StrEnum):
    """Where a price curve holds, as a simulation names it."""

    NO1 = "NO1"
    NO2 = "NO2"
    NO3 = "NO3"
    NO4 = "NO4"
    NO5 = "NO5"
    SE1 = "SE1"
    SE2 = "SE2"
    SE3 = "SE3"
    SE4 = "SE4"
    DK1 = "DK1"
    DK2 = "DK2"
    FI = "FI"


class EventType(StrEnum):
    """What an event is about: the payload's type."""

    USER_ELIGIBILITY = "UserEligibility"
    PRICE_CURVE = "PriceCurve"
    LOCATION_CAP = "LocationLPC"
    RESOURCE_CAP = "ResourceLPC"
    RESERVATION = "LPCReservation"


class NotificationType(StrEnum):
    """What a webhook can be told."""

    PRICE_CURVE = "PriceCurveCreated"
    USER_ELIGIBILITY = "UserEligibilityUpdated"
    LOCATION_CAP = "LocationLPCRequested"
    RESOURCE_CAP = "ResourceLPCRequested"
    RESERVATION = "LPCReservationCreated"


class ReportType(StrEnum):
    """What a report is about: the payload's type."""

    ENERGY_USAGE = "EnergyUsage"
    LOCATION_ENERGY_USAGE = "LocationEnergyUsage"
    LOCATION_PLAN = "LocationEnergyUsagePlan"
    RESOURCE_CAP = "ResourceLPCAcknowledgement"
    LOCATION_CAP = "LocationLPCAcknowledgement"


class WebhookStatus(StrEnum):
    """How the portal finds a webhook."""

    NEW = "New"
    HEALTHY = "Healthy"
    UNHEALTHY = "Unhealthy"
    TIME_OUT = "TimeOut"


class Wire(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Something that travels, its names in camel case."""


class Sent(Wire, frozen=True, omit_defaults=True):
    """Something that is sent; what is not set is left out."""


# --- common -----------------------------------------------------------------------


class Coordinate(Wire, frozen=True):
    """A place, degrees."""

    latitude: float
    longitude: float


# --- users, locations, resources ------------------------------------------------------


class User(Wire, frozen=True):
    """A user of the partner's."""

    user_id: str


class Location(Wire, frozen=True):
    """A place with meter points, as the portal has it."""

    location_id: str
    location_type: str | None = None
    coordinates: Coordinate | None = None
    meter_point_ids: tuple[str, ...] | None = None
    user_id: str | None = None

    @property
    def meter_points(self) -> tuple[str, ...]:
        """Return the ids of the meter points."""
        return self.meter_point_ids or ()


class LocationToSend(Sent, frozen=True):
    """A location to create or to replace."""

    location_id: str
    location_type: str | None = None
    coordinates: Coordinate | None = None
    meter_point_ids: tuple[str, ...] | None = None


class LocationChanges(Sent, frozen=True):
    """What to change of a location."""

    location_type: str | None = None
    coordinates: Coordinate | None = None
    meter_point_ids: tuple[str, ...] | None = None


class Resource(Wire, frozen=True):
    """A vehicle or something at a location that can be controlled."""

    resource_id: str
    resource_type: str
    user_id: str
    location_id: str | None = None
    meter_point_id: str | None = None


class ResourceToSend(Sent, frozen=True):
    """A resource to create."""

    resource_id: str
    resource_type: str
    meter_point_id: str | None = None


# --- the programme --------------------------------------------------------------------


class Eligibility(Wire, frozen=True):
    """Whether a user may take part."""

    user_id: str
    is_eligible: bool


class MeterEligibility(Wire, frozen=True):
    """Whether a meter point may take part."""

    meter_point_id: str
    is_eligible: bool


class Enrollment(Wire, frozen=True):
    """Whether a user takes part; None is not told."""

    user_id: str
    is_enrolled: bool | None = None
    enrollment_id: str | None = None
    enrollment_date: datetime | None = None


class CompensationPeriod(Wire, frozen=True):
    """Days from the first to the last."""

    from_: date | None = msgspec.field(default=None, name="from")
    to: date | None = None


class Problem(Wire, frozen=True):
    """Why a compensation is blocked."""

    message: str
    problem_type: str | None = None


class LocationCompensation(Wire, frozen=True):
    """What a location has earned in the running month, in `currency` (ISO 4217)."""

    location_id: str = ""
    meter_point_ids: tuple[str, ...] | None = None
    active_amount: float | None = None
    blocked_amount: float | None = None
    currency: str | None = None
    problems: tuple[Problem, ...] | None = None


class Compensation(Wire, frozen=True):
    """What a user has earned in the running month."""

    period: CompensationPeriod
    user_id: str | None = None
    location_compensations: tuple[LocationCompensation, ...] | None = None

    @property
    def locations(self) -> tuple[LocationCompensation, ...]:
        """Return what each location has earned."""
        told = self.location_compensations
        return () if told is None else told


# --- webhooks -------------------------------------------------------------------------


class Webhook(Wire, frozen=True):
    """A webhook as the portal has it; the secret is never told."""

    webhook_id: str
    webhook_url: str
    name: str | None = None
    notification_types: tuple[str, ...] | None = None
    enabled: bool | None = None
    status: str | None = None
    modified_date: datetime | None = None
    created_date: datetime | None = None
    last_analyzed_timestamp: datetime | None = None


class WebhookToSend(Sent, frozen=True):
    """A webhook to create, replace or change."""

    name: str | None = None
    webhook_secret: str | None = None
    webhook_url: str | None = None
    notification_types: tuple[str, ...] | None = None
    enabled: bool | None = None


class NotificationLog(Wire, frozen=True):
    """One delivery to a webhook as the portal saw it."""

    webhook_id: str
    tenant_id: str
    webhook_url: str
    partner_event_id: str | None = None
    notification_id: str | None = None
    notification_type: str | None = None
    notification_sent: datetime | None = None
    request_timeout: bool | None = None
    response_status_code: int | None = None
    request_duration_ms: int | None = None


class NotificationLogWithContent(Wire, frozen=True):
    """One delivery and what was sent."""

    webhook_notification_log: NotificationLog | None = None
    notification_content: str | None = None


# --- the portal's quickstart, an older generation -----------------------------------


class LegacyMeter(Sent, frozen=True, omit_defaults=False):
    """A power meter as the quickstart registers it; address members are free."""

    meter_point_id: str
    address: dict[str, str]
    location: Coordinate
    meter_number: str
    location_type: str = LocationType.RESIDENTIAL


class LegacyResource(Sent, frozen=True):
    """A resource with what it is, in the quickstart's free form."""

    resource_id: str
    metadata: dict[str, object]


class LegacyVehicle(Sent, frozen=True):
    """A vehicle with what it is, in the quickstart's free form."""

    vehicle_id: str
    metadata: dict[str, object]
