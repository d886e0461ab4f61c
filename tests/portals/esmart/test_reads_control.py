"""What eSmart says of cars, load control and restrictions, in other spellings."""

from collections import Counter
from typing import Any

import pytest

from custom_components.energy_portals.portals.esmart import reads_control
from custom_components.energy_portals.portals.esmart.models import RestrictedMeter
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.reading.body import Body
from tests.portals.esmart.bodies import read


def _charger(**info: Any) -> Any:
    return [{"AssetId": 601, "EvChargingInfo": {"CarInfoId": "c", **info}}]


@pytest.mark.parametrize(
    ("info", "level"),
    [
        ({"BatteryLevel": 62}, 62),
        ({"BatteryLevel": 0}, 0),
        ({"BatteryLevel": "62.5"}, 62.5),
        ({"BatteryLevel": None}, None),
        ({}, None),
        ({"BatteryLevel": 101}, None),
        ({"BatteryLevel": -1}, None),
        # A percentage, or a fraction of the whole.
        ({"BatteryLevel": 0.62}, None),
        ({"BatteryLevel": 1}, None),
    ],
)
def test_battery(info: Any, level: float | None) -> None:
    [charger] = read("chargers_and_cars", _charger(**info))
    assert (charger.asset_id, charger.battery, charger.car_id) == ("601", level, "c")


def test_what_is_doubted_is_counted() -> None:
    refused: Counter[str] = Counter()
    read("chargers_and_cars", _charger(BatteryLevel=0.5), refused)
    assert refused["chargers_and_cars.BatteryLevel"] == 1
    [charger] = read("chargers_and_cars", [{"AssetId": 601}])
    assert charger.battery is None


@pytest.mark.parametrize(
    "body",
    [
        ["PowerOutage", "Maintenance", "PowerOutage"],
        [{"EventName": "PowerOutage"}, {"EventName": "Maintenance"}],
        {"Events": [{"Event": "PowerOutage"}, {"Event": "Maintenance"}]},
    ],
)
def test_events(body: Any) -> None:
    assert read("restriction_events", body) == ("PowerOutage", "Maintenance")


def test_no_events() -> None:
    assert read("restriction_events", []) == ()
    with pytest.raises(UnexpectedResponse):
        read("restriction_events", {"Odd": 1})


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        ([{"MeterNo": 5001}], ("5001",)),
        ([{"MeterNumber": "5001"}], ("5001",)),
        ([{"MeterId": "M-1", "MeterNo": "M-1"}], ("M-1",)),
        ({"Meters": [{"meterId": "M-1"}]}, ("M-1",)),
    ],
)
def test_meters(body: Any, ids: tuple[str, ...]) -> None:
    assert read("restricted_meters", body) == (RestrictedMeter(ids),)


def test_meters_that_cannot_be_read() -> None:
    found = read("restricted_meters", [{"Odd": 1}, {"MeterId": "M-1"}])
    assert found == (RestrictedMeter(("M-1",)),)
    assert not found.is_whole


@pytest.mark.parametrize(
    ("body", "threshold", "factor"),
    [
        ({"Threshold": 5, "Unit": "kW", "DeviceOrder": [1]}, 5.0, 1),
        ({"Threshold": 5000, "Unit": "W", "DeviceOrder": [1]}, 5.0, 1000),
        ({"Threshold": None, "Unit": "W", "DeviceOrder": [1]}, None, 1000),
        ({"Threshold": 5, "DeviceOrder": [1]}, 5.0, 1),
    ],
)
def test_settings_to_change(body: Any, threshold: float | None, factor: float) -> None:
    told = reads_control.settings_to_change(Body("control_settings", body))
    assert (told.threshold, told.order) == (threshold, ("1",))
    assert told.spelling == body.get("Unit")
    assert reads_control.fields.KW.converted(2.0, told.unit) == 2.0 * factor


@pytest.mark.parametrize(
    "body",
    [
        # The order would be lost.
        {"Threshold": 5, "Unit": "kW"},
        {"Threshold": 5, "Unit": "kW", "DeviceOrder": "1, 2"},
        # Nobody can say in which unit it would be taken.
        {"Threshold": 5, "Unit": "horses", "DeviceOrder": []},
        {"ThresholdW": 5000, "DeviceOrder": []},
    ],
)
def test_settings_that_cannot_be_changed(body: Any) -> None:
    with pytest.raises(UnexpectedResponse):
        reads_control.settings_to_change(Body("control_settings", body))
