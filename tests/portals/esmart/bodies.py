"""eSmart's bodies as the developer reference has them, and how each is read."""

from collections import Counter
from collections.abc import Callable
import copy
from typing import Any

from custom_components.energy_portals.portals.esmart import (
    reads,
    reads_control,
    reads_customer,
    reads_power,
    reads_sites,
    wire,
)
from custom_components.energy_portals.portals.esmart.models import Resolution
from custom_components.energy_portals.portals.reading.body import Body
from tests.portals.esmart.operations import GUID

T0, T1 = "2026-01-15T10:00:00+00:00", "2026-01-15T11:00:00.9561254+00:00"
DAY0, DAY1 = "2026-01-14T23:00:00+00:00", "2026-01-15T23:00:00+00:00"
POINT = {"$id": "1", "ValueTime": T0, "Value": 1.1, "Status": 1}
PEAK = {"$id": "1", "ValueTime": T0, "Value": 1.1, "TimeSeriesType": 0}
PEAKS = {"Last": PEAK, "ThisMonthMax": {"$ref": "1"}, "Max": {"$ref": "1"}}
SERIES = {"Unit": "kWh", "Values": [POINT, {"ValueTime": T1, "Value": None}]}
PRICES = [
    {"ValueTime": T0, "Value": 0.9254, "Unit": "NOK/kWh", "IsPreliminary": False},
    {"ValueTime": "2026-01-15T10:15:00+00:00", "Value": -0.1, "IsPreliminary": True},
]
ADDRESS = {
    "AddressText": "Street 1",
    "City": "Town",
    "CoAddress": None,
    "CountryCode": "NO",
    "Entrance": None,
    "HouseLetter": "B",
    "HouseNo": "7",
    "IsEditable": False,
    "ZipCode": "0000",
}
DEVICE = {
    "AssetId": 601,
    "Name": "Charger",
    "Description": None,
    "DeviceType": 1,
    "Values": [
        {
            "ValueCategory": 1,
            "ValueTime": T0,
            "ValueSubCategory": 2,
            "Value": 3.5,
            "ValueUnit": 4,
        }
    ],
}
CONTRACT = {
    "ContractNo": 1001,
    "CustomerId": 42,
    "DeliveryAddress": ADDRESS,
    "DeliveryPointId": 3001,
    "DeliveryPointName": "Home",
    "EndDate": None,
    "IsActive": True,
    "IsNetContract": False,
    "IsPowerContract": True,
    "IsGasContract": True,
    "StartDate": T0,
}
DELIVERY_POINT = {
    "ContractNo": 1001,
    "DeliveryPointId": 3001,
    "DeliveryPointName": "Home",
    "MeterId": "M-1",
    "MeterNo": "5001",
    "PriceArea": "NO1",
    "Address": ADDRESS,
    "IsActive": True,
    "IsPowerContract": True,
    "IsNetContract": False,
    "StartDate": T0,
    "EndDate": None,
    "HasWattMeter": True,
    "Gateways": [
        {
            "GatewayAssetId": 501,
            "Name": "Gateway",
            "Devices": [],
            "EvChargers": [DEVICE],
        }
    ],
}
INVOICE = {
    "CreditStatus": "s",
    "DueDate": T1,
    "DunningIsSent": True,
    "InvoiceDate": T0,
    "InvoiceNo": "77",
    "InvoiceSum": 8.1,
    "InvoiceType": "Invoice",
    "Kid": "0077",
    "SentToDebtCollection": False,
    "UnpaidSum": 5.1,
    "PdfUrl": "s",
    "InvoiceStatus": 3,
}
MESSAGE = {
    "State": 1,
    "Category": 2,
    "Priority": 3,
    "Channel": 0,
    "SentDateTime": T0,
    "Body": "text",
    "Id": 3,
    "Subject": "subject",
    "Severity": 9,
    "Text": "older",
}
READING = {
    "DeliveryPointId": "3001",
    "MeterNo": "5001",
    "MeterUnit": "kWh",
    "ReadingDate": T0,
    "Value": 5.1,
    "Consumption": 6.1,
    "Reader": "Utility",
    "NumberOfDigits": 6,
    "NumberOfDecimals": 0,
    "ResponseStatus": {"ErrorCode": None, "Message": None, "StackTrace": None},
}
REQUEST = {
    "Id": GUID,
    "AssetId": 601,
    "StartTime": T0,
    "EndTime": T1,
    "ChargingDemand": 12.5,
}
PLAN = {
    "ControlPlanId": GUID,
    "AssetId": 601,
    "SearchFilterId": 7,
    "Name": "Plan",
    "StartTime": T0,
    "EndTime": T1,
    "IsDeclined": False,
    "Values": [{"ValueTime": T0, "Value": 0.0}],
}
CAR = {
    "RowKey": "row",
    "VehicleId": "car-1",
    "ConnectedAssetId": 601,
    "Manufacturer": "Maker",
    "Model": "Model",
    "DisplayName": "Car",
    "GrossBatterySize": 64.0,
    "NettBatterySize": 60.5,
    "MaxChargePower": 11,
}

BODIES: dict[str, tuple[Callable[[Body], Any], Any]] = {
    "authenticate": (
        reads_customer.customer_ids,
        {"CustomerIds": [1, 2], "AuthProvider": "s", "UserAuthId": "s"},
    ),
    "contractdeliverypoints": (reads_sites.delivery_points, [DELIVERY_POINT]),
    "contracts": (reads_customer.contracts, [CONTRACT]),
    "contract": (reads_customer.contract, CONTRACT),
    "meter_exists": (reads_customer.meter_exists, True),
    "customer": (
        reads_customer.customer,
        {
            "CustomerId": 42,
            "CustomerType": "Private",
            "Email": "sandbox@example.invalid",
            "FirstName": "First",
            "LastName": "Last",
            "MobileNumber": "2",
            "PhoneNumber": "1",
            "IsNetCustomer": False,
            "IsPowerCustomer": True,
            "Pin": "s",
            "BirthDate": T0,
        },
    ),
    "wattmeter": (reads_power.watt_meter("kW"), PEAKS),
    "wattmeter_v2": (
        reads_power.watt_meter("kW"),
        {
            "wattmeterDisplayType": 1,
            "maxMonthWattmeter": PEAKS,
            "subscribedPowerWattmeter": {
                "subscribedPower": {"value": 5.5, "unit": "kW"},
                "sections": {
                    "firstSection": {"from": 0, "to": 5.5},
                    "secondSection": {"from": 5.5, "to": None},
                },
            },
        },
    ),
    "spotprices": (reads.prices("NOK/kWh"), PRICES),
    "consumption": (
        reads.consumption(Resolution.HOUR),
        {**SERIES, "LastYear": {"Unit": "kWh", "Values": [{"$ref": "1"}]}},
    ),
    "costs": (reads.costs(Resolution.DAY), {"Unit": "NOK", "Values": [POINT]}),
    "comparedwithothers": (
        reads.comparison,
        {
            "MeterAverage": [{"ValueTime": DAY0, "Value": 20.5, "Status": 1}],
            "ReferenceGroupAverage": [{"ValueTime": DAY0, "Value": 22}],
            "EfficientsAverage": [],
            "Score": 62,
            "EfficientComparisonPercentage": 34,
            "ReferenceGroupComparisonPercentage": -6,
            "Scores": [{"ValueTime": DAY0, "Value": 60}],
        },
    ),
    "temperatures": (
        reads.temperatures,
        {"Unit": "°C", "Values": [{"ValueTime": T0, "Value": -3.5, "Status": 1}]},
    ),
    "expenseoverview": (
        reads.expenses,
        {
            "ContractNo": 1001,
            "FromTime": T0,
            "ToTime": T1,
            "Unit": "NOK",
            "Total": 812.4,
            "Items": [
                {"Name": "Energy", "Value": 1012.1},
                {"Name": "Support", "Value": -199.7},
            ],
        },
    ),
    "invoices": (reads_customer.invoices, [INVOICE]),
    "invoice": (reads_customer.invoice, INVOICE),
    "messages": (reads_customer.messages, [MESSAGE]),
    "messages_count": (reads_customer.message_count, 3),
    "readings": (reads_customer.meter_readings, [READING]),
    "reading_submit": (reads_customer.meter_reading, READING),
    "building": (
        reads_customer.building,
        {"Name": "Home", "BuildingYear": 1985, "HeatingArea": 140, "Residents": 4},
    ),
    "charging_requests": (reads_control.charging_requests, [REQUEST]),
    "charging_request": (reads_control.charging_request, REQUEST),
    "charger_statistics": (
        reads_control.charger_month,
        {
            "ChargerAssetId": 601,
            "Year": 2026,
            "Month": 1,
            "Unit": "kWh",
            "Total": 143.2,
            "Values": [{"ValueTime": DAY0, "Value": 8.4}],
        },
    ),
    "cars": (reads_control.cars, [CAR]),
    "car": (reads_control.car, CAR),
    "chargers_and_cars": (
        reads_control.chargers,
        {
            "EvChargingDevices": [
                {
                    **DEVICE,
                    "EvChargingInfo": {"CarInfoId": "car-1", "BatteryLevel": 62.5},
                }
            ],
            "Cars": [CAR],
        },
    ),
    "restriction_events": (
        reads_control.restriction_events,
        [{"Name": "PowerOutage"}, {"Name": "Maintenance"}],
    ),
    "restricted_meters": (
        reads_control.restricted_meters,
        [{"MeterId": "M-1", "MeterNo": "5001", "StartTime": T0}],
    ),
    "control_types": (reads_control.request_types, [{"TsTypeId": 1, "Name": "Type"}]),
    "control_zones": (reads_control.request_zones, [{"ZoneId": 1, "Name": "Zone"}]),
    "control_requested": (
        reads.requested,
        {
            "ZoneId": 1,
            "TsTypeId": 2,
            "UserId": "s",
            "Values": [{"Time": T0, "Value": 2.1}],
        },
    ),
    "control_plans": (reads_control.control_plans, [PLAN]),
    "control_sites": (
        reads_control.control_sites,
        [{"SiteId": 701, "Name": "Home", "Address": ADDRESS}],
    ),
    "control_devices": (reads_sites.devices, [DEVICE]),
    "control_settings": (
        reads_control.control_settings,
        {"SiteId": 701, "Threshold": 5.0, "Unit": "kW", "DeviceOrder": [601, "602"]},
    ),
    "eula": (reads_customer.eula_accepted, False),
    "terms": (
        reads_customer.terms,
        {"AcceptGeneralTerms": True, "AcceptAdditionalTerms": False},
    ),
    "ping": (
        reads_customer.ping,
        {"Version": "1.0.0", "Subsystems": [{"Name": "Web", "Version": "s"}]},
    ),
    "ping_checks": (
        reads_customer.checks,
        [{"Name": "Cache", "IsOk": True, "Message": None}],
    ),
}


def read(key: str, data: Any, refused: Counter[str] | None = None) -> Any:
    """Read a body as the client does, but for the bytes."""
    return BODIES[key][0](Body(key, wire.normalised(data), refused=refused))


def body_of(key: str) -> Any:
    return copy.deepcopy(BODIES[key][1])
