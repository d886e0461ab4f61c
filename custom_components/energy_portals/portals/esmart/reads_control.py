"""What eSmart says of charging and load control, read tolerantly as in `reads.py`.

Source: the help pages of `evchargingrequests` and `evinfo`; the other bodies are
assumed.
"""

from ..reading.body import Body, number, signed
from . import reads
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
from .reads_values import flag, ident, idents, optional, required_id, rows, text, when


def charging_requests(data: Body) -> tuple[ChargingRequest, ...]:
    """Read wishes to charge."""
    return tuple(map(charging_request, rows(data, "EvChargingRequests", "Requests")))


def charging_request(data: Body) -> ChargingRequest:
    """Read one wish to charge, kWh."""
    return ChargingRequest(
        id=required_id(data, "Id", "EvChargingRequestId"),
        asset_id=optional(data, ident, "AssetId"),
        start=data.read(when, "StartTime"),
        end=data.read(when, "EndTime"),
        energy=data.read(number, "ChargingDemand", "ChargeDemand"),
    )


def charger_month(data: Body) -> ChargerMonth:
    """Read what a charger delivered in a month."""
    days = reads.readings(number, Resolution.DAY)(data)
    return ChargerMonth(days.unit, reads.total(data), days.slots)


def cars(data: Body) -> tuple[Car, ...]:
    """Read the cars in the portal's garage."""
    return tuple(
        Car(
            id=required_id(row, "VehicleId", "RowKey"),
            name=optional(row, text, "DisplayName"),
            manufacturer=optional(row, text, "Manufacturer"),
            model=optional(row, text, "Model"),
            gross_kwh=optional(row, number, "GrossBatterySize"),
            net_kwh=optional(row, number, "NettBatterySize", "NetBatterySize"),
            max_kw=optional(row, number, "MaxChargePower"),
            connected_asset_id=optional(row, ident, "ConnectedAssetId"),
        )
        for row in rows(data, "Cars")
    )


def control_plans(data: Body) -> tuple[ControlPlan, ...]:
    """Read when the portal means to control a device."""
    return tuple(
        ControlPlan(
            id=required_id(row, "ControlPlanId", "ControlPlanGuid", "Id"),
            asset_id=optional(row, ident, "AssetId"),
            name=optional(row, text, "Name"),
            start=row.read(when, "StartTime"),
            end=row.read(when, "EndTime"),
            declined=optional(row, flag, "IsDeclined"),
            search_filter_id=optional(row, ident, "SearchFilterId"),
        )
        for row in rows(data, "ControlPlans", "Plans")
    )


def request_types(data: Body) -> tuple[RequestType, ...]:
    """Read the types of series that demand response is asked for with."""
    return tuple(
        RequestType(required_id(row, "TsTypeId", "Id"), optional(row, text, "Name"))
        for row in rows(data, "TsTypes")
    )


def request_zones(data: Body) -> tuple[RequestZone, ...]:
    """Read the zones that demand response is asked for."""
    return tuple(
        RequestZone(required_id(row, "ZoneId", "Id"), optional(row, text, "Name"))
        for row in rows(data, "Zones")
    )


def control_sites(data: Body) -> tuple[ControlSite, ...]:
    """Read the homes with load control."""
    return tuple(
        ControlSite(required_id(row, "SiteId", "Id"), optional(row, text, "Name"))
        for row in rows(data, "Sites")
    )


def control_settings(data: Body) -> ControlSettings:
    """Read the threshold of load control, and its devices in order."""
    return ControlSettings(
        threshold=data.read(signed, "Threshold"),
        unit=optional(data, text, "Unit"),
        order=optional(data, idents, "DeviceOrder") or (),
    )
