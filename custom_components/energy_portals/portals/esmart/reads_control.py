"""What eSmart says of charging and load control, read tolerantly as in `reads.py`.

Source: the help pages of `evchargingrequests` and `evinfo`; the other bodies are
assumed.
"""

from operator import attrgetter

from ..reading.body import Body
from ..reading.listed import Listed, listed
from . import fields, reads
from .fields import UTC_ZONE
from .models import (
    Car,
    ChargerMonth,
    ChargingRequest,
    ControlPlan,
    ControlSettings,
    ControlSite,
    RequestType,
    RequestZone,
    Resolution,
)
from .reads_values import flag, ident, idents, optional, required_id, text


def charging_requests(data: Body) -> Listed[ChargingRequest]:
    """Read wishes to charge."""
    return listed(
        data, charging_request, "EvChargingRequests", "Requests", key=attrgetter("id")
    )


def charging_request(data: Body) -> ChargingRequest:
    """Read one wish to charge, kWh."""
    place = data.unwrapped("Id", "EvChargingRequestId")
    return ChargingRequest(
        id=required_id(place, "Id", "EvChargingRequestId"),
        asset_id=optional(place, ident, "AssetId"),
        start=place.moment(UTC_ZONE, "StartTime"),
        end=place.moment(UTC_ZONE, "EndTime"),
        energy=place.measure(fields.DEMAND),
    )


def charger_month(data: Body) -> ChargerMonth:
    """Read what a charger delivered in a month."""
    days = reads.consumption(Resolution.DAY)(data)
    return ChargerMonth(days.unit, reads.total(data), days.slots)


def cars(data: Body) -> Listed[Car]:
    """Read the cars in the portal's garage."""
    return listed(data, _car, "Cars", key=attrgetter("id"))


def _car(row: Body) -> Car:
    """Read one car."""
    return Car(
        id=required_id(row, "VehicleId", "RowKey"),
        name=optional(row, text, "DisplayName"),
        manufacturer=optional(row, text, "Manufacturer"),
        model=optional(row, text, "Model"),
        gross_kwh=row.measure(fields.GROSS, required=False),
        net_kwh=row.measure(fields.NET, required=False),
        max_kw=row.measure(fields.CHARGE_POWER, required=False),
        connected_asset_id=optional(row, ident, "ConnectedAssetId"),
    )


def control_plans(data: Body) -> Listed[ControlPlan]:
    """Read when the portal means to control a device."""
    return listed(data, _control_plan, "ControlPlans", "Plans", key=attrgetter("id"))


def _control_plan(row: Body) -> ControlPlan:
    """Read one plan."""
    return ControlPlan(
        id=required_id(row, "ControlPlanId", "ControlPlanGuid", "Id"),
        asset_id=optional(row, ident, "AssetId"),
        name=optional(row, text, "Name"),
        start=row.moment(UTC_ZONE, "StartTime"),
        end=row.moment(UTC_ZONE, "EndTime"),
        declined=optional(row, flag, "IsDeclined"),
        search_filter_id=optional(row, ident, "SearchFilterId"),
    )


def request_types(data: Body) -> Listed[RequestType]:
    """Read the types of series that demand response is asked for with."""
    return listed(data, _request_type, "TsTypes", key=attrgetter("id"))


def _request_type(row: Body) -> RequestType:
    """Read one type."""
    return RequestType(required_id(row, "TsTypeId", "Id"), optional(row, text, "Name"))


def request_zones(data: Body) -> Listed[RequestZone]:
    """Read the zones that demand response is asked for."""
    return listed(data, _request_zone, "Zones", key=attrgetter("id"))


def _request_zone(row: Body) -> RequestZone:
    """Read one zone."""
    return RequestZone(required_id(row, "ZoneId", "Id"), optional(row, text, "Name"))


def control_sites(data: Body) -> Listed[ControlSite]:
    """Read the homes with load control."""
    return listed(data, _control_site, "Sites", key=attrgetter("id"))


def _control_site(row: Body) -> ControlSite:
    """Read one home."""
    return ControlSite(required_id(row, "SiteId", "Id"), optional(row, text, "Name"))


def control_settings(data: Body) -> ControlSettings:
    """Read the threshold of load control, kW where it is told, and the devices."""
    place = data.unwrapped("Threshold", "DeviceOrder")
    field = fields.THRESHOLD
    return ControlSettings(
        threshold=place.measure(field),
        unit=None if place.unit_of(field) is None else "kW",
        order=optional(place, idents, "DeviceOrder") or (),
    )
