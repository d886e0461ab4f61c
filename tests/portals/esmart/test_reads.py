"""Each body of the reference, and the other spellings of it."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from custom_components.energy_portals.portals.esmart.models import (
    Building,
    Car,
    ChargerInfo,
    ChargerMonth,
    ChargingRequest,
    Check,
    Comparison,
    Contract,
    ControlPlan,
    ControlSettings,
    ControlSite,
    Customer,
    DeliveryPoint,
    Device,
    DeviceValue,
    Expenses,
    Gateway,
    Invoice,
    Message,
    MeterReading,
    Peak,
    Ping,
    Reading,
    Readings,
    RequestType,
    RequestZone,
    RestrictedMeter,
    Subscribed,
    Terms,
    WattMeter,
)
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.model.prices import (
    Price,
    PriceSeries,
    Tax,
)
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.reading.listed import Listed
from tests.portals.esmart.bodies import BODIES, body_of, read
from tests.portals.esmart.operations import GUID, READS

AT0 = datetime(2026, 1, 15, 10, tzinfo=UTC)
AT1 = datetime(2026, 1, 15, 11, 0, 0, 956125, UTC)
DAY0, DAY1 = (
    datetime(2026, 1, 14, 23, tzinfo=UTC),
    datetime(2026, 1, 15, 23, tzinfo=UTC),
)
HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)


def run(*slots: tuple[datetime, datetime, Any]) -> Series[Any]:
    return Series(tuple(Slot(*slot) for slot in slots))


DEVICE = Device("601", "Charger", None, 1, (DeviceValue(3.5, AT0, 1, 2, 4),))
PEAK = Peak(1100, AT0)
INVOICE = Invoice(
    *("77", AT1, AT0, 8.1, 5.1, "Invoice", 3),
    reminded=True,
    in_collection=False,
    payment_reference="0077",
    link="s",
)
READING = MeterReading(5.1, AT0, "kWh", 6.1, "5001", "Utility", 6, 0)
REQUEST = ChargingRequest(GUID, "601", AT0, AT1, 12.5)
CONTRACT = Contract(*("1001", "Home", "3001", True, AT0, None), kinds=("power", "gas"))
EXPECTED: dict[str, Any] = {
    "authenticate": ("1", "2"),
    "contractdeliverypoints": (
        DeliveryPoint(
            contract_no="1001",
            delivery_point_id="3001",
            meter_id="M-1",
            meter_no="5001",
            name="Home",
            price_area="NO1",
            address="Street 1 7B, 0000 Town",
            is_active=True,
            is_power=True,
            is_net=False,
            start=AT0,
            end=None,
            has_watt_meter=True,
            gateways=(Gateway("501", "Gateway", (), (DEVICE,)),),
        ),
    ),
    "contracts": (CONTRACT,),
    "contract": CONTRACT,
    "meter_exists": True,
    "customer": Customer(
        *("42", "First", "Last", "Private", "1", "2", "sandbox@example.invalid"),
        is_power=True,
        is_net=False,
    ),
    "wattmeter": WattMeter(PEAK, PEAK, PEAK),
    "wattmeter_v2": WattMeter(
        PEAK, PEAK, PEAK, Subscribed(5500, ((0, 5500), (5500, None)))
    ),
    "spotprices": PriceSeries(
        "NOK",
        Tax.UNKNOWN,
        run(
            (AT0, AT0 + QUARTER, Price(0.9254)),
            (AT0 + QUARTER, AT0 + 2 * QUARTER, Price(-0.1, preliminary=True)),
        ),
    ),
    "consumption": Readings(
        "kWh",
        run((AT0, AT0 + HOUR, Reading(1.1, 1)), (AT1, AT1 + HOUR, Reading(None))),
    ),
    "costs": Readings("NOK", run((AT0, DAY1, Reading(1.1, 1)))),
    "comparedwithothers": Comparison(
        *(62, 34, -6),
        own=run((DAY0, DAY1, Reading(20.5, 1))),
        reference=run((DAY0, DAY1, Reading(22))),
        efficient=Series(),
    ),
    "temperatures": Readings("°C", run((AT0, AT0 + HOUR, Reading(-3.5, 1)))),
    "expenseoverview": Expenses("NOK", 812.4, {"Energy": 1012.1, "Support": -199.7}),
    "invoices": (INVOICE,),
    "invoice": INVOICE,
    "messages": (Message("3", "subject", "text", AT0, 1, 2, 3),),
    "messages_count": 3,
    "readings": (READING,),
    "reading_submit": READING,
    "building": Building("Home", 1985, 140, 4),
    "charging_requests": (REQUEST,),
    "charging_request": REQUEST,
    "charger_statistics": ChargerMonth("kWh", 143.2, run((DAY0, DAY1, Reading(8.4)))),
    "cars": (Car("car-1", "Car", "Maker", "Model", 64, 60.5, 11, "601"),),
    "car": Car("car-1", "Car", "Maker", "Model", 64, 60.5, 11, "601"),
    "chargers_and_cars": (ChargerInfo("601", 62.5, "car-1"),),
    "restriction_events": ("PowerOutage", "Maintenance"),
    "restricted_meters": (RestrictedMeter(("M-1", "5001"), AT0),),
    "control_types": (RequestType("1", "Type"),),
    "control_zones": (RequestZone("1", "Zone"),),
    "control_requested": run((AT0, AT0 + HOUR, 2.1)),
    "control_plans": (
        ControlPlan(
            *(GUID, "601", "Plan", AT0, AT1), declined=False, search_filter_id="7"
        ),
    ),
    "control_sites": (ControlSite("701", "Home"),),
    "control_devices": (DEVICE,),
    "control_settings": ControlSettings(5.0, "kW", ("601", "602")),
    "eula": False,
    "terms": Terms(general=True, additional=False),
    "ping": Ping("1.0.0", {"Web": "s"}),
    "ping_checks": (Check("Cache", ok=True),),
}
SAME_AS = {
    "contract_prices": "spotprices",
    "meter_prices": "spotprices",
    "contract_invoices": "invoices",
    "invoice_pdfs": "invoices",
    "asset_consumption": "consumption",
}


def test_every_read_has_a_body() -> None:
    assert {*BODIES, *SAME_AS} == {*READS, "reading_submit"}
    assert set(EXPECTED) == set(BODIES)


@pytest.mark.parametrize("key", BODIES)
def test_the_bodies_of_the_reference(key: str) -> None:
    refused: Counter[str] = Counter()
    found = read(key, body_of(key), refused)
    assert found == EXPECTED[key]
    is_list = isinstance(BODIES[key][1], list) or key == "chargers_and_cars"
    if is_list and key != "spotprices":
        assert isinstance(found, Listed) and found.is_whole
    else:
        assert type(found) is type(EXPECTED[key])
    assert not refused


def recased(value: Any) -> Any:
    """Return a body with every key in the other case."""
    if isinstance(value, list):
        return [recased(row) for row in value]
    if isinstance(value, dict):
        return {
            key if key.startswith("$") else key.swapcase(): recased(member)
            for key, member in value.items()
        }
    return value


@pytest.mark.parametrize("key", BODIES)
def test_the_case_of_keys_does_not_matter(key: str) -> None:
    assert read(key, recased(body_of(key))) == EXPECTED[key]


@pytest.mark.parametrize("key", BODIES)
def test_lists_may_be_wrapped(key: str) -> None:
    def wrapped(value: Any) -> Any:
        if isinstance(value, list):
            return {"$id": "w", "$values": [wrapped(row) for row in value]}
        if isinstance(value, dict):
            return {name: wrapped(member) for name, member in value.items()}
        return value

    assert read(key, wrapped(body_of(key))) == EXPECTED[key]


def nothing(value: Any) -> Any:
    """Return a body whose members are all there and all null."""
    if isinstance(value, list):
        return [nothing(row) for row in value]
    return dict.fromkeys(value) if isinstance(value, dict) else None


# An object of these is nothing without its id.
WITH_ID = {
    *("contractdeliverypoints", "contracts", "contract", "customer", "invoices"),
    *("invoice", "messages", "charging_requests", "charging_request", "cars"),
    *("control_types", "control_zones", "control_plans", "control_sites"),
    *("control_devices", "ping_checks", "car", "chargers_and_cars"),
    *("restriction_events", "restricted_meters"),
    # Nor is a point without its time.
    "spotprices",
}


@pytest.mark.parametrize("key", sorted({*BODIES} - {"meter_exists", "messages_count"}))
def test_all_may_be_null(key: str) -> None:
    """Null is no value; it is an error only where nothing is left of the object."""
    body = nothing(body_of(key))
    if key in WITH_ID:
        with pytest.raises(UnexpectedResponse):
            read(key, body)
        return
    found = read(key, body)
    plain = msgspec.to_builtins(found) if isinstance(found, msgspec.Struct) else found
    text = f"{plain}"
    assert not any(character.isdigit() for character in text.replace("0 slots", ""))


@pytest.mark.parametrize("key", sorted(BODIES))
def test_an_answer_of_another_kind(key: str) -> None:
    bodies: list[Any] = [{"geheim": "§"}, ["§"], "§", 5.5, [[]], {"geheim": [{"§": 1}]}]
    for body in bodies:
        if (key, body) == ("ping", "§"):
            # A version alone would be an answer.
            continue
        if (key, body) == ("restriction_events", ["§"]):
            # And so would be the name of an event.
            continue
        with pytest.raises(UnexpectedResponse) as caught:
            read(key, body)
        assert caught.value.operation == key
        assert "§" not in f"{caught.value} {caught.value.skeleton}"


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        ("spotprices", "ValueTime", "ValidFrom"),
        ("spotprices", "Value", "SpotPrice"),
        ("spotprices", "Unit", "PriceUnit"),
        ("spotprices", "IsPreliminary", "Preliminary"),
        ("consumption", "Values", "TimeSeries"),
        ("consumption", "Value", "Consumption"),
        ("charging_request", "Id", "EvChargingRequestId"),
        ("charging_request", "ChargingDemand", "ChargeDemand"),
        ("contract", "ContractNo", "ContractId"),
        ("contract", "DeliveryPointId", "DeliveryPointNo"),
        ("contractdeliverypoints", "ContractNo", "ContractId"),
        ("contractdeliverypoints", "PriceArea", "SpotPriceArea"),
        ("contractdeliverypoints", "MeterNo", "MeterNumber"),
        ("contractdeliverypoints", "Address", "DeliveryAddress"),
        ("cars", "NettBatterySize", "NetBatterySize"),
        ("messages", "Body", "Text"),
        ("messages", "Priority", "Severity"),
        ("control_plans", "ControlPlanId", "ControlPlanGuid"),
        ("control_sites", "SiteId", "Id"),
        ("control_zones", "ZoneId", "Id"),
        ("control_types", "TsTypeId", "Id"),
        ("charger_statistics", "Total", "Sum"),
        ("expenseoverview", "Total", "TotalAmount"),
    ],
)
def test_synonyms(key: str, old: str, new: str) -> None:
    def renamed(value: Any) -> Any:
        if isinstance(value, list):
            return [renamed(row) for row in value]
        if isinstance(value, dict):
            return {
                new if name == old else name: renamed(member)
                for name, member in value.items()
                if name != new
            }
        return value

    assert read(key, renamed(body_of(key))) == EXPECTED[key]


def test_an_empty_id_is_none() -> None:
    [car] = body_of("cars")
    [found] = read("cars", [{**car, "ConnectedAssetId": ""}])
    assert found.connected_asset_id is None
    with pytest.raises(UnexpectedResponse):
        read("cars", [{**car, "VehicleId": "", "RowKey": ""}])


@pytest.mark.parametrize("told", [{}, {"Unit": "kWh"}, {"Unit": "Wh"}])
def test_a_month_without_a_day_has_its_unit(told: dict[str, str]) -> None:
    """Home Assistant takes no energy without one."""
    month = read("charger_statistics", {"Values": [], "Total": 0.0, **told})
    assert (month.unit, month.total) == ("kWh", 0.0)
    assert read("charger_statistics", {"Values": [], **told}).unit is None
