"""Who the simulated eSmart knows: customers, contracts, meters, devices."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from tests.sandbox.esmart_wire import (
    NET,
    POWER,
    Ask,
    Data,
    Refused,
    day_of,
    midnight,
    stamp,
)
from tests.sandbox.household import Household
from tests.sandbox.periods import first_of_month

AREAS: Final = ("NO1", "NO2", "NO3", "NO4", "NO5")
_MONTHS_OPEN: Final = 24


@dataclass(frozen=True)
class Device:
    """One device behind a gateway."""

    asset_id: int
    name: str
    kind: int
    is_charger: bool

    def response(self) -> dict[str, object]:
        """Return the portal's DeviceResponse."""
        return {
            "AssetId": self.asset_id,
            "Name": self.name,
            "Description": None,
            "DeviceType": self.kind,
            "Values": [],
        }


@dataclass(frozen=True)
class Gateway:
    """A gateway and what hangs on it."""

    asset_id: int
    devices: tuple[Device, ...]


@dataclass(frozen=True, kw_only=True)
class Contract:
    """One contract, for power or for the grid, on one meter.

    `share` is how much of the household's load the meter sees.
    """

    number: int
    customer_id: int
    area: int
    meter_id: str
    delivery_point_id: int
    price_area: str
    share: float
    subscribed_kw: float | None = None
    gateways: tuple[Gateway, ...] = ()

    @property
    def meter_no(self) -> str:
        """Return the number printed on the meter."""
        return f"{self.delivery_point_id:016}"

    @property
    def delivery_point_name(self) -> str:
        """Return what the customer calls the place."""
        return "Home" if self.delivery_point_id == 3001 else "Cabin"


def address() -> Data:
    """Return the portal's ElwAddress, of a place that does not exist."""
    return {
        "AddressText": "Sandbox street 1",
        "City": "Sandbox",
        "CoAddress": None,
        "CountryCode": "NO",
        "Entrance": None,
        "Floor": None,
        "HouseLetter": None,
        "HouseNo": "1",
        "IsEditable": False,
        "POBox": None,
        "ZipCode": "0000",
    }


_CHARGER = Device(601, "Charger", 1, is_charger=True)
_HEATER = Device(611, "Heater", 2, is_charger=False)


class EsmartHome:
    """The customers of one user, their contracts, and the household they share."""

    def __init__(self, household: Household) -> None:
        """Open the contracts two years before now, at the start of a month."""
        self.household = household
        today = day_of(household.now())
        self.today = today
        self.open_since(_MONTHS_OPEN)
        self.user_id = 9001
        self.customers = (42, 43)
        self.meter_ids_known = True
        self.has_water_meters = False
        gateway = Gateway(501, (_CHARGER, _HEATER))
        self.contracts_held = [
            Contract(
                number=1001,
                customer_id=42,
                area=POWER,
                meter_id="M-1001",
                delivery_point_id=3001,
                price_area="NO1",
                share=1.0,
                subscribed_kw=10.0,
                gateways=(gateway,),
            ),
            Contract(
                number=1002,
                customer_id=42,
                area=NET,
                meter_id="M-1001",
                delivery_point_id=3001,
                price_area="NO1",
                share=1.0,
                subscribed_kw=10.0,
            ),
            Contract(
                number=1003,
                customer_id=43,
                area=POWER,
                meter_id="M-1003",
                delivery_point_id=3003,
                price_area="NO2",
                share=0.5,
            ),
        ]

    def now(self) -> datetime:
        """Return the present moment."""
        return self.household.now()

    # Controls

    def open_since(self, months: int) -> dict[str, object]:
        """Let the contracts be that many months old, opened at the start of a month."""
        if months < 0:
            raise ValueError("months must not be negative")
        self.opened = midnight(first_of_month(day_of(self.now()), months))
        return {"opened": stamp(self.opened)}

    def drop_meter_ids(self) -> dict[str, object]:
        """Let the list of contracts and delivery points be empty from now on."""
        self.meter_ids_known = False
        return {"contractdeliverypoints": []}

    def add_water_meters(self, on: bool = True) -> dict[str, object]:
        """Let each delivery point have a meter of water as well."""
        self.has_water_meters = on
        return {"on": on}

    def add_contract(self) -> dict[str, object]:
        """Give the household's customer one more contract for power, on a new meter."""
        number = self._next_number()
        contract = Contract(
            number=number,
            customer_id=42,
            area=POWER,
            meter_id=f"M-{number}",
            delivery_point_id=number + 2000,
            price_area="NO1",
            share=0.25,
        )
        self.contracts_held.append(contract)
        return {"contract_no": number, "meter_id": contract.meter_id}

    def replace_contract(self, contract_no: int) -> dict[str, object]:
        """Let a contract be gone, and another be there for its meter."""
        number = self._next_number()
        for place, contract in enumerate(self.contracts_held):
            if contract.number == contract_no:
                self.contracts_held[place] = replace(contract, number=number)
                return {"contract_no": number, "meter_id": contract.meter_id}
        msg = f"no contract {contract_no}"
        raise LookupError(msg)

    def _next_number(self) -> int:
        return max(contract.number for contract in self.contracts_held) + 1

    # Finding what a call names

    def held(self, number: int) -> Contract:
        """Return a contract of any customer by number."""
        for contract in self.contracts_held:
            if contract.number == number:
                return contract
        msg = f"no contract {number}"
        raise LookupError(msg)

    def customer_id(self, ask: Ask) -> int:
        """Return the customer of the path; access to it was checked before."""
        return ask.path_number("custId" if "custId" in ask.path else "customerId")

    def of_customer(self, ask: Ask) -> list[Contract]:
        """Return the contracts of the customer in the area of the call."""
        customer = self.customer_id(ask)
        return [
            contract
            for contract in self.contracts_held
            if contract.customer_id == customer and contract.area == ask.area
        ]

    def numbered(self, ask: Ask, number: int) -> Contract:
        """Return a contract of the customer by number."""
        for contract in self.of_customer(ask):
            if contract.number == number:
                return contract
        raise Refused(404, "unknown contract")

    def contract(self, ask: Ask) -> Contract:
        """Return the contract of the path."""
        return self.numbered(ask, ask.path_number("contractNo"))

    def metered(self, ask: Ask) -> Contract:
        """Return the contract of the path, whose meter is that of the path."""
        contract = self.contract(ask)
        if contract.meter_id != ask.path["meterId"]:
            raise Refused(404, "unknown meter")
        return contract

    def delivery_points(self, customer_id: int) -> dict[int, Contract]:
        """Return one contract for each delivery point of a customer."""
        return {
            contract.delivery_point_id: contract
            for contract in reversed(self.contracts_held)
            if contract.customer_id == customer_id
        }

    def delivery_point(self, ask: Ask) -> Contract:
        """Return a contract of the delivery point of the path."""
        number = ask.path_number("deliveryPointId")
        if contract := self.delivery_points(self.customer_id(ask)).get(number):
            return contract
        raise Refused(404, "unknown delivery point")

    def gateways(self, customer_id: int) -> list[Gateway]:
        """Return the gateways of a customer."""
        return [
            gateway
            for contract in self.contracts_held
            if contract.customer_id == customer_id
            for gateway in contract.gateways
        ]

    def devices(self, customer_id: int) -> dict[int, Device]:
        """Return the devices of a customer by asset."""
        return {
            device.asset_id: device
            for gateway in self.gateways(customer_id)
            for device in gateway.devices
        }

    # Contracts and delivery points

    def exists(self, ask: Ask) -> bool:
        """Return whether a contract of the customer has a meter."""
        return self.contract(ask).meter_id == ask.path["meterId"]

    def contracts(self, ask: Ask) -> list[Data]:
        """Return the ContractResponse of each contract."""
        return [self._contract_response(contract) for contract in self.of_customer(ask)]

    def one_contract(self, ask: Ask) -> Data:
        """Return the ContractResponse of one contract."""
        return self._contract_response(self.contract(ask))

    def _contract_response(self, contract: Contract) -> Data:
        return {
            "ContractNo": contract.number,
            "CustomerId": contract.customer_id,
            "DeliveryAddress": address(),
            "DeliveryPointId": contract.delivery_point_id,
            "DeliveryPointName": contract.delivery_point_name,
            "EndDate": None,
            "IsActive": True,
            "IsBroadbandContract": False,
            "IsDistrictHeatingContract": False,
            "IsEnergyContract": False,
            "IsGasContract": False,
            "IsHeatPumpContract": False,
            "IsNetContract": contract.area == NET,
            "IsPowerContract": contract.area == POWER,
            "IsTapWaterContract": False,
            "LedgerNo": contract.number - 1000,
            "StartDate": stamp(self.opened),
        }

    def delivery_point_list(self, ask: Ask) -> list[Data]:
        """Return the delivery points of a customer."""
        points = self.delivery_points(self.customer_id(ask))
        return [self._point(points[number]) for number in sorted(points)]

    def user_meters(self, ask: Ask) -> list[Data]:
        """Return the meters of all customers of the user."""
        if ask.path_number("userId") != self.user_id:
            raise Refused(403, "another user")
        rows: list[Data] = []
        for customer in self.customers:
            points = self.delivery_points(customer)
            rows += [self._point(points[number]) for number in sorted(points)]
        return rows

    def _point(self, contract: Contract) -> dict[str, object]:
        return {
            "DeliveryPointId": contract.delivery_point_id,
            "DeliveryPointName": contract.delivery_point_name,
            "MeterId": contract.meter_id,
            "MeterNo": contract.meter_no,
            "PriceArea": contract.price_area,
            "Address": address(),
        }

    def contract_delivery_points(self, ask: Ask) -> list[Data]:
        """Return one row per contract and meter, with the parts asked for."""
        watt_meter = ask.query_flag("includeWattMeter")
        heating = ask.query_flag("includeLightsAndHeating")
        charging = ask.query_flag("includeEvCharging")
        water_meter = ask.query_flag("includeWaterMeter")
        rows: list[Data] = []
        for contract in self.of_customer(ask) if self.meter_ids_known else []:
            row: dict[str, object] = {
                "ContractNo": contract.number,
                "CustomerId": contract.customer_id,
                **self._point(contract),
                "IsActive": True,
                "IsPowerContract": contract.area == POWER,
                "IsNetContract": contract.area == NET,
                "StartDate": stamp(self.opened),
                "EndDate": None,
            }
            if watt_meter:
                row["HasWattMeter"] = True
            if water_meter:
                row["HasWaterMeter"] = self.has_water_meters
                if self.has_water_meters:
                    row["WaterMeters"] = [_water_meter(contract)]
            if heating or charging:
                row["Gateways"] = [
                    _gateway_row(gateway, heating, charging)
                    for gateway in contract.gateways
                ]
            rows.append(row)
        return rows


def _water_meter(contract: Contract) -> Data:
    """Return a meter of another kind, with members of the same names."""
    number = f"W-{contract.number}"
    return {"MeterId": number, "MeterNo": number, "Unit": "m3", "IsActive": False}


def _gateway_row(gateway: Gateway, heating: bool, charging: bool) -> Data:
    row: dict[str, object] = {"GatewayAssetId": gateway.asset_id, "Name": "Gateway"}
    if heating:
        row["Devices"] = [
            device.response() for device in gateway.devices if not device.is_charger
        ]
    if charging:
        row["EvChargers"] = [
            device.response() for device in gateway.devices if device.is_charger
        ]
    return row
