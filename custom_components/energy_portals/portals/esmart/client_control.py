"""eSmart's charging, control plans, demand response and load control.

Source: the parts `evchargingrequests`, `evinfo`, `controlplanrequests`, `controlplans`
and `demandandcontrol` of the portal's list of endpoints, and the help pages of those.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from ..http.errors import InvalidInput
from ..model.series import Series
from ..reading.listed import Listed
from . import reads, reads_control, reads_sites, wire
from .client_calls import EsmartCalls
from .fields import KW
from .models import (
    Car,
    CarChange,
    ChargerInfo,
    ChargerMonth,
    ChargingRequest,
    ControlPlan,
    ControlSettings,
    ControlSite,
    Device,
    RequestType,
    RequestZone,
    RestrictedMeter,
    id_in_body,
)

PLANS_A_PAGE: Final = 10
PAGES: Final = 20


class ControlCalls(EsmartCalls):
    """Charging, control plans, demand response and load control."""

    async def charging_requests(self) -> Listed[ChargingRequest]:
        """Return the wishes to charge a car."""
        return await self._read("charging_requests", reads_control.charging_requests)

    async def charging_request(self, request_id: str) -> ChargingRequest:
        """Return one wish to charge a car."""
        return await self._read(
            "charging_request", reads_control.charging_request, request_id=request_id
        )

    async def create_charging_request(
        self, asset_id: str, start: datetime, end: datetime, energy: float
    ) -> ChargingRequest | None:
        """Ask for a car to be charged with so many kWh; None: read the list again."""
        return await self._write(
            "charging_request_create",
            reads_control.charging_request,
            json={"AssetId": id_in_body(asset_id), **_wish(start, end, energy)},
        )

    async def update_charging_request(
        self,
        request_id: str,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        energy: float | None = None,
    ) -> None:
        """Change a wish, kWh; what is not given stays."""
        await self._write(
            "charging_request_update",
            json=_wish(start, end, energy),
            request_id=request_id,
        )

    async def cancel_charging_request(self, request_id: str) -> None:
        """Take a wish back; NotFound where it is gone already."""
        await self._write("charging_request_cancel", request_id=request_id)

    async def charger_statistics(
        self, contract_no: str, asset_id: str, year: int, month: int
    ) -> ChargerMonth:
        """Return what a charger delivered in a month, by day."""
        return await self._read(
            "charger_statistics",
            reads_control.charger_month,
            query={"year": str(year), "month": str(month)},
            contract_no=contract_no,
            asset_id=asset_id,
        )

    async def chargers(self, gateway_id: str) -> Listed[ChargerInfo]:
        """Return the chargers of a gateway, with what is known of the cars at them."""
        return await self._read(
            "chargers_and_cars", reads_control.chargers, gateway_id=gateway_id
        )

    async def cars(self) -> Listed[Car]:
        """Return the cars in the portal's garage."""
        return await self._read("cars", reads_control.cars)

    async def car(self, car_id: str) -> Car:
        """Return one car of the garage; NotFound where there is none."""
        return await self._read("car", reads_control.car, car_id=car_id)

    async def add_car(self, car_id: str, car: CarChange) -> None:
        """Put a car into the garage, under an id that is chosen here."""
        about = {"VehicleId": car_id, "RowKey": car_id, "CustomerId": self.customer_id}
        await self._write("car_add", json={**about, **car.body()}, car_id=car_id)

    async def update_car(self, car_id: str, car: CarChange) -> None:
        """Change a car of the garage; what is not given stays."""
        await self._write("car_update", json=car.body(), car_id=car_id)

    async def remove_car(self, car_id: str) -> None:
        """Take a car out of the garage; NotFound where it is gone already."""
        await self._write("car_remove", car_id=car_id)

    async def control_plans(self, asset_id: str) -> Listed[ControlPlan]:
        """Return when the portal means to control a device: 200 plans at most."""
        plans: dict[str, ControlPlan] = {}
        is_whole = True
        for page in range(1, PAGES + 1):
            told = await self._read(
                "control_plans",
                reads_control.control_plans,
                query={"pageNumber": str(page), "pageSize": str(PLANS_A_PAGE)},
                asset_id=asset_id,
            )
            held = len(plans)
            is_whole = is_whole and told.is_whole
            plans |= {plan.id: plan for plan in told}
            # A server that does not count pages gives the first one for ever.
            if len(told) < PLANS_A_PAGE or len(plans) == held:
                break
        return Listed(plans.values(), is_whole=is_whole)

    async def decline_control_plan(self, asset_id: str, plan_id: str) -> None:
        """Opt out of a control plan."""
        await self._write("control_plan_decline", asset_id=asset_id, plan_id=plan_id)

    async def request_types(self) -> Listed[RequestType]:
        """Return the types of series that demand response is asked for with."""
        return await self._read("control_types", reads_control.request_types)

    async def request_zones(self, contract_no: str) -> Listed[RequestZone]:
        """Return the zones of a contract."""
        return await self._read(
            "control_zones",
            reads_control.request_zones,
            headers={"X-ContractId": contract_no},
        )

    async def requested(
        self, zone_id: str, type_id: str, start: datetime, end: datetime
    ) -> Series[float | None]:
        """Return the plan that demand response asks for, in a unit not stated."""
        return await self._read(
            "control_requested",
            reads.requested,
            query={"fromDate": wire.sent(start), "toDate": wire.sent(end)},
            zone_id=zone_id,
            type_id=type_id,
        )

    async def request_control_plan(
        self, zone_id: str, type_id: str, values: Mapping[datetime, float]
    ) -> None:
        """Ask for a plan of a zone: values from a time on, in a unit not stated."""
        await self._write(
            "control_request",
            json={
                "ZoneId": id_in_body(zone_id),
                "TsTypeId": id_in_body(type_id),
                "Values": [
                    {"Time": wire.sent(at), "Value": value}
                    for at, value in sorted(values.items())
                ],
            },
        )

    async def control_sites(self) -> Listed[ControlSite]:
        """Return the homes with load control."""
        return await self._read("control_sites", reads_control.control_sites)

    async def control_devices(self, site_id: str) -> Listed[Device]:
        """Return the devices under load control."""
        return await self._read("control_devices", reads_sites.devices, site_id=site_id)

    async def control_settings(self, site_id: str) -> ControlSettings:
        """Return the threshold of load control, and its devices in order."""
        return await self._read(
            "control_settings", reads_control.control_settings, site_id=site_id
        )

    async def change_control_settings(
        self,
        site_id: str,
        *,
        threshold: float | None = None,
        order: Sequence[str] | None = None,
    ) -> None:
        """Change the threshold, kW, or the order; what is not given stays.

        The portal takes both at once, so that the other is read before. InvalidInput
        where no threshold is known, which it wants.
        """
        held = await self._read(
            "control_settings", reads_control.settings_to_change, site_id=site_id
        )
        power = held.threshold if threshold is None else threshold
        if power is None:
            raise InvalidInput("no_threshold")
        body: dict[str, object] = {
            "SiteId": id_in_body(site_id),
            "Threshold": KW.converted(power, held.unit),
            "DeviceOrder": [
                id_in_body(each) for each in (held.order if order is None else order)
            ],
        }
        if held.spelling is not None:
            body["Unit"] = held.spelling
        await self._write("control_settings_set", json=body, site_id=site_id)

    async def delete_control_settings(self, site_id: str) -> None:
        """Have no threshold and no order any more."""
        await self._write("control_settings_delete", site_id=site_id)

    async def restriction_events(self) -> Listed[str]:
        """Return the names of the events that a meter may be flagged with."""
        return await self._read("restriction_events", reads_control.restriction_events)

    async def restricted_meters(self, event: str) -> Listed[RestrictedMeter]:
        """Return the meters at which an event is flagged and published."""
        return await self._read(
            "restricted_meters", reads_control.restricted_meters, event=event
        )


def _wish(
    start: datetime | None, end: datetime | None, energy: float | None
) -> dict[str, object]:
    """Return a wish to charge as bodies have it, as far as it is given."""
    wish: dict[str, object] = {}
    if start is not None:
        wish["StartTime"] = wire.sent(start)
    if end is not None:
        wish["EndTime"] = wire.sent(end)
    if energy is not None:
        wish["ChargingDemand"] = energy
    return wish
