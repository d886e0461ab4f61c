"""What eSmart says of charging and load control, read tolerantly as in `reads.py`.

Source: the help pages of `evchargingrequests` and `evinfo`; the other bodies are
assumed.
"""

from ..reading.body import Body, signed
from ..reading.listed import Listed, listed
from . import fields, reads
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
from .reads_values import flag, ident, idents, optional, required_id, text, when


def charging_requests(data: Body) -> Listed[ChargingRequest]:
    """Read wishes to charge."""
    return listed(data, charging_request, "EvChargingRequests", "Requests")


def charging_request(data: Body) -> ChargingRequest:
    """Read one wish to charge, kWh."""
    return ChargingRequest(
        id=required_id(data, "Id", "EvChargingRequestId"),
        asset_id=optional(data, ident, "AssetId"),
        start=data.read(when, "StartTime"),
        end=data.read(when, "EndTime"),
        energy=data.measure(fields.DEMAND),
    )


def charger_month(data: Body) -> ChargerMonth:
    """Read what a charger delivered in a month."""
    days = reads.consumption(Resolution.DAY)(data)
    return ChargerMonth(days.unit, reads.total(data), days.slots)


def cars(data: Body) -> Listed[Car]:
    """Read the cars in the portal's garage."""
    return listed(data, _car, "Cars")


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
    return listed(data, _control_plan, "ControlPlans", "Plans")


def _control_plan(row: Body) -> ControlPlan:
    """Read one plan."""
    return ControlPlan(
        id=required_id(row, "ControlPlanId", "ControlPlanGuid", "Id"),
        asset_id=optional(row, ident, "AssetId"),
        name=optional(row, text, "Name"),
        start=row.read(when, "StartTime"),
        end=row.read(when, "EndTime"),
        declined=optional(row, flag, "IsDeclined"),
        search_filter_id=optional(row, ident, "SearchFilterId"),
    )


def request_types(data: Body) -> Listed[RequestType]:
    """Read the types of series that demand response is asked for with."""
    return listed(data, _request_type, "TsTypes")


def _request_type(row: Body) -> RequestType:
    """Read one type."""
    return RequestType(required_id(row, "TsTypeId", "Id"), optional(row, text, "Name"))


def request_zones(data: Body) -> Listed[RequestZone]:
    """Read the zones that demand response is asked for."""
    return listed(data, _request_zone, "Zones")


def _request_zone(row: Body) -> RequestZone:
    """Read one zone."""
    return RequestZone(required_id(row, "ZoneId", "Id"), optional(row, text, "Name"))


def control_sites(data: Body) -> Listed[ControlSite]:
    """Read the homes with load control."""
    return listed(data, _control_site, "Sites")


def _control_site(row: Body) -> ControlSite:
    """Read one home."""
    return ControlSite(required_id(row, "SiteId", "Id"), optional(row, text, "Name"))


def control_settings(data: Body) -> ControlSettings:
    """Read the threshold of load control, and its devices in order."""
    return ControlSettings(
        threshold=data.read(signed, "Threshold"),
        unit=optional(data, text, "Unit"),
        order=optional(data, idents, "DeviceOrder") or (),
    )
