"""The simulated eSmart's demand response: requests, plans, and load control."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tests.sandbox.esmart_charging import guid
from tests.sandbox.esmart_home import EsmartHome, address
from tests.sandbox.esmart_prices import slots
from tests.sandbox.esmart_wire import (
    Ask,
    Data,
    Refused,
    at_clock,
    items,
    moment,
    number,
    point_time,
    stamp,
    whole,
)

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_TYPES: Final = {1: "Highest load", 2: "Lowest load"}
_ZONES: Final = {1: "Sandbox zone"}
_RESTRICTIONS: Final = ("PowerOutage", "Maintenance", "LimitedPower")
_SITE: Final = 701
_SITE_OWNER: Final = 42
_SEARCH_FILTER: Final = 7


@dataclass
class _Plan:
    """What the utility means to do with a device for some hours."""

    number: str
    asset_id: int
    name: str
    start: datetime
    stop: datetime
    values: Mapping[datetime, float]
    declined: bool = False

    def response(self) -> Data:
        """Return the portal's form."""
        return {
            "ControlPlanId": self.number,
            "AssetId": self.asset_id,
            "SearchFilterId": _SEARCH_FILTER,
            "Name": self.name,
            "StartTime": stamp(self.start),
            "EndTime": stamp(self.stop),
            "IsDeclined": self.declined,
            "Values": [
                {"ValueTime": point_time(at, place), "Value": value}
                for place, (at, value) in enumerate(self.values.items())
            ],
        }


@dataclass
class _Settings:
    """Above which power a site switches off which device first."""

    threshold: float | None
    order: list[int]


class EsmartControl:
    """What the utility asks of the household's devices."""

    def __init__(self, home: EsmartHome) -> None:
        """Plan tonight for the charger and the heater."""
        self.home = home
        self._submitted: dict[tuple[int, int, datetime], float] = {}
        self._settings = _Settings(5.0, [601, 611])
        # By event: the meters it is flagged at, and since when.
        self._restricted: dict[str, dict[str, datetime]] = {
            name: {} for name in _RESTRICTIONS
        }
        self._plans = [
            self._plan(601, "Charge late", 22, 8 * _HOUR),
            self._plan(611, "Heat less", 17, 3 * _HOUR),
        ]

    def _plan(self, asset_id: int, name: str, hour: int, length: timedelta) -> _Plan:
        # Whenever the sandbox starts, a plan is still to come.
        days = (at_clock(self.home.today + _DAY * n, hour) for n in (0, 1))
        start = next(each for each in days if each > self.home.household.now())
        stop = start + length
        # Nothing in the first half, all in the second.
        half = start + (stop - start) / 2
        values = {at: float(at >= half) for at in slots(start, stop, _HOUR)}
        return _Plan(
            guid(self.home, "plan", asset_id), asset_id, name, start, stop, values
        )

    def restrict(
        self, event: str, meter_id: str = "M-1001", on: bool = True
    ) -> dict[str, object]:
        """Flag an event at a meter and publish it, or take it back."""
        flagged = self._restricted[event]
        if on:
            flagged.setdefault(meter_id, self.home.now())
        else:
            flagged.pop(meter_id, None)
        return {"event": event, "meters": sorted(flagged)}

    # Restrictions

    def restriction_types(self, ask: Ask) -> list[str]:
        """Return the sorts of components."""
        del ask
        return ["Substation", "Meter"]

    def restriction_events(self, ask: Ask) -> list[Data]:
        """Return the events that a component may be flagged with."""
        del ask
        return [{"Name": name} for name in self._restricted]

    def restricted_meters(self, ask: Ask) -> list[Data]:
        """Return the user's meters at which an event is flagged and published."""
        flagged = self._restricted.get(ask.path["eventName"])
        if flagged is None:
            raise Refused(404, "unknown event")
        numbers = {each.meter_id: each.meter_no for each in self.home.contracts_held}
        return [
            {"MeterId": meter, "MeterNo": numbers[meter], "StartTime": stamp(since)}
            for meter, since in flagged.items()
            if meter in numbers
        ]

    # Requests

    def types(self, ask: Ask) -> list[Data]:
        """Return the types of series that can be requested."""
        del ask
        return [{"TsTypeId": key, "Name": name} for key, name in _TYPES.items()]

    def zones(self, ask: Ask) -> list[Data]:
        """Return the zones of the contract that the header names."""
        header = ask.headers.get("X-ContractId", "")
        if not header.isdecimal():
            raise Refused(400, "the header X-ContractId is required")
        for contract in self.home.contracts_held:
            if (contract.number, contract.area) == (int(header), ask.area):
                return [{"ZoneId": key, "Name": name} for key, name in _ZONES.items()]
        raise Refused(404, "unknown contract")

    def requested(self, ask: Ask) -> Data:
        """Return what is requested of a zone, hour by hour."""
        zone, kind = ask.path_number("zoneId"), ask.path_number("tsTypeId")
        _require_known(zone, kind)
        now = self.home.now()
        start = ask.query_time("fromDate", now)
        # Documented as a tick less, where no point lies.
        stop = ask.query_time("toDate", now + _DAY)
        if stop < start:
            raise Refused(400, "toDate is before fromDate")
        values = {
            at: self._base(zone, kind, at)
            for at in slots(
                max(start, self.home.opened), min(stop, now + 7 * _DAY), _HOUR
            )
        }
        values |= {
            at: value
            for (*place, at), value in self._submitted.items()
            if place == [zone, kind] and start <= at < stop
        }
        return {
            "ZoneId": zone,
            "TsTypeId": kind,
            "UserId": f"{self.home.user_id}",
            "Values": [
                {"Time": point_time(at, place), "Value": values[at]}
                for place, at in enumerate(sorted(values))
            ],
        }

    def _base(self, zone: int, kind: int, at: datetime) -> float:
        fraction = self.home.household.fraction("requested", zone, kind, at)
        return round((8 if kind == 1 else 1) + 2 * fraction, 1)

    def submit(self, ask: Ask) -> None:
        """Take a request."""
        zone = whole(ask.given("ZoneId"), "ZoneId")
        kind = whole(ask.given("TsTypeId"), "TsTypeId")
        _require_known(zone, kind)
        wanted = {}
        for item in items(ask.given("Values"), "Values"):
            if not isinstance(item, dict):
                raise Refused(400, "Values must be objects")
            at = moment(item.get("Time"), "Time")
            wanted[zone, kind, at] = number(item.get("Value"), "Value")
        self._submitted |= wanted

    # Plans

    def _asset(self, ask: Ask) -> int:
        asset = ask.path_number("assetId")
        if asset not in self.home.devices(self.home.customer_id(ask)):
            raise Refused(404, "unknown device")
        return asset

    def plans(self, ask: Ask) -> list[Data]:
        """Return a page of the control plans of a device."""
        asset = self._asset(ask)
        mine = [plan for plan in self._plans if plan.asset_id == asset]
        return [plan.response() for plan in ask.page(mine, "pageNumber")]

    def decline(self, ask: Ask) -> None:
        """Opt out of a control plan."""
        asset, wanted = self._asset(ask), ask.path_guid("controlPlanId")
        for plan in self._plans:
            if (plan.asset_id, plan.number) == (asset, wanted):
                plan.declined = True
                return
        raise Refused(404, "unknown control plan")

    # Load control

    def sites(self, ask: Ask) -> list[Data]:
        """Return the sites of a customer."""
        if self.home.customer_id(ask) != _SITE_OWNER:
            return []
        site = {"SiteId": _SITE, "CustomerId": _SITE_OWNER, "Name": "Home"}
        return [{**site, "Address": address()}]

    def _require_site(self, ask: Ask) -> int:
        customer = self.home.customer_id(ask)
        if (ask.path_number("siteId"), customer) != (_SITE, _SITE_OWNER):
            raise Refused(404, "unknown site")
        return customer

    def devices(self, ask: Ask) -> list[Data]:
        """Return the devices of a site."""
        devices = self.home.devices(self._require_site(ask))
        return [device.response() for device in devices.values()]

    def settings(self, ask: Ask) -> Data:
        """Return the threshold and the order of the devices."""
        self._require_site(ask)
        return {
            "SiteId": _SITE,
            "Threshold": self._settings.threshold,
            "Unit": "kW",
            "DeviceOrder": self._settings.order,
        }

    def settings_set(self, ask: Ask) -> None:
        """Set the threshold and the order of the devices."""
        known = self.home.devices(self._require_site(ask))
        ask.agrees("SiteId", _SITE)
        threshold = number(ask.given("Threshold"), "Threshold")
        order = [
            whole(asset, "DeviceOrder")
            for asset in items(ask.given("DeviceOrder"), "DeviceOrder")
        ]
        if threshold <= 0 or not known.keys() >= set(order):
            raise Refused(400, "the threshold must be above zero, the devices known")
        if ask.body().get("Unit", "kW") != "kW":
            raise Refused(400, "Unit must be kW")
        self._settings = _Settings(threshold, order)

    def settings_delete(self, ask: Ask) -> None:
        """Forget the threshold and the order."""
        self._require_site(ask)
        self._settings = _Settings(None, [])


def _require_known(zone: int, kind: int) -> None:
    if zone not in _ZONES or kind not in _TYPES:
        raise Refused(404, "unknown zone or type")
