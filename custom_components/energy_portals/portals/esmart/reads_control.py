"""What eSmart says of charging and load control, read tolerantly as in `reads.py`.

Source: the help pages of `evchargingrequests` and `evinfo`; the other bodies are
assumed.
"""

from operator import attrgetter
from typing import NamedTuple

from ..reading.body import Body, Refused
from ..reading.listed import Listed, listed
from ..reading.quantities import POWER, Unit
from . import fields, reads
from .fields import UTC_ZONE
from .models import (
    Car,
    ChargerInfo,
    ChargerMonth,
    ChargingRequest,
    ControlPlan,
    ControlSettings,
    ControlSite,
    RequestType,
    RequestZone,
    Resolution,
    RestrictedMeter,
)
from .reads_values import flag, ident, idents, inner, optional, required_id, text


class SettingsToChange(NamedTuple):
    """Settings of load control: the threshold in kW, and the unit that requests name.

    `spelling` is how the portal writes that unit, None where it names none.
    """

    threshold: float | None
    order: tuple[str, ...]
    unit: Unit
    spelling: str | None


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
    total = reads.total(data)
    # A month that begins has a total and no day yet; both are read to kWh.
    return ChargerMonth(days.unit if total is None else "kWh", total, days.slots)


def chargers(data: Body) -> Listed[ChargerInfo]:
    """Read the chargers of a gateway, and the cars at them."""
    return listed(
        data, _charger, "EvChargingDevices", "Chargers", key=attrgetter("asset_id")
    )


def _charger(row: Body) -> ChargerInfo:
    """Read one charger; what is up to 1 is a percentage or a fraction, and unknown."""
    asset_id = required_id(row, "AssetId", "DeviceAssetId")
    info = inner(row, "EvChargingInfo")
    if info is None:
        return ChargerInfo(asset_id)
    level = info.measure(fields.BATTERY, required=False)
    if level is not None and 0 < level <= 1 and info.unit_of(fields.BATTERY) is None:
        info.refuse("BatteryLevel")
        level = None
    return ChargerInfo(asset_id, level, optional(info, ident, "CarInfoId"))


def car(data: Body) -> Car:
    """Read one car of the garage."""
    return _car(data.unwrapped("VehicleId", "RowKey"))


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


def settings_to_change(data: Body) -> SettingsToChange:
    """Read the settings, and how a request has to spell what stays of them.

    UnexpectedResponse for an order that cannot be read, which a change would lose, and
    for a unit of which it cannot be said in a request that it is meant.
    """
    settings = control_settings(data)
    place = data.unwrapped("Threshold", "DeviceOrder")
    spelling = optional(place, text, "Unit")
    unit: Unit | None = fields.KW
    if spelling is None and place.unit_of(fields.THRESHOLD) is not None:
        unit = None
    if spelling is not None:
        try:
            unit = POWER.unit(frozenset({spelling}))
        except Refused:
            unit = None
    if unit is None:
        raise place.unexpected("the unit of the threshold cannot be sent")
    order = place.read(idents, "DeviceOrder") or ()
    return SettingsToChange(settings.threshold, order, unit, spelling)


def restriction_events(data: Body) -> Listed[str]:
    """Read the events that meters may be flagged with: objects, or names alone."""
    rows = data.value
    if isinstance(rows, list) and rows and all(isinstance(each, str) for each in rows):
        data = data.child([{"Name": each} for each in rows])
    return listed(data, _event, "Events", key=str)


def _event(row: Body) -> str:
    """Read the name of one event."""
    return required_id(row, "EventName", "Name", "Event")


def restricted_meters(data: Body) -> Listed[RestrictedMeter]:
    """Read the meters that an event is flagged at."""
    return listed(data, _restricted_meter, "Meters", key=attrgetter("ids"))


def _restricted_meter(row: Body) -> RestrictedMeter:
    """Read one meter, with its id, its number or both."""
    names = ("MeterId", "MeterNo", "MeterNumber")
    told = [optional(row, ident, name) for name in names]
    ids = tuple(dict.fromkeys(filter(None, told)))
    if not ids:
        raise row.unexpected("MeterId is missing")
    begins = ("StartTime", "FromTime", "FromTimeUtc", "Since", "FlaggedAt")
    return RestrictedMeter(ids, row.moment(UTC_ZONE, *begins, required=False))
