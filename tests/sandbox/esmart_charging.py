"""The simulated eSmart's electric cars: charging requests, chargers, cars."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tests.sandbox.esmart_assets import EsmartAssets
from tests.sandbox.esmart_home import Device, EsmartHome, Gateway
from tests.sandbox.esmart_wire import (
    Ask,
    Data,
    Refused,
    at_clock,
    flag,
    midnight,
    moment,
    number,
    point_time,
    stamp,
    text,
    whole,
)
from tests.sandbox.periods import first_of_month

_DAY: Final = timedelta(days=1)
_CAR: Final[Mapping[str, Callable[[object, str], object]]] = {
    "RowKey": text,
    "UseExternalApi": flag,
    "ConnectedAssetId": whole,
    "Manufacturer": text,
    "ManufacturerLogo": text,
    "Model": text,
    "Email": text,
    "ImageUrl": text,
    "DisplayName": text,
    "VehicleId": text,
    "Generation": text,
    "GrossBatterySize": number,
    "NettBatterySize": number,
    "MaxChargePower": number,
}


def guid(home: EsmartHome, *what: object) -> str:
    """Return a GUID that follows from the seed and the question."""
    high, low = (
        int(home.household.fraction("guid", half, *what) * 2**53) for half in (0, 1)
    )
    return f"{UUID(int=(high << 64) | low, version=4)}"


@dataclass(frozen=True)
class _Request:
    """A wish to have charged so many kWh by a time."""

    number: str
    customer_id: int
    asset_id: int
    start: datetime
    stop: datetime
    demand: float

    def checked(self) -> _Request:
        """Refuse a wish that cannot be met."""
        if self.stop <= self.start:
            raise Refused(400, "EndTime must be after StartTime")
        if self.demand <= 0:
            raise Refused(400, "ChargingDemand must be above zero")
        return self

    def response(self) -> Data:
        """Return the portal's form."""
        return {
            "Id": self.number,
            "AssetId": self.asset_id,
            "StartTime": stamp(self.start),
            "EndTime": stamp(self.stop),
            "ChargingDemand": self.demand,
        }


class EsmartCharging:
    """Charging requests and cars of all customers."""

    def __init__(self, home: EsmartHome, assets: EsmartAssets) -> None:
        """Plan a charge for tonight, and park two cars."""
        self.home = home
        self._assets = assets
        # What the car at the first charger tells of its battery, percent.
        self.battery: float | None = 62.0
        first = _Request(
            guid(home, "request", 0),
            42,
            601,
            at_clock(home.today, 22),
            at_clock(home.today + _DAY, 6),
            12.5,
        )
        self._requests = {first.number: first}
        self._issued = 1
        self._cars: dict[tuple[int, str], dict[str, object]] = {}
        for vehicle, connected in (("car-1", 601), ("car-2", None)):
            self._cars[42, vehicle] = {
                **dict.fromkeys(_CAR),
                "RowKey": vehicle,
                "UseExternalApi": False,
                "ConnectedAssetId": connected,
                "Manufacturer": "Sandbox",
                "Model": f"Model {vehicle[-1]}",
                "CustomerId": "42",
                "DisplayName": f"Car {vehicle[-1]}",
                "VehicleId": vehicle,
                "GrossBatterySize": 64.0,
                "NettBatterySize": 60.5,
                "MaxChargePower": 11.0,
            }

    def set_battery(self, level: float | None) -> dict[str, object]:
        """Let the car at a charger tell another battery level, or none."""
        self.battery = level
        return {"level": level}

    # Charging requests

    def charging_requests(self, ask: Ask) -> list[Data]:
        """Return the charging requests of a customer."""
        customer = self.home.customer_id(ask)
        mine = [row for row in self._requests.values() if row.customer_id == customer]
        return [row.response() for row in sorted(mine, key=lambda row: row.start)]

    def _request(self, ask: Ask) -> _Request:
        request = self._requests.get(ask.path_guid("evChargingRequestId"))
        if request is None or request.customer_id != self.home.customer_id(ask):
            raise Refused(404, "unknown charging request")
        return request

    def charging_request(self, ask: Ask) -> Data:
        """Return one charging request."""
        return self._request(ask).response()

    def create(self, ask: Ask) -> Data:
        """Store a charging request."""
        customer = self.home.customer_id(ask)
        asset = whole(ask.given("AssetId"), "AssetId")
        request = _Request(
            guid(self.home, "request", self._issued),
            customer,
            asset,
            moment(ask.given("StartTime"), "StartTime"),
            moment(ask.given("EndTime"), "EndTime"),
            number(ask.given("ChargingDemand"), "ChargingDemand"),
        ).checked()
        device = self.home.devices(customer).get(asset)
        if device is None or not device.is_charger:
            raise Refused(404, "unknown charger")
        self._issued += 1
        self._requests[request.number] = request
        return request.response()

    def update(self, ask: Ask) -> None:
        """Change times and demand of a charging request."""
        request, body = self._request(ask), ask.body()
        changed = request
        if (start := body.get("StartTime")) is not None:
            changed = replace(changed, start=moment(start, "StartTime"))
        if (stop := body.get("EndTime")) is not None:
            changed = replace(changed, stop=moment(stop, "EndTime"))
        if (demand := body.get("ChargingDemand")) is not None:
            changed = replace(changed, demand=number(demand, "ChargingDemand"))
        if not body.keys() & {"StartTime", "EndTime", "ChargingDemand"}:
            raise Refused(400, "nothing to change")
        self._requests[request.number] = changed.checked()

    def cancel(self, ask: Ask) -> None:
        """Forget a charging request."""
        del self._requests[self._request(ask).number]

    # Chargers

    def statistics(self, ask: Ask) -> Data:
        """Return the energy a charger gave on each whole day of a month so far."""
        contract, asset = self.home.contract(ask), ask.path_number("chargerAssetId")
        year, month = ask.query_number("year"), ask.query_number("month")
        if not 1 <= month <= 12 or not 2000 < year < 9999:
            raise Refused(400, "no such month")
        chargers = {
            device.asset_id
            for gateway in contract.gateways
            for device in gateway.devices
            if device.is_charger
        }
        if asset not in chargers:
            raise Refused(404, "unknown charger")
        day = self.home.today.replace(year=year, month=month, day=1)
        after = first_of_month(day, -1)
        values: list[dict[str, object]] = []
        total = 0.0
        while day < after and midnight(day + _DAY) <= self.home.now():
            if midnight(day) >= self.home.opened:
                kwh = self._assets.charged(asset, day)
                total += kwh
                time = point_time(midnight(day), len(values))
                values.append({"ValueTime": time, "Value": kwh})
            day += _DAY
        return {
            "ChargerAssetId": asset,
            "Year": year,
            "Month": month,
            "Unit": "kWh",
            "Total": round(total, 1),
            "Values": values,
        }

    def chargers_and_cars(self, ask: Ask) -> Data:
        """Return the chargers of a gateway and the cars of the customer."""
        customer, asset = self.home.customer_id(ask), ask.path_number("gatewayAssetId")
        for gateway in self.home.gateways(customer):
            if gateway.asset_id == asset:
                return {
                    "EvChargingDevices": [
                        self._charger(customer, gateway, device)
                        for device in gateway.devices
                        if device.is_charger
                    ],
                    "Cars": self.cars(ask),
                }
        raise Refused(404, "unknown gateway")

    def _charger(self, customer: int, gateway: Gateway, device: Device) -> Data:
        (contract,) = (
            row.number for row in self.home.contracts_held if gateway in row.gateways
        )
        charging: Data = {
            "ChargingMode": 1,
            "SmartModeIsActive": True,
            "CarInfoId": "car-1",
            "CarManufacturer": "Sandbox",
            "CarModel": "Model 1",
            "CarGeneration": None,
            "GrossBatterySize": 64.0,
            "NetBatterySize": 60.5,
            "BatteryLevel": self.battery,
            "FullyChargedBy": None,
            "CustomerId": f"{customer}",
            "ContractId": contract,
            "GatewayAssetId": gateway.asset_id,
            "DeviceAssetId": device.asset_id,
        }
        return {**device.response(), "EvChargingInfo": charging}

    # Cars

    def cars(self, ask: Ask) -> list[Data]:
        """Return the cars of a customer."""
        customer = self.home.customer_id(ask)
        return [car for (owner, _), car in self._cars.items() if owner == customer]

    def _key(self, ask: Ask, name: str) -> tuple[int, str]:
        return self.home.customer_id(ask), ask.path[name]

    def _known(self, ask: Ask, name: str) -> tuple[int, str]:
        key = self._key(ask, name)
        if key not in self._cars:
            raise Refused(404, "unknown car")
        return key

    def car(self, ask: Ask) -> Data:
        """Return one car."""
        return self._cars[self._known(ask, "vehicleid")]

    def car_add(self, ask: Ask) -> Data:
        """Store a car under the id of the path, and return it."""
        customer, vehicle = key = self._key(ask, "carId")
        self._cars[key] = {
            **dict.fromkeys(_CAR),
            **_car(ask, customer),
            "RowKey": vehicle,
            "VehicleId": vehicle,
            "CustomerId": f"{customer}",
        }
        return self._cars[key]

    def car_update(self, ask: Ask) -> Data:
        """Change what is sent of a car, and return it."""
        customer, vehicle = key = self._known(ask, "carId")
        self._cars[key] |= _car(ask, customer)
        self._cars[key] |= {"RowKey": vehicle, "VehicleId": vehicle}
        return self._cars[key]

    def car_remove(self, ask: Ask) -> None:
        """Forget a car."""
        del self._cars[self._known(ask, "vehicleid")]


def _car(ask: Ask, customer: int) -> dict[str, object]:
    body = ask.body()
    if (owner := body.get("CustomerId")) is not None:
        if text(owner, "CustomerId") != f"{customer}":
            raise Refused(400, "CustomerId is not that of the path")
    return {
        key: None if body[key] is None else check(body[key], key)
        for key, check in _CAR.items()
        if key in body
    }
