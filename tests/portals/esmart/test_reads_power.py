"""The watt meter: two versions, and whose unit holds."""

from collections import Counter
from typing import Any

import pytest

from custom_components.energy_portals.portals.esmart import reads_power, wire
from custom_components.energy_portals.portals.esmart.models import (
    Peak,
    Subscribed,
    WattMeter,
)
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.reading.body import Body

PEAK = {"$id": "1", "Value": 2.0}


def read(body: Any, default: str = "kW") -> WattMeter:
    return reads_power.watt_meter(default)(Body("wattmeter_v2", wire.normalised(body)))


def second(unit: Any = None, **subscribed: Any) -> dict[str, Any]:
    return {
        "maxMonthWattmeter": {"Last": PEAK, "ThisMonthMax": {"$ref": "1"}},
        "subscribedPowerWattmeter": {
            "subscribedPower": {"value": 5, "unit": unit},
            "sections": {"firstSection": {"from": 0, "to": 5}},
            **subscribed,
        },
    }


@pytest.mark.parametrize(
    ("unit", "default", "factor", "bought"),
    [
        # The unit of the subscribed power says nothing of the power that is drawn.
        ("kW", "W", 1, 1000),
        ("KW ", "W", 1, 1000),
        ("w", "kW", 1000, 1),
        (None, "kW", 1000, 1000),
        (None, "W", 1, 1),
        ("", "W", 1, 1),
        # Another unit is that of the subscribed power alone, and not known.
        (7, "W", 1, None),
        ("A", "W", 1, None),
        ("kWh/h", "kW", 1000, None),
    ],
)
def test_whose_unit_holds(
    unit: Any, default: str, factor: float, bought: float | None
) -> None:
    found = read(second(unit), default)
    assert found.last == found.month_max == Peak(2 * factor)
    assert found.subscribed == (
        None if bought is None else Subscribed(5 * bought, ((0, 5 * bought),))
    )


def test_a_unit_that_is_not_understood_makes_no_watts() -> None:
    for unit in ("A", "kW", None):
        with pytest.raises(UnexpectedResponse):
            read(second(unit), "horses")


def test_either_part_may_be_missing() -> None:
    body = second("kW")
    only_power = {**body, "subscribedPowerWattmeter": None}
    assert read(only_power) == WattMeter(Peak(2000), Peak(2000))
    only_bought = {**body, "maxMonthWattmeter": None}
    assert read(only_bought) == WattMeter(subscribed=Subscribed(5000, ((0, 5000),)))
    nothing = dict.fromkeys(body)
    assert read(nothing) == WattMeter()


def test_parts_of_the_subscribed_power_may_be_missing() -> None:
    found = read(second(sections=None)).subscribed
    assert found == Subscribed(5000, ())
    found = read(second(subscribedPower=None)).subscribed
    assert found == Subscribed(None, ((0, 5000),))
    sections = {"firstSection": None, "secondSection": {"to": None, "from": 5}}
    found = read(second(sections=sections)).subscribed
    assert found == Subscribed(5000, ((5000, None),))


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        [],
        {"Last": 5},
        {"Last": {"ValueTime": None}},
        {"maxMonthWattmeter": 5},
        {"maxMonthWattmeter": {"Last": [PEAK]}},
        {"subscribedPowerWattmeter": "5 kW"},
        {"Value": 5},
    ],
)
def test_what_is_no_watt_meter(body: Any) -> None:
    with pytest.raises(UnexpectedResponse):
        read(body)


def test_powers() -> None:
    """Power may be fed in; more than a number holds is no power."""
    refused: Counter[str] = Counter()
    body = {"Last": {"Value": -1.5}, "Max": {"Value": 1e307}, "ThisMonthMax": None}
    found = reads_power.watt_meter("kW")(Body("wattmeter", body, refused=refused))
    assert found == WattMeter(last=Peak(-1500), max=Peak(None))
    assert refused == {"wattmeter.Power": 1}
