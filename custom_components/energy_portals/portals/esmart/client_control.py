"""eSmart's charging, control plans, demand response and load control.

Source: the parts `evchargingrequests`, `evinfo`, `controlplanrequests`, `controlplans`
and `demandandcontrol` of the portal's list of endpoints, and the help pages of those.
"""

from datetime import datetime
from typing import Final

from ..model.series import Series
from ..reading.listed import Listed
from . import reads, reads_control, reads_sites, wire
from .client_calls import EsmartCalls, id_in_body
from .models import (
    Car,
    ChargerMonth,
    ChargingRequest,
    ControlPlan,
    ControlSettings,
    ControlSite,
    Device,
    RequestType,
    RequestZone,
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

    async def cars(self) -> Listed[Car]:
        """Return the cars in the portal's garage."""
        return await self._read("cars", reads_control.cars)

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
